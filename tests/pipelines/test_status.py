"""`ats status`: a line a connection, from the warehouse and the configuration alone."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from pipelines.lock import locked
from pipelines.places import Places
from pipelines.publishing import Publisher
from pipelines.results import ModelRead, Outcome
from pipelines.run_records import RunRecords, add_late
from pipelines.status import connection_statuses
from pipelines.warehouse import open_warehouse

Folder = Callable[..., Path]
Ats = Callable[..., "CompletedProcess[str]"]
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def a_read(
    connection_id: str,
    hours_ago: float,
    outcome: Outcome = "success",
    kind: str = "full",
    model: str = "jobs",
) -> ModelRead:
    began = NOW - timedelta(hours=hours_ago)
    return ModelRead(
        run_id=f"run-{hours_ago}",
        connection_id=connection_id,
        tool=connection_id.split(":")[0],
        model=model,
        kind="full" if kind == "full" else "delta",
        started_at=began,
        ended_at=began + timedelta(minutes=1),
        outcome=outcome,
        error_message="The key was refused" if outcome == "failed" else None,
    )


def fill(folder: Path, *reads: ModelRead) -> None:
    with open_warehouse(folder) as engine:
        Publisher(engine, folder).announce()
        RunRecords(engine, folder).add(reads)
        engine.execute(
            "CREATE TABLE IF NOT EXISTS unified.jobs AS"
            " SELECT 'coveto:acme' AS connection_id, NULL::timestamptz AS remote_deleted_at FROM range(7)"
            " UNION ALL SELECT 'coveto:acme', now() FROM range(2)"
            " UNION ALL SELECT 'coveto:gone', NULL FROM range(3)"
        )


def test_before_anything_was_read_each_connection_is_due_now(working_folder: Folder) -> None:
    statuses = connection_statuses(working_folder(), NOW)
    assert [(one.connection_id, one.last_run, one.next_due) for one in statuses] == [
        ("coveto:acme", None, NOW),
        ("compleetpersy:leihwerk", None, NOW),
    ]


def test_the_last_success_and_the_last_outcome_are_told_apart(working_folder: Folder) -> None:
    folder = working_folder()
    fill(folder, a_read("coveto:acme", 2), a_read("coveto:acme", 1, "failed"))
    acme = connection_statuses(folder, NOW)[0]
    assert acme.last_success == NOW - timedelta(minutes=119)
    assert acme.age_seconds == 119 * 60
    assert (acme.last_outcome, acme.last_error) == ("failed", "The key was refused")


def test_a_run_is_as_bad_as_its_worst_model(working_folder: Folder) -> None:
    folder = working_folder()
    fill(folder, a_read("coveto:acme", 1), a_read("coveto:acme", 1, "warning", model="candidates"))
    assert connection_statuses(folder, NOW)[0].last_outcome == "warning"


def test_rows_are_counted_without_the_deleted_ones(working_folder: Folder) -> None:
    folder = working_folder()
    fill(folder, a_read("coveto:acme", 1))
    acme = connection_statuses(folder, NOW)[0]
    assert (acme.rows, acme.deleted_rows) == ({"jobs": 7}, {"jobs": 2})


@pytest.mark.parametrize(
    ("reads", "due_in_hours"),
    [
        ([a_read("compleetpersy:leihwerk", 1)], 2),
        ([a_read("compleetpersy:leihwerk", 9), a_read("compleetpersy:leihwerk", 0.5, kind="delta")], 1),
        ([a_read("compleetpersy:leihwerk", 4), a_read("compleetpersy:leihwerk", 1, kind="delta")], 2),
        ([a_read("compleetpersy:leihwerk", 1, kind="delta")], 0),
    ],
)
def test_a_delta_is_due_after_each_read_and_a_full_sync_after_the_last_full(
    working_folder: Folder, reads: list[ModelRead], due_in_hours: float
) -> None:
    folder = working_folder()
    fill(folder, *reads)
    assert connection_statuses(folder, NOW)[1].next_due == NOW + timedelta(hours=due_in_hours)


def test_a_connection_that_is_no_longer_configured_is_shown_as_such(working_folder: Folder, ats: Ats) -> None:
    folder = working_folder()
    fill(folder, a_read("coveto:gone", 1))
    gone = connection_statuses(folder, NOW)[-1]
    assert (gone.connection_id, gone.configured, gone.rows) == ("coveto:gone", False, {"jobs": 3})
    line = next(line for line in ats("status", folder=folder).stdout.splitlines() if "gone" in line)
    assert "not configured" in line


def test_while_a_run_holds_the_lock_the_published_copy_is_read(working_folder: Folder) -> None:
    folder = working_folder()
    fill(folder, a_read("coveto:acme", 2))
    with open_warehouse(folder) as engine:
        Publisher(engine, folder).publish()
    with locked(folder), open_warehouse(folder) as engine:
        RunRecords(engine, folder).add([a_read("coveto:acme", 1, "failed")])
        assert connection_statuses(folder, NOW)[0].last_outcome == "success"


def test_records_that_wait_for_the_database_count(working_folder: Folder) -> None:
    folder = working_folder()
    add_late(folder, [a_read("coveto:acme", 1, "failed")])
    assert connection_statuses(folder, NOW)[0].last_outcome == "failed"


def test_the_command_prints_a_line_a_connection(working_folder: Folder, ats: Ats) -> None:
    folder = working_folder()
    fill(folder, a_read("coveto:acme", 2))
    done = ats("status", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].split("  ")[0] == "connection"
    assert lines[1].startswith("coveto:acme")
    assert "2026-06-01 10:01 UTC  success" in lines[1]
    assert lines[1].endswith("7")
    assert "never read" in lines[2]


def test_the_command_says_so_when_nothing_was_read(working_folder: Folder, ats: Ats) -> None:
    done = ats("status", folder=working_folder())
    assert done.stdout.splitlines()[-1] == "Nothing was read yet. Type: ats sync"


def test_the_command_prints_json_for_programs(working_folder: Folder, ats: Ats) -> None:
    folder = working_folder()
    fill(folder, a_read("coveto:acme", 2))
    told = json.loads(ats("status", "--json", folder=folder).stdout)
    assert [one["connection_id"] for one in told] == ["coveto:acme", "compleetpersy:leihwerk", "coveto:gone"]
    assert told[0]["last_success"] == "2026-06-01T10:01:00+00:00"
    assert told[0]["rows"] == {"jobs": 7}


def test_status_needs_no_secret(working_folder: Folder, ats: Ats) -> None:
    assert ats("status", folder=working_folder(secrets=None)).returncode == 0


def test_status_makes_nothing_in_the_folder(working_folder: Folder, ats: Ats) -> None:
    folder = working_folder()
    ats("status", folder=folder)
    assert [path.name for path in folder.iterdir()] == [".dlt"]


@pytest.mark.parametrize("arguments", [["--help"], ["status"], ["sync", "--help"]])
def test_quick_commands_import_neither_dlt_nor_zeep(working_folder: Folder, arguments: list[str]) -> None:
    script = (
        "import sys; from pipelines.command import main\n"
        f"sys.argv = ['ats', *{arguments!r}]\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "slow = {'dlt', 'zeep', 'pydantic', 'pandas', 'pyarrow', 'sqlglot'}\n"
        "print('slow:', sorted(slow & set(sys.modules)))"
    )
    import subprocess

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=working_folder(), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "slow: []"


def test_a_published_copy_alone_is_enough(working_folder: Folder) -> None:
    folder = working_folder()
    fill(folder, a_read("coveto:acme", 2))
    with open_warehouse(folder) as engine:
        Publisher(engine, folder).publish()
    Places(folder).work_database.unlink()
    assert connection_statuses(folder, NOW)[0].rows == {"jobs": 7}
