"""The attachments of a Persy candidate: what is listed, and where downloads go."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines import attachments
from pipelines.candidate_attachments import safe_name
from sandbox import fault_actions as go
from sandbox.faults import Fault, On
from sandbox.persy_attachments import Attachment
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from sources.errors import (
    ConfigurationError,
    CredentialsError,
    VendorAnswerError,
    VendorFaultError,
    VendorUnavailableError,
    WarehouseError,
)

DOWNLOAD = On(operation="getCandidateAttachment")


@pytest.fixture
def candidate(persy: PersyTenant) -> str:
    """A candidate with two files of our own making."""
    key = persy.add({"PositionOpening": {"PositionRecordInfo": {"Id": {"IdValue": "77"}}}})
    file = {
        "Id": "a 1",
        "FileName": "Lebenslauf.pdf",
        "MimeType": "application/pdf",
        "Context": "Lebenslauf",
        "PositionOpeningId": "77",
        "CreationDate": "2026-05-01T08:30:00+02:00",
        "LastModificationDate": "05.10.2026",
    }
    persy.attach(key, Attachment(file, b"%PDF" * 1000))
    persy.attach(
        key, Attachment({"Id": "2", "FileName": "Lebenslauf.pdf", "Context": "Anschreiben"}, b"zwei")
    )
    return str(key)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_attachment_has_every_field(folder, candidate: str, unified) -> None:
    first = attachments(folder, "leihwerk", candidate)[0]
    persy = "compleetpersy:leihwerk"
    assert first.values == {
        "id": unified("attachments", f"{candidate}:a 1", persy),
        "application_id": unified("applications", f"{candidate}:77", persy),
        "candidate_id": unified("candidates", candidate, persy),
        "type": "CV",
        "remote_id": "a 1",
        "file_name": "Lebenslauf.pdf",
        "content_type": "application/pdf",
        "remote_created_at": "2026-05-01T06:30:00+00:00",
        "remote_updated_at": "2026-10-04T22:00:00+00:00",
    }


def test_what_the_source_does_not_say_is_none(folder, candidate: str) -> None:
    second = attachments(folder, "leihwerk", candidate)[1]
    assert (second.application_id, second.content_type, second.remote_created_at, second.type) == (
        None,
        None,
        None,
        "COVER_LETTER",
    )


@pytest.mark.parametrize(
    ("context", "kind"),
    [("Lebenslauf", "CV"), (" anschreiben ", "COVER_LETTER"), ("Zeugnis", "OTHER"), (None, "OTHER")],
)
def test_the_context_gives_the_type(folder, persy: PersyTenant, context: str | None, kind: str) -> None:
    key = persy.add({})
    persy.attach(key, Attachment({"Id": "1", "FileName": "a", "Context": context}, b"x"))
    assert [one.type for one in attachments(folder, "leihwerk", str(key))] == [kind]


def test_times_are_utc(folder, candidate: str) -> None:
    created = attachments(folder, "leihwerk", candidate)[0].remote_created_at
    assert created == datetime(2026, 5, 1, 6, 30, tzinfo=UTC)


def test_the_application_is_that_of_the_warehouse(folder, persy: PersyTenant) -> None:
    key = next(int(key) for key, opening, _ in persy.openings() if opening)
    opening = next(opening for one, opening, _ in persy.openings() if one == key)
    persy.attach(key, Attachment({"Id": "x", "FileName": "a", "PositionOpeningId": opening}, b""))
    from pipelines import open_warehouse

    known = set(open_warehouse(folder).table("applications")["id"])
    assert attachments(folder, "leihwerk", str(key))[-1].application_id in known


def test_a_candidate_is_named_by_a_unified_id_too(folder, unified) -> None:
    found = attachments(folder, "leihwerk", unified("candidates", 100_002, "compleetpersy:leihwerk"))
    assert [one.remote_id for one in found] == ["100002-1", "100002-2", "100002-3"]


def test_a_candidate_is_named_by_the_vendors_id_behind_remote(folder) -> None:
    assert len(attachments(folder, "leihwerk", "remote:100002")) == 3


def test_a_unified_id_of_nobody_is_an_error_before_any_request(folder, persy: PersyTenant) -> None:
    with pytest.raises(ConfigurationError, match="no candidate with this unified id"):
        attachments(folder, "leihwerk", "0" * 32)
    assert persy.requests == []


def test_a_candidate_whom_the_source_does_not_have_is_an_error(folder) -> None:
    with pytest.raises(VendorFaultError, match="no such candidate or attachment"):
        attachments(folder, "leihwerk", "999")


def test_an_id_leads_to_no_other_path(folder, persy: PersyTenant) -> None:
    with pytest.raises(VendorFaultError):
        attachments(folder, "leihwerk", "../candidates")
    assert persy.requests[0].path == "/persy/api/v1/candidates/..%2Fcandidates/attachments"


def test_a_connection_of_coveto_has_none(folder) -> None:
    with pytest.raises(ConfigurationError, match="coveto:acme has no attachments to read"):
        attachments(folder, "acme", "1")


def test_wrong_credentials_are_told(folder, persy: PersyTenant) -> None:
    persy.api_key = "changed"
    with pytest.raises(CredentialsError):
        attachments(folder, "leihwerk", "100002")


def test_an_answer_without_a_list_is_an_error(folder, persy: PersyTenant) -> None:
    persy.arm(Fault("other", go.json_body('{"Files": []}'), times=None))
    with pytest.raises(VendorAnswerError, match="without a list at Attachments"):
        attachments(folder, "leihwerk", "100002")


def test_a_tenant_with_other_paths_is_read_below_its_candidates(write, sandbox: Sandbox) -> None:
    folder = write(sandbox.alternative_settings())
    assert len(attachments(folder, "leihwerk", "100002")) == 3


def test_other_names_of_fields_are_configuration(folder, candidate: str) -> None:
    config = folder / ".dlt" / "config.toml"
    own = '[connections.leihwerk]\nactions.attachment_fields.file_name = "Context"'
    config.write_text(config.read_text().replace("[connections.leihwerk]", own))
    assert attachments(folder, "leihwerk", candidate)[0].file_name == "Lebenslauf"


# downloads


def test_files_are_downloaded_under_their_names_and_never_overwritten(
    folder, candidate: str, tmp_path: Path
) -> None:
    target = tmp_path / "a" / "b"
    attachments(folder, "leihwerk", candidate, target)
    attachments(folder, "leihwerk", candidate, target)
    contents = {path.name: path.read_bytes()[:4] for path in target.iterdir()}
    assert contents == {
        "Lebenslauf.pdf": b"%PDF",
        "Lebenslauf (2).pdf": b"zwei",
        "Lebenslauf (3).pdf": b"%PDF",
        "Lebenslauf (4).pdf": b"zwei",
    }


def test_a_download_tells_where_it_went(folder, candidate: str, tmp_path: Path) -> None:
    files = [one.file for one in attachments(folder, "leihwerk", candidate, tmp_path / "x")]
    assert files == [tmp_path / "x" / "Lebenslauf.pdf", tmp_path / "x" / "Lebenslauf (2).pdf"]


def test_files_are_for_their_owner_alone(folder, candidate: str, tmp_path: Path) -> None:
    attachments(folder, "leihwerk", candidate, tmp_path / "x")
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "x").iterdir()} == {0o600}


def test_a_download_that_was_cut_is_read_again_from_its_start(
    folder, candidate: str, persy, tmp_path: Path
) -> None:
    persy.arm(Fault("cut", go.CutBody(0.5), DOWNLOAD))
    attachments(folder, "leihwerk", candidate, tmp_path / "x")
    assert (tmp_path / "x" / "Lebenslauf.pdf").read_bytes() == b"%PDF" * 1000


def test_half_a_download_leaves_nothing(folder, candidate: str, persy, tmp_path: Path) -> None:
    persy.arm(Fault("cut", go.CutBody(0.5), DOWNLOAD, times=None))
    with pytest.raises(VendorUnavailableError):
        attachments(folder, "leihwerk", candidate, tmp_path / "x")
    assert names(tmp_path / "x") == []


def test_a_refused_download_leaves_what_was_whole_before(
    folder, candidate: str, persy, tmp_path: Path
) -> None:
    persy.arm(Fault("no", go.status(404), DOWNLOAD, nth=2))
    with pytest.raises(VendorFaultError):
        attachments(folder, "leihwerk", candidate, tmp_path / "x")
    assert names(tmp_path / "x") == ["Lebenslauf.pdf"]


def test_a_folder_that_is_a_file_is_told(folder, candidate: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(WarehouseError, match="takes no files"):
        attachments(folder, "leihwerk", candidate, tmp_path / "x")


def test_a_name_with_a_path_stays_inside_the_folder(folder, persy: PersyTenant, tmp_path: Path) -> None:
    key = persy.add({})
    persy.attach(key, Attachment({"Id": "1", "FileName": "../../etc/cron.d/x"}, b"x"))
    attachments(folder, "leihwerk", str(key), tmp_path / "x")
    assert names(tmp_path / "x") == ["_.._etc_cron.d_x"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Lebenslauf Müller.pdf", "Lebenslauf Müller.pdf"),
        ("/etc/passwd", "_etc_passwd"),
        ("..", "attachment"),
        ("", "attachment"),
        (None, "attachment"),
        (".bashrc", "bashrc"),
        ("C:\\a\\b.pdf", "C__a_b.pdf"),
        ("a\x00b\n.pdf", "a_b_.pdf"),
        ("cv\u202efdp.exe", "cv_fdp.exe"),
        ("con.txt", "_con.txt"),
        ("a. ", "a"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("ü" * 300 + ".pdf", "ü" * 73 + ".pdf"),
        ("u\u0308.pdf", "ü.pdf"),
    ],
)
def test_names_are_safe_on_any_file_system(name: str | None, safe: str) -> None:
    assert safe_name(name) == safe


def test_the_command_prints_json(folder, candidate: str, ats) -> None:
    done = ats("attachments", "leihwerk", candidate, "--download", "files", folder=folder)
    assert [one["file"] for one in json.loads(done.stdout)] == [
        "files/Lebenslauf.pdf",
        "files/Lebenslauf (2).pdf",
    ]
