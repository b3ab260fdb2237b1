"""One run at a time, and no lock that outlives its run."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.lock import holder_is_alive, locked
from sources.errors import LockedError, WarehouseError

_HOLD = """
import sys, time
from pathlib import Path
from pipelines.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@contextmanager
def held_elsewhere(folder: Path, seconds: float = 60) -> Iterator["subprocess.Popen[str]"]:
    """Another process holds the lock while inside, or until its seconds are over."""
    command = [sys.executable, "-c", _HOLD, str(folder), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        try:
            yield holder
        finally:
            holder.kill()


def test_a_lock_that_is_held_names_its_holder(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path) as holder, pytest.raises(LockedError) as raised, locked(tmp_path):
        pass
    assert f"process {holder.pid}, since 2" in raised.value.message
    assert raised.value.exit_code == 4
    assert "lock_wait_seconds" in raised.value.remedy


def test_a_run_can_wait_for_the_lock(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path, seconds=0.5), locked(tmp_path, wait_seconds=20):
        assert holder_is_alive(tmp_path)


def test_the_lock_of_a_killed_run_is_free_at_once(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path) as holder:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        began = time.monotonic()
        with locked(tmp_path):
            assert time.monotonic() - began < 1


def test_who_looks_whether_a_run_goes_on_leaves_the_lock_alone(tmp_path: Path) -> None:
    assert not holder_is_alive(tmp_path)
    with held_elsewhere(tmp_path) as holder:
        assert holder_is_alive(tmp_path)
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        assert not holder_is_alive(tmp_path)


def test_the_folder_of_the_product_is_for_its_owner_alone(tmp_path: Path) -> None:
    with locked(tmp_path):
        assert (tmp_path / ".ats").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / ".ats" / "lock").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WarehouseError, match="cannot be written: Not a directory"), locked(tmp_path / "file"):
        pass
