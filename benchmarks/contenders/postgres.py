"""Raw load into a PostgreSQL server: what was spooled, by COPY or by dlt's insert statements."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dlt
import orjson
import psycopg2
import pyarrow as pa

from benchmarks.tasks import Found, Task, found_in
from pipelines.dlt_project import dlt_project
from pipelines.loading import ToolLoader
from pipelines.raw_destinations import raw_destination
from pipelines.tools import TOOLS
from sources.connections import PersyConnection
from sources.json_document import content_hash
from sources.raw_log import raw_resources
from sources.reading import ModelReading
from sources.version_log import VersionLog
from sources.version_spool import VersionSpool
from transforms.postgres_engine import PostgresEngine

_TOOL = TOOLS["compleetpersy"]
_ROWS = "select remote_id, cast(remote_data as text) from raw_compleetpersy.candidates"


def copy(folder: str, recorded: str, dsn: str) -> Task:
    """Ours: Arrow tables as CSV, loaded by COPY, and the indexes."""
    reading = _spooled(Path(folder), Path(recorded))

    def carry_out() -> None:
        with dlt_project(Path(folder)), _engine(dsn) as engine:
            loader = ToolLoader(_TOOL, engine, Path(folder), lambda: None)
            with loader.known_versions() as known:
                loader.load([reading], known)

    return Task(carry_out, lambda: _found(dsn))


def insert_statements(folder: str, recorded: str, dsn: str) -> Task:
    """What dlt does by itself: rows as dictionaries, loaded by insert statements."""
    reading = _spooled(Path(folder), Path(recorded))

    def tables(model: str) -> Iterator[pa.Table]:
        return reading.log.spool.tables() if model == reading.model else iter(())

    @dlt.source(name=_TOOL.name, section=_TOOL.name)
    def spooled() -> Any:
        return raw_resources(_TOOL.models, tables, as_dicts=True)

    def carry_out() -> None:
        with dlt_project(Path(folder)), _engine(dsn) as engine:
            dlt.pipeline(
                "plain",
                destination=raw_destination(engine).destination,
                dataset_name=_TOOL.raw_schema,
                pipelines_dir=str(Path(folder) / "pipelines"),
            ).run(spooled())

    return Task(carry_out, lambda: _found(dsn))


def _spooled(folder: Path, recorded: Path) -> ModelReading:
    """The records as a read of them leaves them, ready to be loaded."""
    connection = PersyConnection.model_validate({"name": "bench", "api_key": "1"})
    spool = VersionSpool(connection.connection_id, datetime.now(UTC), folder / "spool" / "candidates.arrow")
    with (recorded / "records.ndjson").open("rb") as lines:
        for line in lines:
            record = orjson.loads(line)
            text = orjson.dumps(record["remote_data"])
            spool.add(record["remote_id"], content_hash(record["remote_data"]), text)
    spool.close()
    return ModelReading(connection, "candidates", "full", VersionLog(spool, known={}))


@contextmanager
def _engine(dsn: str) -> Iterator[PostgresEngine]:
    with closing(psycopg2.connect(dsn)) as connection:
        yield PostgresEngine(connection)


def _found(dsn: str) -> Mapping[str, Found]:
    with _engine(dsn) as engine:
        return {"candidates": found_in(engine.fetch(_ROWS))}
