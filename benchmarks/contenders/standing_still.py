"""Proof that a sync which found nothing new did nothing: no dlt run, no row, no publishing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import dlt
import duckdb

from pipelines.places import Places
from pipelines.tools import TOOLS


class SomethingWasDoneError(Exception):
    """A run that must have found nothing new did something all the same."""


@contextmanager
def without_dlt_runs() -> Iterator[None]:
    """Let any run of dlt fail."""
    error = SomethingWasDoneError("dlt ran, although nothing was new")
    names = ("run", "extract", "normalize", "load")
    stopped = [patch.object(dlt.Pipeline, name, side_effect=error) for name in names]
    for one in stopped:
        one.start()
    try:
        yield
    finally:
        for one in stopped:
            one.stop()


@dataclass(frozen=True)
class Standing:
    """What a run that did nothing leaves as it was."""

    published_file: tuple[int, int, int]
    """Its inode, size and time of change: the same file, never written."""
    loads: int
    """All that dlt has ever loaded."""
    rows: tuple[tuple[str, int], ...]
    """Of each raw and each unified table."""


def standing(folder: Path) -> Standing:
    """How a working folder stands now; nothing may run in it."""
    places = Places(folder)
    published = places.published_database.stat()
    with duckdb.connect(str(places.work_database), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name, estimated_size from duckdb_tables() "
            "where (schema_name like 'raw@_%' escape '@' or schema_name = 'unified') "
            "and not table_name like '@_dlt@_%' escape '@' order by 1"
        ).fetchall()
        schemas = {name.partition(".")[0] for name, _ in tables} & {
            tool.raw_schema for tool in TOOLS.values()
        }
        counts = [
            connection.execute(f"select count(*) from {schema}._dlt_loads").fetchall()[0][0]
            for schema in sorted(schemas)
        ]
    return Standing((published.st_ino, published.st_size, published.st_mtime_ns), sum(counts), tuple(tables))


def check_the_same(before: Standing, after: Standing) -> None:
    """Raise SomethingWasDoneError where a run that found nothing new left anything else behind."""
    if before != after:
        raise SomethingWasDoneError(f"nothing was new, yet {before} became {after}")
