"""PostgreSQL as an engine: a session that says the same of the same rows, wherever the server stands."""

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress

import psycopg2
from psycopg2 import errors, extensions

from sources.errors import WarehouseError
from transforms.schemas import SCHEMAS

OLDEST_SERVER = 17
"""PostgreSQL before it cannot tell letters without the rules of its operating system (`pg_c_utf8`)."""

_SESSION = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "standard_conforming_strings": "on",
    "jit": "off",  # compiling the long expressions takes longer than carrying them out
    "client_min_messages": "warning",
    # What a role or a database is limited to is meant for others: a run may wait for vendors for hours.
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    "application_name": "ats",
    "work_mem": "64MB",  # of which a run takes a few at once; with the usual 4 MB a rebuild sorts on disk
}
_JSON_KINDS = (114, 3802)
_ASIDE = r"--[^\n]*|'(?:[^']|'')*'"
"""Comments and texts, in which nothing stands for something else."""
_PARTS = re.compile(rf"{_ASIDE}|\?|%")
_SCHEMA = re.compile(rf"{_ASIDE}|\b(?:{'|'.join(SCHEMAS)})(?=\.)")
_LOST = (psycopg2.OperationalError, psycopg2.InterfaceError)


class PostgresEngine:
    """A psycopg2 connection as an `Engine`.

    Outside a transaction every statement is committed by itself; inside one, all of them see one state of the
    warehouse, so that the place of a row stays its identity.

    Args:
        connection: an open connection.
        schema_prefix: what stands before the names of our schemas, for teams that share a database.
    """

    dialect = "postgres"
    shares_tables = True
    schemas_query = "select nspname from pg_catalog.pg_namespace"

    def __init__(self, connection: extensions.connection, schema_prefix: str = "") -> None:
        self.connection = connection
        self.schema_prefix = schema_prefix
        if connection.server_version < OLDEST_SERVER * 10_000:
            raise WarehouseError(
                f"The server is PostgreSQL {connection.server_version // 10_000}.",
                f"Use PostgreSQL {OLDEST_SERVER} or later.",
            )
        connection.set_session(isolation_level="REPEATABLE READ", autocommit=True)
        as_text = extensions.new_type(_JSON_KINDS, "JSON_TEXT", extensions.UNICODE)
        extensions.register_type(as_text, connection)
        for name, value in _SESSION.items():
            self.execute("select set_config(?, ?, false)", [name, value])

    def create_schema(self, name: str) -> None:
        """Make a schema; `name` is without the prefix."""
        full_name = self.schema_prefix + name
        try:
            with _failures(), self.connection.cursor() as cursor:
                cursor.execute(f'create schema "{full_name}"')
        except MissingRightError:
            info = self.connection.info
            raise WarehouseError(
                f"The schema {full_name} is not there, and the role {info.user} may not make it.",
                f'Let an owner type: create schema {full_name} authorization "{info.user}" '
                "(docs/destinations.md)",
            ) from None

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> None:
        """Carry out one statement and forget its result."""
        with _failures(), self.connection.cursor() as cursor:
            cursor.execute(*_for_driver(self.named(sql), parameters))

    def fetch(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """All rows that one query gives; json as text, times in UTC."""
        with _failures(), self.connection.cursor() as cursor:
            cursor.execute(*_for_driver(self.named(sql), parameters))
            return list(cursor.fetchall())

    def named(self, sql: str) -> str:
        """A statement with the names that our schemas have in this database; what stands in quotes stays."""
        if not self.schema_prefix:
            return sql
        return _SCHEMA.sub(self._schema_name, sql)

    def _schema_name(self, found: re.Match[str]) -> str:
        return found[0] if found[0].startswith(("'", "--")) else self.schema_prefix + found[0]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is done inside at once, or, where an exception leaves it, nothing."""
        with _failures():
            self.connection.autocommit = False
        try:
            yield
        except BaseException:
            with suppress(*_LOST):  # a lost connection has rolled back by itself
                self.connection.rollback()
                self.connection.autocommit = True
            raise
        with _failures():
            self.connection.commit()
            self.connection.autocommit = True

    def allow_more_memory(self) -> None:
        """Nothing: how much the server takes is its own affair."""

    def threads(self, most: int) -> AbstractContextManager[None]:  # noqa: ARG002
        """Nothing either."""
        return nullcontext()


def _for_driver(sql: str, parameters: Sequence[object]) -> tuple[str, list[object] | None]:
    """A statement with `?` as the driver wants it; what stands in quotes stays."""
    if not parameters:
        return sql, None
    return _PARTS.sub(_part, sql), list(parameters)


def _part(found: re.Match[str]) -> str:
    return "%s" if found[0] == "?" else found[0].replace("%", "%%")


class MissingRightError(WarehouseError):
    """The role of a connection may not do what a statement says."""


@contextmanager
def _failures() -> Iterator[None]:
    """The server's messages may hold values of rows, so only the kind of a failure is told."""
    try:
        yield
    except errors.InsufficientPrivilege:
        raise MissingRightError(
            "The role of the connection lacks a right that is needed on the warehouse.",
            f"Let it own {', '.join(SCHEMAS)} and all tables in them; see docs/destinations.md",
        ) from None
    except _LOST as error:
        raise WarehouseError(
            f"The connection to the warehouse failed ({type(error).__name__}).",
            "See that the server runs and takes connections, then run the command again.",
        ) from None
    except (psycopg2.Error, ValueError) as error:
        raise WarehouseError(
            f"The database could not carry out a statement ({type(error).__name__}).",
            "Run `ats transform --full-refresh`; if that fails too, report it with this message.",
        ) from None
