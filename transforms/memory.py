"""How much memory DuckDB may take: little at first, and twice as much whenever that was too little."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

import duckdb

FIRST_BYTES = 500_000_000
"""Enough for records of some kilobytes, however many; not for twenty megabytes in one field."""

_SHARE_BY_DEFAULT = 0.8
"""Of the memory of the machine, or of the container."""
_UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}

Result = TypeVar("Result")


class Growing(Protocol):
    """What runs in memory that may grow."""

    def allow_more_memory(self) -> str | None:
        """Take more from now on: how much, None where no more may be taken."""


class MemoryAllowance:
    """The memory limit of a DuckDB database.

    Args:
        connection: to the database.
        most: what the limit may grow to, as DuckDB writes it: a size, or a share of the machine's memory.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, most: str) -> None:
        self._connection = connection
        self._most = self._bytes_of(most)
        self._now = self._most
        if self._most > FIRST_BYTES:
            self._now = FIRST_BYTES
            self._set(self._now)

    def allow_more_memory(self) -> str | None:
        """Raise the limit to twice what it is, at most to the greatest: how far, None where it was that."""
        if self._now >= self._most:
            return None
        self._now = min(2 * self._now, self._most)
        self._set(self._now)
        return f"{round(self._now / 1e6):,} MB"

    @contextmanager
    def all_of_it(self) -> Iterator[None]:
        """Allow the most for something that cannot be tried again."""
        self._set(self._most)
        yield
        try:
            self._set(self._now)
        except duckdb.OutOfMemoryException:  # so much is still in use: what was done is done all the same
            self._now = self._most

    def _set(self, limit: int) -> None:
        self._connection.execute(f"SET memory_limit = '{limit // 1_000}KB'")

    def _bytes_of(self, most: str) -> int:
        if most.endswith("%"):
            self._connection.execute("RESET memory_limit")
            limit = int(self._limit() / _SHARE_BY_DEFAULT * float(most.removesuffix("%")) / 100)
            self._set(limit)
            return limit
        self._connection.execute(f"SET memory_limit = '{most}'")
        return int(self._limit())

    def _limit(self) -> float:
        ((text,),) = self._connection.execute("SELECT current_setting('memory_limit')").fetchall()
        size, unit = str(text).split()
        return float(size) * _UNITS[unit]


def with_enough_memory(
    growing: Growing, work: Callable[[], Result], told: Callable[[str], None] = lambda _: None
) -> Result:
    """What `work` gives, which leaves nothing behind when it fails: done anew for as long as memory can grow.

    Raises:
        duckdb.OutOfMemoryException: the most that is allowed was too little.
    """
    while True:
        try:
            return work()
        except duckdb.OutOfMemoryException:
            allowed = growing.allow_more_memory()
            if allowed is None:
                raise
        told(f"DuckDB ran out of memory; nothing was changed, and it tries again with {allowed}")
