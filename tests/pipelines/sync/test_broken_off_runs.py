"""A run that ends by an error or a signal: its threads end with it, and the error itself is what is told."""

import json
import os
import shlex
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from sandbox import fault_actions as go
from sandbox.coveto_tenant import CovetoTenant
from sandbox.faults import Fault, On
from sources.errors import TransformError
from tests.pipelines.sync.test_catching_up import failing_transforms
from tests.pipelines.sync.working_folder import Folder


def reader_threads() -> list[str]:
    names = (thread.name for thread in threading.enumerate())
    return [name for name in names if name.startswith(("connection_", "page_", "confirm_"))]


@pytest.fixture
def interrupted(folder: Folder, coveto: CovetoTenant) -> Folder:
    """A folder whose sync was interrupted, by Control-C, while pages were coming slowly."""
    config = folder.path / ".dlt" / "config.toml"
    config.write_text(config.read_text().replace("retries = 0", "retries = 0\npage_size = 2"))
    coveto.arm(Fault("slow", go.Delay(0.3), On(), times=None))
    coveto.arm(
        Fault("control-c", go.Call(lambda _: os.kill(os.getpid(), signal.SIGINT)), On(model="candidates"))
    )
    with pytest.raises(KeyboardInterrupt):
        folder.sync("acme")
    return folder


def test_an_interrupted_run_leaves_no_thread_that_reads_on(interrupted: Folder) -> None:
    assert not (interrupted.path / "warehouse.duckdb").exists()
    until = time.monotonic() + 4
    while reader_threads() and time.monotonic() < until:
        time.sleep(0.05)
    assert reader_threads() == []


def test_a_run_after_an_interrupted_one_reads_everything(interrupted: Folder, coveto: CovetoTenant) -> None:
    coveto.disarm()
    assert interrupted.sync("acme").exit_code == 0
    assert interrupted.value("select count(*) from unified.candidates") == len(coveto.keys("candidates"))


def test_what_an_earlier_run_spooled_is_gone_after_the_next(folder: Folder) -> None:
    stale = folder.path / ".ats" / "spool" / "of-another-run"
    stale.mkdir(parents=True)
    (stale / "coveto.acme.jobs.arrow").write_bytes(b"half a file")
    folder.sync("leihwerk")
    assert not stale.exists()


def test_a_full_disk_does_not_hide_what_went_wrong(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipelines.syncing.add_late", full)
    with failing_transforms(), pytest.raises(TransformError, match="would be wrong"):
        folder.sync("leihwerk")


@pytest.fixture
def unexpected(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A folder whose sync ended by an error that nobody foresaw."""
    script = "import sys; open('told.json', 'w').write(sys.stdin.read())"
    config = folder.path / ".dlt" / "config.toml"
    command = json.dumps(shlex.join([sys.executable, "-c", script]))
    config.write_text(f"notify_command = {command}\n" + config.read_text())

    def fail(*_: object) -> None:
        raise ValueError("quotes Erika Mustermann")

    monkeypatch.setattr("pipelines.syncing.next_read_at", fail)
    with pytest.raises(ValueError, match="quotes"):
        folder.sync("leihwerk")
    return folder


def test_an_error_that_nobody_foresaw_reaches_notify_command_without_its_text(unexpected: Folder) -> None:
    told = json.loads((unexpected.path / "told.json").read_text())
    assert (told["what"], told["exit_code"], told["failed"], told["error"]) == (
        "failure",
        1,
        ["compleetpersy:leihwerk"],
        {"error_class": "ValueError", "error_message": "this should not have happened"},
    )


def test_an_error_that_nobody_foresaw_is_a_failed_run(
    unexpected: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    unexpected.sync("leihwerk")
    rows = unexpected.rows("select outcome, error_class, error_message from ats.runs where model = ''")
    assert rows == [("failed", "ValueError", "the run was broken off")]


def test_a_database_that_cannot_be_opened_is_a_failed_run(folder: Folder) -> None:
    own = folder.path / ".ats"
    own.mkdir()
    (own / "work.duckdb").write_text("no database at all" * 1000)
    with pytest.raises(Exception, match="damaged"):
        folder.sync("leihwerk")
    (line,) = Path(own / "runs.jsonl").read_text().splitlines()
    assert json.loads(line)["error_class"] == "WarehouseError"
