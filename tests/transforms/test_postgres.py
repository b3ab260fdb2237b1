"""What a warehouse on a server asks beside the rows: readers, rights, times, messages without values."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import psycopg2
import pytest
from psycopg2 import extensions

from sources.endpoints import MODELS
from sources.errors import WarehouseError
from tests.postgres_server import connect, empty_database
from tests.transforms.postgres_warehouse import postgres_warehouse
from tests.transforms.warehouse import Warehouse
from transforms.postgres_engine import PostgresEngine
from transforms.runner import TransformSettings, run_transforms
from transforms.schemas import SCHEMAS

QUERY = "select name from unified.jobs union all select name from unified_current.jobs"


@pytest.fixture
def database(postgres_server: str) -> Iterator[extensions.connection]:
    with empty_database(postgres_server) as connection:
        yield connection


@pytest.fixture
def warehouse(database: extensions.connection) -> Warehouse:
    warehouse = postgres_warehouse(database)
    write_job(warehouse, 1, "alt")
    warehouse.transform()
    return warehouse


@pytest.fixture
def reader(database: extensions.connection) -> Iterator[PostgresEngine]:
    """A connection of somebody else, who waits for nothing."""
    with closing(connect(database.dsn)) as connection:
        engine = PostgresEngine(connection)
        engine.execute("set lock_timeout = '100ms'")
        yield engine


def write_job(warehouse: Warehouse, load: int, title: str) -> None:
    warehouse.write("coveto", "jobs", {"remote_id": "1", "load": load, "remote_data": {"titel": title}})


@pytest.mark.parametrize("full_refresh", [False, True])
def test_a_reader_sees_the_old_rows_until_the_run_commits(
    full_refresh: bool, warehouse: Warehouse, reader: PostgresEngine
) -> None:
    write_job(warehouse, 2, "neu")
    seen: list[object] = []
    warehouse.transform(full_refresh=full_refresh, progress=lambda _: seen.append(reader.fetch(QUERY)))
    assert seen
    assert all(rows == [("alt",), ("alt",)] for rows in seen)
    assert reader.fetch(QUERY) == [("neu",), ("neu",)]


def test_a_rebuild_keeps_what_was_granted_and_built_on_a_table(
    warehouse: Warehouse, reader: PostgresEngine
) -> None:
    reader.execute("create view public.mine as select name from unified.jobs")
    reader.execute("grant select on unified.jobs, unified.integration_fields_catalogue to public")
    warehouse.transform(full_refresh=True)
    assert reader.fetch("select name from public.mine") == [("alt",)]
    granted = "select table_name from information_schema.role_table_grants where grantee = 'PUBLIC' and "
    assert reader.fetch(granted + "table_schema = 'unified' order by 1") == [
        ("integration_fields_catalogue",),
        ("jobs",),
    ]


def test_a_table_with_other_columns_is_made_anew(warehouse: Warehouse) -> None:
    warehouse.engine.execute("alter table unified.jobs drop column name cascade")
    warehouse.transform(full_refresh=True)
    assert warehouse.engine.fetch(QUERY) == [("alt",), ("alt",)]


@pytest.fixture
def role(database: extensions.connection) -> Iterator[PostgresEngine]:
    """A connection of a role that may make no schema."""
    with closing(connect(database.dsn)) as connection, connection.cursor() as administrator:
        administrator.execute("drop role if exists modest")
        administrator.execute("create role modest login")
        with closing(psycopg2.connect(database.dsn, user="modest")) as modest:
            yield PostgresEngine(modest)
        administrator.execute("drop owned by modest")
        administrator.execute("drop role modest")


def test_a_role_that_may_make_no_schema_is_told_so(role: PostgresEngine, warehouse: Warehouse) -> None:
    warehouse.engine.execute("drop schema ats cascade")
    with pytest.raises(WarehouseError, match="the role modest may not make it"):
        run_transforms(role, TransformSettings())


def test_schemas_that_an_administrator_made_are_enough(
    role: PostgresEngine, database: extensions.connection
) -> None:
    administrator = PostgresEngine(database)
    for schema in ("ats", "unified", "unified_current"):
        administrator.execute(f"create schema {schema} authorization modest")
    assert run_transforms(role, TransformSettings()).changed


def test_times_come_back_in_utc(database: extensions.connection) -> None:
    (row,) = PostgresEngine(database).fetch("select timestamptz '2026-07-01 12:00:00+02'")
    assert row == (datetime(2026, 7, 1, 10, tzinfo=UTC),)


def test_json_comes_back_as_text_with_its_keys_in_order(database: extensions.connection) -> None:
    text = '{"b": 1, "a": 2}'
    assert PostgresEngine(database).fetch("select cast(? as json)", [text]) == [(text,)]


def test_marks_in_quotes_are_no_placeholders(database: extensions.connection) -> None:
    engine = PostgresEngine(database)
    assert engine.fetch("select 'a?%s''?', ?, 7 % 4, 'x' like '%'", ["100%?"]) == [
        ("a?%s'?", "100%?", 3, True)
    ]


def test_a_transaction_that_fails_leaves_nothing_and_the_connection_usable(
    database: extensions.connection,
) -> None:
    engine = PostgresEngine(database)
    with pytest.raises(WarehouseError), engine.transaction():
        _make_a_table_and_fail(engine)
    assert engine.fetch("select to_regclass('public.mine')") == [(None,)]


def _make_a_table_and_fail(engine: PostgresEngine) -> None:
    engine.execute("create table public.mine (a integer)")
    engine.execute("select 1 / 0")


def test_a_lost_connection_says_so_and_no_more(database: extensions.connection) -> None:
    engine = PostgresEngine(database)
    with closing(connect(database.dsn)) as other, other.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s)", [database.info.backend_pid])
    with pytest.raises(WarehouseError, match="connection to the warehouse failed"), engine.transaction():
        engine.execute("select 1")


def test_a_value_that_the_server_cannot_hold_is_not_told(database: extensions.connection) -> None:
    with pytest.raises(WarehouseError) as raised:
        PostgresEngine(database).fetch("select ?", ["Jo\x00Secret"])
    assert "Secret" not in str(raised.value)


@pytest.mark.parametrize("number", ["1e200000", "-2.5E+200000", "3e-20000"])
def test_a_number_beyond_what_jsonb_holds_becomes_the_text_of_its_digits(
    number: str, database: extensions.connection
) -> None:
    warehouse = postgres_warehouse(database)
    text = (
        f'{{"titel": "1e999999 \\"-1\\\\", "gehalt": {{"von": {number}}}, "eigen": [{number}, -1.50, true]}}'
    )
    warehouse.write("coveto", "jobs", {"remote_id": "1", "remote_text": text})
    warehouse.transform()
    row = warehouse.row("jobs")
    assert row["name"] == '1e999999 "-1\\'
    (operation,) = row["remote_data"]
    record = row["remote_data"][operation]
    assert (record["gehalt"], record["eigen"]) == ({"von": number}, [number, -1.5, True])
    raw = warehouse.engine.fetch("select cast(remote_data as text) from raw_coveto.jobs")
    assert raw == [(text,)]


def test_every_tool_has_its_schema() -> None:
    assert [f"raw_{tool}" for tool in MODELS] == [one for one in SCHEMAS if one.startswith("raw_")]
