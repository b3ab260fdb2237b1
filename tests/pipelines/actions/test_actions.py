"""Creating candidates and applications: what is sent, what is answered, what is recorded."""

import base64
import json
from pathlib import Path

import pytest

from pipelines import create_application, create_candidate
from pipelines.actions import preview
from pipelines.lock import locked
from pipelines.syncing import sync
from pipelines.warehouse import open_to_read
from sandbox import fault_actions as go
from sandbox.coveto_tenant import CovetoTenant
from sandbox.faults import Fault, On
from sandbox.server import Sandbox
from sources.errors import (
    ConfigurationError,
    CredentialsError,
    LockedError,
    PermissionDeniedError,
    VendorFaultError,
    VendorUnavailableError,
    WarehouseError,
)

CREATE = On(operation="createBewerber")


def sent(coveto: CovetoTenant) -> dict:
    """The content of the one request that created something."""
    (created,) = coveto.created
    return {name: value for name, value in created["content"].items() if name != "transaktionsId"}


def recorded(folder: Path) -> list[tuple]:
    with open_to_read(folder / ".ats" / "work.duckdb") as engine:
        return engine.fetch(
            "SELECT connection_id, model, id, remote_id, idempotency_key "
            "FROM ats.created_records ORDER BY model"
        )


def test_a_candidate_and_an_application_are_created(folder, request_of, unified) -> None:
    answer = create_candidate(folder, "acme", request_of(), idempotency_key="k-1")
    assert (answer.exit_code, answer.values) == (
        0,
        {
            "status": "created",
            "connection_id": "coveto:acme",
            "candidate": {"id": unified("candidates", 26), "remote_id": "26"},
            "application": {"id": unified("applications", 37), "remote_id": "37"},
            "reason": None,
            "warnings": [],
            "idempotency_key": "k-1",
        },
    )


def test_every_field_reaches_the_vendor_in_its_words(folder, request_of, unified, coveto) -> None:
    person = {"first_name": "Nina", "last_name": "Neu", "email_address": "nina@mail.example"}
    place = {"city": "Köln", "country": "DE", "zip_code": "50667"}
    full = person | {"phone_number": "+49 221 1", "location": place, "gender": "OTHER"}
    request = request_of(
        candidate=full,
        application={"job_id": unified("jobs", 1)},
        source={"id": "4", "unified_key": "fair", "name": "Messe"},
        screening_question_answers=[{"question_id": unified("screening_questions", 7), "answer": True}],
        attachments=[{"name": "cv.pdf", "content_type": "application/pdf", "data": "JVBERg=="}],
    )
    create_candidate(folder, "acme", request)
    assert sent(coveto) == {
        "bewerber": {
            "vorname": "Nina",
            "nachname": "Neu",
            "geschlecht": "divers",
            "telefon": "+49 221 1",
            "email": "nina@mail.example",
            "adresse": {"plz": "50667", "ort": "Köln", "land": "DE"},
        },
        "stelleId": "1",
        "quelle": {"id": "4", "schluessel": "fair", "name": "Messe"},
        "antworten": {"antwort": {"frageId": "7", "wert": "Ja"}},
        "anhaenge": {"anhang": {"name": "cv.pdf", "contentType": "application/pdf", "daten": "JVBERg=="}},
    }


@pytest.mark.parametrize(("gender", "word"), [("MALE", "männlich"), ("FEMALE", "weiblich")])
def test_a_gender_is_the_vendors_word(folder, request_of, coveto, gender: str, word: str) -> None:
    request = request_of()
    request["candidate"] = request["candidate"] | {"gender": gender}
    create_candidate(folder, "acme", request)
    assert sent(coveto)["bewerber"]["geschlecht"] == word


def test_a_request_without_source_has_the_default_of_the_connection(write, request_of, coveto) -> None:
    create_candidate(write(acme='default_source = "Warehouse"'), "acme", request_of())
    assert sent(coveto)["quelle"] == {"name": "Warehouse"}


def test_a_source_of_the_request_wins_over_the_default(write, request_of, coveto) -> None:
    folder = write(acme='default_source = "Warehouse"')
    create_candidate(folder, "acme", request_of(source={"unified_key": "fair"}))
    assert sent(coveto)["quelle"] == {"schluessel": "fair"}


