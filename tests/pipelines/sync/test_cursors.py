"""Where a delta starts: from the cursor of the latest good run, and never from what no run can have seen."""

from datetime import UTC, datetime, timedelta

import duckdb

from sandbox.persy_tenant import PersyTenant
from tests.pipelines.sync.working_folder import Folder


def alter_runs(folder: Folder, sql: str) -> None:
    with duckdb.connect(str(folder.path / ".ats" / "work.duckdb")) as connection:
        connection.execute(f"update ats.runs set {sql} where cursor is not null")


def kind_of_next(folder: Folder) -> set[str]:
    return {read.kind for read in folder.sync("leihwerk").reads}


def test_one_cursor_from_the_far_future_makes_one_read_full_and_not_every_one(folder: Folder) -> None:
    folder.sync("leihwerk")
    alter_runs(folder, "cursor = '2999-01-01T00:00:00+00:00'")
    assert [kind_of_next(folder), kind_of_next(folder)] == [{"full"}, {"delta"}]


def test_what_is_stamped_before_the_cursor_is_read_where_the_vendors_clock_was_ahead(
    folder: Folder, persy: PersyTenant
) -> None:
    folder.sync("leihwerk")
    stamped = persy.clock.now() + timedelta(minutes=30)
    alter_runs(folder, f"cursor = '{(stamped + timedelta(hours=1)).isoformat()}', started_at = '{stamped}'")
    persy.clock.advance(3600)
    persy.change(persy.keys()[0], {"UserArea.Notiz": "nach dem Lesen"})
    (read,) = (one for one in folder.sync("leihwerk").reads if one.model == "candidates")
    assert (read.kind, read.changed) == ("delta", 1)


def test_a_record_from_the_future_does_not_move_the_cursor_there(folder: Folder, persy: PersyTenant) -> None:
    folder.sync("leihwerk")
    body = b'{"CandidateRecordInfo":{"Id":{"IdValue":"777"},"LastModificationDate":"2999-01-01T00:00:00Z"}}'
    persy.add_raw(body, modified=datetime(2999, 1, 1, tzinfo=UTC))
    folder.sync("leihwerk")
    assert max(folder.value("select max(cursor) from ats.runs"), "2999") == "2999"
    assert kind_of_next(folder) == {"delta"}
