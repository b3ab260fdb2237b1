"""One run at a time in a working folder: a lock that dies with its process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson
from filelock import FileLock, Timeout

from pipelines.places import Places
from sources.errors import LockedError, WarehouseError


@contextmanager
def locked(folder: Path, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the lock of `folder`; a LockedError that names the holder where it is not free in time.

    The kernel frees the lock when its process ends, however it ends, so a stale one cannot exist; what
    stands in `.ats/lock.json` only tells who holds it.
    """
    places = Places(folder)
    places.make()
    lock = FileLock(places.lock, mode=0o600)
    try:
        lock.acquire(timeout=wait_seconds, poll_interval=0.1)
    except Timeout:
        raise LockedError(
            f"Another run holds the lock of {folder}{_holder(places)}",
            "Wait for it to end, or let runs wait: lock_wait_seconds = 600 in .dlt/config.toml",
        ) from None
    except (OSError, NotImplementedError) as error:
        raise WarehouseError(
            f"{places.lock} cannot be locked: {getattr(error, 'strerror', None) or type(error).__name__}",
            "Give yourself the right to write there; the folder must lie on a disk that knows file locks",
        ) from error
    try:
        _name_holder(places)
        yield
    finally:
        places.lock_holder.unlink(missing_ok=True)
        lock.release()


def _name_holder(places: Places) -> None:
    holder = {"pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
    try:
        places.lock_holder.write_bytes(orjson.dumps(holder))
    except OSError as error:
        raise WarehouseError(
            f"{places.lock_holder} cannot be written: {error.strerror or type(error).__name__}",
            "Free some space on its disk, or give yourself the right to write there, and run again",
        ) from error


def holder_is_alive(folder: Path) -> bool:
    """Whether a run seems to hold the lock of `folder`, told without touching the lock."""
    try:
        told = orjson.loads(Places(folder).lock_holder.read_bytes())
        os.kill(int(told["pid"]), 0)
    except PermissionError:
        return True
    except (OSError, orjson.JSONDecodeError, KeyError):
        return False
    return True


def _holder(places: Places) -> str:
    try:
        told = orjson.loads(places.lock_holder.read_bytes())
        return f": process {told['pid']}, since {told['since']}"
    except (OSError, orjson.JSONDecodeError, KeyError):
        return ""
