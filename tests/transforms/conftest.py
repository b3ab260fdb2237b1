"""Warehouses: a DuckDB in memory, and a database of a PostgreSQL server."""

from collections.abc import Iterator

import duckdb
import pytest

from tests.postgres_server import empty_database
from tests.transforms.warehouse import Warehouse, postgres_warehouse
from transforms.rendering import raw_tables


@pytest.fixture
def duckdb_warehouse() -> Iterator[Warehouse]:
    """An empty DuckDB, not even raw schemas in it."""
    with duckdb.connect() as connection:
        yield Warehouse(connection)


@pytest.fixture(params=["duckdb", "postgres"])
def warehouse(request: pytest.FixtureRequest) -> Iterator[Warehouse]:
    """An empty warehouse of either engine: what a test says of it holds for both."""
    if request.param == "duckdb":
        yield request.getfixturevalue("duckdb_warehouse")
        return
    with empty_database(request.getfixturevalue("postgres_server")) as connection:
        yield postgres_warehouse(connection)


@pytest.fixture
def loaded(warehouse: Warehouse) -> Warehouse:
    """A warehouse with every raw table, all empty."""
    for tool, model in raw_tables():
        warehouse.create_raw(tool, model)
    return warehouse
