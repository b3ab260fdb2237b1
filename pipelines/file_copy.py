"""A whole copy of a file, made in a process of its own.

DuckDB holds a POSIX lock on a file that it has open, and a process loses all its locks on a file when it
closes any handle to it. So the copy of a database that is open here must be made elsewhere.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from sources.errors import WarehouseError

_COPY = """
import os, shutil, sys
with open(sys.argv[1], "rb") as source, open(sys.argv[2], "xb") as target:
    os.fchmod(target.fileno(), 0o600)
    left = os.fstat(source.fileno()).st_size
    try:
        while left > 0:
            copied = os.copy_file_range(source.fileno(), target.fileno(), left)
            if not copied:
                break
            left -= copied
    except (AttributeError, OSError):
        source.seek(0)
        target.seek(0)
        target.truncate()
        shutil.copyfileobj(source, target, 1 << 20)
    target.flush()
    os.fsync(target.fileno())
"""
"""Kernels that can share blocks between files (a reflink) do so in copy_file_range."""


def copy_file(source: Path, target: Path) -> None:
    """Copy `source` to `target`, which must not exist; it appears whole and on disk, or not at all."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    partial.unlink(missing_ok=True)
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _COPY, str(source), str(partial)],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise _not_copied(source, target)
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Have what a file holds, or which names a folder holds, on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _not_copied(source: Path, target: Path) -> WarehouseError:
    size = source.stat().st_size
    free = shutil.disk_usage(target.parent).free
    reason = (
        f"{size:,} bytes are needed, {free:,} are free" if free < size else "the folder takes no new file"
    )
    return WarehouseError(
        f"{source.name} could not be copied to {target.parent}: {reason}",
        "Free some space or give yourself the right to write there, and run again; nothing is lost",
    )
