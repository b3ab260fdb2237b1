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
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pandas
import pyarrow

from pipelines.action_catalogue import open_unified
from pipelines.configuration import load_configuration
from pipelines.transforming import transform_settings
from sources.endpoints import MODELS
from sources.errors import ConfigurationError, WarehouseError
from sources.json_document import value_of
from transforms.engine import DuckDbEngine
from transforms.retained import retained_values
from transforms.runner import run_transforms

_BERLIN = ZoneInfo("Europe/Berlin")
_NULLABLE = {
    pyarrow.bool_(): pandas.BooleanDtype(),
    pyarrow.int32(): pandas.Int32Dtype(),
    pyarrow.int64(): pandas.Int64Dtype(),
}
_Opens = Callable[[], AbstractContextManager[DuckDbEngine]]


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
            there = engine.fetch(
                "SELECT table_schema, table_name FROM information_schema.tables "
                "WHERE table_catalog = current_database() ORDER BY ALL"
            )
            if (schema, table) not in there:
                names = ", ".join(str(one) for where, one in there if where == schema)
                raise ConfigurationError(
                    f"There is no table {schema}.{table}",
                    f"{schema} has {names}" if names else "Name a table of unified, such as applications",
                )
            return _frame(engine.connection.sql(f'SELECT * FROM "{schema}"."{table}"'))

    def query(self, sql: str) -> pandas.DataFrame:
        """What a SELECT gives, with the same types.

        Raises:
            ConfigurationError: it is no query that this warehouse understands.
        """
        with self._opens() as engine:
            try:
                relation = engine.connection.sql(sql)
                if relation is None:
                    raise ConfigurationError("This is no query", "Write a SELECT")
                return _frame(relation)
            except duckdb.Error as error:
                raise ConfigurationError(
                    f"The query cannot be carried out: {error}",
                    "Correct it; tables are unified.applications, …",
                ) from error


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
    def _open(self) -> Iterator[DuckDbEngine]:
        if self._engine is None:
            self._engine = self._built()
        yield self._engine

    def _built(self) -> DuckDbEngine:
        settings = transform_settings(load_configuration(self._folder))
        engine = DuckDbEngine(duckdb.connect(":memory:"))
        engine.execute("SET TimeZone = 'UTC'")
        with open_unified(self._folder) as now:
            ((database,),) = now.fetch(
                "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
            )
        try:
            _copy_raw(engine, str(database), self.moment)
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


def _copy_raw(engine: DuckDbEngine, database: str, moment: datetime) -> None:
    """The raw log up to a moment, without its file staying attached."""
    quoted = database.replace("'", "''")
    try:
        engine.connection.execute(f"ATTACH '{quoted}' AS published (READ_ONLY)")
    except duckdb.Error as error:
        raise WarehouseError(
            f"{database} cannot be read for another moment",
            "Close connections of this process that have it open, and try again",
        ) from error
    there = set(
        engine.fetch(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = 'published'"
        )
    )
    for tool, models in MODELS.items():
        schema = f"raw_{tool}"
        if (schema, "_dlt_loads") not in there:
            continue
        engine.execute(f"CREATE SCHEMA {schema}")
        engine.execute(f"CREATE TABLE {schema}._dlt_loads AS FROM published.{schema}._dlt_loads")
        for model in models:
            if (schema, model) in there:
                engine.execute(
                    f"CREATE TABLE {schema}.{model} AS FROM published.{schema}.{model} WHERE read_at <= ?",
                    [moment],
                )
    engine.execute("CREATE SCHEMA ats")
    for table, values in retained_values().items():
        if ("ats", table) in there:
            engine.execute(f"CREATE TABLE ats.{table} AS FROM published.ats.{table}")
            engine.execute(f"UPDATE ats.{table} SET {', '.join(f'{one} = NULL' for one in values)}")
    engine.execute("DETACH published")


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


def _frame(relation: duckdb.DuckDBPyRelation) -> pandas.DataFrame:
    json_columns = [
        name for name, kind in zip(relation.columns, relation.types, strict=True) if str(kind) == "JSON"
    ]
    frame: pandas.DataFrame = relation.to_arrow_table().to_pandas(types_mapper=_NULLABLE.get)
    for name in json_columns:
        values: list[Any] = [None if _missing(text) else value_of(str(text)) for text in frame[name]]
        frame[name] = pandas.Series(values, index=frame.index, dtype=object)
    return frame


def _missing(value: object) -> bool:
    return value is None or value != value
