"""`only_created`: candidates and applications are those created through us, asked for one by one."""

from pathlib import Path

import pytest

from pipelines import create_candidate
from sandbox.coveto_tenant import CovetoTenant
from sandbox.server import Sandbox
from tests.pipelines.sync.working_folder import Folder


@pytest.fixture
def folder(tmp_path: Path, sandbox: Sandbox) -> Folder:
    """A working folder that has read everything, and created one candidate since."""
    folder = Folder(tmp_path / "working", sandbox.connection_settings())
    folder.sync("acme")
    return folder


@pytest.fixture
def created(folder: Folder) -> tuple[str, str]:
    """The vendor's ids of the candidate and the application that were created."""
    ((job,),) = folder.rows("select min(id) from unified_current.jobs where status = 'OPEN'")
    request = {
        "candidate": {"first_name": "Ada", "last_name": "Muster", "email_address": "ada@example.org"},
        "application": {"job_id": job},
    }
    answer = create_candidate(folder.path, "acme", request)
    assert answer.application is not None
    return answer.candidate.remote_id, answer.application.remote_id


def keep_to_created(folder: Folder) -> None:
    folder.replace('tool = "coveto"', 'tool = "coveto"\nonly_created = true')


def read_all(folder: Folder) -> None:
    folder.replace("\nonly_created = true", "")


def current(folder: Folder, model: str) -> list[str]:
    return [str(one) for (one,) in folder.rows(f"select remote_id from unified_current.{model} order by all")]


def test_only_what_was_created_stays(folder: Folder, created: tuple[str, str]) -> None:
    keep_to_created(folder)
    folder.sync("acme")
    assert (current(folder, "candidates"), current(folder, "applications")) == ([created[0]], [created[1]])


@pytest.mark.usefixtures("created")
def test_the_others_are_gone_however_many_they_are(folder: Folder) -> None:
    keep_to_created(folder)
    result = folder.sync("acme")
    read = {one.model: (one.outcome, one.deleted) for one in result.reads}
    assert (result.exit_code, read["candidates"]) == (0, ("success", 25))


@pytest.mark.usefixtures("created")
def test_the_lists_are_never_asked_for(folder: Folder, coveto: CovetoTenant) -> None:
    keep_to_created(folder)
    before = len(coveto.requests)
    folder.sync("acme")
    asked = {request.operation for request in coveto.requests[before:]}
    assert asked & {"listBewerber", "listBewerbungen", "getBewerber", "getBewerbung"} == {
        "getBewerber",
        "getBewerbung",
    }


@pytest.mark.usefixtures("created")
def test_other_models_are_read_whole(folder: Folder) -> None:
    jobs = current(folder, "jobs")
    keep_to_created(folder)
    folder.sync("acme")
    assert current(folder, "jobs") == jobs


@pytest.mark.usefixtures("created")
def test_switched_back_everybody_returns_under_the_same_id(folder: Folder) -> None:
    before = folder.rows("select id from unified_current.candidates")
    keep_to_created(folder)
    folder.sync("acme")
    read_all(folder)
    folder.sync("acme")
    after = folder.rows("select id from unified_current.candidates")
    assert set(before) < set(after)
    assert len(after) == 26


def test_what_was_created_and_vanished_is_marked_deleted(
    folder: Folder, coveto: CovetoTenant, created: tuple[str, str]
) -> None:
    keep_to_created(folder)
    folder.sync("acme")
    coveto.remove("applications", int(created[1]))
    folder.sync("acme")
    assert current(folder, "applications") == []


def test_where_nothing_was_created_nothing_is_asked_and_nobody_stays(
    folder: Folder,
) -> None:
    keep_to_created(folder)
    result = folder.sync("acme")
    assert (result.exit_code, current(folder, "candidates")) == (0, [])


def test_a_first_read_brings_nobody(tmp_path: Path, sandbox: Sandbox) -> None:
    folder = Folder(tmp_path / "fresh", sandbox.connection_settings())
    keep_to_created(folder)
    folder.sync("acme")
    assert (current(folder, "candidates"), bool(current(folder, "jobs"))) == ([], True)


@pytest.mark.usefixtures("created")
def test_an_unchanged_record_is_written_once(folder: Folder) -> None:
    folder.sync("acme")
    keep_to_created(folder)
    result = folder.sync("acme")
    assert {one.model: one.changed + one.new for one in result.reads}["candidates"] == 0
