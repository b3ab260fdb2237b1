"""Carries out one task in this process and notes what it took; `processes` starts it, nobody else."""

import importlib
import json
import resource
import sys
import time
from dataclasses import asdict
from pathlib import Path

from benchmarks.tasks import Task

_CLEAR, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")
_UNIT = 1 if sys.platform == "darwin" else 1024
"""In what macOS and other systems without /proc count memory."""


def main(function: str, arguments: Path, answer: Path) -> None:
    """Prepare the task that `function` ("module:name") gives, carry it out, and write the answer.

    While the clock runs, a file called as `answer` but ending in `.running` is there.

    Args:
        function: where the contender is.
        arguments: a JSON file of its arguments.
        answer: where seconds, CPU seconds and what was found go.
    """
    module, _, name = function.partition(":")
    task: Task = getattr(importlib.import_module(module), name)(**json.loads(arguments.read_text("utf-8")))
    running = answer.with_suffix(".running")
    _forget_peak()
    running.touch()
    cpu_before, began = _cpu_seconds(), time.perf_counter()
    task.carry_out()
    seconds, cpu_seconds = time.perf_counter() - began, _cpu_seconds() - cpu_before
    running.unlink()
    took = {"seconds": seconds, "cpu_seconds": cpu_seconds, "peak_bytes": _peak_bytes()}
    tables = {name: asdict(found) for name, found in task.found().items()}
    told = {**took, "bytes": task.size_in_bytes(), "found": tables}
    answer.write_text(json.dumps(told), encoding="utf-8")


def _cpu_seconds() -> float:
    """Of this process and those that it started and that have ended."""
    used = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _forget_peak() -> None:
    """Let Linux count the most memory from now on: what was prepared is not what is measured."""
    if _CLEAR.exists():
        _CLEAR.write_text("5", encoding="ascii")


def _peak_bytes() -> int:
    """The most memory that this process alone has held since `_forget_peak`."""
    if not _CLEAR.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
    lines = _STATUS.read_text("ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
