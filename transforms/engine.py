"""The one way in which transforms and run records talk to a warehouse."""

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime
from typing import Protocol

import duckdb

from sources.errors import WarehouseError
from transforms.memory import MemoryAllowance, with_enough_memory

ROWS_A_GROUP = 20_480
"""In our DuckDB files a sixth of the default: what is scanned and written in several threads at once are row
groups."""
_QUOTED_OR_PLACE = re.compile(r"'(?:[^']|'')*'|\?")
_SIGNS_OF_FILES = ("Could not write", "Could not read", "No space left", "has been invalidated")
"""What DuckDB says within other failures, such as that of a commit, where its file is to blame."""


def concerns_files_or_memory(error: duckdb.Error) -> bool:
    """Whether a failure is one of the file or of memory, which is left to whoever opened the database.

    The message of any other failure could hold a value of a row.
    """
    if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException):
        return True
    return any(sign in str(error) for sign in _SIGNS_OF_FILES) and isinstance(
        error, duckdb.TransactionException | duckdb.FatalException
    )


class Engine(Protocol):
    """A warehouse that takes SQL. Placeholders in SQL are `?` on every engine."""

    dialect: str
    """The name of the macro file in `transforms/macros/` that this warehouse speaks."""

    shares_tables: bool
    """Whether others read the tables during a run, with rights of their own: then a rebuild drops none."""

    schema_prefix: str
    """What stands before each schema's name in the warehouse, never in the SQL that an engine is given."""

    schemas_query: str
    """A query for the names of the schemas that there are."""

    def create_schema(self, name: str) -> None:
        """Make a schema; `name` is without the prefix."""

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Carry out one statement and forget its result."""

    def fetch(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """All rows that one query gives."""

    def transaction(self) -> AbstractContextManager[None]:
        """Commit what is done inside at once, or, where an exception leaves it, nothing."""

    def allow_more_memory(self) -> str | None:
        """Let a warehouse that ran out of memory take more: how much now, None where it may not."""

    def threads(self, most: int) -> AbstractContextManager[None]:
        """Have the warehouse use no more cores at once than this, where that is ours to say."""


class DuckDbEngine:
    """A DuckDB connection as an `Engine`."""

    dialect = "duckdb"
    shares_tables = False
    schema_prefix = ""
    schemas_query = (
        "select schema_name from information_schema.schemata where catalog_name = current_database()"
    )

    def __init__(self, connection: duckdb.DuckDBPyConnection, memory: MemoryAllowance | None = None) -> None:
        self.connection = connection
        self._memory = memory
        self._is_in_transaction = False

    def create_schema(self, name: str) -> None:
        """Make a schema."""
        self.execute(f"create schema {name}")

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Carry out one statement and forget its result."""
        self._carry_out(_with_literals(sql, parameters))

    def fetch(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """All rows that one query gives."""
        return self._carry_out(_with_literals(sql, parameters)).fetchall()

    def allow_more_memory(self) -> str | None:
        """Raise the memory limit; how far, None where there is none or it is at its greatest."""
        return self._memory.allow_more_memory() if self._memory else None

    @contextmanager
    def threads(self, most: int) -> Iterator[None]:
        """Use no more cores at once than this; afterwards as many as there are."""
        self.execute(f"set threads = {most}")
        try:
            yield
        finally:
            with suppress(WarehouseError):  # after a failure that closed the database
                self.execute("reset threads")

    def _carry_out(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Carry out a statement; in a transaction one that fails takes all that was done with it."""
        with _failures():
            if self._is_in_transaction:
                return self.connection.execute(sql)
            return with_enough_memory(self, lambda: self.connection.execute(sql))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is done inside at once, or, where an exception leaves it, nothing."""
        with _failures():
            self.connection.begin()
        self._is_in_transaction = True
        try:
            yield
        except BaseException:
            with suppress(duckdb.Error):  # the error itself is what must be told
                self.connection.rollback()
            raise
        finally:
            self._is_in_transaction = False
        # A commit that lacks memory closes the database.
        with _failures(), self._memory.all_of_it() if self._memory else nullcontext():
            self.connection.commit()


def _with_literals(sql: str, parameters: Sequence[object]) -> str:
    """A statement with its values written in: to bind the first one DuckDB imports pandas, half a second."""
    if not parameters:
        return sql
    values = iter([literal(value) for value in parameters])
    written = _QUOTED_OR_PLACE.sub(lambda found: next(values) if found[0] == "?" else found[0], sql)
    if next(values, None) is not None:
        raise ValueError("a statement has fewer places than values")
    return written


def literal(value: object) -> str:
    """A value in DuckDB's SQL: null, a boolean, a whole number, a text, or a time.

    Raises:
        TypeError: it is of another kind.
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, datetime):
        return f"{'TIMESTAMP' if value.tzinfo is None else 'TIMESTAMPTZ'} '{value.isoformat(sep=' ')}'"
    if isinstance(value, str):
        written = "'" + value.replace("'", "''") + "'"
        return written if "\0" not in value else "(" + written.replace("\0", "' || chr(0) || '") + ")"
    raise TypeError(f"no literal of {type(value).__name__} is known")


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        if concerns_files_or_memory(error):
            raise
        raise WarehouseError(
            f"The database could not carry out a statement ({type(error).__name__}).",
            "Run `ats transform --full-refresh`; if that fails too, report it with this message.",
        ) from None
