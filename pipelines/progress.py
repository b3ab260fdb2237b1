"""What a run says while it runs: a live table on a terminal, else a plain line every few seconds."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Protocol, TextIO

from sources.observing import Observer, SilentObserver

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

_SECONDS_BETWEEN_LINES = 5.0


class Progress(Observer, Protocol):
    """What a run reports to; called from several threads, and never with anything of a candidate."""

    def message(self, text: str) -> None:
        """Anything else that a person would like to know."""


class Silent(SilentObserver):
    """Says nothing."""

    def message(self, text: str) -> None:
        """Say nothing."""


@dataclass
class _Read:
    began: float
    pages: int = 0
    records: int = 0
    last_line: float = 0.0

    def counted(self) -> str:
        return f"{self.records:,} records"

    def speed(self) -> str:
        seconds = time.monotonic() - self.began
        return f"{self.records / seconds:,.0f}/s" if self.records and seconds > 0.5 else ""


class Lines:
    """Plain lines, for logs: one when a model begins being slow, one every few seconds, one at its end."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._reads: dict[tuple[str, str], _Read] = {}
        self._lock = Lock()

    def started(self, connection_id: str, model: str) -> None:
        """Remember when it began."""
        now = time.monotonic()
        with self._lock:
            self._reads[connection_id, model] = _Read(began=now, last_line=now)

    def advanced(self, connection_id: str, model: str, pages: int, records: int) -> None:
        """Write a line if the last one is some seconds old."""
        now = time.monotonic()
        with self._lock:
            read = self._reads.setdefault((connection_id, model), _Read(began=now, last_line=now))
            read.pages, read.records = pages, records
            if now - read.last_line < _SECONDS_BETWEEN_LINES:
                return
            read.last_line = now
            self._write(f"{connection_id} {model}: {read.counted()}, {read.speed()}")

    def finished(self, connection_id: str, model: str, text: str) -> None:
        """Write how it ended."""
        with self._lock:
            self._reads.pop((connection_id, model), None)
            self._write(f"{connection_id} {model}: {text}")

    def message(self, text: str) -> None:
        """Write it."""
        with self._lock:
            self._write(text)

    def _write(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()


class LiveTable:
    """A table that is redrawn while it grows: what is being read, how many, how fast."""

    def __init__(self, live: "Live") -> None:
        self._live = live
        self._reads: dict[tuple[str, str], _Read] = {}
        self._lock = Lock()

    def started(self, connection_id: str, model: str) -> None:
        """Show a line for it."""
        with self._lock:
            self._reads[connection_id, model] = _Read(began=time.monotonic())
            self._live.update(self._table())

    def advanced(self, connection_id: str, model: str, pages: int, records: int) -> None:
        """Count on."""
        with self._lock:
            read = self._reads.setdefault((connection_id, model), _Read(began=time.monotonic()))
            read.pages, read.records = pages, records
            self._live.update(self._table())

    def finished(self, connection_id: str, model: str, text: str) -> None:
        """Take its line out of the table and leave one above it."""
        with self._lock:
            self._reads.pop((connection_id, model), None)
            self._live.update(self._table())
            self._live.console.print(f"{connection_id} {model}: {text}", highlight=False, markup=False)

    def message(self, text: str) -> None:
        """Write it above the table."""
        with self._lock:
            self._live.console.print(text, highlight=False, markup=False)

    def _table(self) -> "Table":
        from rich.table import Table

        table = Table.grid(padding=(0, 2))
        for (connection_id, model), read in self._reads.items():
            table.add_row(f"[dim]{connection_id}[/dim]", model, read.counted(), f"[dim]{read.speed()}[/dim]")
        return table


@contextmanager
def shown_progress(otherwise: Progress | None = None) -> Iterator[Progress]:
    """A live table on a terminal; elsewhere plain lines, or what is given."""
    if not sys.stderr.isatty():
        yield otherwise or Lines()
        return
    from rich.console import Console
    from rich.live import Live

    with Live(console=Console(stderr=True), transient=True, refresh_per_second=8) as live:
        yield LiveTable(live)
