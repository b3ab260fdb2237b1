"""Ours: `ats sync` of a working folder, to published tables."""

import importlib
import os
import shutil
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import cast

import duckdb

from benchmarks.tasks import Found, Task, found_by
from pipelines.quick_imports import without_pandas_and_numpy

with without_pandas_and_numpy():  # as the command imports them
    from benchmarks.contenders.standing_still import check_the_same, standing, without_dlt_runs
    from pipelines.places import Places
    from pipelines.read_plans import WantedKind
    from pipelines.results import SyncResult
    from pipelines.syncing import sync
    from pipelines.tools import TOOLS

_LATEST = """
select remote_id, cast(remote_data as varchar)
from (
    select *, row_number() over (partition by connection_id, remote_id order by read_at desc) as newest
    from {table}
) as versions
where newest = 1 and not is_deleted
"""
FIELDS = {"names": ("candidates", "nachname"), "owners": ("applications", "bewerberId")}
"""What the plain way must have alike: by name a model, and one of its fields."""


def run(
    folder: str,
    config: str,
    secrets: str,
    kind: str = "auto",
    *,
    fresh: bool = False,
    unchanged: bool = False,
) -> Task:
    """One sync of all connections.

    Args:
        folder: the working folder; its settings are written where it has none.
        config: the lines of config.toml.
        secrets: the lines of secrets.toml.
        kind: "auto", "full" or "delta".
        fresh: throw away first what the folder holds.
        unchanged: nothing is new, so nothing may be done: that is checked.
    """
    path = Path(folder)
    if fresh:
        shutil.rmtree(path, ignore_errors=True)
    _configure(path, config, secrets)
    for tool in TOOLS.values():
        if f'"{tool.name}"' in config:
            importlib.import_module(f"{tool.package}.reader")  # by now, as imports do not count
    results: list[SyncResult] = []
    before = standing(path) if unchanged else None

    def carry_out() -> None:
        with without_pandas_and_numpy(), without_dlt_runs() if unchanged else nullcontext():
            results.append(sync(path, kind=cast("WantedKind", kind)))

    def found() -> Mapping[str, Found]:
        (result,) = results
        failed = [read.error_message for read in result.reads if read.outcome != "success"]
        if failed:
            raise RuntimeError(f"a model was not read: {failed[0]}")
        if before is not None:
            check_the_same(before, standing(path))
        if os.environ.get("PUBLISH") == "false":
            return {}
        return published_rows(path, {read.tool for read in result.reads})

    return Task(carry_out, found)


def published_rows(folder: Path, tools: set[str]) -> Mapping[str, Found]:
    """The latest rows of the raw tables, and how many rows the unified tables have."""
    tables = {}
    with duckdb.connect(str(Places(folder).published_database), read_only=True) as connection:
        for tool in sorted(tools):
            for model in ("candidates", "applications", "jobs"):
                query = _LATEST.format(table=f"raw_{tool}.{model}")
                tables[f"{tool}.{model}"] = found_by(connection, query)
        if "compleetpersy" in tools:
            query = _LATEST.format(table="raw_compleetpersy.candidates")
            ids = f"select remote_id, to_json(remote_id) from ({query})"
            tables["ids"] = found_by(connection, ids)
        if "coveto" in tools:
            for name, (model, field) in FIELDS.items():
                query = _LATEST.format(table=f"raw_coveto.{model}")
                query = query.replace("cast(remote_data as varchar)", f"remote_data -> '$.{field}'")
                tables[name] = found_by(connection, query)
        for model in ("candidates", "applications", "jobs"):
            ids = f"select id, to_json(id) from unified_current.{model}"
            tables[f"unified.{model}"] = found_by(connection, ids)
    return tables


def _configure(folder: Path, config: str, secrets: str) -> None:
    settings = folder / ".dlt"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "config.toml").write_text(config, encoding="utf-8")
    (settings / "secrets.toml").write_text(secrets, encoding="utf-8")
    (settings / "secrets.toml").chmod(0o600)
