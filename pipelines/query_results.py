"""What a query of either warehouse gives, with the types that the contract promises."""

from dataclasses import dataclass
from typing import Any

import duckdb
import pandas
import pyarrow

from sources.errors import ConfigurationError
from sources.json_document import value_of
from transforms.engine import DuckDbEngine, Engine

_NULLABLE = {
    pyarrow.bool_(): pandas.BooleanDtype(),
    pyarrow.int32(): pandas.Int32Dtype(),
    pyarrow.int64(): pandas.Int64Dtype(),
}
_KINDS = {
    16: pyarrow.bool_(),
    20: pyarrow.int64(),
    21: pyarrow.int32(),
    23: pyarrow.int32(),
    700: pyarrow.float64(),
    701: pyarrow.float64(),
    1082: pyarrow.date32(),
    1184: pyarrow.timestamp("us", "UTC"),
    1700: pyarrow.float64(),
}
"""Arrow's types by PostgreSQL's numbers of types; everything else is text."""
_JSON = (114, 3802)
_CURSOR = (
    "do $$ declare c refcursor := 'ats_query'; begin open c for execute current_setting('ats.query'); end $$"
)
"""The server refuses to open a cursor for more than one statement, or for one that gives no rows.

Sent as it is, a query could end the transaction, and with it what keeps it from writing.
"""


@dataclass(frozen=True)
class QueryResult:
    """Rows as an Arrow table; json columns hold text there."""

    table: pyarrow.Table
    json_columns: tuple[str, ...]

    @property
    def frame(self) -> pandas.DataFrame:
        """As a DataFrame: json columns Python objects, booleans and whole numbers nullable."""
        frame: pandas.DataFrame = self.table.to_pandas(types_mapper=_NULLABLE.get)
        for name in self.json_columns:
            values: list[Any] = [None if _missing(text) else value_of(str(text)) for text in frame[name]]
            frame[name] = pandas.Series(values, index=frame.index, dtype=object)
        return frame


def query_result(engine: Engine, sql: str) -> QueryResult:
    """What a SELECT gives.

    Raises:
        ConfigurationError: it is no query that this warehouse understands, or would write something.
    """
    return _of_duckdb(engine, sql) if isinstance(engine, DuckDbEngine) else _of_postgres(engine, sql)


def _of_duckdb(engine: DuckDbEngine, sql: str) -> QueryResult:
    try:
        relation = engine.connection.sql(sql)
        if relation is None:
            raise _no_query()
        columns = zip(relation.columns, relation.types, strict=True)
        json_columns = tuple(name for name, kind in columns if str(kind) == "JSON")
        return QueryResult(relation.to_arrow_table(), json_columns)
    except duckdb.Error as error:
        raise _refused(error) from error


def _of_postgres(engine: Engine, sql: str) -> QueryResult:
    import psycopg2
    from psycopg2 import errors

    from transforms.postgres_engine import PostgresEngine

    if not isinstance(engine, PostgresEngine):
        raise TypeError(f"{type(engine).__name__} cannot be asked from a notebook")
    with engine.transaction(), engine.connection.cursor() as cursor:
        engine.execute("set transaction read only")
        engine.fetch("select set_config('cursor_tuple_fraction', '1', true)")  # all rows are fetched
        engine.fetch("select set_config('ats.query', ?, true)", [engine.named(sql)])
        try:
            cursor.execute(_CURSOR)
            cursor.execute("fetch all from ats_query")
        except errors.InvalidCursorDefinition as error:
            raise _no_query() from error
        except psycopg2.Error as error:
            raise _refused(error.diag.message_primary or error) from error
        rows, columns = cursor.fetchall(), cursor.description or ()
    arrays = [_array([row[place] for row in rows], column.type_code) for place, column in enumerate(columns)]
    return QueryResult(
        pyarrow.table(arrays, names=[column.name for column in columns]),
        tuple(column.name for column in columns if column.type_code in _JSON),
    )


def _array(values: list[Any], kind: int) -> pyarrow.Array:
    if kind in _KINDS:
        numbers = [None if value is None else float(value) for value in values] if kind == 1700 else values
        return pyarrow.array(numbers, _KINDS[kind])
    return pyarrow.array([None if value is None else str(value) for value in values], pyarrow.string())


def _refused(reason: object) -> ConfigurationError:
    return ConfigurationError(
        f"The query cannot be carried out: {str(reason).strip()}",
        "Correct it; tables are unified.applications, …",
    )


def _no_query() -> ConfigurationError:
    return ConfigurationError("This is no query", "Write one SELECT")


def _missing(value: object) -> bool:
    return value is None or value != value
