"""The one way in which transforms and run records talk to a warehouse."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import duckdb


class Engine(Protocol):
    """A warehouse that takes SQL. Placeholders in SQL are `?` on every engine."""

    dialect: str
    """The name of the macro file in `transforms/macros/` that this warehouse speaks."""

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Carry out one statement and forget its result."""

    def fetch(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """All rows that one query gives."""

    def transaction(self) -> AbstractContextManager[None]:
        """Commit what is done inside at once, or, where an exception leaves it, nothing."""


class DuckDbEngine:
    """A DuckDB connection as an `Engine`."""

    dialect = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Carry out one statement and forget its result."""
        self.connection.execute(sql, list(parameters) or None)

    def fetch(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """All rows that one query gives."""
        return self.connection.execute(sql, list(parameters) or None).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is done inside at once, or, where an exception leaves it, nothing."""
        self.connection.begin()
        try:
            yield
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()
