"""What DuckDB knows of earlier reads, asked without dlt, whose client imports pandas: half a second."""

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from transforms.engine import literal

_ROWS_A_TABLE = 100_000


class DuckDbQueries:
    """`Queries` of a DuckDB database.

    Args:
        cursor: is used for nothing else.
        schema: that the raw tables are in.
    """

    def __init__(self, cursor: duckdb.DuckDBPyConnection, schema: str) -> None:
        self._cursor = cursor
        self._schema = schema

    def rows(self, sql: str) -> Sequence[tuple[Any, ...]]:
        """All rows of a query."""
        return self._cursor.execute(sql).fetchall()

    def tables(self, sql: str) -> Iterator[pa.Table]:
        """The rows of a query in Arrow tables, a part after the other."""
        for batch in self._cursor.execute(sql).to_arrow_reader(_ROWS_A_TABLE):
            yield pa.Table.from_batches([batch])

    def name_of(self, table: str) -> str:
        """A raw table as SQL writes it."""
        return f"{self._schema}.{table}"

    def literal(self, value: str) -> str:
        """A text as SQL writes it."""
        return literal(value)
