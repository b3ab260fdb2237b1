"""The lines to add to the mappings of a working folder, made of what maps nowhere so far."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipelines.check_report import MappingFile
from transforms.engine import Engine
from transforms.mappings import HEADER
from transforms.models import load_tables
from transforms.rendering import FOLDER

Gap = tuple[str, str]
"""A unified column, and a word that maps to none of its values."""

_GAPS = """
SELECT column_name, source_value
FROM unified.mapping_gaps
WHERE connection_id = ? AND kind = 'unmapped' AND source_value IS NOT NULL
ORDER BY column_name, rows DESC, source_value
"""
_MAPPING_OF = {"location": "country"}
"""Columns that are mapped by a file of another name."""
_CODES = {"country": "a code of ISO 3166-1, such as DE", "salary_currency": "a code of ISO 4217, such as EUR"}


def gaps_of(engine: Engine, connection_id: str) -> list[Gap]:
    """What maps nowhere, the most frequent first; what is personal is not among it."""
    return [(str(column), str(value)) for column, value in engine.fetch(_GAPS, (connection_id,))]


def mapping_files(connection_id: str, folder: Path, gaps: Iterable[Gap]) -> tuple[MappingFile, ...]:
    """For each word of a connection that maps nowhere the line that would map it, by file.

    A file that `folder`, the working folder's mappings/, does not have yet begins with its header.
    """
    tool = connection_id.partition(":")[0]
    known = {file.stem for file in (FOLDER / "mappings").glob("*.csv")}
    lines: dict[str, dict[str, None]] = {}
    for column, value in gaps:
        name = _MAPPING_OF.get(column, column)
        if name in known:
            lines.setdefault(name, {})[_csv_line([tool, connection_id, value, ""])] = None
    return tuple(
        MappingFile(
            f"mappings/{name}.csv",
            _CODES.get(name) or _values_of(name),
            (*([] if (folder / f"{name}.csv").exists() else [_csv_line(HEADER)]), *lines[name]),
        )
        for name in sorted(lines)
    )


def _values_of(column: str) -> str:
    found = next(one.values for table in load_tables() for one in table.columns if one.name == column)
    return ", ".join(found)


def _csv_line(values: Sequence[str]) -> str:
    """Values as one line of CSV, quoted where they must be."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(values)
    return text.getvalue()
