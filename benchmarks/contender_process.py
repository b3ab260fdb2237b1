"""Carries out one task in this process and notes what it took; `processes` starts it, nobody else."""

import importlib
import json
import resource
import sys
import time
from dataclasses import asdict
from pathlib import Path

from benchmarks.tasks import Task


def main(function: str, arguments: Path, answer: Path) -> None:
    """Prepare the task that `function` ("module:name") gives, carry it out, and write the answer.

    Args:
        function: where the contender is.
        arguments: a JSON file of its arguments.
        answer: where seconds, CPU seconds and what was found go.
    """
    module, _, name = function.partition(":")
    task: Task = getattr(importlib.import_module(module), name)(**json.loads(arguments.read_text("utf-8")))
    cpu_before, began = _cpu_seconds(), time.perf_counter()
    task.carry_out()
    seconds, cpu_seconds = time.perf_counter() - began, _cpu_seconds() - cpu_before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    tables = {name: asdict(found) for name, found in task.found().items()}
    took = {"seconds": seconds, "cpu_seconds": cpu_seconds, "peak_bytes": peak, "found": tables}
    answer.write_text(json.dumps(took), encoding="utf-8")


def _cpu_seconds() -> float:
    """Of this process and those that it started and that have ended."""
    used = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
