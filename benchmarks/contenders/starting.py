"""How long the command takes to start."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.tasks import Found, Task

_ATS = "import sys; sys.argv[0] = 'ats'; from pipelines.command import main; main()"


def ats(folder: str, arguments: list[str]) -> Task:
    """`ats` in a working folder, in a process of its own."""
    return _task(folder, [_ATS, *arguments])


def nothing(folder: str) -> Task:
    """The limit: Python starts and ends."""
    return _task(folder, ["pass"])


def _task(folder: str, code: list[str]) -> Task:
    ended: list[int] = []

    def carry_out() -> None:
        process = subprocess.run(
            [sys.executable, "-c", *code], cwd=Path(folder), capture_output=True, check=True
        )
        ended.append(process.returncode)

    def found() -> Mapping[str, Found]:
        return {"ended well": Found(len(ended))}

    return Task(carry_out, found)
