"""A process of its own for each contender: none inherits what another has imported, cached or allocated."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.tasks import Found

_LOOK_EVERY_SECONDS = 0.05
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class ContenderFailedError(Exception):
    """A contender did not come to an end."""


@dataclass(frozen=True)
class Took:
    """What one run of one contender took."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    """The most memory that all its processes held at once, imports included."""
    found: Mapping[str, Found]


def carried_out(function: str, arguments: Mapping[str, Any], variables: Mapping[str, str]) -> Took:
    """Run a contender ("module:function" below `benchmarks.contenders`) in a process of its own.

    Raises:
        ContenderFailedError: it ended with an error.
    """
    with tempfile.TemporaryDirectory(prefix="ats-bench-") as name:
        asked, answer = Path(name) / "arguments.json", Path(name) / "answer.json"
        asked.write_text(json.dumps(arguments), encoding="utf-8")
        with (Path(name) / "output.txt").open("w+", encoding="utf-8") as output:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "benchmarks.contender_process"),
                    *(f"benchmarks.contenders.{function}", str(asked), str(answer)),
                ],
                cwd=Path(__file__).parents[1],
                env={**os.environ, **variables},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            with _watched(process.pid) as memory:
                process.wait()
            if process.returncode:
                output.seek(0)
                raise ContenderFailedError(f"{function} failed:\n{output.read()[-4000:]}")
        told = json.loads(answer.read_text("utf-8"))
    found = {name: Found(**one) for name, one in told.pop("found").items()}
    told["peak_bytes"] = max(told["peak_bytes"], memory.peak_bytes)
    return Took(**told, found=found)


class _watched:  # noqa: N801 - used as a context manager
    """Looks now and then how much memory a process and its children hold."""

    def __init__(self, process_id: int) -> None:
        self.peak_bytes = 0
        self._process_id = process_id
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "_watched":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_EVERY_SECONDS):
            held = sum(_resident_bytes(one) for one in _family(self._process_id))
            self.peak_bytes = max(self.peak_bytes, held)


def _family(process_id: int) -> Iterator[int]:
    """A process and all below it; on systems without /proc the process alone, measured at its end."""
    yield process_id
    for children in Path(f"/proc/{process_id}/task").glob("*/children"):
        try:
            found = children.read_text("ascii").split()
        except OSError:  # it has just ended
            continue
        for child in found:
            yield from _family(int(child))


def _resident_bytes(process_id: int) -> int:
    try:
        return int(Path(f"/proc/{process_id}/statm").read_text("ascii").split()[1]) * _PAGE_BYTES
    except (OSError, IndexError):
        return 0
