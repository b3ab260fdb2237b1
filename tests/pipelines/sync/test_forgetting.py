"""`ats forget`: a person is erased from everything at once, kept out, and named by no proof of it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from pipelines import attachments, forget, lift, traces, transforming
from pipelines.forgetting import Whom
from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from sources.errors import ConfigurationError
from sources.forgotten import subject_of
from tests.pipelines.sync.erased_files import CANARY, broken_off_before_rewriting, files_with
from tests.pipelines.sync.working_folder import Folder

Ats = Callable[..., "CompletedProcess[str]"]
EMAIL = "xqzvik.wmpfen@example.org"


@pytest.fixture
def candidates() -> int:
    return 6


def first_edit(coveto: CovetoTenant) -> None:
    coveto.change("candidates", 1, {"nachname": CANARY, "email": "old." + EMAIL})


def second_edit(coveto: CovetoTenant) -> None:
    coveto.change("candidates", 1, {"email": EMAIL})


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a folder that has read two versions of candidate 1."""
    coveto, persy = CovetoTenant.generate(candidates=6), PersyTenant.generate(candidates=6)
    with Sandbox(coveto, persy) as running:
        folder = Folder(tmp_path_factory.mktemp("read") / "working", running.connection_settings())
        first_edit(coveto)
        folder.sync()
        second_edit(coveto)
        folder.sync("acme")
    return folder.path


@pytest.fixture
def read(folder: Folder, coveto: CovetoTenant, files: Path) -> Folder:
    """A folder that has read two versions of candidate 1, whose name and address are unmistakable."""
    first_edit(coveto)
    second_edit(coveto)
    shutil.copytree(files, folder.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".dlt"))
    return folder


def candidate(folder: Folder, columns: str, key: object = 1) -> tuple[object, ...]:
    (row,) = folder.rows(
        f"select {columns} from unified.candidates where tool = 'coveto' and remote_id = '{key}'"
    )
    return row


def current(folder: Folder, model: str, column: str = "remote_id") -> set[str]:
    return {str(one) for (one,) in folder.rows(f"select {column} from unified_current.{model}")}


def test_the_name_is_in_no_byte_of_any_file(read: Folder) -> None:
    assert files_with(read.path)
    forget(read.path, Whom("acme", "1"))
    assert (files_with(read.path), files_with(read.path, EMAIL)) == ([], [])


def test_the_row_stays_as_retention_leaves_it(read: Folder) -> None:
    (created,) = candidate(read, "remote_created_at")
    forget(read.path, Whom("acme", "1"))
    columns = "last_name, email_addresses, remote_data, remote_created_at, remote_deleted_at = changed_at"
    assert candidate(read, columns) == (None, None, None, created, True)


def test_applications_are_forgotten_with_the_candidate(read: Folder) -> None:
    assert "2" in current(read, "applications", "remote_candidate_id")
    forget(read.path, Whom("acme", "2"))
    assert read.rows(
        "select count(*) from unified.applications"
        " where tool = 'coveto' and remote_candidate_id = '2' and remote_data is not null"
    ) == [(0,)]
    assert "2" not in current(read, "applications", "remote_candidate_id")


def test_whoever_is_forgotten_stays_out_while_the_source_serves_them(
    read: Folder, coveto: CovetoTenant
) -> None:
    forget(read.path, Whom("acme", "1"))
    coveto.change("candidates", 1, {"vorname": "Neu"})
    result = read.sync("acme")
    assert result.exit_code == 0
    assert (candidate(read, "last_name"), files_with(read.path)) == ((None,), [])


def test_a_later_application_of_theirs_stays_out(read: Folder, coveto: CovetoTenant) -> None:
    forget(read.path, Whom("acme", "1"))
    template = coveto.get("applications", coveto.keys("applications")[0])
    key = coveto.add("applications", {**template, "id": "9001", "bewerberId": "1"})
    read.sync("acme")
    assert read.rows(f"select 1 from raw_coveto.applications where remote_id = '{key}'") == []


def test_a_read_without_the_forgotten_marks_nobody_else_and_writes_nothing(read: Folder) -> None:
    forget(read.path, Whom("acme", "1"))
    result = read.sync("acme")
    assert {(one.outcome, one.new, one.changed, one.deleted) for one in result.reads} == {
        ("success", 0, 0, 0)
    }


def test_incremental_and_whole_rebuild_agree(read: Folder) -> None:
    forget(read.path, Whom("acme", "1"))
    read.sync("acme")
    before = read.tables()
    transforming.transform(read.path, full_refresh=True)
    assert read.tables() == before


