"""A process of its own for each contender: none inherits what another has imported, cached or allocated."""

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.contender_process import main
from benchmarks.tasks import Found

_CONTENDERS = Path(__file__).with_name("contenders")
_NOT_PRELOADED = {"__init__", "singer_tap"}
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
    """The most memory that all its processes held at once while the clock ran, imports included."""
    bytes: int
    """How much it had to do, where the contender itself knows."""
    found: Mapping[str, Found]
    requests: int = 0
    """How many the vendors had meanwhile."""


def carried_out(
    function: str,
    arguments: Mapping[str, Any],
    variables: Mapping[str, str],
    python: str = "",
    *,
    preloaded: bool = False,
) -> Took:
    """Run a contender ("module:function" below `benchmarks.contenders`) in a process of its own.

    Args:
        function: where the contender is.
        arguments: what it is given.
        variables: of the environment, beside this process's own.
        python: the interpreter of another environment; this one's where none is named.
        preloaded: fork it from a process that has imported every contender: much sooner ready, but each then
            holds the memory of all their imports. Not for another environment.

    Raises:
        ContenderFailedError: it ended with an error.
    """
    with tempfile.TemporaryDirectory(prefix="ats-bench-") as name:
        folder = Path(name)
        asked, answer, output = folder / "arguments.json", folder / "answer.json", folder / "output.txt"
        asked.write_text(json.dumps(arguments), encoding="utf-8")
        where = (f"benchmarks.contenders.{function}", asked, answer)
        if preloaded and not python:
            exit_code, peak_bytes = _forked(where, variables, output)
        else:
            exit_code, peak_bytes = _started(where, variables, output, python or sys.executable)
        if exit_code:
            raise ContenderFailedError(f"{function} failed:\n{output.read_text('utf-8')[-4000:]}")
        told = json.loads(answer.read_text("utf-8"))
    found = {name: Found(**one) for name, one in told.pop("found").items()}
    told["peak_bytes"] = max(told["peak_bytes"], peak_bytes)
    return Took(**told, found=found)


def _started(
    where: tuple[str, Path, Path], variables: Mapping[str, str], output: Path, python: str
) -> tuple[int, int]:
    with output.open("wb") as file:
        process = subprocess.Popen(
            [python, "-m", "benchmarks.contender_process", *map(str, where)],
            cwd=Path(__file__).parents[1],
            env={**os.environ, **variables},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        with _watched(process.pid, where[2].with_suffix(".running")) as memory:
            process.wait()
    return process.returncode, memory.peak_bytes


def _forked(where: tuple[str, Path, Path], variables: Mapping[str, str], output: Path) -> tuple[int, int]:
    context = multiprocessing.get_context("forkserver")
    names = sorted(path.stem for path in _CONTENDERS.glob("*.py") if path.stem not in _NOT_PRELOADED)
    context.set_forkserver_preload([f"benchmarks.contenders.{name}" for name in names])
    process = context.Process(target=_carry_out_forked, args=(where, dict(variables), output))
    process.start()
    assert process.pid is not None  # noqa: S101 - it was started
    with _watched(process.pid, where[2].with_suffix(".running")) as memory:
        process.join()
    return process.exitcode or 0, memory.peak_bytes


def _carry_out_forked(where: tuple[str, Path, Path], variables: dict[str, str], output: Path) -> None:
    with output.open("wb") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    os.environ.update(variables)
    main(*where)


class _watched:  # noqa: N801 - used as a context manager
    """Looks now and then how much memory a process and its children hold, while a file is there."""

    def __init__(self, process_id: int, running: Path) -> None:
        self.peak_bytes = 0
        self._running = running
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
            if not self._running.exists():
                continue
            held = sum(_resident_bytes(one) for one in _family(self._process_id))
            if self._running.exists():  # else it is looking at its result by now
                self.peak_bytes = max(self.peak_bytes, held)


def _family(process_id: int) -> Iterator[int]:
    """A process and all below it; on systems without /proc the process alone, which measures itself."""
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
