"""Warehouses: a DuckDB in memory, and a database of a PostgreSQL server."""

from collections.abc import Iterator

import duckdb
import pytest

from tests.postgres_server import empty_database
from tests.transforms.postgres_warehouse import postgres_warehouse
from tests.transforms.warehouse import Warehouse
from transforms.rendering import raw_tables


@pytest.fixture
def duckdb_warehouse() -> Iterator[Warehouse]:
    """An empty DuckDB, not even raw schemas in it."""
    with duckdb.connect() as connection:
        yield Warehouse(connection)


@pytest.fixture
def postgres_database(postgres_server: str) -> Iterator[Warehouse]:
    """An empty database of PostgreSQL."""
    with empty_database(postgres_server) as connection:
        yield postgres_warehouse(connection)


@pytest.fixture(params=["duckdb_warehouse", "postgres_database"], ids=["duckdb", "postgres"])
def warehouse(request: pytest.FixtureRequest) -> Warehouse:
    """An empty warehouse of either engine: what a test says of it holds for both."""
    found: Warehouse = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def loaded(warehouse: Warehouse) -> Warehouse:
    """A warehouse with every raw table, all empty."""
    for tool, model in raw_tables():
        warehouse.create_raw(tool, model)
    return warehouse
