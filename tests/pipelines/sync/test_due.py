"""`ats sync --due`: each connection is read as often as its configuration asks, told from `ats.runs`."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from subprocess import CompletedProcess

import duckdb
import pytest

from pipelines.due import DueTimes, Latest, due_times, schedule_of
from pipelines.status import connection_statuses
from sandbox import fault_actions as go
from sandbox.coveto_tenant import CovetoTenant
from sandbox.faults import Fault, On
from sandbox.persy_tenant import PersyTenant
from tests.pipelines.sync.working_folder import Folder


def hours_pass(folder: Folder, hours: float, connection_id: str = "%") -> None:
    """Make every read so much older."""
    with duckdb.connect(str(folder.path / ".ats" / "work.duckdb")) as connection:
        connection.execute(
            "update ats.runs set started_at = started_at - to_microseconds(cast(? as bigint)),"
            " ended_at = ended_at - to_microseconds(cast(? as bigint)) where connection_id like ?",
            [int(hours * 3_600_000_000), int(hours * 3_600_000_000), connection_id],
        )


def kinds(folder: Folder) -> set[tuple[str, str]]:
    return {(read.connection_id, read.kind) for read in folder.sync(kind="due").reads}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_was_never_read_is_due(folder: Folder) -> None:
    assert kinds(folder) == {("coveto:acme", "full"), ("compleetpersy:leihwerk", "full")}


def test_what_was_just_read_is_not_asked_again(
    folder: Folder, coveto: CovetoTenant, persy: PersyTenant
) -> None:
    folder.sync()
    asked = len(coveto.requests), len(persy.requests)
    result = folder.sync(kind="due")
    assert (result.reads, result.exit_code, result.published) == ((), 0, False)
    assert (len(coveto.requests), len(persy.requests)) == asked


def test_where_nothing_is_due_no_file_of_a_reader_changes(folder: Folder) -> None:
    folder.sync()
    before = digest(folder.path / "warehouse.duckdb")
    folder.sync(kind="due")
    assert digest(folder.path / "warehouse.duckdb") == before


def test_what_is_skipped_is_no_row_of_the_runs(folder: Folder) -> None:
    folder.sync("acme")
    folder.sync("leihwerk")
    hours_pass(folder, 4, "coveto:acme")
    folder.sync(kind="due")
    with duckdb.connect(str(folder.path / ".ats" / "work.duckdb"), read_only=True) as connection:
        counts = connection.execute("select tool, count(*) from ats.runs group by tool order by tool")
        assert counts.fetchall() == [("compleetpersy", 3), ("coveto", 12)]


def test_after_three_hours_coveto_is_read_whole_and_persy_by_delta(folder: Folder) -> None:
    folder.sync()
    hours_pass(folder, 3)
    assert kinds(folder) == {("coveto:acme", "full"), ("compleetpersy:leihwerk", "delta")}


def test_after_ten_hours_persy_is_read_whole(folder: Folder) -> None:
    folder.sync()
    hours_pass(folder, 10)
    assert ("compleetpersy:leihwerk", "full") in kinds(folder)


def test_deltas_do_not_put_off_the_next_full_read(folder: Folder) -> None:
    folder.sync()
    hours_pass(folder, 8)
    folder.sync(kind="due")
    hours_pass(folder, 3)
    assert ("compleetpersy:leihwerk", "full") in kinds(folder)


def test_the_configuration_says_how_often(folder: Folder) -> None:
    config = folder.path / ".dlt" / "config.toml"
    config.write_text(config.read_text().replace("retries = 0", 'retries = 0\nfull_every = "1h"'))
    folder.sync()
    hours_pass(folder, 1)
    assert {kind for _, kind in kinds(folder)} == {"full"}


def test_a_read_that_failed_is_due_again(folder: Folder, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("down", go.status(503), On(model="applications"), times=None))
    folder.sync()
    coveto.disarm()
    assert kinds(folder) == {("coveto:acme", "full")}


def test_a_model_that_is_always_refused_has_the_others_read_no_more_often(
    folder: Folder, coveto: CovetoTenant
) -> None:
    coveto.unreachable_models = {"applications"}
    folder.sync()
    asked = len(coveto.requests)
    hours_pass(folder, 1)
    assert (kinds(folder), len(coveto.requests)) == (set(), asked)


def test_a_model_that_failed_alone_waits_delta_every(folder: Folder, coveto: CovetoTenant) -> None:
    config = folder.path / ".dlt" / "config.toml"
    keys = 'retries = 0\nfull_every = "9h"\ndelta_every = "2h"'
    config.write_text(config.read_text().replace("retries = 0", keys))
    coveto.unreachable_models = {"applications"}
    folder.sync("acme")
    hours_pass(folder, 1)
    soon = {read.connection_id for read in folder.sync("acme", kind="due").reads}
    hours_pass(folder, 1)
    later = {read.connection_id for read in folder.sync("acme", kind="due").reads}
    assert (soon, later) == (set(), {"coveto:acme"})


def test_a_scheduler_that_starts_some_seconds_early_misses_no_read(folder: Folder) -> None:
    folder.sync()
    hours_pass(folder, 3 - 5 / 3600)
    assert ("coveto:acme", "full") in kinds(folder)


def test_what_was_left_alone_says_when_it_is_due(folder: Folder) -> None:
    folder.sync()
    began = folder.value("select min(started_at) from ats.runs")
    due = {one.connection_id: one.due_at for one in folder.sync(kind="due").not_due}
    assert due["coveto:acme"] == began + schedule_of("coveto", {}).full


def test_status_names_the_moment_at_which_the_next_run_reads(folder: Folder) -> None:
    folder.sync()
    told = {one.connection_id: one.next_due for one in connection_statuses(folder.path)}
    assert told == {one.connection_id: one.due_at for one in folder.sync(kind="due").not_due}


def test_a_model_that_is_switched_off_is_waited_for_no_longer() -> None:
    schedule = schedule_of("coveto", {"endpoints": {"screening_questions": {"enabled": False}}})
    now = datetime.fromisoformat("2026-06-01T12:00:00+00:00")
    long_ago = now - 100 * schedule.full
    latest = {("jobs", "full"): Latest(now), ("screening_questions", "full"): Latest(long_ago)}
    assert due_times(schedule, latest) == DueTimes(now + schedule.full, None, schedule)


def test_a_connection_that_cannot_ask_for_changes_is_read_whole_only() -> None:
    schedule = schedule_of("compleetpersy", {"endpoints": {"candidates": {"arguments": {"limit": "size"}}}})
    assert schedule.delta is None


@pytest.mark.parametrize("flag", ["--full", "--delta"])
def test_the_command_takes_one_kind_only(
    working_folder: Callable[..., Path], ats: Callable[..., "CompletedProcess[str]"], flag: str
) -> None:
    done = ats("sync", "--due", flag, folder=working_folder())
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        2,
        "--full, --delta and --due exclude each other",
    )
