"""What is known of several connections is asked for together where they are small, and is the same."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from pipelines.known_in_duckdb import DuckDbQueries
from sources import known_versions
from sources.known_versions import KnownVersions

_READ_AT = datetime(2026, 1, 1, tzinfo=UTC)
_CONNECTIONS = ("coveto:small", "coveto:other", "coveto:large", "coveto:empty")


class _Counting(DuckDbQueries):
    asked = 0

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        self.asked += 1
        return list(super().rows(sql))

    def tables(self, sql: str) -> Iterator[object]:
        self.asked += 1
        yield from super().tables(sql)


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Counting]:
    """Two small connections, of which one was read twice, a larger one, and a load that is not complete."""
    monkeypatch.setattr(known_versions, "_FEW_ROWS", 4)
    rows = [
        ("coveto:small", "1", "one", _READ_AT, "done"),
        ("coveto:small", "1", "two", _READ_AT + timedelta(days=1), "done"),
        ("coveto:small", "2", None, _READ_AT, "done"),
        ("coveto:small", "3", "half", _READ_AT + timedelta(days=2), "broken off"),
        ("coveto:other", "1", "its own", _READ_AT, "done"),
        *(("coveto:large", str(number), "same", _READ_AT, "done") for number in range(5)),
    ]
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create schema raw_coveto")
        connection.execute("create table raw_coveto._dlt_loads as select 'done' as load_id, 0 as status")
        connection.execute(
            "create table raw_coveto.jobs (connection_id text, remote_id text, content_hash text, "
            "read_at timestamptz, _dlt_load_id text, is_deleted boolean)"
        )
        for row in rows:
            connection.execute(
                "insert into raw_coveto.jobs values (?, ?, ?, ?, ?, ?)", [*row, row[2] is None]
            )
        yield _Counting(connection.cursor(), "raw_coveto")


def _known(queries: DuckDbQueries, *expected: str) -> KnownVersions:
    known = KnownVersions(queries, "raw_coveto")
    known.expect(expected)
    return known


@pytest.mark.parametrize("connection_id", _CONNECTIONS)
def test_together_the_same_is_known_as_alone(queries: _Counting, connection_id: str) -> None:
    alone, together = _known(queries, connection_id), _known(queries, *_CONNECTIONS)

    assert together.all_of("jobs", connection_id) == alone.all_of("jobs", connection_id)


def test_of_a_small_connection_the_last_version_of_complete_loads_counts(queries: _Counting) -> None:
    assert _known(queries, *_CONNECTIONS).all_of("jobs", "coveto:small") == {"1": "two", "2": None}


def test_what_was_asked_for_once_can_be_asked_for_again(queries: _Counting) -> None:
    known = _known(queries, *_CONNECTIONS)

    assert known.all_of("jobs", "coveto:other") == known.all_of("jobs", "coveto:other") == {"1": "its own"}


def test_a_connection_that_nobody_expected_is_known_too(queries: _Counting) -> None:
    assert _known(queries, "coveto:small", "coveto:empty").all_of("jobs", "coveto:other") == {"1": "its own"}


@pytest.mark.parametrize("rows_a_lot", [1, 3, 100])
def test_lots_of_any_size_leave_no_connection_out(
    queries: _Counting, monkeypatch: pytest.MonkeyPatch, rows_a_lot: int
) -> None:
    monkeypatch.setattr(known_versions, "_ROWS_A_LOT", rows_a_lot)
    known = _known(queries, *_CONNECTIONS)

    assert [len(known.all_of("jobs", one)) for one in _CONNECTIONS] == [2, 1, 5, 0]


def test_small_connections_take_two_queries_however_many(queries: _Counting) -> None:
    many = [f"coveto:{number}" for number in range(100)]
    known = _known(queries, *many)
    before = queries.asked

    for connection_id in many:
        known.all_of("jobs", connection_id)

    assert queries.asked - before == 2


def test_the_latest_reads_of_all_connections_take_one_query(queries: _Counting) -> None:
    known = _known(queries, *_CONNECTIONS)
    before = queries.asked

    latest = [known.latest_read_at(one) for one in _CONNECTIONS]

    assert (queries.asked - before, latest) == (1, [_READ_AT + timedelta(days=2), _READ_AT, _READ_AT, None])
