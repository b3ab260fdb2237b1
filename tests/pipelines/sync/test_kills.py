"""A sync that is killed (`kill -9`) at many points: the next one ends in the tables of a run never killed.

While the runs go on, a reader polls the published file: it never sees a missing, empty or mixed table.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from tests.pipelines.sync.working_folder import TIMELESS, UNIFIED, Folder

KILL = """
import importlib, os, signal, sys
module, owner, name, moment, nth = sys.argv[1:6]
target = importlib.import_module(module)
target = getattr(target, owner) if owner else target
original, calls = getattr(target, name), 0

def killing(*arguments, **options):
    global calls
    calls += 1
    is_the_one = calls == int(nth)
    if moment == "before" and is_the_one:
        os.kill(os.getpid(), signal.SIGKILL)
    result = original(*arguments, **options)
    if moment == "after" and is_the_one:
        os.kill(os.getpid(), signal.SIGKILL)
    return result

setattr(target, name, killing)
sys.argv[1:] = ["sync"]
from pipelines.command import main
main()
"""

POINTS = {
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


QUICK = {"extracted", "one file loaded", "transformed", "copied, not yet in place"}
"""Points tried in every test run; the others with the slow ones."""


def killed_sync(folder: Folder, point: str) -> None:
    """Run `ats sync` in a process of its own that kills itself at a point."""
    done = subprocess.run(
        [sys.executable, "-c", KILL, *(str(part) for part in POINTS[point])],
        cwd=folder.path,
        env=dict(os.environ),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -9, done.stderr.decode()


@contextmanager
def polling(folder: Folder) -> Iterator[list[str]]:
    """What a reader that opens the published file all the time finds wrong with it."""
    wrong: list[str] = []
    stop = threading.Event()

    def poll(path: Path) -> None:
        while not stop.wait(0.02):
            try:
                with duckdb.connect(str(path), read_only=True) as connection:
                    counts = [
                        connection.execute(f"select count(*) from unified.{name}").fetchall()[0][0]
                        for name in ("jobs", "candidates", "applications")
                    ]
                    if not all(counts):
                        wrong.append(f"counts {counts}")
            except duckdb.Error as error:
                wrong.append(str(error))

    thread = threading.Thread(target=poll, args=(folder.path / "warehouse.duckdb",))
    thread.start()
    try:
        yield wrong
    finally:
        stop.set()
        thread.join()


def contents(folder: Folder) -> dict[str, object]:
    """Every unified table but for the times of reading, which differ from run to run."""
    names = [name for name in UNIFIED if name not in TIMELESS]
    tables = {name: folder.table(name, "changed_at, remote_deleted_at") for name in names}
    deleted = {
        name: set(folder.rows(f"select id, remote_deleted_at is null from unified.{name}")) for name in names
    }
    return {**tables, "deleted": deleted, **{name: folder.table(name) for name in TIMELESS}}


def tenants() -> tuple[CovetoTenant, PersyTenant]:
    return CovetoTenant.generate(candidates=25), PersyTenant.generate(candidates=25)


def edit(coveto: CovetoTenant, persy: PersyTenant) -> None:
    coveto.change("candidates", coveto.keys("candidates")[2], {"vorname": "Änne"}, touch=False)
    coveto.remove("applications", coveto.keys("applications")[0])
    statuses = coveto.keys("application_statuses")
    coveto.change("application_statuses", statuses[0], {"typ": "ABGELEHNT"}, touch=False)
    persy.clock.stop_at(datetime(2026, 12, 1, tzinfo=UTC))
    persy.change(persy.keys()[1], {"Confidential": "Ja"})


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """The tables after a first sync, and after edits and a second one, of runs that nobody killed."""
    coveto, persy = tenants()
    with Sandbox(coveto, persy) as sandbox:
        folder = Folder(tmp_path_factory.mktemp("undisturbed") / "working", sandbox.connection_settings())
        folder.sync()
        first = contents(folder)
        edit(coveto, persy)
        folder.sync()
        return [first, contents(folder)]


@pytest.mark.parametrize(
    "point", [pytest.param(point, marks=() if point in QUICK else pytest.mark.slow) for point in POINTS]
)
def test_a_first_sync_that_was_killed_is_made_good_by_the_next(
    point: str, folder: Folder, undisturbed: list[dict[str, object]]
) -> None:
    killed_sync(folder, point)
    assert folder.sync().exit_code == 0
    assert contents(folder) == undisturbed[0]


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_a_later_sync_that_was_killed_is_made_good_by_the_next_and_readers_notice_nothing(
    point: str,
    folder: Folder,
    undisturbed: list[dict[str, object]],
    coveto: CovetoTenant,
    persy: PersyTenant,
) -> None:
    folder.sync()
    edit(coveto, persy)
    with polling(folder) as wrong:
        killed_sync(folder, point)
        assert folder.sync().exit_code == 0
    assert wrong == []
    assert contents(folder) == undisturbed[1]
