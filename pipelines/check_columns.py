"""Which unified columns a handful of records fills: told by the real transforms, in a warehouse in memory."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines.check_paths import documents_of, present_paths, tried_paths
from pipelines.check_report import ColumnReport
from pipelines.mapping_lines import Gap, gaps_of
from sources.endpoints import MODELS
from sources.pages import Record
from transforms.engine import DuckDbEngine
from transforms.models import Column, Table, load_tables
from transforms.runner import TransformSettings, run_transforms

_OURS = re.compile(r"ours|read_at of ")
_PATH = re.compile(r"[\w@#]+(?:\.[\w@#]+)*")
_LOAD = "a sample"


def tried_columns(
    connection_id: str,
    samples: Mapping[str, Sequence[Record]],
    paths: Mapping[str, Mapping[str, Sequence[str]]],
    mappings_folder: Path,
) -> tuple[tuple[ColumnReport, ...], list[Gap]]:
    """What records of a connection fill, and which of their words map nowhere.

    Args:
        connection_id: the connection.
        samples: records of each model.
        paths: the paths of the configuration.
        mappings_folder: the working folder's mappings/, which need not exist.

    Raises:
        TransformError: a check of the unified tables fails.
    """
    tool = connection_id.partition(":")[0]
    renamed = {
        model: _renamed(samples[model], tried_paths(document))
        for model, document in documents_of(tool, paths).items()
        if model in samples
    }
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        engine = DuckDbEngine(connection)
        _load(engine, tool, connection_id, samples)
        run_transforms(engine, TransformSettings(paths, mappings_folder))
        columns = tuple(
            _report(engine, table, column, tool, renamed[table.name])
            for table in load_tables()
            if tool in table.operations and table.name in samples
            for column in table.columns
            if tool in column.filled_by and not _OURS.match(column.filled_by[tool])
        )
        return columns, gaps_of(engine, connection_id)


def never_filled(tool: str) -> tuple[str, ...]:
    """The columns that a tool has nothing for, in tables that it fills."""
    return tuple(
        f"{table.name}.{column.name}"
        for table in load_tables()
        if tool in table.operations
        for column in table.columns
        if tool not in column.filled_by
    )


def _load(
    engine: DuckDbEngine, tool: str, connection_id: str, samples: Mapping[str, Sequence[Record]]
) -> None:
    """Make the raw tables as a load would leave them."""
    schema = f"raw_{tool}"
    engine.execute(f"CREATE SCHEMA {schema}")
    engine.execute(f"CREATE TABLE {schema}._dlt_loads (load_id text, schema_name text, status bigint)")
    engine.execute(f"INSERT INTO {schema}._dlt_loads VALUES (?, ?, 0)", (_LOAD, tool))
    now = datetime.now(UTC)
    for model in MODELS[tool]:
        engine.execute(
            f"CREATE TABLE {schema}.{model} (connection_id text, remote_id text, content_hash text, "
            "remote_data json, is_deleted boolean, read_at timestamp with time zone, _dlt_load_id text)"
        )
        for record in {one.remote_id: one for one in samples.get(model, ())}.values():
            engine.execute(
                f"INSERT INTO {schema}.{model} VALUES (?, ?, ?, ?, false, ?, ?)",
                (connection_id, record.remote_id, record.content_hash, record.data, now, _LOAD),
            )


def _renamed(records: Sequence[Record], tried: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Paths that the records have under another name than ours, to that name."""
    present = present_paths((one.data for one in records), tried)
    return {path: there for path, there in present.items() if there != path}


def _report(
    engine: DuckDbEngine, table: Table, column: Column, tool: str, renamed: Mapping[str, str]
) -> ColumnReport:
    is_filled = f"{column.name} IS NOT NULL"
    if column.kind == "json":
        is_filled += f" AND CAST({column.name} AS varchar) NOT IN ('[]', '{{}}')"
    ((filled, rows),) = engine.fetch(
        f"SELECT count(*) FILTER (WHERE {is_filled}), count(*) FROM unified.{table.name}"
    )
    source = _PATH.sub(lambda found: _as_named(found[0], renamed), column.filled_by[tool])
    return ColumnReport(table.name, column.name, source, int(str(filled)), int(str(rows)))


def _as_named(path: str, renamed: Mapping[str, str]) -> str:
    """What a path, of which the beginning may be left out, is called here."""
    found = [there for ours, there in renamed.items() if ours.endswith(f".{path}")]
    return renamed.get(path) or (found[0] if len(found) == 1 else path)
