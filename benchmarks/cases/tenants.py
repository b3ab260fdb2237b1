"""Contenders that read a made-up tenant."""

import re
from typing import Any

from benchmarks.bench import Bench
from benchmarks.results import Contender, Measured
from benchmarks.tenants import SyncedTenant
from benchmarks.vendors import Vendors

_USER, _PASSWORD, _API_KEY = "12345", "coveto-sandbox-key", "persy-sandbox-key"


def made(bench: Bench, **sizes: int) -> Vendors:
    """Tenants of so many candidates (`coveto`, `persy`), served; told as it takes a while."""
    told = ", ".join(f"{size:,} candidates of {vendor}" for vendor, size in sizes.items())
    bench.tell(f"{bench.elapsed} making {told}")
    return Vendors(**sizes)


def synced_persy(bench: Bench, size: int) -> SyncedTenant:
    """A Persy tenant and the folder that it was read into; the first that asks pays for it."""

    def make() -> SyncedTenant:
        vendors, folder = made(bench, persy=size), f"persy-{size}"
        ours = our_sync(bench, vendors, folder, size, fresh=True)
        (first,) = bench.run(f"first sync of Persy, {size:,}", ours, rounds=1)
        return SyncedTenant(vendors, bench.folder / folder, first)

    return bench.tenants.of_size(size, make)


def keep_persy(bench: Bench, vendors: Vendors, folder: str, first: Measured) -> None:
    """Let other cases go on with a tenant that this one has made and read."""
    bench.tenants.keep(SyncedTenant(vendors, bench.folder / folder, first))


def our_sync(
    bench: Bench, vendors: Vendors, folder: str, rows: int, *, same_tables: str = "", **options: Any
) -> Contender:
    """`ats sync` of a working folder; the options are those of `contenders.syncing.run`, and variables."""
    variables = options.pop("variables", {})
    name = options.pop("name", "ours")
    arguments = {
        "folder": str(bench.folder / folder),
        "config": options.pop("more", "") + vendors.settings["config"],
        "secrets": vendors.settings["secrets"],
        **options,
    }
    return Contender(
        name,
        "syncing:run",
        arguments,
        rows,
        variables=variables,
        same_tables=same_tables,
        vendors=vendors,
    )


def plain_coveto(bench: Bench, vendors: Vendors, rows: int) -> Contender:
    """Zeep's objects and dlt's defaults."""
    arguments = {
        "folder": str(bench.fresh_folder(f"plain-coveto-{rows}")),
        "url": vendors.settings["coveto_url"],
        "user": _USER,
        "password": _PASSWORD,
    }
    return Contender(
        "plain", "plain_coveto:whole", arguments, rows, same_tables="some fields", vendors=vendors
    )


def over_rest(
    bench: Bench,
    vendors: Vendors,
    name: str,
    function: str,
    rows: int,
    *,
    same_tables: str = "",
    folder: str = "",
    **more: Any,
) -> Contender:
    """Another way to read Persy, in a fresh folder or in one that it had before.

    `more` are further arguments of the function, and `python` the interpreter of another environment.
    """
    python = more.pop("python", "")
    arguments = {
        "folder": folder or str(bench.fresh_folder(f"{re.sub(r'[^a-z]+', '-', name.lower())}-{rows}")),
        "url": vendors.settings["persy_url"],
        "api_key": _API_KEY,
        **more,
    }
    return Contender(name, function, arguments, rows, same_tables=same_tables, vendors=vendors, python=python)
