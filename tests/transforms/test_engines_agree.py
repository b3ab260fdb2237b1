"""The same raw log gives the same unified tables on DuckDB and on PostgreSQL, cell by cell."""

import random
from contextlib import ExitStack

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.postgres_server import empty_database
from tests.transforms.postgres_warehouse import postgres_warehouse
from tests.transforms.test_random_histories import PROMOTED, edit, erase_some
from tests.transforms.warehouse import Warehouse
from transforms.runner import TransformSettings


@pytest.mark.slow
@settings(max_examples=8)
@given(seed=st.integers(0, 2**32), runs=st.lists(st.integers(1, 2), min_size=1, max_size=3))
def test_random_histories_give_the_same_tables_on_both(
    seed: int, runs: list[int], postgres_server: str
) -> None:
    with ExitStack() as stack:
        both = [
            Warehouse(stack.enter_context(duckdb.connect())),
            postgres_warehouse(stack.enter_context(empty_database(postgres_server))),
        ]
        chances = [random.Random(seed) for _ in both]
        for one in both:
            one.settings = TransformSettings(custom_fields=PROMOTED)
        load = 0
        for edits in runs:
            for one, chance in zip(both, chances, strict=True):
                for number in range(load + 1, load + edits + 1):
                    edit(one, number, chance)
                one.transform()
            load += edits
            assert both[0].everything() == both[1].everything()
            for one, chance in zip(both, chances, strict=True):
                erase_some(one, chance)
            assert both[0].everything() == both[1].everything()
        of_postgres = both[1].everything()
        assert both[0].findings() == both[1].findings()
        both[1].transform(full_refresh=True)
        assert both[1].everything() == of_postgres
