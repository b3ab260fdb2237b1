"""Which unified columns a handful of records fills: told by the real transforms, in a warehouse in memory."""

import re
from collections.abc import Mapping, Sequence

from pipelines.check_paths import documents_of, present_paths, tried_paths
from pipelines.check_report import ColumnReport
from pipelines.mapping_lines import Gap, gaps_of
from pipelines.sample_warehouse import sample_warehouse
from sources.pages import Record
from transforms.engine import Engine
from transforms.models import Column, Table, load_tables
from transforms.runner import TransformSettings

_OURS = re.compile(r"ours|read_at of ")
_PATH = re.compile(r"[\w@#]+(?:\.[\w@#]+)*")


def tried_columns(
    connection_id: str,
    samples: Mapping[str, Sequence[Record]],
    settings: TransformSettings,
) -> tuple[tuple[ColumnReport, ...], list[Gap]]:
    """What records of a connection fill, and which of their words map nowhere.

    Args:
        connection_id: the connection.
        samples: records of each model.
        settings: paths, mappings and promoted fields of the working folder.

    Raises:
        TransformError: a check of the unified tables fails.
    """
    tool = connection_id.partition(":")[0]
    renamed = {
        model: _renamed(samples[model], tried_paths(document))
        for model, document in documents_of(tool, settings.paths).items()
        if model in samples
    }
    with sample_warehouse(connection_id, samples, settings) as engine:
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


def _renamed(records: Sequence[Record], tried: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Paths that the records have under another name than ours, to that name."""
    present = present_paths((one.data for one in records), tried)
    return {path: there for path, there in present.items() if there != path}


def _report(
    engine: Engine, table: Table, column: Column, tool: str, renamed: Mapping[str, str]
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
