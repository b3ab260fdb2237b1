"""The made-up vendors in a process of their own, so that serving takes no time from who is measured."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class Served:
    """Requests, and the bytes of their answers' bodies."""

    requests: int
    bytes: int


class Vendors:
    """Both vendors with so many candidates each (0: not at all), until closed; a context manager."""

    def __init__(self, *, coveto: int = 0, persy: int = 0) -> None:
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "benchmarks.vendor_process"),
                json.dumps({"coveto": coveto, "persy": persy}),
            ],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # it ends when it is told, not at Ctrl-C: who is measured hears that
        )
        self.settings: dict[str, str] = self._answer()

    def delay(self, seconds: float) -> None:
        """Let every answer come so late from now on; 0 ends that."""
        self._tell("delay", seconds=seconds)

    def change_persy(self, count: int, value: str) -> list[str]:
        """Change so many of Persy's candidates, spread over the list; gives their ids."""
        return [str(one) for one in self._tell("change_persy", count=count, value=value)["ids"]]

    def served(self) -> Served:
        """What was asked and answered since the last time that this was asked."""
        return Served(**self._tell("served"))

    def close(self) -> None:
        """Stop serving.

        Raises:
            RuntimeError: the sandbox itself failed meanwhile, so nothing that was measured counts.
        """
        failures = self._tell("failures")["failures"]
        self._stop()
        if failures:
            raise RuntimeError(f"the sandbox failed: {failures}")

    def kill(self) -> None:
        """Stop serving, whatever became of it."""
        self._stop()

    def _stop(self) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout is not None  # noqa: S101
        self._process.stdout.close()

    def _tell(self, order: str, **arguments: Any) -> dict[str, Any]:
        assert self._process.stdin is not None  # noqa: S101
        self._process.stdin.write(json.dumps({"order": order, **arguments}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the made-up vendors stopped; what they said is above")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> "Vendors":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.kill()
