"""A command in a process of its own that is killed, or whose disk is full, from a moment on."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Literal

from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from tests.pipelines.sync.working_folder import TIMELESS, UNIFIED, Folder

Act = Literal["kill", "full"]
Point = tuple[str, str, str, str, int]
"""Module, class (or nothing) and function, whether before or after it, and at which of its calls."""

_SCRIPT = """
import importlib, os, resource, signal, sys
act, module, owner, name, moment, nth = sys.argv[1:7]
target = importlib.import_module(module)
target = getattr(target, owner) if owner else target
original, calls = getattr(target, name), 0

def interrupt():
    if act == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))  # no file takes another byte

def interrupting(*arguments, **options):
    global calls
    calls += 1
    is_the_one = calls == int(nth)
    if moment == "before" and is_the_one:
        interrupt()
    result = original(*arguments, **options)
    if moment == "after" and is_the_one:
        interrupt()
    return result

setattr(target, name, interrupting)
sys.argv[1:] = sys.argv[7:]
from pipelines.command import main
main()
"""

POINTS: dict[str, Point] = {
    "read, nothing handed over": ("pipelines.loading", "ToolLoader", "load", "before", 1),
    "first tool loaded, second not": ("pipelines.loading", "ToolLoader", "load", "before", 2),
    "extracted": ("dlt.pipeline.pipeline", "Pipeline", "extract", "after", 1),
    "before normalising": ("dlt.pipeline.pipeline", "Pipeline", "normalize", "before", 1),
    "normalised": ("dlt.pipeline.pipeline", "Pipeline", "normalize", "after", 1),
    "before the first file is loaded": (
        "dlt.destinations.impl.duckdb.duck",
        "DuckDbCopyJob",
        "run",
        "before",
        1,
    ),
    "one file loaded": ("dlt.destinations.impl.duckdb.duck", "DuckDbCopyJob", "run", "after", 1),
    "two files loaded": ("dlt.destinations.impl.duckdb.duck", "DuckDbCopyJob", "run", "after", 2),
    "all files loaded, the package open": ("dlt.load.load", "Load", "complete_package", "before", 1),
    "loaded": ("dlt.pipeline.pipeline", "Pipeline", "run", "after", 1),
    "before the transforms": ("transforms.runner", "", "run_transforms", "before", 1),
    "before the checks": ("transforms.runner", "", "run_checks", "before", 1),
    "transformed": ("pipelines.syncing", "", "transform_announced", "after", 1),
    "before the run is recorded": ("pipelines.run_records", "RunRecords", "add", "before", 1),
    "before publishing": ("pipelines.publishing", "Publisher", "publish", "before", 1),
    "copied, not yet in place": ("pipelines.publishing", "", "copy_file", "after", 1),
    "published": ("pipelines.publishing", "Publisher", "publish", "after", 1),
}


def interrupted(folder: Folder, act: Act, point: Point, *command: str) -> "subprocess.CompletedProcess[str]":
    """Run `ats COMMAND` in a process of its own to which it happens at a point."""
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, act, *(str(part) for part in point), *command],
        cwd=folder.path,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert act != "kill" or done.returncode == -9, done.stderr
    return done


def contents(folder: Folder) -> dict[str, object]:
    """Every unified table but for the times of reading, which differ from run to run."""
    names = [name for name in UNIFIED if name not in TIMELESS]
    tables = {name: folder.table(name, "changed_at, remote_deleted_at") for name in names}
    deleted = {
        name: set(folder.rows(f"select id, remote_deleted_at is null from unified.{name}")) for name in names
    }
    return {**tables, "deleted": deleted, **{name: folder.table(name) for name in TIMELESS}}


def versions(folder: Folder) -> dict[str, int]:
    """How many versions each raw table holds, tombstones as well: what is written twice shows here."""
    names = folder.rows(
        "select table_schema || '.' || table_name from information_schema.columns"
        " where column_name = 'content_hash' and table_schema like 'raw_%'"
    )
    return {name: int(folder.value(f"select count(*) from {name}")) for (name,) in names}


def tenants() -> tuple[CovetoTenant, PersyTenant]:
    return CovetoTenant.generate(candidates=25), PersyTenant.generate(candidates=25)


def edit(coveto: CovetoTenant, persy: PersyTenant) -> None:
    coveto.change("candidates", coveto.keys("candidates")[2], {"vorname": "Änne"}, touch=False)
    coveto.remove("applications", coveto.keys("applications")[0])
    statuses = coveto.keys("application_statuses")
    coveto.change("application_statuses", statuses[0], {"typ": "ABGELEHNT"}, touch=False)
    persy.clock.stop_at(datetime(2026, 12, 1, tzinfo=UTC))
    persy.change(persy.keys()[1], {"Confidential": "Ja"})