def test_an_application_takes_the_candidate_who_is_there(folder, request_of) -> None:
    create_candidate(folder, "acme", request_of())
    again = create_application(folder, "acme", request_of(application={"job_id": "remote:3"}))
    assert (again.candidate.remote_id, again.application and again.application.remote_id) == ("26", "38")


def test_what_was_created_is_recorded_by_ids_alone(folder, request_of, unified) -> None:
    create_candidate(folder, "acme", request_of(), idempotency_key="k-1")
    assert recorded(folder) == [
        ("coveto:acme", "applications", unified("applications", 37), "37", "k-1"),
        ("coveto:acme", "candidates", unified("candidates", 26), "26", "k-1"),
    ]


def test_the_next_sync_reads_what_was_created_and_publishes_the_record(folder, request_of, unified) -> None:
    create_candidate(folder, "acme", request_of())
    sync(folder, ["acme"])
    with open_to_read(folder / "warehouse.duckdb") as engine:
        rows = engine.fetch(
            "SELECT first_name FROM unified.candidates JOIN ats.created_records USING (id) WHERE id = ?",
            [unified("candidates", 26)],
        )
    assert rows == [("Nina",)]


def test_the_record_is_published_also_where_a_sync_finds_nothing(folder, request_of, coveto) -> None:
    create_candidate(folder, "acme", request_of())
    coveto.remove("candidates", 26)
    coveto.remove("applications", 37)
    sync(folder, ["acme"], models=["application_statuses"])
    with open_to_read(folder / "warehouse.duckdb") as engine:
        assert engine.fetch("SELECT count(*) FROM ats.created_records") == [(2,)]


# once and no more


def test_the_same_request_again_creates_nothing_and_records_nothing_twice(folder, request_of, coveto) -> None:
    first = create_candidate(folder, "acme", request_of())
    second = create_candidate(folder, "acme", request_of())
    assert (len(coveto.created), len(recorded(folder)), second.candidate) == (1, 2, first.candidate)


def test_an_answer_that_is_the_first_one_again_says_so(folder, request_of) -> None:
    create_candidate(folder, "acme", request_of())
    again = create_candidate(folder, "acme", request_of())
    assert again.warnings == ("idempotency_key: it was used before; this is the first answer again",)


def test_the_same_request_has_the_same_key_of_its_own(folder, request_of) -> None:
    keys = {preview(folder, "acme", "create_candidate", request_of()).idempotency_key for _ in range(2)}
    assert len(keys) == 1


def test_another_action_has_another_key(folder, request_of) -> None:
    keys = {
        preview(folder, "acme", "create_candidate", request_of()).idempotency_key,
        preview(folder, "acme", "create_application", request_of()).idempotency_key,
    }
    assert len(keys) == 2


def test_the_key_of_the_caller_wins_over_that_of_the_request(folder, request_of, coveto) -> None:
    create_candidate(folder, "acme", request_of(idempotency_key="of-request"), idempotency_key="of-caller")
    assert coveto.created[0]["content"]["transaktionsId"] == "of-caller"


def test_an_answer_that_is_lost_on_its_way_is_asked_for_again(folder, request_of, coveto) -> None:
    coveto.arm(Fault("cut", go.CutBody(0.5), CREATE))
    answer = create_candidate(folder, "acme", request_of())
    assert (answer.candidate.remote_id, len(coveto.created), coveto.count("createBewerber")) == ("26", 1, 2)


def test_where_no_answer_comes_the_error_says_how_to_go_on(folder, request_of, coveto) -> None:
    coveto.arm(Fault("cut", go.CutBody(0.5), CREATE, times=None))
    with pytest.raises(VendorUnavailableError) as caught:
        create_candidate(folder, "acme", request_of())
    assert "whether anything was created is unknown" in caught.value.message
    assert "send the same request again" in caught.value.remedy


def test_a_repeat_after_a_lost_answer_creates_nothing_twice_and_records_it(
    folder, request_of, coveto
) -> None:
    coveto.arm(Fault("cut", go.CutBody(0.5), CREATE, times=2))
    with pytest.raises(VendorUnavailableError):
        create_candidate(folder, "acme", request_of())
    create_candidate(folder, "acme", request_of())
    assert (len(coveto.created), len(recorded(folder))) == (1, 2)


