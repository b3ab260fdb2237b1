"""`notify_command`: told when a run failed, and when what had failed works again."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict

import orjson

from pipelines.configuration import Configuration
from pipelines.last_outcomes import last_outcomes
from pipelines.results import SyncResult
from pipelines.run_records import late_rows
from sources.errors import AtsError, LockedError
from transforms.engine import Engine

TIME_LIMIT_SECONDS = 60.0


class Notifier:
    """Runs the configuration's `notify_command`, where there is one and a run gives reason to.

    Args:
        configuration: that of the run.
        run_id: the run's id in `ats.runs`.
        warn: takes a line where the command itself fails; that never changes what becomes of the run.
    """

    def __init__(self, configuration: Configuration, run_id: str, warn: Callable[[str], None]) -> None:
        self._command = configuration.notify_command
        self._folder = configuration.folder
        self._run_id = run_id
        self._warn = warn
        self._failed_before: set[str] = set()

    def remember_failures(self, engine: Engine) -> None:
        """Note which connections' last run failed, before this one is recorded."""
        if self._command:
            outcomes = last_outcomes(engine)
            self._failed_before = {one for one, outcome in outcomes.items() if outcome == "failed"}

    @contextmanager
    def when_it_fails(self) -> Iterator[None]:
        """Notify where an error ends the run; not where another run is at work, as that one speaks."""
        try:
            yield
        except LockedError:
            raise
        except Exception as error:
            reads = [row for row in late_rows(self._folder) if row.get("run_id") == self._run_id]
            # the text of an error that is not ours may quote what was read
            text = str(error) if isinstance(error, AtsError) else "this should not have happened"
            told = {"error_class": type(error).__name__, "error_message": text}
            self._tell("failure", getattr(error, "exit_code", 1), reads, told)
            raise

    def ended(self, result: SyncResult) -> None:
        """Notify where a connection failed, or works again."""
        reads = [asdict(read) for read in result.reads]
        if result.exit_code == 1:
            self._tell("failure", result.exit_code, reads)
        elif self._recovered(reads):
            self._tell("recovery", result.exit_code, reads)

    def _recovered(self, reads: Sequence[Mapping[str, object]]) -> list[str]:
        return [one for one in _connections(reads, failed=False) if one in self._failed_before]

    def _tell(
        self,
        what: str,
        exit_code: int,
        reads: Sequence[Mapping[str, object]],
        error: Mapping[str, str] | None = None,
    ) -> None:
        if not self._command:
            return
        text = orjson.dumps(
            {
                "what": what,
                "run_id": self._run_id,
                "folder": str(self._folder.resolve()),
                "exit_code": exit_code,
                "failed": _connections(reads, failed=True),
                "recovered": self._recovered(reads),
                "error": error,
                "reads": reads,
            }
        )
        problem = _run(shlex.split(self._command), text, str(self._folder))
        if problem:
            self._warn(f"notify_command {problem}; the run itself is not concerned")


def _connections(reads: Sequence[Mapping[str, object]], *, failed: bool) -> list[str]:
    """The connections of which something failed, or of which nothing did."""
    everyone = dict.fromkeys(str(read["connection_id"]) for read in reads)
    bad = {str(read["connection_id"]) for read in reads if read["outcome"] == "failed"}
    return [one for one in everyone if (one in bad) == failed]


def _run(command: Sequence[str], text: bytes, folder: str) -> str | None:
    """Run a command with a text on its standard input; what went wrong, None where all went well."""
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        return f"could not be started ({error.strerror})"
    with process:
        try:
            process.communicate(text, timeout=TIME_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            _stop(process)
            return f"did not end within {TIME_LIMIT_SECONDS:g} seconds and was stopped"
        except BaseException:
            _stop(process)
            raise
    return f"ended with exit code {process.returncode}" if process.returncode else None


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End a command with everything that it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
