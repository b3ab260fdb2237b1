"""Sources run on their own, over HTTP, into a DuckDB file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dlt
import duckdb
import pytest

from pipelines.dlt_project import dlt_project
from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from sources.connections import CovetoConnection, PersyConnection
from sources.coveto import coveto_source
from sources.persy import persy_source

QUICK = {"retries": 1, "retry_after_max_seconds": 0, "read_timeout_seconds": 5}


@pytest.fixture
def coveto() -> CovetoTenant:
    return CovetoTenant.generate(candidates=30)


@pytest.fixture
def persy() -> PersyTenant:
    return PersyTenant.generate(candidates=30)


@pytest.fixture
def sandbox(coveto: CovetoTenant, persy: PersyTenant) -> Iterator[Sandbox]:
    with Sandbox(coveto, persy) as running:
        yield running
        assert running.failures == []


@pytest.fixture
def coveto_connection(sandbox: Sandbox, coveto: CovetoTenant) -> Callable[..., CovetoConnection]:
    """A connection to the sandbox's Coveto tenant; keys given to it win."""

    def connection(**keys: Any) -> CovetoConnection:
        known = {
            "name": "acme",
            "base_url": sandbox.coveto_url,
            "customer_number": coveto.customer_number,
            "api_key": coveto.api_key,
        }
        return CovetoConnection.model_validate(QUICK | known | keys)

    return connection


@pytest.fixture
def persy_connection(sandbox: Sandbox, persy: PersyTenant) -> Callable[..., PersyConnection]:
    """A connection to the sandbox's Persy tenant; keys given to it win."""

    def connection(**keys: Any) -> PersyConnection:
        known = {"name": "leihwerk", "base_url": sandbox.persy_url, "api_key": persy.api_key}
        return PersyConnection.model_validate(QUICK | known | keys)

    return connection


class RawLog:
    """A DuckDB file that the sources load into, each run by a fresh dlt pipeline."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.connection = duckdb.connect(str(folder / "log.duckdb"))

    def load(self, source: Any, schema: str) -> None:
        with dlt_project(self._folder):
            dlt.pipeline(
                schema,
                destination=dlt.destinations.duckdb(credentials=self.connection),
                dataset_name=schema,
                pipelines_dir=str(self._folder / "pipelines"),
            ).run(source, loader_file_format="parquet")

    def load_coveto(self, *connections: CovetoConnection, **options: Any) -> None:
        self.load(coveto_source(connections, **options), "raw_coveto")

    def load_persy(self, *connections: PersyConnection, **options: Any) -> None:
        self.load(persy_source(connections, **options), "raw_compleetpersy")

    def rows(self, table: str, columns: str = "remote_id, is_deleted") -> list[tuple[Any, ...]]:
        """Rows of a raw table in the order in which they were read."""
        return self.connection.execute(
            f"select {columns} from {table} order by read_at, remote_id"
        ).fetchall()

    def count(self, table: str) -> int:
        found = self.connection.execute(f"select count(*) from {table}").fetchone()
        assert found is not None
        return int(found[0])


@pytest.fixture
def raw_log(tmp_path: Path) -> Iterator[RawLog]:
    log = RawLog(tmp_path)
    yield log
    log.connection.close()
