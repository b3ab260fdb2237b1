"""Raw load: recorded pages of Persy's candidates to committed rows, and DuckDB's own insert of ready text."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.recorded_pages import RecordedHttp, page_count, pages
from benchmarks.tasks import Found, Task, found_by
from pipelines.dlt_project import dlt_project
from pipelines.loading import ToolLoader
from pipelines.quick_imports import without_pandas_and_numpy
from pipelines.tools import TOOLS
from pipelines.warehouse import open_warehouse
from sources.connections import PersyConnection
from sources.endpoints import resolve_endpoints
from sources.pages import Window
from sources.parsing_process import ParsingProcess
from sources.persy.client import PersyClient
from sources.persy.pages import PersyPages
from sources.prefetch import Prefetcher
from sources.reading import ModelReading
from sources.version_log import VersionLog
from sources.version_spool import VersionSpool
from transforms.engine import DuckDbEngine

_INSERT = """
create table candidates as
select remote_id, remote_data from read_json('{file}', format = 'newline_delimited',
    maximum_object_size = 100000000, columns = {{remote_id: 'varchar', remote_data: 'json'}})
"""


def insert(folder: str, recorded: str) -> Task:
    """The limit: DuckDB reads the same records from NDJSON and writes them, with a checkpoint."""
    database = Path(folder) / "limit.duckdb"
    database.unlink(missing_ok=True)

    def carry_out() -> None:
        with duckdb.connect(str(database)) as connection:
            connection.execute(_INSERT.format(file=Path(recorded) / "records.ndjson"))
            connection.execute("checkpoint")

    def found() -> Mapping[str, Found]:
        with duckdb.connect(str(database), read_only=True) as connection:
            query = "select remote_id, cast(remote_data as varchar) from candidates"
            return {"candidates": found_by(connection, query)}

    return Task(carry_out, found)


def ours(folder: str, recorded: str) -> Task:
    """Whole: check, hash, compare with what is known (nothing), spool, and load by dlt."""
    return _task(Path(folder), recorded, is_read_before=False)


def ours_load_alone(folder: str, recorded: str) -> Task:
    """The load alone: what was spooled before, by dlt."""
    return _task(Path(folder), recorded, is_read_before=True)


def _task(folder: Path, recorded: str, *, is_read_before: bool) -> Task:
    readings = [_read(folder, recorded)] if is_read_before else []
    tables: dict[str, Found] = {}

    def carry_out() -> None:
        with without_pandas_and_numpy(), _loader(folder) as (loader, _), loader.known_versions() as known:
            loader.load(readings or [_read(folder, recorded)], known)

    def found() -> Mapping[str, Found]:
        with _loader(folder) as (_, engine):
            sql = "select remote_id, cast(remote_data as varchar) from raw_compleetpersy.candidates"
            tables["candidates"] = found_by(engine.connection, sql)
        return tables

    return Task(carry_out, found)


@contextmanager
def _loader(folder: Path) -> Iterator[tuple[ToolLoader, DuckDbEngine]]:
    with dlt_project(folder), open_warehouse(folder) as engine:
        yield ToolLoader(TOOLS["compleetpersy"], engine, folder, lambda: None), engine
        engine.execute("checkpoint")


def _read(folder: Path, recorded: str) -> ModelReading:
    connection = PersyConnection.model_validate({"name": "bench", "api_key": "1"})
    client = PersyClient(connection)
    client.http = RecordedHttp(connection, pages(recorded))
    endpoints = resolve_endpoints("sources.persy", connection)
    spool = VersionSpool(connection.connection_id, datetime.now(UTC), folder / "spool" / "candidates.arrow")
    reading = ModelReading(connection, "candidates", "full", VersionLog(spool, known={}))
    # As `ats sync --model candidates` reads them: one page is being parsed while another is taken.
    with closing(ParsingProcess()) as parsing:
        reader = PersyPages(client, endpoints, parsing, with_openings=False)
        windows = [Window(place, 200, 1) for place in range(page_count(recorded))]
        with closing(Prefetcher(lambda window: reader.fetch(None, window), connection.in_flight)) as ahead:
            for place, window in enumerate(windows):
                reading.log.read(ahead.get(window, iter(windows[place + 1 :])).records)
    reading.log.close()
    return reading
