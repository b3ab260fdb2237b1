"""The lines to add to the mappings of a working folder, made of what maps nowhere so far."""

import csv
import io

from pipelines.check_report import MappingLine
from transforms.engine import DuckDbEngine
from transforms.mappings import HEADER
from transforms.rendering import FOLDER

_GAPS = """
SELECT column_name, source_value, CAST(sum(rows) AS bigint) AS rows
FROM unified.mapping_gaps
WHERE connection_id = ? AND kind = 'unmapped' AND source_value IS NOT NULL
GROUP BY column_name, source_value
ORDER BY column_name, rows DESC, source_value
"""
_MAPPING_OF = {"location": "country"}
"""Columns that are mapped by a file of another name."""


def mapping_lines(engine: DuckDbEngine, connection_id: str) -> tuple[MappingLine, ...]:
    """For each word of a connection that maps nowhere, the line that would map it."""
    tool = connection_id.partition(":")[0]
    known = {file.stem for file in (FOLDER / "mappings").glob("*.csv")}
    lines = []
    for column, value, rows in engine.fetch(_GAPS, (connection_id,)):
        name = _MAPPING_OF.get(str(column), str(column))
        if name in known:
            line = csv_line(tool, connection_id, str(value), "")
            lines.append(MappingLine(f"mappings/{name}.csv", line, int(str(rows))))
    return tuple(lines)


def header_line() -> str:
    """The first line of every mapping."""
    return csv_line(*HEADER)


def csv_line(*values: str) -> str:
    """Values as one line of CSV, quoted where they must be."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(values)
    return text.getvalue()
