"""From what was read to the raw tables: one dlt run a tool, and none where there is nothing to add."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import dlt
import duckdb
import pyarrow as pa
from dlt.common.exceptions import DltException
from dlt.pipeline.exceptions import PipelineStepFailed

from pipelines.known_in_duckdb import DuckDbQueries
from pipelines.places import Places
from pipelines.raw_destinations import raw_destination, server_of
from pipelines.tools import TOOLS, Tool
from pipelines.warehouse import tells_of_damage
from sources.errors import WarehouseError
from sources.known_versions import DltQueries, KnownVersions
from sources.raw_log import raw_resources
from sources.reading import ModelReading
from sources.version_spool import ROWS_A_TABLE, VersionSpool
from transforms.engine import DuckDbEngine, Engine

_SCHEMA_VERSIONS = "_dlt_version"
_MANY_ROWS = 10_000


def has_working_files(tool: Tool, engine: Engine, folder: Path) -> bool:
    """Whether dlt ever worked for a tool here; where it did not, there is nothing to drain."""
    return (Places(folder).pipelines / _pipeline_name(tool, engine)).is_dir()


def _pipeline_name(tool: Tool, engine: Engine) -> str:
    """What waits to be loaded into one warehouse must not go to another that the same folder had before."""
    return f"ats_{tool.name}" + (
        f"_{engine.schema_prefix}on_{engine.dialect}_{server_of(engine)}" if engine.shares_tables else ""
    )


class ToolLoader:
    """Loads one tool's raw tables into the warehouse of a working folder.

    Args:
        tool: the vendor.
        engine: the open warehouse.
        folder: the working folder.
        before_writing: called before the first row is written, so that readers' copies count as outdated.
        told: is told in words what is out of the ordinary.
    """

    def __init__(
        self,
        tool: Tool,
        engine: Engine,
        folder: Path,
        before_writing: Callable[[], None],
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._tool = tool
        self._told = told
        self._engine = engine
        self._dataset = engine.schema_prefix + tool.raw_schema
        self._before_writing = before_writing
        self._raw = raw_destination(engine)
        self._pipeline = dlt.pipeline(
            _pipeline_name(tool, engine),
            destination=self._raw.destination,
            dataset_name=self._dataset,
            pipelines_dir=str(Places(folder).pipelines.resolve()),
        )

    def drain(self) -> bool:
        """Finish what an earlier run had extracted and not loaded; whether there was anything.

        dlt would load that, and that alone, in the next run, and drop what was read meanwhile. When all
        tools are drained, `clean_late_loads` is due.

        Raises:
            WarehouseError: it cannot be loaded.
        """
        self._pipeline.activate()
        if not self._pipeline.has_pending_data:
            return False
        self._before_writing()
        with _plainly("what an earlier run had read"):
            self._pipeline.normalize()
            self._with_enough_memory(self._pipeline.load)
        self._raw.settle(self._tool, self._tool.models)
        return True

    @contextmanager
    def known_versions(self) -> Iterator[KnownVersions]:
        """What the raw tables know of each record."""
        if isinstance(self._engine, DuckDbEngine):
            with closing(self._engine.connection.cursor()) as cursor:
                yield KnownVersions(DuckDbQueries(cursor, self._dataset), self._dataset)
            return
        with self._pipeline.sql_client() as client:
            yield KnownVersions(DltQueries(client), self._dataset)

    def _forget_schema(self) -> None:
        """Let dlt look which tables there are: one that was dropped by hand it would take for there."""
        with self._pipeline.sql_client() as client:
            client.execute_sql(f"delete from {client.make_qualified_table_name(_SCHEMA_VERSIONS)}")

    def load(self, readings: Sequence[ModelReading], known: KnownVersions) -> bool:
        """Append what was read and did not fail; whether anything was loaded.

        Where there is nothing to add and every table exists, there is no dlt run at all.

        Raises:
            WarehouseError: it could not be loaded; the next run starts with it.
        """
        kept = [reading for reading in readings if reading.error is None]
        has_rows = any(reading.log.spool.row_count for reading in kept)
        is_new = not set(self._tool.models) <= known.tables
        if not has_rows and not is_new:
            self._raw.index(self._tool)
            return False

        def tables(model: str) -> Iterator[pa.Table]:
            return _joined(reading.log.spool for reading in kept if reading.model == model)

        @dlt.source(name=self._tool.name, section=self._tool.name)
        def spooled() -> Any:
            return raw_resources(self._tool.models if is_new else _with_rows(kept), tables)

        self._before_writing()
        if is_new and _SCHEMA_VERSIONS in known.tables:
            self._forget_schema()
        with _plainly("what was read"):
            self._with_enough_memory(
                lambda: self._pipeline.run(spooled(), loader_file_format=self._raw.file_format)
            )
        pa.default_memory_pool().release_unused()  # what Arrow keeps for more tables; none come
        self._raw.settle(self._tool, self._tool.models if is_new else _with_many_rows(kept))
        return True

    def _with_enough_memory(self, run: Callable[[], object]) -> None:
        """Let dlt load; what waits because DuckDB lacked memory is loaded with more."""
        while True:
            try:
                run()
            except PipelineStepFailed as error:
                is_of_memory = isinstance(_cause_in_duckdb(error), duckdb.OutOfMemoryException)
                allowed = self._engine.allow_more_memory() if is_of_memory else None
                if allowed is None:
                    raise
                self._told(f"DuckDB ran out of memory while loading, and tries again with {allowed}")
                if error.step == "load":  # before that step nothing waits yet, so all is done again
                    run = self._pipeline.load
            else:
                return


def drain_all(
    engine: Engine,
    folder: Path,
    before_writing: Callable[[], None],
    loader_of: Callable[[Tool], ToolLoader] | None = None,
    drained: Callable[[Tool], None] = lambda _: None,
) -> None:
    """Finish what earlier runs had extracted and not loaded, of every tool, so that it can be transformed.

    Args:
        engine: the open warehouse.
        folder: the working folder.
        before_writing: called before anything is written.
        loader_of: gives a tool's loader, where the caller has use for it afterwards.
        drained: is told of each tool of which something waited.

    Raises:
        WarehouseError: it cannot be loaded.
        ConfigurationError: somebody is kept out, and the key that tells whom is not there.
    """
    from pipelines.late_loads import clean_late_loads

    for tool in TOOLS.values():
        if has_working_files(tool, engine, folder):
            loader = loader_of(tool) if loader_of else ToolLoader(tool, engine, folder, before_writing)
            if loader.drain():
                drained(tool)
    clean_late_loads(engine, folder, before_writing)


def _joined(spools: Iterable[VersionSpool]) -> Iterator[pa.Table]:
    """Their rows in tables of a good size: each costs dlt 4 ms, and many small connections have one each."""
    waiting: list[pa.Table] = []
    rows = 0
    for spool in spools:
        for table in spool.tables():
            waiting.append(table)
            rows += table.num_rows
            if rows >= ROWS_A_TABLE:
                yield pa.concat_tables(waiting)
                waiting, rows = [], 0
    if waiting:
        yield pa.concat_tables(waiting)


def _with_rows(readings: Sequence[ModelReading]) -> list[str]:
    return list(dict.fromkeys(reading.model for reading in readings if reading.log.spool.row_count))


def _with_many_rows(readings: Sequence[ModelReading]) -> list[str]:
    """The models of which so much is new that what the server knows of its tables is no longer true."""
    rows = Counter[str]()
    for reading in readings:
        rows[reading.model] += reading.log.spool.row_count
    return [model for model, count in rows.items() if count >= _MANY_ROWS]


def _cause_in_duckdb(error: BaseException | None) -> duckdb.Error | None:
    """What DuckDB said, where that is behind an error of dlt's."""
    while error is not None and not isinstance(error, duckdb.Error):
        error = error.__cause__ or error.__context__
    return error


@contextmanager
def _plainly(what: str) -> Iterator[None]:
    """Failures of dlt as two lines; its own messages can quote rows."""
    try:
        yield
    except PipelineStepFailed as error:
        cause = _cause_in_duckdb(error)
        if cause is not None and tells_of_damage(str(cause)):
            raise cause from error  # the warehouse, which knows its file, says what to do
        reason = type(error.exception).__name__ if error.exception is not None else type(error).__name__
        raise WarehouseError(
            f"{what} could not be loaded in step {error.step} ({reason})",
            "check disk space and rights, then run again: the next run loads it first",
        ) from error
    except (DltException, OSError) as error:
        raise WarehouseError(
            f"{what} could not be loaded ({type(error).__name__})",
            "check disk space and rights, then run again: the next run loads it first",
        ) from error