def test_a_tenant_that_knows_no_key_is_asked_but_once(write, request_of, coveto) -> None:
    coveto.arm(Fault("cut", go.CutBody(0.5), CREATE, times=None))
    folder = write(acme='actions.arguments.idempotency_key = ""')
    with pytest.raises(VendorUnavailableError, match="look at the tenant before you send it again"):
        create_candidate(folder, "acme", request_of())
    assert coveto.count("createBewerber") == 1


# refusals


def test_a_duplicate_candidate_is_an_error_that_names_the_id(folder, request_of, coveto) -> None:
    create_candidate(folder, "acme", request_of())
    with pytest.raises(VendorFaultError, match="already has this: remote id of the candidate 26;"):
        create_candidate(folder, "acme", request_of(source={"name": "Messe"}))
    assert len(coveto.created) == 1


def test_a_duplicate_application_is_an_error_that_names_both_ids(folder, request_of) -> None:
    create_candidate(folder, "acme", request_of())
    with pytest.raises(VendorFaultError, match="candidate 26, of the application 37;"):
        create_application(folder, "acme", request_of())


def test_a_refusal_tells_code_and_field_and_not_the_vendors_text(folder, request_of, coveto) -> None:
    coveto.arm(Fault("no", go.Refuse("VALIDIERUNG", "Nina Neu ist gesperrt.", "bewerber.email"), CREATE))
    with pytest.raises(VendorFaultError) as caught:
        create_candidate(folder, "acme", request_of())
    assert "fault VALIDIERUNG at bewerber.email; nothing was created" in caught.value.message
    assert "Nina" not in str(caught.value)


def test_a_job_that_closed_since_the_last_sync_is_the_vendors_refusal(folder, request_of, coveto) -> None:
    coveto.change("jobs", 1, {"status": "Geschlossen"})
    with pytest.raises(VendorFaultError, match="STELLE_GESCHLOSSEN at stelleId"):
        create_candidate(folder, "acme", request_of())


def test_a_missing_right_is_told_as_that_of_creating(folder, request_of, coveto) -> None:
    coveto.unreachable_models.add("candidates")
    with pytest.raises(PermissionDeniedError, match="denied the right to create"):
        create_candidate(folder, "acme", request_of())


def test_wrong_credentials_are_told_as_such(folder, request_of, coveto) -> None:
    coveto.api_key = "changed"
    with pytest.raises(CredentialsError):
        create_candidate(folder, "acme", request_of())


def test_a_refused_application_is_told_with_its_reason(folder, request_of, coveto) -> None:
    coveto.refused_jobs[1] = "Aufnahmestopp"
    answer = create_candidate(folder, "acme", request_of())
    assert (answer.exit_code, answer.values["status"], answer.application, answer.reason) == (
        1,
        "candidate_only",
        None,
        "Aufnahmestopp",
    )


def test_of_a_refused_application_the_candidate_is_recorded(folder, request_of, coveto, unified) -> None:
    coveto.refused_jobs[1] = "Aufnahmestopp"
    create_candidate(folder, "acme", request_of(), idempotency_key="k")
    assert recorded(folder) == [("coveto:acme", "candidates", unified("candidates", 26), "26", "k")]


# before anything is sent


def test_while_another_run_holds_the_lock_nothing_is_sent(folder, request_of, coveto) -> None:
    with locked(folder), pytest.raises(LockedError):
        create_candidate(folder, "acme", request_of())
    assert coveto.count("createBewerber") == 0


def test_a_connection_of_persy_creates_nothing(folder, request_of) -> None:
    with pytest.raises(ConfigurationError, match="compleetpersy:leihwerk takes no new candidates"):
        create_candidate(folder, "leihwerk", request_of())


def test_before_the_first_sync_nothing_can_be_checked(folder, request_of, coveto) -> None:
    (folder / "warehouse.duckdb").unlink()
    with pytest.raises(WarehouseError, match="ats sync"):
        create_candidate(folder, "acme", request_of())
    assert coveto.requests == []


def test_a_wrong_word_in_the_actions_of_a_connection_is_named(write, request_of) -> None:
    with pytest.raises(ConfigurationError, match=r'actions\.arguments\] has the unknown key "vorname"'):
        create_candidate(write(acme='actions.arguments.vorname = "x"'), "acme", request_of())


# other tenants


