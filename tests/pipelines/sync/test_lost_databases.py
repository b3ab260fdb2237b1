"""Databases that are lost, damaged or old: the right tables, or two lines that say what to do."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines import erasure_key, forget
from pipelines.forgetting import Whom
from pipelines.status import connection_statuses
from pipelines.transforming import transform
from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sources.errors import WarehouseError
from tests.pipelines.sync.conftest import Undisturbed
from tests.pipelines.sync.earlier_release import as_of_an_earlier_release
from tests.pipelines.sync.interrupted import POINTS, contents, edit, interrupted, versions
from tests.pipelines.sync.working_folder import Folder

pytestmark = pytest.mark.slow

WORK, PUBLISHED = ".ats/work.duckdb", "warehouse.duckdb"
LOST = {
    "the work database": [WORK],
    "the published database": [PUBLISHED],
    "everything of ours": [".ats"],
    "the log of the work database and dlt's files": [".ats/pipelines"],
}


@pytest.fixture
def edited(read_once: Folder, coveto: CovetoTenant, persy: PersyTenant) -> Folder:
    """A folder that was read once, after which records changed."""
    edit(coveto, persy)
    return read_once


def lose(folder: Folder, *names: str) -> None:
    for name in names:
        path = folder.path / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize("point", ["one file loaded", "all files loaded, the package open"])
def test_half_a_load_whose_files_are_lost_is_read_and_written_once_more(
    point: str, edited: Folder, undisturbed: Undisturbed
) -> None:
    interrupted(edited, "kill", POINTS[point], "sync")
    lose(edited, ".ats/pipelines")
    assert edited.sync().exit_code == 0
    assert contents(edited) == undisturbed.second


def test_transforming_by_hand_loads_first_what_waits(edited: Folder, undisturbed: Undisturbed) -> None:
    interrupted(edited, "kill", POINTS["normalised"], "sync")
    transform(edited.path)
    lose(edited, ".ats/pipelines")  # as an erasing does at its end
    assert edited.sync().exit_code == 0
    assert (contents(edited), versions(edited)) == (undisturbed.second, undisturbed.versions)


@pytest.mark.parametrize("what", LOST)
def test_what_is_lost_comes_back_from_what_is_left_and_nothing_is_written_twice(
    what: str, edited: Folder, undisturbed: Undisturbed
) -> None:
    lose(edited, *LOST[what])
    result = edited.sync()
    assert {read.kind for read in result.reads if read.tool == "compleetpersy"} == {"delta"}
    assert (result.exit_code, contents(edited), versions(edited)) == (
        0,
        undisturbed.second,
        undisturbed.versions,
    )


@pytest.fixture
def anew(edited: Folder, make_folder: Callable[..., Folder]) -> dict[str, object]:
    """What a first sync into an empty folder gives."""
    config, secrets = ((edited.path / ".dlt" / f"{one}.toml").read_text() for one in ("config", "secrets"))
    folder = make_folder("anew", (config.partition("\n")[2].partition("\n")[2], secrets))
    folder.sync()
    return contents(folder)


def test_without_any_database_all_begins_anew_also_beside_dlts_files(
    edited: Folder, anew: dict[str, object]
) -> None:
    lose(edited, WORK, PUBLISHED)
    assert edited.sync().exit_code == 0
    assert contents(edited) == anew


def test_a_pending_package_of_a_lost_database_does_no_harm(edited: Folder, undisturbed: Undisturbed) -> None:
    interrupted(edited, "kill", POINTS["normalised"], "sync")
    lose(edited, WORK)
    assert edited.sync().exit_code == 0
    assert contents(edited) == undisturbed.second


def test_a_pending_package_without_any_database_does_no_harm(edited: Folder, anew: dict[str, object]) -> None:
    interrupted(edited, "kill", POINTS["normalised"], "sync")
    lose(edited, WORK, PUBLISHED)
    assert edited.sync().exit_code == 0
    assert contents(edited) == anew


def cut(path: Path, share: float) -> None:
    os.truncate(path, int(path.stat().st_size * share))


def overwrite(path: Path, begin: float, end: float | None = None) -> None:
    """Overwrite a part of a file, given by shares of its size; 16 kB where no end is named."""
    size = path.stat().st_size
    length = 16_384 if end is None else int(size * (end - begin))
    with path.open("r+b") as file:
        file.seek(int(size * begin))
        file.write((bytes(range(256)) * (length // 256 + 1))[:length])


# A run meets what is damaged in what it reads, and it does not read what nothing has changed in.
DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut at its end": lambda path: cut(path, 0.75),
    "cut to a piece": lambda path: cut(path, 0.01),
    "overwritten at its start": lambda path: overwrite(path, 0.0),
    "overwritten in the middle": lambda path: overwrite(path, 0.4, 0.7),
    "overwritten further on": lambda path: overwrite(path, 0.1, 0.4),
    "overwritten at its end": lambda path: overwrite(path, 0.7, 1.0),
    "something else": lambda path: path.write_bytes(b"no database at all" * 3000),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_work_database_is_told_and_readers_keep_their_tables(damage: str, edited: Folder) -> None:
    before = (edited.path / PUBLISHED).read_bytes()
    DAMAGES[damage](edited.path / WORK)
    with pytest.raises(WarehouseError) as raised:
        edited.sync()
    assert len(str(raised.value).splitlines()) == 2
    assert (edited.path / PUBLISHED).read_bytes() == before


def test_once_the_damaged_file_is_moved_away_the_tables_are_right_again(
    edited: Folder, undisturbed: Undisturbed
) -> None:
    DAMAGES["cut at its end"](edited.path / WORK)
    with pytest.raises(WarehouseError, match=r"Move it away and run `ats sync --full`"):
        edited.sync()
    (edited.path / WORK).rename(edited.path / "moved away")
    edited.sync(kind="full")
    assert (contents(edited), versions(edited)) == (undisturbed.second, undisturbed.versions)


def test_a_damaged_published_copy_is_no_reason_to_begin_anew(edited: Folder) -> None:
    lose(edited, ".ats")
    overwrite(edited.path / PUBLISHED, 0.0)
    with pytest.raises(WarehouseError, match=r"warehouse\.duckdb is damaged"):
        edited.sync()
    assert not (edited.path / WORK).exists()


def test_a_published_copy_that_is_open_elsewhere_is_no_reason_to_begin_anew(edited: Folder) -> None:
    lose(edited, ".ats")
    script = (
        "import duckdb, sys; c = duckdb.connect('warehouse.duckdb'); print(1, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=edited.path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        other.stdout.readline()
        with pytest.raises(WarehouseError, match="is open in the process"):
            edited.sync()
        other.communicate(b"\n")
    assert not (edited.path / WORK).exists()


def test_without_any_database_who_was_forgotten_is_not_read_again(
    edited: Folder, coveto: CovetoTenant
) -> None:
    erasure_key.erasure_key(edited.path, None)
    lose(edited, WORK, PUBLISHED)
    asked = len(coveto.requests)
    with pytest.raises(WarehouseError, match="who was forgotten"):
        edited.sync()
    assert len(coveto.requests) == asked


@pytest.fixture
def cut_in_both(edited: Folder) -> Callable[[float], Folder]:
    """Cuts both databases to a share of their size."""

    def cut_to(share: float) -> Folder:
        cut(edited.path / WORK, share)
        lose(edited, PUBLISHED)
        shutil.copyfile(edited.path / WORK, edited.path / PUBLISHED)
        return edited

    return cut_to


def test_status_of_a_database_that_cannot_be_opened_knows_of_no_read(
    cut_in_both: Callable[[float], Folder],
) -> None:
    assert [one.last_success for one in connection_statuses(cut_in_both(0.01).path)] == [None, None]


def test_status_of_a_damaged_database_is_two_lines(cut_in_both: Callable[[float], Folder]) -> None:
    folder = cut_in_both(0.6)
    with pytest.raises(WarehouseError, match="is damaged") as raised:
        connection_statuses(folder.path)
    assert len(str(raised.value).splitlines()) == 2


@pytest.fixture
def old(edited: Folder) -> Folder:
    """A folder as an earlier release left it, after which records changed."""
    as_of_an_earlier_release(edited)
    return edited


def test_a_database_of_an_earlier_release_gives_the_right_tables(
    old: Folder, undisturbed: Undisturbed
) -> None:
    assert old.sync().exit_code == 0
    read_now = {"raw_coveto.application_statuses": 10}  # that release did not read them
    assert (contents(old), versions(old)) == (undisturbed.second, undisturbed.versions | read_now)


def test_status_reads_a_database_of_an_earlier_release(old: Folder) -> None:
    assert {one.last_outcome for one in connection_statuses(old.path)} == {"success"}


def test_a_lost_work_database_comes_back_from_a_copy_of_an_earlier_release(
    old: Folder, undisturbed: Undisturbed
) -> None:
    lose(old, ".ats")
    assert old.sync().exit_code == 0
    assert contents(old) == undisturbed.second


def test_an_erasure_of_an_earlier_release_stays_noted(old: Folder) -> None:
    old.sync()
    assert old.rows("select connection_id, rows from ats.erasures") == [("coveto:old", "{}")]


def test_who_is_forgotten_in_a_database_of_an_earlier_release_is_erased(old: Folder) -> None:

    forget(old.path, Whom("acme", "1"))
    with duckdb.connect(str(old.path / PUBLISHED), read_only=True) as connection:
        rows = connection.execute(
            "select last_name from unified.candidates where tool = 'coveto' and remote_id = '1'"
        ).fetchall()
    assert rows == [(None,)]