def test_a_persy_candidate_is_forgotten_and_the_jobs_stay(read: Folder, persy: PersyTenant) -> None:
    jobs = current(read, "jobs", "id")
    ((key,),) = read.rows(
        "select min(remote_candidate_id) from unified_current.applications where tool = 'compleetpersy'"
    )
    forget(read.path, Whom("leihwerk", key))
    persy.change(int(key), {"Confidential": "false"})
    read.sync("leihwerk", kind="full")
    assert current(read, "jobs", "id") == jobs
    assert key not in current(read, "applications", "remote_candidate_id")
    contents = "select count(content_hash) from raw_compleetpersy.candidates where remote_id = '{}'"
    assert read.value(contents.format(key)) == 0


def test_a_delta_keeps_them_out_as_well(read: Folder, persy: PersyTenant) -> None:
    key = str(persy.keys()[0])
    forget(read.path, Whom("leihwerk", key))
    persy.change(int(key), {"Confidential": "false"})
    result = read.sync("leihwerk", kind="delta")
    assert [(one.kind, one.new + one.changed) for one in result.reads if one.model == "candidates"] == [
        ("delta", 0)
    ]


def test_by_address_every_connection_is_searched(read: Folder) -> None:
    assert [trace.person.remote_id for trace in forget(read.path, Whom(email=EMAIL.upper()))] == ["1"]


def test_an_address_of_an_earlier_version_finds_them_too(read: Folder) -> None:
    assert [trace.person.remote_id for trace in traces(read.path, Whom(email=f"old.{EMAIL}"))] == ["1"]


def test_part_of_an_address_finds_nobody(read: Folder) -> None:
    assert traces(read.path, Whom(email=EMAIL.removeprefix("xqzvik."))) == ()


def test_whoever_is_only_mentioned_with_an_address_is_not_found(read: Folder, coveto: CovetoTenant) -> None:
    coveto.change("candidates", 2, {"bemerkung": f"empfohlen von {EMAIL}"})
    coveto.change("candidates", 3, {"email": f"o'{EMAIL}"})
    read.sync("acme")
    assert [trace.person.remote_id for trace in traces(read.path, Whom(email=EMAIL))] == ["1"]


@pytest.mark.parametrize(
    "given", ["jose\u0301+work@xn--mller-kva.example", "JOS\u00c9+Work@M\u00dcLLER.example"]
)
def test_an_address_is_found_however_it_is_written(read: Folder, persy: PersyTenant, given: str) -> None:
    key = persy.keys()[0]
    method = [{"InternetEmailAddress": ["first@example.org", "josé+work@müller.example"]}]
    persy.change(key, {"CandidateProfile.PersonalData.ContactMethod": method})
    persy.replace_raw(key, json.dumps(persy.get(key)).replace("+", "\\u002b").encode())
    read.sync("leihwerk", kind="full")
    assert [trace.person.remote_id for trace in traces(read.path, Whom(email=given))] == [str(key)]


def test_a_unified_id_will_do(read: Folder) -> None:
    (unified,) = candidate(read, "id")
    assert forget(read.path, Whom("acme", str(unified)))[0].person.remote_id == "1"


def test_one_who_was_never_read_can_be_kept_out(read: Folder, coveto: CovetoTenant) -> None:
    forget(read.path, Whom("acme", "remote:9000"))
    template = coveto.get("candidates", 1)
    coveto.add("candidates", {**template, "id": "9000"})
    read.sync("acme")
    assert "9000" not in current(read, "candidates")


def test_an_unknown_candidate_is_refused(read: Folder) -> None:
    with pytest.raises(ConfigurationError, match="no candidate with this id"):
        forget(read.path, Whom("acme", "4711"))


def test_the_proof_names_nobody(read: Folder) -> None:
    (trace,) = forget(read.path, Whom("acme", "1"))
    (row,) = read.rows("select connection_id, kind, subject, rows from ats.erasures")
    key = (read.path / ".ats" / "erasure.key").read_bytes()
    assert row[:3] == ("coveto:acme", "candidate", subject_of(key, "coveto:acme", "candidates", "1"))
    assert json.loads(row[3]) == trace.rows
    assert trace.rows["raw_coveto.candidates"] == 2


def test_the_key_is_for_the_owner_alone_and_in_no_database(read: Folder) -> None:
    forget(read.path, Whom("acme", "1"))
    path = read.path / ".ats" / "erasure.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert files_with(read.path, path.read_text()) == [".ats/erasure.key"]


