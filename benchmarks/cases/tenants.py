"""Contenders that read a made-up tenant."""

from typing import Any

from benchmarks.bench import Bench, Contender
from benchmarks.vendors import Vendors

_USER, _PASSWORD, _API_KEY = "12345", "coveto-sandbox-key", "persy-sandbox-key"


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
    return Contender(name, "syncing:run", arguments, rows, variables=variables, same_tables=same_tables)


def plain_coveto(bench: Bench, vendors: Vendors, rows: int) -> Contender:
    """Zeep's objects and dlt's defaults."""
    arguments = {
        "folder": str(bench.fresh_folder(f"plain-coveto-{rows}")),
        "url": vendors.settings["coveto_url"],
        "user": _USER,
        "password": _PASSWORD,
    }
    return Contender("plain", "plain_coveto:whole", arguments, rows, same_tables="some fields")


def over_rest(
    bench: Bench,
    vendors: Vendors,
    name: str,
    function: str,
    rows: int,
    *,
    same_tables: str = "",
    folder: str = "",
) -> Contender:
    """Another way to read Persy, in a fresh folder or in one that it had before."""
    arguments = {
        "folder": folder or str(bench.fresh_folder(f"{name.replace(' ', '-')}-{rows}")),
        "url": vendors.settings["persy_url"],
        "api_key": _API_KEY,
    }
    return Contender(name, function, arguments, rows, same_tables=same_tables)
