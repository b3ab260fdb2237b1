"""The one way in which transforms and run records talk to a warehouse."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import duckdb

from sources.errors import WarehouseError

_ABOUT_FILES_AND_MEMORY = (duckdb.IOException, duckdb.OutOfMemoryException)
"""Left to whoever opened the database. The message of any other failure could hold a value of a row."""


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
        with _failures():
            self.connection.execute(sql, list(parameters) or None)

    def fetch(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """All rows that one query gives."""
        with _failures():
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
        with _failures():
            self.connection.commit()


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except _ABOUT_FILES_AND_MEMORY:
        raise
    except duckdb.Error as error:
        raise WarehouseError(
            f"The database could not carry out a statement ({type(error).__name__}).",
            "Run `ats transform --full-refresh`; if that fails too, report it with this message.",
        ) from None
