"""What a sync starts from: the cursor, the server's clock, what is known of earlier reads."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import duckdb

from pipelines.places import Places
from pipelines.results import SyncResult
from tests.reliability.bench import NOON, Bench
from tests.reliability.cases import Case, CaughtUp, Survived, edits, nothing, together

PERSY = "compleetpersy"


def _sql(*statements: str) -> Callable[[Bench], None]:
    def change(bench: Bench) -> None:
        with duckdb.connect(str(Places(bench.folder).work_database)) as connection:
            for statement in statements:
                connection.execute(statement.format(tool=bench.tool, connection=bench.connection_id))

    return change


def _caught_up_before(bench: Bench) -> None:
    assert bench.sync().exit_code == 0


def _adds_nothing(bench: Bench, result: SyncResult) -> None:
    assert all((read.new, read.changed, read.deleted) == (0, 0, 0) for read in result.reads)
    assert not result.published
    assert bench.query(f"select count(*) from raw_{bench.tool}._dlt_loads") == [(2,)]


def _is(kind: str) -> Callable[[Bench, SyncResult], None]:
    def look(bench: Bench, result: SyncResult) -> None:
        assert {read.kind for read in result.reads if read.tool == bench.tool} == {kind}

    return look


def _in_the_same_second(bench: Bench) -> None:
    """A candidate changes in the second that the cursor stands on, after it was read."""
    assert bench.sync().exit_code == 0
    bench.persy.change(bench.persy.keys()[-1], {"UserArea.Notiz": "in derselben Sekunde"})


def _one_second_fills_pages(bench: Bench) -> None:
    """Twenty candidates change in the second that the cursor stands on."""
    assert bench.sync().exit_code == 0
    for key in bench.persy.keys()[:20]:
        bench.persy.change(key, {"UserArea.Notiz": "alle auf einmal"})


def _clock(hours: int) -> Callable[[Bench], None]:
    """The server's Date header is off; then a candidate changes."""

    def prepare(bench: Bench) -> None:
        bench.persy.date_header_ahead = timedelta(hours=hours)
        assert bench.sync().exit_code == 0
        bench.persy.clock.advance(1)
        bench.persy.change(100_017, {"UserArea.Notiz": "nach dem Lesen"})

    return prepare


def _from_2999(bench: Bench) -> None:
    """A candidate claims to have been changed in 2999; then another one changes."""
    body = b'{"CandidateRecordInfo":{"Id":{"IdValue":"777"},"LastModificationDate":"2999-01-01T00:00:00Z"}}'
    bench.persy.add_raw(body, modified=datetime(2999, 1, 1, tzinfo=UTC))
    assert bench.sync().exit_code == 0
    bench.persy.clock.advance(1)
    bench.persy.change(100_017, {"UserArea.Notiz": "nach dem Lesen"})


def _server_in_2999(bench: Bench) -> None:
    """The server's clock stood in 2999 during a sync, and was put right."""
    bench.persy.clock.stop_at(datetime(2999, 1, 1, tzinfo=UTC))
    bench.persy.change(100_017, {"UserArea.Notiz": "2999"})
    assert bench.sync().exit_code == 0
    bench.persy.clock.stop_at(NOON + timedelta(days=1))
    bench.persy.change(100_017, {"UserArea.Notiz": "2026"})
    bench.persy.change(100_020, {"UserArea.Notiz": "2026"})


def _without_pipelines(bench: Bench) -> None:
    shutil.rmtree(Places(bench.folder).pipelines)


def _cases() -> Iterator[Case]:
    yield Case(
        "nothing changed",
        "both",
        "nothing changed since the last sync",
        Survived(),
        _caught_up_before,
        also=_adds_nothing,
    )
    yield Case(
        "nothing changed, by delta",
        PERSY,
        "nothing changed since the last sync, a delta",
        Survived(),
        _caught_up_before,
        kind="auto",
        also=_adds_nothing,
    )
    yield Case(
        "changed in the same second",
        PERSY,
        "a candidate changes in the second of the cursor, after the read",
        CaughtUp(),
        _in_the_same_second,
        kind="auto",
    )
    yield Case(
        "many rows on the cursor",
        PERSY,
        "twenty candidates change in the second of the cursor, over three pages",
        CaughtUp(),
        _one_second_fills_pages,
        kind="auto",
    )
    yield Case(
        "a clock an hour ahead",
        PERSY,
        "the server's Date is an hour ahead of its records",
        CaughtUp(),
        _clock(1),
        kind="auto",
        also=_is("delta"),
    )
    yield Case(
        "a clock an hour behind",
        PERSY,
        "the server's Date is an hour behind its records",
        CaughtUp(),
        _clock(-1),
        kind="auto",
        also=_is("delta"),
    )
    yield Case(
        "a record from 2999",
        PERSY,
        "a candidate was changed in 2999, says the server",
        CaughtUp(),
        _from_2999,
        kind="auto",
        also=_is("delta"),
    )
    yield Case(
        "a clock in 2999",
        PERSY,
        "the server's clock stood in 2999 and was put right",
        CaughtUp(),
        _server_in_2999,
        kind="auto",
        also=_is("full"),
    )
    yield Case(
        "an unreadable cursor",
        PERSY,
        "the cursor in ats.runs is no time",
        Survived(),
        edits(persy=_sql("update ats.runs set cursor = 'gestern' where cursor is not null")),
        kind="auto",
        also=_is("full"),
    )
    yield Case(
        "a cursor in 2999",
        PERSY,
        "the cursor in ats.runs lies in 2999",
        Survived(),
        edits(
            persy=_sql("update ats.runs set cursor = '2999-01-01T00:00:00+00:00' where cursor is not null")
        ),
        kind="auto",
        also=_is("full"),
    )
    yield Case(
        "run records lost",
        "both",
        "ats.runs is gone",
        Survived(),
        _sql("drop table ats.runs"),
        kind="auto",
        also=_is("full"),
    )
    yield Case(
        "dlt's folder lost", "both", "the working files of dlt are gone", Survived(), _without_pipelines
    )
    yield Case(
        "state ahead of the data",
        "both",
        "ats.runs tells of reads whose rows the raw tables no longer hold",
        CaughtUp(),
        together(
            _caught_up_before,
            _sql(
                "delete from raw_{tool}.candidates",
                "delete from raw_{tool}.jobs",
                "delete from raw_{tool}.applications",
            ),
        ),
        kind="auto",
        also=_is("full"),
    )
    yield Case(
        "a raw table lost",
        "both",
        "the raw table of jobs is gone, ats.runs tells that it was read",
        CaughtUp(),
        together(_caught_up_before, _sql("drop table raw_{tool}.jobs")),
        kind="auto",
        also=_is("full"),
    )
    yield Case(
        "a delta after a full sync",
        PERSY,
        "three candidates changed, one is new, one is gone",
        CaughtUp(),
        together(nothing),
        kind="auto",
        also=_is("delta"),
    )


CASES = tuple(_cases())