def test_a_tenant_that_names_its_operation_otherwise_is_configuration(write, request_of, coveto) -> None:
    folder = write(acme='actions.operations.create_candidate = "createBewerbung"')
    create_candidate(folder, "acme", request_of())
    assert coveto.created[0]["operation"] == "createBewerbung"


def test_the_second_wsdl_takes_credentials_as_elements(write, sandbox: Sandbox, request_of, coveto) -> None:
    answer = create_candidate(write(sandbox.alternative_settings()), "acme", request_of())
    assert (answer.candidate.remote_id, len(coveto.created)) == ("26", 1)


# the dry run


def test_a_dry_run_asks_for_the_wsdl_alone_and_takes_no_lock(folder, request_of, coveto) -> None:
    with locked(folder):
        preview(folder, "acme", "create_candidate", request_of())
    assert [asked.operation for asked in coveto.requests] == ["wsdl"]


def test_a_dry_run_records_nothing(folder, request_of) -> None:
    preview(folder, "acme", "create_candidate", request_of())
    assert not (folder / ".ats" / "work.duckdb").exists()


def test_a_dry_run_shows_no_credentials(write, sandbox: Sandbox, request_of, coveto) -> None:
    folder = write(sandbox.alternative_settings())
    shown = preview(folder, "acme", "create_candidate", request_of()).envelope
    assert ("<ns0:key>***</ns0:key>" in shown, coveto.api_key in shown, "12345" in shown) == (
        True,
        False,
        False,
    )


def test_a_dry_run_cuts_attachments_short(folder, request_of) -> None:
    data = base64.b64encode(b"x" * 999).decode()
    request = request_of(attachments=[{"name": "a", "content_type": "text/plain", "data": data}])
    shown = preview(folder, "acme", "create_candidate", request).envelope
    assert f"<ns0:daten>{data[:60]}… (1332 characters)</ns0:daten>" in shown


# the command


def test_the_command_prints_the_answer_as_json(folder, request_of, ats) -> None:
    (folder / "request.json").write_text(json.dumps(request_of()), encoding="utf-8")
    done = ats("create-candidate", "acme", "--file", "request.json", folder=folder)
    assert (done.returncode, json.loads(done.stdout)["application"]["remote_id"]) == (0, "37")


def test_the_command_reads_a_request_from_standard_input(folder, request_of, ats, coveto) -> None:
    given = json.dumps(request_of())
    done = ats("create-application", "acme", "--file", "-", folder=folder, standard_input=given)
    assert (done.returncode, len(coveto.created)) == (0, 1)


def test_the_command_ends_with_1_where_the_application_was_refused(folder, request_of, ats, coveto) -> None:
    coveto.refused_jobs[1] = "Aufnahmestopp"
    (folder / "request.json").write_text(json.dumps(request_of()), encoding="utf-8")
    done = ats("create-application", "acme", "--file", "request.json", folder=folder)
    assert (done.returncode, json.loads(done.stdout)["reason"]) == (1, "Aufnahmestopp")


def test_the_command_lists_what_is_wrong_a_line_each(folder, ats, coveto) -> None:
    (folder / "request.json").write_text('{"candidate": {"first_name": "Nina"}}', encoding="utf-8")
    done = ats("create-candidate", "acme", "--file", "request.json", folder=folder)
    assert (done.returncode, done.stdout, coveto.requests, done.stderr.splitlines()) == (
        2,
        "",
        [],
        [
            "candidate.last_name: is missing",
            "candidate.email_address: is missing",
            "application: is missing",
            "Correct the request and send it again; nothing was sent",
        ],
    )


def test_the_command_shows_the_envelope_in_a_dry_run(folder, request_of, ats) -> None:
    (folder / "request.json").write_text(json.dumps(request_of()), encoding="utf-8")
    done = ats("create-candidate", "acme", "--file", "request.json", "--dry-run", folder=folder)
    assert (done.returncode, "<ns0:vorname>Nina</ns0:vorname>" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "What --file gives is no JSON (line 1)"),
        (None, "request.json cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_is_no_request_is_two_lines(folder, ats, content: str | None, message: str) -> None:
    if content is not None:
        (folder / "request.json").write_text(content, encoding="utf-8")
    done = ats("create-candidate", "acme", "--file", "request.json", folder=folder)
    assert (done.returncode, done.stderr.splitlines()[0], len(done.stderr.splitlines())) == (2, message, 2)
