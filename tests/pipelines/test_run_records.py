"""Every attempt leaves a row, also while the database takes none."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.places import Places
from pipelines.results import ModelRead
from pipelines.run_records import RunRecords, add_late, late_rows
from pipelines.warehouse import open_warehouse
from transforms.engine import Engine

BEGAN = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def a_read(run_id: str = "run-1", model: str = "jobs", **more: object) -> ModelRead:
    values: dict[str, object] = {
        "run_id": run_id,
        "connection_id": "coveto:acme",
        "tool": "coveto",
        "model": model,
        "kind": "full",
        "started_at": BEGAN,
        "ended_at": BEGAN + timedelta(seconds=3),
        "outcome": "success",
    }
    return ModelRead(**(values | more))  # type: ignore[arg-type]


def runs(engine: Engine, columns: str) -> list[tuple[object, ...]]:
    return engine.fetch(f"SELECT {columns} FROM ats.runs ORDER BY run_id, model")


def test_a_record_is_a_row_with_every_field(tmp_path: Path) -> None:
    read = a_read(
        pages=3, records_read=250, new=1, changed=2, deleted=3, complete=True, rejected=4,
        cursor="2026-06-01T00:00:00Z", error_class="VendorFaultError", error_message="why", note="so",
    )  # fmt: skip
    with open_warehouse(tmp_path) as engine:
        RunRecords(engine, tmp_path).add([read])
        row = engine.fetch("SELECT * FROM ats.runs")[0]
        names = [str(name) for (name,) in engine.fetch("SELECT column_name FROM (DESCRIBE ats.runs)")]
    assert ModelRead(**dict(zip(names, row, strict=True))) == read  # type: ignore[arg-type]


def test_a_record_that_is_written_again_replaces_the_first(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as engine:
        records = RunRecords(engine, tmp_path)
        records.add([a_read(outcome="failed"), a_read(model="candidates")])
        records.add([a_read(outcome="success")])
        assert runs(engine, "model, outcome") == [("candidates", "success"), ("jobs", "success")]


def test_records_that_had_to_wait_are_taken_into_the_table(tmp_path: Path) -> None:
    add_late(tmp_path, [a_read("run-1")])
    add_late(tmp_path, [a_read("run-2", error_message="the database was locked", outcome="failed")])
    with open_warehouse(tmp_path) as engine:
        RunRecords(engine, tmp_path)
        assert runs(engine, "run_id, started_at, error_message") == [
            ("run-1", BEGAN, None),
            ("run-2", BEGAN, "the database was locked"),
        ]
    assert not Places(tmp_path).late_runs.exists()


def test_half_a_line_of_a_killed_run_does_no_harm(tmp_path: Path) -> None:
    add_late(tmp_path, [a_read("run-1")])
    with Places(tmp_path).late_runs.open("ab") as file:
        file.write(b'{"run_id":"run-2","conn')
    with open_warehouse(tmp_path) as engine:
        RunRecords(engine, tmp_path)
        assert runs(engine, "run_id") == [("run-1",)]


def test_records_that_wait_are_for_the_owner_alone(tmp_path: Path) -> None:
    add_late(tmp_path, [a_read()])
    assert Places(tmp_path).late_runs.stat().st_mode & 0o777 == 0o600
    assert [row["model"] for row in late_rows(tmp_path)] == ["jobs"]


def test_records_that_cannot_be_read_now_wait_for_a_run_that_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_late(tmp_path, [a_read()])

    def denied(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch, open_warehouse(tmp_path) as engine:
        patch.setattr(Path, "read_bytes", denied)
        RunRecords(engine, tmp_path)
        assert runs(engine, "run_id") == []
    with open_warehouse(tmp_path) as engine:
        RunRecords(engine, tmp_path)
        assert runs(engine, "run_id") == [("run-1",)]
