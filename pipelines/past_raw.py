"""The raw log of a warehouse up to a moment, copied into a DuckDB in memory."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow

from pipelines.opening import open_unified
from sources.endpoints import MODELS
from sources.errors import WarehouseError
from transforms.engine import DuckDbEngine, Engine
from transforms.retained import retained_values
from transforms.schemas import columns_of, tables_of

_ROWS_A_BATCH = 20_000
_KINDS = {"boolean": pyarrow.bool_(), "timestamp with time zone": pyarrow.timestamp("us", "UTC")}
_RAW = ("connection_id", "remote_id", "content_hash", "remote_data", "is_deleted", "read_at", "_dlt_load_id")


def copy_raw(target: DuckDbEngine, folder: Path, moment: datetime) -> None:
    """Copy what was read at or before a moment, and what is kept of erased records, into an empty DuckDB."""
    with open_unified(folder) as now:
        if not isinstance(now, DuckDbEngine):
            _copy_from_server(target, now, moment)
            return
        ((database,),) = now.fetch(
            "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
        )
    _copy_from_file(target, str(database), moment)


def _copy_from_file(target: DuckDbEngine, database: str, moment: datetime) -> None:
    """Without the file staying attached."""
    quoted = database.replace("'", "''")
    try:
        target.connection.execute(f"ATTACH '{quoted}' AS published (READ_ONLY)")
    except duckdb.Error as error:
        raise WarehouseError(
            f"{database} cannot be read for another moment",
            "Close connections of this process that have it open, and try again",
        ) from error
    there = set(
        target.fetch(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = 'published'"
        )
    )
    for tool, models in MODELS.items():
        schema = f"raw_{tool}"
        if (schema, "_dlt_loads") not in there:
            continue
        target.execute(f"CREATE SCHEMA {schema}")
        target.execute(f"CREATE TABLE {schema}._dlt_loads AS FROM published.{schema}._dlt_loads")
        for model in models:
            if (schema, model) in there:
                target.execute(
                    f"CREATE TABLE {schema}.{model} AS FROM published.{schema}.{model} WHERE read_at <= ?",
                    [moment],
                )
    target.execute("CREATE SCHEMA ats")
    for table, values in retained_values().items():
        if ("ats", table) in there:
            target.execute(f"CREATE TABLE ats.{table} AS FROM published.ats.{table}")
            target.execute(f"UPDATE ats.{table} SET {', '.join(f'{one} = NULL' for one in values)}")
    target.execute("DETACH published")


def _copy_from_server(target: DuckDbEngine, now: Engine, moment: datetime) -> None:
    there = tables_of(now)
    for tool, models in MODELS.items():
        schema = f"raw_{tool}"
        if (schema, "_dlt_loads") not in there:
            continue
        target.execute(f"CREATE SCHEMA {schema}")
        _copy_table(target, now, f"{schema}._dlt_loads", {"load_id": "text", "status": "bigint"})
        for model in models:
            if (schema, model) in there:
                known = columns_of(now, schema, model)
                kinds = {name: known[name] for name in _RAW}
                _copy_table(target, now, f"{schema}.{model}", kinds, "read_at <= ?", [moment])
    target.execute("CREATE SCHEMA ats")
    for table, values in retained_values().items():
        if ("ats", table) in there:
            kinds = {name: kind for name, kind in columns_of(now, "ats", table).items() if name not in values}
            _copy_table(target, now, f"ats.{table}", kinds)


def _copy_table(
    target: DuckDbEngine,
    now: Engine,
    table: str,
    kinds: dict[str, str],
    condition: str = "true",
    values: list[object] | None = None,
) -> None:
    """Columns of a table, given their types on the server; json arrives as the text that it is there."""
    typed = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
    target.execute(f"CREATE TABLE {table} ({typed.replace('jsonb', 'json')})")
    sql = f"SELECT {', '.join(kinds)} FROM {table} WHERE {condition}"
    for rows in _batches(now, sql, values or []):
        columns = [
            pyarrow.array(list(cells), _KINDS.get(kind))
            for cells, kind in zip(zip(*rows, strict=True), kinds.values(), strict=True)
        ]
        target.connection.register("batch", pyarrow.table(columns, names=list(kinds)))
        target.execute(f"INSERT INTO {table} SELECT * FROM batch")
        target.connection.unregister("batch")


def _batches(now: Engine, sql: str, values: list[object]) -> Iterator[list[tuple[object, ...]]]:
    """The rows a batch at a time, so that the server's driver never holds all of them."""
    with now.transaction():
        now.execute(f"DECLARE past NO SCROLL CURSOR FOR {sql}", values)
        while rows := now.fetch(f"FETCH FORWARD {_ROWS_A_BATCH} FROM past"):
            yield rows
        now.execute("CLOSE past")
