"""A sync that is killed (`kill -9`) at many points: the next one ends in the tables of a run never killed.

While the runs go on, a reader polls the published file: it never sees a missing, empty or mixed table.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from tests.pipelines.sync.conftest import Undisturbed
from tests.pipelines.sync.interrupted import POINTS, contents, edit, interrupted, versions
from tests.pipelines.sync.working_folder import Folder

QUICK = {"transformed"}
"""Points tried in every test run; the others with the slow ones."""


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


@pytest.mark.parametrize(
    "point", [pytest.param(point, marks=() if point in QUICK else pytest.mark.slow) for point in POINTS]
)
def test_a_first_sync_that_was_killed_is_made_good_by_the_next(
    point: str, folder: Folder, undisturbed: Undisturbed
) -> None:
    interrupted(folder, "kill", POINTS[point], "sync")
    assert folder.sync().exit_code == 0
    assert contents(folder) == undisturbed.first


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_a_later_sync_that_was_killed_is_made_good_by_the_next_and_readers_notice_nothing(
    point: str, read_once: Folder, undisturbed: Undisturbed, coveto: CovetoTenant, persy: PersyTenant
) -> None:
    edit(coveto, persy)
    with polling(read_once) as wrong:
        interrupted(read_once, "kill", POINTS[point], "sync")
        assert read_once.sync().exit_code == 0
    assert wrong == []
    assert (contents(read_once), versions(read_once)) == (undisturbed.second, undisturbed.versions)
