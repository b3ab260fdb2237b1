"""What a check that does not hold does to a sync: the exit code, and what readers keep."""

import pytest

from sandbox.coveto_tenant import CovetoTenant
from sources.errors import TransformError
from tests.pipelines.sync.working_folder import Folder
from transforms import runner
from transforms.checks import CheckOutcome


@pytest.fixture
def edited(read_once: Folder, coveto: CovetoTenant) -> Folder:
    """A folder that was read once, after which a job changed."""
    coveto.change("jobs", 1, {"titel": "Neuer Titel"})
    return read_once


def finding(monkeypatch: pytest.MonkeyPatch, severity: str) -> None:
    """Let the checks find one row too many, of this severity."""
    found = [CheckOutcome("unique(id)", "jobs", severity, 1)]
    monkeypatch.setattr(runner, "run_checks", lambda *_: found)


NEW = "select count(*) from unified.jobs where name = 'Neuer Titel'"


def test_a_check_that_fails_ends_with_1_and_keeps_the_published_tables(
    edited: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (edited.path / "warehouse.duckdb").read_bytes()
    with monkeypatch.context() as patch:
        finding(patch, "fail")
        with pytest.raises(TransformError, match=r"jobs: unique\(id\), 1 rows") as raised:
            edited.sync("acme")
    assert raised.value.exit_code == 1
    assert (edited.path / "warehouse.duckdb").read_bytes() == before
    edited.sync("acme")
    assert edited.value(NEW) == 1


@pytest.mark.parametrize(("severity", "code"), [("warn", 3), ("info", 0)])
def test_a_check_that_only_warns_or_informs_publishes(
    severity: str, code: int, edited: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding(monkeypatch, severity)
    result = edited.sync("acme")
    assert (result.exit_code, result.published, edited.value(NEW)) == (code, True, 1)
