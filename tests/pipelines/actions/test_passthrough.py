"""`ats call`: any request to a connection's API, with its authentication, retries and limits."""

import json

import pytest

from pipelines import call
from sandbox import fault_actions as go
from sandbox.coveto_tenant import CovetoTenant
from sandbox.faults import Fault, On
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from sources.errors import (
    ConfigurationError,
    CredentialsError,
    VendorAnswerError,
    VendorFaultError,
    VendorUnavailableError,
)
from tests.pipelines.actions.conftest import made_coveto, made_persy

NAMESPACE = "https://www.coveto.de/soap/v1"
NEW = {"bewerber": {"vorname": "Nina", "nachname": "Neu", "email": "nina@mail.example"}, "stelleId": 1}


# Coveto


def test_an_operation_answers_as_json_by_the_rule_of_records(folder) -> None:
    answer = call(folder, "acme", "listBewerberStatus").value["listBewerberStatusResponse"]
    assert (answer["gesamt"], answer["statusListe"]["status"][7]) == (
        "10",
        {"id": "8", "bezeichnung": "Talentpool", "typ": None},
    )


def test_arguments_reach_the_operation(folder, coveto: CovetoTenant) -> None:
    call(folder, "acme", "listStellen", json={"limit": 2, "offset": 3})
    assert coveto.requests[-1].arguments == {"limit": "2", "offset": "3"}


def test_an_operation_may_write(folder, coveto: CovetoTenant) -> None:
    answer = call(folder, "acme", "createBewerber", json=NEW | {"anhaenge": {"anhang": [
        {"name": "cv.pdf", "contentType": "application/pdf", "daten": "JVBERg=="}]}})  # fmt: skip
    assert (answer.value, coveto.created[0]["attachments"]) == (
        {"createBewerberResponse": {"bewerberId": "26", "bewerbungId": "37"}},
        [("cv.pdf", b"%PDF")],
    )


def test_what_may_write_is_sent_once(folder, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("cut", go.CutBody(0.5), On(operation="createBewerber")))
    with pytest.raises(VendorUnavailableError):
        call(folder, "acme", "createBewerber", json=NEW)
    assert coveto.count("createBewerber") == 1


def test_what_reads_is_tried_again(folder, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("busy", go.status(503), On(operation="getStelle")))
    assert call(folder, "acme", "getStelle", json={"id": 1}).value["getStelleResponse"]["stelle"]["id"] == "1"


def test_a_body_of_xml_is_sent_as_it_is(folder) -> None:
    answer = call(
        folder, "acme", "getBewerber", xml=f'<getBewerber xmlns="{NAMESPACE}"><id>2</id></getBewerber>'
    )
    assert answer.value["getBewerberResponse"]["bewerber"]["id"] == "2"


def test_a_whole_envelope_is_sent_as_it_is(folder, coveto: CovetoTenant) -> None:
    body = f'<listStellen xmlns="{NAMESPACE}"><limit>1</limit></listStellen>'
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    call(
        folder,
        "acme",
        "listStellen",
        xml=f'<e:Envelope xmlns:e="{soap}"><e:Body>{body}</e:Body></e:Envelope>',
    )
    assert coveto.requests[-1].arguments == {"limit": "1"}


@pytest.mark.parametrize(
    "body", [None, '<ReadVacancy xmlns="urn:example:recruiting:2"><no>1</no></ReadVacancy>']
)
def test_credentials_that_are_elements_are_added(write, sandbox: Sandbox, body: str | None) -> None:
    arguments = {"json": {"no": 1}} if body is None else {"xml": body}
    answer = call(write(sandbox.alternative_settings()), "acme", "ReadVacancy", **arguments)
    assert answer.value["ReadVacancyResponse"]["vacancy"]["@no"] == "1"


