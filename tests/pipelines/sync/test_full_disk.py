"""A disk that is full from a moment on, and folders that cannot be written: two lines, and nothing wrong."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipelines import forget
from pipelines.forgetting import Whom
from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sources import version_spool
from sources.errors import WarehouseError
from tests.pipelines.sync.conftest import Undisturbed
from tests.pipelines.sync.interrupted import POINTS, Point, contents, edit, interrupted, versions
from tests.pipelines.sync.working_folder import Folder

SURVIVED = {"copied, not yet in place", "published"}
"""Points after which nothing more is written."""
QUICK = {"before publishing"}
ERASING: dict[str, Point] = {
    "while erasing": ("pipelines.forgetting", "", "erase_contents", "before", 1),
    "before the files are written anew": ("pipelines.erasing", "", "rewrite_database", "before", 1),
    "while the file is written anew": ("pipelines.rewriting", "", "_counts", "before", 1),
    "before publishing": ("pipelines.publishing", "Publisher", "publish", "before", 1),
}
START: Point = ("pipelines.terminal", "", "quieten_libraries", "before", 1)


def two_lines(errors: str) -> list[str]:
    """What was told at the end: what is wrong, and what to do."""
    message, remedy = errors.splitlines()[-2:]
    assert "should not have happened" not in message
    return [message, remedy]


@pytest.fixture
def edited(read_once: Folder, coveto: CovetoTenant, persy: PersyTenant) -> Folder:
    """A folder that was read once, after which records changed."""
    edit(coveto, persy)
    return read_once


@pytest.mark.parametrize(
    "point", [pytest.param(one, marks=() if one in QUICK else pytest.mark.slow) for one in POINTS]
)
def test_a_disk_that_is_full_is_told_and_made_good_by_the_next_sync(
    point: str, edited: Folder, undisturbed: Undisturbed
) -> None:
    before = (edited.path / "warehouse.duckdb").read_bytes()
    done = interrupted(edited, "full", POINTS[point], "sync")
    if point not in SURVIVED:
        assert done.returncode == 1
        _, remedy = two_lines(done.stderr)
        assert "space" in remedy
        assert (edited.path / "warehouse.duckdb").read_bytes() == before
    assert edited.sync().exit_code == 0
    assert (contents(edited), versions(edited)) == (undisturbed.second, undisturbed.versions)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["sync", "transform", "forget acme 1 --yes", "status"])
def test_a_disk_that_is_full_from_the_start_is_told(command: str, edited: Folder) -> None:
    done = interrupted(edited, "full", START, *command.split())
    if command == "status":
        assert (done.returncode, done.stderr) == (0, "")
        return
    assert done.returncode == 1
    assert "space" in two_lines(done.stderr)[1]


def test_half_written_files_of_init_are_taken_away(tmp_path: Path, ats: Callable[..., Any]) -> None:
    folder = Folder(tmp_path / "working", ("", ""))
    for path in (folder.path / ".dlt").iterdir():
        path.unlink()
    done = interrupted(folder, "full", START, "init")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 2)
    assert ats("init", folder=folder.path).returncode == 0


@pytest.mark.parametrize(
    "point",
    [pytest.param(one, marks=() if one == "before publishing" else pytest.mark.slow) for one in ERASING],
)
def test_a_person_whose_erasing_found_the_disk_full_is_erased_by_the_next(point: str, edited: Folder) -> None:
    (name,) = edited.rows(
        "select last_name from unified.candidates where tool = 'coveto' and remote_id = '1'"
    )[0]
    done = interrupted(edited, "full", ERASING[point], "forget", "acme", "1", "--yes")
    assert (done.returncode, name in done.stderr + done.stdout) == (1, False)
    assert "space" in two_lines(done.stderr)[1]
    if point == "while erasing":
        forget(edited.path, Whom("acme", "1"))
    assert edited.sync().exit_code == 0
    assert edited.rows(
        "select last_name from unified.candidates where tool = 'coveto' and remote_id = '1'"
    ) == [(None,)]
    assert list((edited.path / ".ats").glob("*rewritten*")) == []


def test_a_disk_that_is_full_while_reading_ends_the_run_and_loses_nothing(
    edited: Folder, undisturbed: Undisturbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pa.ipc.new_stream
    with monkeypatch.context() as patch:
        patch.setattr(version_spool, "_TABLES_IN_MEMORY", 0)
        patch.setattr(pa.ipc, "new_stream", lambda _, schema: real("/dev/full", schema))
        with pytest.raises(WarehouseError, match="takes no more of what was read"):
            edited.sync()
    assert edited.sync().exit_code == 0
    assert (contents(edited), versions(edited)) == (undisturbed.second, undisturbed.versions)


_AS_NOBODY = """
import os, sys
from pipelines import command, syncing
begin = syncing._under_lock

def begin_as_nobody(run):  # not earlier, as nobody may not be able to read the code
    if os.geteuid() == 0:
        os.setgroups([])
        os.setuid(65534)
    return begin(run)

syncing._under_lock = begin_as_nobody
sys.argv[1:] = ["sync"]
command.main()
"""


def sync_as_nobody(folder: Folder) -> "subprocess.CompletedProcess[str]":
    """`ats sync` by a user to whom nothing of the folder belongs."""
    return subprocess.run(
        [sys.executable, "-c", _AS_NOBODY],
        cwd=folder.path,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


MODES = {
    "a folder of somebody else": {".": 0o555},
    "a folder of somebody else, .ats for all": {".": 0o555, ".ats": 0o777},
    ".ats of somebody else": {".": 0o777, ".ats": 0o555},
}


@pytest.mark.slow
@pytest.mark.parametrize("what", MODES)
def test_a_folder_that_cannot_be_written_is_told(what: str, read_once: Folder) -> None:
    before = (read_once.path / "warehouse.duckdb").read_bytes()
    for name, mode in MODES[what].items():
        (read_once.path / name).chmod(mode)
    try:
        done = sync_as_nobody(read_once)
    finally:
        for name in MODES[what]:
            (read_once.path / name).chmod(0o755)
    assert done.returncode == 1
    message, remedy = two_lines(done.stderr)
    assert "cannot be written" in message
    assert "the right to write" in remedy
    assert (read_once.path / "warehouse.duckdb").read_bytes() == before
