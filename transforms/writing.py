"""Rows into a table and out of it, many by one statement: a statement costs a millisecond or two."""

from collections.abc import Sequence

from transforms.engine import Engine

_ROWS_A_STATEMENT = 1_000


def insert_rows(engine: Engine, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Insert rows of values, many by one statement."""
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        some = rows[start : start + _ROWS_A_STATEMENT]
        marks = ", ".join(f"({', '.join('?' for _ in row)})" for row in some)
        engine.execute(f"insert into {table} values {marks}", [value for row in some for value in row])


def delete_rows(engine: Engine, table: str, columns: Sequence[str], keys: Sequence[Sequence[object]]) -> None:
    """Delete the rows whose values in some columns are one of `keys`, many by one statement."""
    for start in range(0, len(keys), _ROWS_A_STATEMENT):
        some = keys[start : start + _ROWS_A_STATEMENT]
        marks = ", ".join(f"({', '.join('?' for _ in columns)})" for _ in some)
        engine.execute(
            f"delete from {table} where ({', '.join(columns)}) in ({marks})",
            [value for key in some for value in key],
        )