def test_without_the_key_no_read_begins(read: Folder, coveto: CovetoTenant) -> None:
    forget(read.path, Whom("acme", "1"))
    (read.path / ".ats" / "erasure.key").unlink()
    asked = len(coveto.requests)
    with pytest.raises(ConfigurationError, match="forgotten persons"):
        read.sync()
    assert len(coveto.requests) == asked


def test_the_key_may_be_configured(read: Folder) -> None:
    read.configure("\n[connections.acme.endpoints.jobs]\nenabled = true\n")
    secrets = read.path / ".dlt" / "secrets.toml"
    secrets.write_text(f'erasure_key = "{"k" * 32}"\n' + secrets.read_text())
    forget(read.path, Whom("acme", "1"))
    assert not (read.path / ".ats" / "erasure.key").exists()


def test_lifted_they_are_read_again_under_the_same_id(read: Folder) -> None:
    (unified,) = candidate(read, "id")
    forget(read.path, Whom("acme", "1"))
    lift(read.path, "acme", "1")
    read.sync("acme")
    assert candidate(read, "id, last_name, remote_deleted_at") == (unified, CANARY, None)
    assert read.value("select lifted_at is not null from ats.erasures") is True


def test_only_who_is_kept_out_can_be_let_in(read: Folder) -> None:
    with pytest.raises(ConfigurationError, match="keeps no such candidate out"):
        lift(read.path, "acme", "1")


def test_where_nothing_was_read_nobody_is_let_in(folder: Folder) -> None:
    with pytest.raises(ConfigurationError, match="no candidate with this id"):
        lift(folder.path, "acme", "1")


def test_rejected_records_with_their_address_go(read: Folder, coveto: CovetoTenant) -> None:
    coveto.replace_raw("candidates", 2, f"<bewerber><email>{EMAIL}</email></bewerber>".encode())
    read.sync("acme")
    (trace,) = forget(read.path, Whom("acme", "1"))
    assert (trace.rows["ats.rejected_records"], files_with(read.path, EMAIL)) == (1, [])


def test_an_opening_of_theirs_that_could_not_be_read_goes_and_stays_away(
    read: Folder, persy: PersyTenant
) -> None:
    key = persy.keys()[0]
    text = "Wmpfxqzvik Ryjwkthorx"
    persy.add_opening(key, {"Note": text})
    read.sync("leihwerk")
    assert files_with(read.path, text)
    (trace,) = forget(read.path, Whom("leihwerk", str(key)))
    read.sync("leihwerk", kind="full")
    assert (trace.rows["ats.rejected_records"], files_with(read.path, text)) == (1, [])


def test_downloaded_files_go(read: Folder, persy: PersyTenant, tmp_path: Path) -> None:
    key = next(filter(persy.attachments, persy.keys()))
    files = [one.file for one in attachments(read.path, "leihwerk", str(key), tmp_path / "files")]
    assert files
    assert all(file is not None and file.exists() for file in files)
    (trace,) = forget(read.path, Whom("leihwerk", str(key)))
    assert (trace.rows["downloaded files"], list((tmp_path / "files").iterdir())) == (len(files), [])


def test_what_was_broken_off_is_finished_by_the_next_run(read: Folder) -> None:
    with broken_off_before_rewriting():
        forget(read.path, Whom("acme", "1"))
    read.sync("leihwerk")
    assert files_with(read.path) == []


def test_forgetting_twice_is_no_error(read: Folder) -> None:
    forget(read.path, Whom("acme", "1"))
    (trace,) = forget(read.path, Whom("acme", "1"))
    assert "raw_coveto.candidates" not in trace.rows


def test_the_command_shows_first_and_names_nobody(read: Folder, ats: Ats) -> None:
    done = ats("forget", "acme", "1", folder=read.path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "coveto:acme candidate 1 (" in done.stdout
    assert "2 of raw_coveto.candidates" in done.stdout
    assert (
        done.stdout.splitlines()[-1] == "Nothing was erased. To erase all of this, type the same with --yes."
    )
    assert CANARY not in done.stdout
    assert candidate(read, "last_name") == (CANARY,)


def test_the_command_erases_with_yes_and_lets_in_with_lift(read: Folder, ats: Ats) -> None:
    done = ats("forget", "--email", EMAIL, "--yes", folder=read.path)
    assert (done.returncode, done.stderr, EMAIL in done.stdout) == (0, "", False)
    assert candidate(read, "last_name") == (None,)
    assert ats("forget", "acme", "1", "--lift", "--yes", folder=read.path).returncode == 0


def test_a_command_that_names_nobody_is_refused(read: Folder, ats: Ats) -> None:
    done = ats("forget", "acme", folder=read.path)
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "It is not clear whom to forget")