def test_a_fault_tells_its_code(folder) -> None:
    with pytest.raises(VendorFaultError, match="fault NICHT_GEFUNDEN"):
        call(folder, "acme", "getStelle", json={"id": 999})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"operation": "getJob"}, "the tenant's WSDL has no operation getJob; it has createBewerber, "),
        ({"operation": "getStelle"}, "The arguments do not fit getStelle: Missing element id"),
        (
            {"operation": "getStelle", "json": {"no": 1}},
            "getStelle.no: there is no such element; there are id",
        ),
        ({"operation": "getStelle", "json": [1]}, "The arguments must be a JSON object"),
        (
            {"operation": "createBewerber", "json": {"bewerber": {"name": "x"}}},
            "createBewerber.bewerber.name: there is no such element; there are anrede, vorname,",
        ),
        ({"operation": "getStelle", "xml": "<getStelle>"}, "The body is no well-formed XML"),
        ({"operation": "getStelle", "xml": "<!DOCTYPE a><a/>"}, "The body is no well-formed XML"),
        ({"operation": "getStelle", "xml": "<getStelle/>"}, "The body holds something else than getStelle"),
        ({"operation": "getStelle", "xml": "<a/>", "json": {}}, "json and xml exclude each other"),
        ({"operation": "GET", "path": "/candidates"}, "Coveto has operations, no paths and no parameters"),
    ],
)
def test_what_fits_no_operation_is_not_sent(
    folder, coveto: CovetoTenant, arguments: dict, message: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        call(folder, "acme", **arguments)
    assert (
        caught.value.message.startswith(message),
        {asked.operation for asked in coveto.requests} <= {"wsdl"},
    ) == (
        True,
        True,
    )


# Persy


def test_a_path_answers_its_json(folder) -> None:
    answer = call(folder, "leihwerk", "GET", "/candidates", parameters={"page": "2", "pageSize": "3"}).value
    assert (answer["Paging"], len(answer["Candidates"])) == (
        {"Page": 2, "PageSize": 3, "TotalPages": 9, "TotalCount": 25},
        3,
    )


def test_the_method_may_be_written_small(folder) -> None:
    answer = call(folder, "leihwerk", "get", "/candidates/100004").value
    assert "CandidateRecordInfo" in answer


def test_whole_numbers_of_any_length_are_kept(folder, persy: PersyTenant) -> None:
    persy.change(100_004, {"UserArea": {"nummer": 2**70}})
    assert call(folder, "leihwerk", "GET", "/candidates/100004").value["UserArea"] == {"nummer": 2**70}


def test_an_answer_that_is_no_json_is_there_as_bytes(folder, persy: PersyTenant) -> None:
    persy.arm(Fault("page", go.html()))
    answer = call(folder, "leihwerk", "GET", "/candidates")
    assert answer.body == go.HTML_PAGE
    with pytest.raises(VendorAnswerError, match="The answer is no JSON"):
        _ = answer.value


def test_get_is_tried_again(folder, persy: PersyTenant) -> None:
    persy.arm(Fault("busy", go.status(429, retry_after="0")))
    call(folder, "leihwerk", "GET", "/candidates/100004")
    assert len(persy.requests) == 2


def test_post_is_sent_once_with_its_body(folder, persy: PersyTenant) -> None:
    persy.arm(Fault("busy", go.status(503), times=None))
    with pytest.raises(VendorUnavailableError):
        call(folder, "leihwerk", "POST", "/candidates", json={"a": 1})
    assert [(asked.method, asked.headers["content-type"]) for asked in persy.requests] == [
        ("POST", "application/json")
    ]


def test_a_refusal_tells_status_and_code(folder) -> None:
    with pytest.raises(VendorFaultError, match=r"\(HTTP 404, NotFound\)"):
        call(folder, "leihwerk", "GET", "/nowhere")


def test_wrong_credentials_are_told(folder, persy: PersyTenant) -> None:
    persy.api_key = "changed"
    with pytest.raises(CredentialsError):
        call(folder, "leihwerk", "GET", "/candidates")


def test_an_answer_over_the_limit_is_refused(folder) -> None:
    config = folder / ".dlt" / "config.toml"
    config.write_text(config.read_text().replace("[defaults]", "[defaults]\nmax_answer_mb = 0.001"))
    with pytest.raises(VendorAnswerError, match=r"more than 0.001 MB"):
        call(folder, "leihwerk", "GET", "/candidates")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"operation": "listCandidates"}, "Persy has no operations"),
        ({"operation": "GET"}, "GET needs a path"),
        ({"operation": "GET", "path": "candidates"}, "The path must begin with / and hold no query"),
        ({"operation": "GET", "path": "/candidates?page=2"}, "The path must begin with / and hold no query"),
        ({"operation": "GET", "path": "/../../admin"}, "The path leads out of the API"),
        ({"operation": "GET", "path": "/a/%2E%2e/b"}, "The path leads out of the API"),
        ({"operation": "GET", "path": "/candidates", "xml": "<a/>"}, "Persy takes no XML"),
    ],
)
def test_what_is_no_request_is_not_sent(folder, persy: PersyTenant, arguments: dict, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        call(folder, "leihwerk", **arguments)
    assert persy.requests == []


# the command


def test_the_command_prints_json(folder, ats) -> None:
    done = ats("call", "acme", "getStelle", "--json", '{"id": 1}', folder=folder)
    assert (done.returncode, json.loads(done.stdout)["getStelleResponse"]["stelle"]["id"]) == (0, "1")


def test_the_command_prints_the_raw_body(folder, ats, persy: PersyTenant) -> None:
    done = ats("call", "leihwerk", "GET", "/candidates/100004", "--raw", folder=folder)
    assert done.stdout == (persy.rendered(100_004) or b"").decode()


def test_the_command_reads_a_body_from_a_file(folder, ats) -> None:
    (folder / "body.xml").write_text(
        f'<getStelle xmlns="{NAMESPACE}"><id>1</id></getStelle>', encoding="utf-8"
    )
    done = ats("call", "acme", "getStelle", "--xml", "@body.xml", "--raw", folder=folder)
    assert (done.returncode, "<id>1</id>" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["leihwerk", "GET", "/candidates", "--param", "page"], "--param takes a name and a value"),
        (["acme", "getStelle", "--json", "{"], "What --json gives is no JSON (line 1)"),
    ],
)
def test_the_command_refuses_wrong_arguments_in_two_lines(
    folder, ats, arguments: list[str], message: str
) -> None:
    done = ats("call", *arguments, folder=folder)
    assert (done.returncode, done.stderr.splitlines()[0], len(done.stderr.splitlines())) == (2, message, 2)


def test_other_authentications_hold_for_calls_too(write) -> None:
    with Sandbox(made_coveto(auth="wsse"), made_persy(auth="header")) as running:
        folder = write(running.connection_settings())
        stelle = call(
            folder, "acme", "getStelle", xml=f'<getStelle xmlns="{NAMESPACE}"><id>1</id></getStelle>'
        )
        candidate = call(folder, "leihwerk", "GET", "/candidates/100004")
    assert ("getStelleResponse" in stelle.value, "CandidateRecordInfo" in candidate.value) == (True, True)
