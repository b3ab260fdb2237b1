"""The raw log in a PostgreSQL server: loaded by COPY through dlt, known again, and transformed."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dlt
import duckdb
import psycopg2
import pytest

from pipelines.dlt_project import dlt_project
from pipelines.loading import ToolLoader, has_working_files
from pipelines.raw_destinations import raw_destination
from pipelines.tools import TOOLS
from sources.version_spool import VersionSpool
from tests.postgres_server import empty_database
from transforms.engine import DuckDbEngine
from transforms.postgres_engine import PostgresEngine
from transforms.runner import TransformSettings, run_transforms

JOB = '{"titel":"K\u00f6chin \\"A\\", B\\nC","id":"1","leer":"","n":1.50}'
LIMITS = (
    "statement_timeout",
    "lock_timeout",
    "idle_session_timeout",
    "idle_in_transaction_session_timeout",
)
READ_AT = datetime(2026, 9, 1, 6, tzinfo=UTC)


@pytest.fixture
def engine(postgres_server: str) -> Iterator[PostgresEngine]:
    with empty_database(postgres_server) as connection:
        yield PostgresEngine(connection)


@pytest.fixture
def loaded(engine: PostgresEngine, tmp_path: Path) -> Iterator[ToolLoader]:
    with dlt_project(tmp_path):
        loader = ToolLoader(TOOLS["coveto"], engine, tmp_path, lambda: None)
        spool = VersionSpool("coveto:acme", READ_AT, tmp_path / "spool")
        spool.add("1", "h1", JOB)
        spool.add("2", None, None)
        spool.close()
        reading: Any = SimpleNamespace(model="jobs", error=None, log=SimpleNamespace(spool=spool))
        with loader.known_versions() as known:
            assert loader.load([reading], known)
        yield loader


@pytest.mark.usefixtures("loaded")
def test_a_record_comes_back_as_it_was_written(engine: PostgresEngine) -> None:
    rows = engine.fetch(
        "select connection_id, remote_id, content_hash, remote_data, is_deleted, read_at "
        "from raw_coveto.jobs order by remote_id"
    )
    assert rows == [
        ("coveto:acme", "1", "h1", JOB, False, READ_AT),
        ("coveto:acme", "2", None, None, True, READ_AT),
    ]


@pytest.mark.usefixtures("loaded")
def test_raw_is_json_which_keeps_the_order_of_keys(engine: PostgresEngine) -> None:
    query = "select data_type from information_schema.columns where column_name = 'remote_data' "
    assert set(engine.fetch(query)) == {("json",)}


def test_no_limit_of_a_database_ends_what_dlt_does_in_it(engine: PostgresEngine, tmp_path: Path) -> None:
    for limit in LIMITS:
        engine.execute(f'alter database "{engine.connection.info.dbname}" set {limit} = 77777')
    with closing(psycopg2.connect(engine.connection.dsn, options="-c work_mem=7MB")) as limited:
        destination = raw_destination(PostgresEngine(limited))
        pipeline = dlt.pipeline("limits", destination=destination.destination, pipelines_dir=str(tmp_path))
        with pipeline.sql_client() as client:
            shown = {name: client.execute_sql(f"show {name}")[0][0] for name in (*LIMITS, "work_mem")}
    assert shown == {**dict.fromkeys(LIMITS, "0"), "work_mem": "7MB"}


def test_what_waits_for_one_server_is_not_loaded_into_another(
    engine: PostgresEngine, postgres_server: str, tmp_path: Path
) -> None:
    jobs = TOOLS["coveto"]
    with dlt_project(tmp_path), empty_database(postgres_server) as connection:
        assert not has_working_files(jobs, engine, tmp_path)
        ToolLoader(jobs, engine, tmp_path, lambda: None)
        assert has_working_files(jobs, engine, tmp_path)
        assert not has_working_files(jobs, PostgresEngine(connection), tmp_path)


def test_what_was_loaded_is_known(loaded: ToolLoader) -> None:
    with loaded.known_versions() as known:
        assert known.all_of("jobs", "coveto:acme") == {"1": "h1", "2": None}
        assert list(known.contents("jobs", "coveto:acme", ["1", "2"])) == [("1", JOB)]
        assert known.latest_read_at("coveto:acme") == READ_AT


@pytest.mark.usefixtures("loaded")
def test_what_was_loaded_is_transformed(engine: PostgresEngine) -> None:
    run_transforms(engine, TransformSettings())
    assert engine.fetch("select remote_id, name from unified.jobs order by remote_id") == [
        ("1", 'Köchin "A", B\nC'),
        ("2", None),
    ]


def test_how_a_dataset_is_reached_is_found_out_once() -> None:
    with duckdb.connect() as connection:
        destination = raw_destination(DuckDbEngine(connection)).destination

        def reached(dataset: str) -> Any:
            return destination.configuration(destination.spec()._bind_dataset_name(dataset))

        one, other = reached("raw_coveto"), reached("raw_compleetpersy")
        assert reached("raw_coveto") is one
        assert (one.dataset_name, other.dataset_name) == ("raw_coveto", "raw_compleetpersy")
