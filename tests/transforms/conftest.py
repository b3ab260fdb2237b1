"""Warehouses in memory."""

from collections.abc import Iterator

import duckdb
import pytest

from tests.transforms.warehouse import Warehouse
from transforms.rendering import raw_tables


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    """An empty warehouse, not even raw schemas in it."""
    with duckdb.connect() as connection:
        yield Warehouse(connection)


@pytest.fixture
def loaded(warehouse: Warehouse) -> Warehouse:
    """A warehouse with every raw table, all empty."""
    for tool, model in raw_tables():
        warehouse.create_raw(tool, model)
    return warehouse
