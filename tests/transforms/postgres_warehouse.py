"""A warehouse in a PostgreSQL database, for tests that are written for DuckDB's connections as well."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg2 import extensions

from tests.transforms.warehouse import Warehouse
from transforms.postgres_engine import PostgresEngine


@dataclass(frozen=True)
class PostgresStatements:
    """A PostgreSQL connection that carries out statements as DuckDB's does."""

    engine: PostgresEngine

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> "PostgresStatements | Rows":
        """One statement, committed at once."""
        if sql.startswith("select"):
            return Rows(self.engine.fetch(sql, parameters))
        self.engine.execute(sql, parameters)
        return self


@dataclass(frozen=True)
class Rows:
    """What a query gave."""

    rows: list[tuple[object, ...]]

    def fetchall(self) -> list[tuple[object, ...]]:
        return self.rows


def postgres_warehouse(connection: extensions.connection) -> Warehouse:
    """A warehouse in an empty PostgreSQL database."""
    engine = PostgresEngine(connection)
    return Warehouse(PostgresStatements(engine), engine)
