"""`notify_command`: run with the run's JSON when a run fails and when what had failed works again."""

import json
import shlex
import sys
from typing import Any

import pytest

from pipelines import notifying
from pipelines.progress import Silent
from sandbox import fault_actions as go
from sandbox.coveto_tenant import CovetoTenant
from sandbox.faults import Fault, On
from sources.errors import ConfigurationError, WarehouseError
from tests.pipelines.sync.working_folder import Folder

DOWN = Fault("down", go.status(503), On(model="jobs"), times=None)


class Heard(Silent):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def message(self, text: str) -> None:
        self.lines.append(text)


def put_first(folder: Folder, line: str) -> None:
    config = folder.path / ".dlt" / "config.toml"
    config.write_text(line + "\n" + config.read_text())


def python(folder: Folder, script: str) -> None:
    """Make a Python script the command."""
    put_first(folder, f"notify_command = {json.dumps(shlex.join([sys.executable, '-c', script]))}")


@pytest.fixture
def told(folder: Folder) -> Any:
    """All that the command was told so far."""
    python(folder, "import sys; open('told.jsonl', 'a').write(sys.stdin.read() + '\\n')")
    file = folder.path / "told.jsonl"
    return lambda: [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_a_run_without_failures_tells_nobody(folder: Folder, told: Any) -> None:
    folder.sync()
    assert told() == []


def test_a_failure_is_told_with_the_run_and_each_read(
    folder: Folder, coveto: CovetoTenant, told: Any
) -> None:
    coveto.arm(DOWN)
    result = folder.sync()
    (one,) = told()
    assert (one["what"], one["exit_code"], one["failed"]) == ("failure", 1, ["coveto:acme"])
    assert one["run_id"] == result.reads[0].run_id
    columns = {name for (name,) in folder.rows("select column_name from (describe ats.runs)")}
    assert [set(read) for read in one["reads"]] == [columns] * len(result.reads)


def test_the_first_success_after_a_failure_is_told(folder: Folder, coveto: CovetoTenant, told: Any) -> None:
    coveto.arm(DOWN)
    folder.sync()
    coveto.disarm()
    folder.sync()
    assert [(one["what"], one["recovered"]) for one in told()] == [
        ("failure", []),
        ("recovery", ["coveto:acme"]),
    ]


def test_the_second_success_after_a_failure_is_not_told(
    folder: Folder, coveto: CovetoTenant, told: Any
) -> None:
    coveto.arm(DOWN)
    folder.sync()
    coveto.disarm()
    folder.sync()
    folder.sync()
    assert len(told()) == 2


def test_a_run_that_could_not_begin_is_told(folder: Folder, told: Any) -> None:
    (folder.path / ".ats").mkdir()
    (folder.path / ".ats" / "work.duckdb").write_text("no database at all" * 1000)
    with pytest.raises(WarehouseError):
        folder.sync()
    assert [(one["what"], one["error"]["error_class"]) for one in told()] == [("failure", "WarehouseError")]


def test_nothing_of_a_candidate_is_told(folder: Folder, coveto: CovetoTenant, told: Any) -> None:
    coveto.arm(Fault("late", go.status(503), On(model="applications"), times=None))
    folder.sync()
    names = {str(value) for (value,) in folder.rows("select last_name from unified.candidates")} - {"None"}
    coveto.disarm()
    folder.sync()
    names |= {str(v) for (v,) in folder.rows("select last_name from unified.candidates")} - {"None"}
    words = set(json.dumps(told(), ensure_ascii=False).replace('"', " ").split())
    assert names
    assert not names & words


def test_a_command_that_fails_is_a_line_and_changes_nothing(folder: Folder, coveto: CovetoTenant) -> None:
    python(folder, "raise SystemExit(7)")
    coveto.arm(DOWN)
    heard = Heard()
    assert folder.sync(progress=heard).exit_code == 1
    assert heard.lines[-1] == "notify_command ended with exit code 7; the run itself is not concerned"


def test_a_command_that_is_not_there_is_a_line(folder: Folder, coveto: CovetoTenant) -> None:
    put_first(folder, 'notify_command = "/no/such/command now"')
    coveto.arm(DOWN)
    heard = Heard()
    folder.sync(progress=heard)
    assert heard.lines[-1].startswith("notify_command could not be started (No such file or directory)")


def test_a_command_that_does_not_end_is_stopped(
    folder: Folder, coveto: CovetoTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifying, "TIME_LIMIT_SECONDS", 0.5)
    python(folder, "import time; time.sleep(100)")
    coveto.arm(DOWN)
    heard = Heard()
    folder.sync(progress=heard)
    assert heard.lines[-1].startswith("notify_command did not end within 0.5 seconds and was stopped")


def test_no_shell_reads_the_command(folder: Folder, coveto: CovetoTenant) -> None:
    put_first(folder, 'notify_command = "echo hello > made.txt"')
    coveto.arm(DOWN)
    folder.sync()
    assert not (folder.path / "made.txt").exists()


def test_the_lock_is_free_while_the_command_runs(folder: Folder, coveto: CovetoTenant) -> None:
    python(folder, "import os; open('held', 'w').write(str(os.path.exists('.ats/lock.json')))")
    coveto.arm(DOWN)
    folder.sync()
    assert (folder.path / "held").read_text() == "False"


def test_an_unclosed_quotation_mark_is_refused_before_any_request(
    folder: Folder, coveto: CovetoTenant
) -> None:
    put_first(folder, "notify_command = 'tell \"us'")
    with pytest.raises(ConfigurationError, match="notify_command has a quotation mark that nothing closes"):
        folder.sync()
    assert coveto.requests == []


def test_a_failure_of_one_connection_alone_is_remembered_for_that_one(
    folder: Folder, coveto: CovetoTenant, told: Any
) -> None:
    coveto.arm(DOWN)
    folder.sync()
    coveto.disarm()
    folder.sync("leihwerk")
    assert [one["what"] for one in told()] == ["failure"]
    folder.sync("acme")
    assert [one["what"] for one in told()] == ["failure", "recovery"]
