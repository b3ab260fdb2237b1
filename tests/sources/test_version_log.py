"""Which versions a read adds to the raw log."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sources.pages import Record
from sources.version_log import DeletionLimits, Known, VersionLog
from sources.version_spool import ROWS_A_TABLE, VersionSpool

READ_AT = datetime(2026, 5, 1, tzinfo=UTC)


def record(remote_id: str, content: str) -> Record:
    return Record(remote_id, None, content.encode(), content)


def log_of(tmp_path: Path, known: Known) -> VersionLog:
    return VersionLog(VersionSpool("coveto:acme", READ_AT, tmp_path / "spool.arrow"), known)


def written(log: VersionLog) -> list[tuple[str, str | None]]:
    log.close()
    return [
        (remote_id, content)
        for table in log.spool.tables()
        for remote_id, content in zip(
            table.column("remote_id").to_pylist(), table.column("content_hash").to_pylist(), strict=True
        )
    ]


def test_new_changed_and_unchanged_records_are_told_apart(tmp_path: Path) -> None:
    log = log_of(tmp_path, {"same": "a", "other": "a", "back": None})
    log.read([record("same", "a"), record("other", "b"), record("back", "a"), record("fresh", "a")])
    assert written(log) == [("other", "b"), ("back", "a"), ("fresh", "a")]
    assert (log.new, log.changed, log.deleted, log.records_read) == (2, 1, 0, 4)


def test_large_records_wait_in_tables_of_fewer_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.version_spool._BYTES_A_TABLE", 100)
    log = log_of(tmp_path, {})
    log.read([record(str(number), "x" * 60) for number in range(5)])
    log.close()
    assert [table.num_rows for table in log.spool.tables()] == [2, 2, 1]


def test_of_a_record_read_twice_the_later_reading_counts(tmp_path: Path) -> None:
    log = log_of(tmp_path, {})
    log.read([record("1", "first"), record("2", "x"), record("1", "second")])
    assert written(log) == [("2", "x"), ("1", "second")]
    assert log.new == 2


def test_a_record_that_is_read_as_it_was_known_after_all_is_not_written(tmp_path: Path) -> None:
    log = log_of(tmp_path, {"1": "known"})
    log.read([record("1", "other"), record("1", "known")])
    assert written(log) == []
    assert (log.new, log.changed) == (0, 0)


def test_a_record_that_changes_after_an_unchanged_reading_is_written(tmp_path: Path) -> None:
    log = log_of(tmp_path, {"1": "known"})
    log.read([record("1", "known"), record("1", "other")])
    assert written(log) == [("1", "other")]
    assert log.changed == 1


def test_what_is_gone_is_what_is_known_not_deleted_and_not_met(tmp_path: Path) -> None:
    log = log_of(tmp_path, {"1": "a", "2": "a", "3": None})
    log.read([record("1", "a")])
    assert log.unmet() == ["2"]


def test_a_tombstone_has_neither_hash_nor_content(tmp_path: Path) -> None:
    log = log_of(tmp_path, {"1": "a"})
    log.mark_deleted(["1"])
    log.close()
    (table,) = log.spool.tables()
    assert table.to_pylist() == [
        {
            "connection_id": "coveto:acme",
            "remote_id": "1",
            "content_hash": None,
            "remote_data": None,
            "is_deleted": True,
            "read_at": READ_AT,
        }
    ]


def test_a_withdrawn_new_record_leaves_no_trace(tmp_path: Path) -> None:
    log = log_of(tmp_path, {})
    log.read([record("1", "a")])
    log.withdraw("1")
    assert written(log) == []
    assert log.unmet() == []


def test_a_withdrawn_known_record_can_be_marked_deleted(tmp_path: Path) -> None:
    log = log_of(tmp_path, {"1": "a"})
    log.read([record("1", "b")])
    log.withdraw("1")
    log.mark_deleted(log.unmet())
    assert written(log) == [("1", None)]


def test_a_delta_asks_only_for_the_ids_that_it_met(tmp_path: Path) -> None:
    asked: list[str] = []

    def look_up(ids: object) -> Known:
        asked.extend(ids)  # type: ignore[arg-type]
        return {"1": "a"}

    log = VersionLog(VersionSpool("c", READ_AT, tmp_path / "spool.arrow"), look_up=look_up)
    log.read([record("1", "a"), record("2", "a")])
    log.look_up_waiting()
    assert asked == ["1", "2"]
    assert written(log) == [("2", "a")]


def test_many_rows_go_through_a_file_and_come_back_in_order(tmp_path: Path) -> None:
    log = log_of(tmp_path, {})
    count = ROWS_A_TABLE * 4 + 7
    log.read(record(str(number), "a") for number in range(count))
    log.read([record("3", "b")])
    rows = written(log)
    assert (tmp_path / "spool.arrow").exists()
    assert (len(rows), rows[-1], log.spool.row_count) == (count, ("3", "b"), count)
    log.spool.discard()
    assert not (tmp_path / "spool.arrow").exists()


@pytest.mark.parametrize(
    ("deleted", "live", "held_back"),
    [
        (1, 1, False),
        (2, 2, True),
        (20, 100, False),
        (21, 100, True),
        (21, 105, False),
        (20, 21, False),
        (0, 10, False),
    ],
)
def test_too_many_deletions_at_once_are_held_back(deleted: int, live: int, held_back: bool) -> None:
    assert DeletionLimits(0.2).hold_back(deleted, live) is held_back
