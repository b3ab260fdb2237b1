"""The warehouse in a notebook: tables as pandas DataFrames, now or as they were at some moment.

from pipelines import open_warehouse
warehouse = open_warehouse()
warehouse.table("applications")
warehouse.at("2026-10-01").table("applications")
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pandas

from pipelines.configuration import load_configuration
from pipelines.opening import open_unified
from pipelines.past_raw import copy_raw
from pipelines.query_results import query_result
from pipelines.transforming import transform_settings
from sources.errors import ConfigurationError
from transforms.engine import DuckDbEngine, Engine
from transforms.runner import run_transforms
from transforms.schemas import tables_of

_BERLIN = ZoneInfo("Europe/Berlin")
_Opens = Callable[[], AbstractContextManager[Engine]]


class Tables:
    """Tables that can be read. A table without a schema is one of `unified`."""

    def __init__(self, opens: _Opens) -> None:
        self._opens = opens

    def table(self, name: str) -> pandas.DataFrame:
        """A whole table: times are UTC, json columns Python objects, booleans and whole numbers nullable.

        Args:
            name: such as `applications`, `unified_current.jobs` or `ats.runs`.

        Raises:
            ConfigurationError: there is no such table.
        """
        schema, _, table = name.rpartition(".")
        schema = schema or "unified"
        with self._opens() as engine:
            there = tables_of(engine)
            if (schema, table) not in there:
                names = ", ".join(sorted(one for where, one in there if where == schema))
                raise ConfigurationError(
                    f"There is no table {schema}.{table}",
                    f"{schema} has {names}" if names else "Name a table of unified, such as applications",
                )
            return query_result(engine, f'SELECT * FROM {schema}."{table}"').frame

    def query(self, sql: str) -> pandas.DataFrame:
        """What a SELECT gives, with the same types.

        Raises:
            ConfigurationError: it is no query that this warehouse understands.
        """
        with self._opens() as engine:
            return query_result(engine, sql).frame


class Warehouse(Tables):
    """The tables of a working folder, as they were published last. Nothing stays open between two calls."""

    def __init__(self, folder: Path) -> None:
        super().__init__(lambda: open_unified(folder))
        self._folder = folder

    def at(self, moment: str | date | datetime) -> "PastTables":
        """The tables as they were at a moment.

        A date means the end of that day in Berlin; a time without a zone is Berlin's. What is told is what
        had been read by then: a change at the source shows from the read that brought it. Of a record whose
        values were erased since, ids, references and times are left. Mappings and paths are today's ones.

        Raises:
            ConfigurationError: this is no moment.
        """
        return PastTables(self._folder, _moment(moment))


class PastTables(Tables):
    """The tables as they were at a moment, made when the first is asked for and kept in memory."""

    def __init__(self, folder: Path, moment: datetime) -> None:
        super().__init__(self._open)
        self.moment = moment
        """In UTC; what was read at or before it counts."""
        self._folder = folder
        self._engine: DuckDbEngine | None = None

    def close(self) -> None:
        """Give the memory back; the next question builds the tables anew."""
        if self._engine is not None:
            self._engine.connection.close()
            self._engine = None

    def __enter__(self) -> "PastTables":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _open(self) -> Iterator[Engine]:
        if self._engine is None:
            self._engine = self._built()
        yield self._engine

    def _built(self) -> DuckDbEngine:
        settings = transform_settings(load_configuration(self._folder))
        engine = DuckDbEngine(duckdb.connect(":memory:"))
        engine.execute("SET TimeZone = 'UTC'")
        try:
            copy_raw(engine, self._folder, self.moment)
            run_transforms(engine, settings)
        except BaseException:
            engine.connection.close()
            raise
        return engine


def open_warehouse(folder: str | os.PathLike[str] = ".") -> Warehouse:
    """The warehouse of a working folder, to read.

    Raises:
        WarehouseError: nothing was read into this folder yet.
    """
    with open_unified(Path(folder)):
        return Warehouse(Path(folder))


def _moment(given: str | date | datetime) -> datetime:
    moment: date | datetime
    if isinstance(given, str):
        try:
            moment = date.fromisoformat(given) if len(given.strip()) <= 10 else datetime.fromisoformat(given)
        except ValueError:
            raise ConfigurationError(
                f"{given!r} is no date and no time", 'Write it like "2026-10-01" or "2026-10-01T12:00"'
            ) from None
    else:
        moment = given
    if not isinstance(moment, datetime):
        next_day = datetime.combine(moment + timedelta(days=1), time(), _BERLIN)
        return next_day.astimezone(UTC) - timedelta(microseconds=1)
    return (moment if moment.tzinfo else moment.replace(tzinfo=_BERLIN)).astimezone(UTC)
