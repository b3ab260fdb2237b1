"""How the command ends: exit codes, two lines for every failure, signals, and nothing of other libraries."""

import logging
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from pipelines.places import Places
from sources.errors import AtsError

INTERRUPTED = 130
TERMINATED = 143


class Terminated(BaseException):
    """SIGTERM arrived. No Exception, so that nothing which handles failures takes it for one."""


def carry_out(command: Callable[[], int], folder: Callable[[], Path]) -> int:
    """Run a command and return its exit code; every failure becomes two lines on standard error.

    `folder` tells the working folder once the arguments are known; the log of what nobody expected is there.
    """
    quieten_libraries()
    signal.signal(signal.SIGTERM, _terminate)
    try:
        return command()
    except AtsError as error:
        _write(error.message, error.remedy)
        return error.exit_code
    except KeyboardInterrupt:
        _write("Interrupted.", "Nothing half-done was kept; run it again when you like.")
        return INTERRUPTED
    except Terminated:
        _write("Stopped by SIGTERM.", "Nothing half-done was kept; run it again when you like.")
        return TERMINATED
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more at its own end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 - the last resort: a person never sees a traceback
        _write(f"This should not have happened: {type(error).__name__}.", log_unexpected(error, folder()))
        return 1


def quieten_libraries() -> None:
    """Keep the logs and warnings of other libraries off the terminal: they may quote what they read."""
    for name in ("dlt", "zeep", "urllib3", "requests", "filelock", "sqlglot"):
        logger = logging.getLogger(name)
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
        logger.setLevel(logging.CRITICAL)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise Terminated


def _write(message: str, remedy: str) -> None:
    """Exactly two lines, whatever is in them."""
    for text in (message, remedy):
        sys.stderr.write(" ".join(text.split()) + "\n")
    sys.stderr.flush()


def log_unexpected(error: Exception, folder: Path) -> str:
    """Write a traceback to the working folder, without values; the sentence that says where it is."""
    places = Places(folder)
    frames = "".join(traceback.format_tb(error.__traceback__))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    chain = " <- ".join(type(one).__name__ for one in _causes(error))
    try:
        places.make()
        with places.error_log.open("a", encoding="utf-8") as log:
            places.error_log.chmod(0o600)
            log.write(f"{now} {chain}\n{frames}\n")
    except (AtsError, OSError):
        return "Its traceback could not be written, as the working folder takes no file; report how it came."
    return f"The traceback is in {places.error_log}; please report it."


def _causes(error: BaseException) -> list[BaseException]:
    causes = [error]
    while (further := causes[-1].__cause__ or causes[-1].__context__) is not None and further not in causes:
        causes.append(further)
    return causes
