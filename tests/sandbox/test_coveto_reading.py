"""Paging, order, credentials and refusals of the made-up Coveto."""

import base64
import hashlib

import pytest
import requests

from sandbox.coveto_tenant import CovetoTenant
from sandbox.server import Sandbox

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
TOKEN_PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"


def token(password: str, kind: str, more: str = "") -> str:
    secret = f'<s:Password Type="{TOKEN_PROFILE}#{kind}">{password}</s:Password>'
    content = f"<s:UsernameToken><s:Username>12345</s:Username>{secret}{more}</s:UsernameToken>"
    return f'<e:Header><s:Security xmlns:s="{WSSE}">{content}</s:Security></e:Header>'


def test_pages_are_ascending_by_id(soap) -> None:
    assert soap.ids("listBewerber", "<limit>3</limit><offset>57</offset>") == [58, 59, 60]


def test_a_page_has_a_hundred_rows_by_default(soap, coveto: CovetoTenant) -> None:
    for _ in range(60):
        coveto.add("candidates", {"vorname": "Neu"})
    assert len(soap.ids("listBewerber")) == 100


def test_the_count_is_of_all_rows(soap) -> None:
    assert soap.call("listBewerbungen", "<limit>1</limit>").findtext("{*}gesamt") == "90"


def test_a_page_past_the_end_is_empty(soap) -> None:
    assert soap.ids("listStellen", "<offset>40</offset>") == []


def test_job_questions_are_ascending_by_job_and_question(soap, coveto: CovetoTenant) -> None:
    rows = soap.call("listStellenFragen", "<limit>500</limit>")[-1]
    keys = [(int(row.findtext("{*}stelleId")), int(row.findtext("{*}frageId"))) for row in rows]
    assert keys == sorted(coveto.keys("job_screening_questions"))


def test_job_questions_of_one_job(soap, coveto: CovetoTenant) -> None:
    expected = [key[1] for key in coveto.keys("job_screening_questions") if key[0] == 6]
    assert soap.ids("listStellenFragen", "<stelleId>6</stelleId>", "frageId") == expected


@pytest.mark.parametrize(
    "arguments", ["<limit>501</limit>", "<limit>0</limit>", "<offset>-1</offset>", "<limit>x</limit>"]
)
def test_a_page_beyond_the_contract_is_refused(soap, arguments: str) -> None:
    assert soap.fault("listStellen", arguments)[0] == "VALIDIERUNG"


def test_an_operation_that_is_not_there_is_refused(soap) -> None:
    assert soap.fault("listFirmen") == ("OPERATION", "")


def test_a_candidate_that_is_gone_is_not_found(soap, coveto: CovetoTenant) -> None:
    coveto.remove("candidates", 5)
    assert soap.fault("getBewerber", "<id>5</id>") == ("NICHT_GEFUNDEN", "id")


def test_a_body_that_is_no_envelope_is_refused(sandbox: Sandbox) -> None:
    answer = requests.post(f"{sandbox.coveto_url}/public/soap/", data=b"{}", timeout=10)
    assert (answer.status_code, b"UNLESBAR" in answer.content) == (500, True)


def test_another_path_is_not_there(sandbox: Sandbox) -> None:
    assert requests.get(f"{sandbox.coveto_url}/anders", timeout=10).status_code == 404


def test_wrong_basic_credentials_are_refused_by_http(soap) -> None:
    soap.auth = ("12345", "falsch")
    assert soap.post("listStellen").status_code == 401


def test_the_wsdl_wants_credentials_too(sandbox: Sandbox) -> None:
    assert requests.get(f"{sandbox.coveto_url}/public/soap/?wsdl", timeout=10).status_code == 401


def test_a_right_that_is_missing_is_told_by_a_fault(soap, coveto: CovetoTenant) -> None:
    coveto.unreachable_models.add("candidates")
    assert soap.fault("listBewerber")[0] == "BERECHTIGUNG"


def test_a_username_token_with_the_password_as_text_is_taken(soap, coveto: CovetoTenant) -> None:
    coveto.auth, soap.auth = "wsse", None
    soap.header = token("coveto-sandbox-key", "PasswordText")
    assert soap.ids("listStellen", "<limit>1</limit>") == [1]


def test_a_username_token_with_a_digest_is_taken(soap, coveto: CovetoTenant) -> None:
    coveto.auth, soap.auth = "wsse", None
    digest = hashlib.sha1(b"abc" + b"2026-11-01T00:00:00Z" + b"coveto-sandbox-key").digest()  # noqa: S324
    more = (
        f"<s:Nonce>{base64.b64encode(b'abc').decode()}</s:Nonce><s:Created>2026-11-01T00:00:00Z</s:Created>"
    )
    soap.header = token(base64.b64encode(digest).decode(), "PasswordDigest", more)
    assert soap.ids("listStellen", "<limit>1</limit>") == [1]


def test_a_wrong_username_token_is_refused_by_a_fault(soap, coveto: CovetoTenant) -> None:
    coveto.auth, soap.auth = "wsse", None
    soap.header = token("falsch", "PasswordText")
    assert soap.fault("listStellen")[0] == "AUTH"


def test_the_second_wsdl_takes_credentials_as_elements(soap, sandbox: Sandbox) -> None:
    soap.url, soap.namespace, soap.auth = f"{sandbox.coveto_url}/ws", "urn:example:recruiting:2", None
    wrong = "<credentials><customerNumber>12345</customerNumber><key>falsch</key></credentials>"
    assert soap.fault("FindVacancies", wrong)[0] == "AUTH"


def test_what_was_asked_is_recorded_without_credentials(soap, coveto: CovetoTenant) -> None:
    soap.call("listStellen", "<limit>2</limit><offset>4</offset>")
    asked = coveto.requests[-1]
    assert (asked.operation, asked.model, dict(asked.arguments), "authorization" in asked.headers) == (
        "listStellen", "jobs", {"limit": "2", "offset": "4"}, False,
    )  # fmt: skip


def test_a_recorded_request_of_the_second_wsdl_has_the_contracts_name_and_no_credentials(
    soap, sandbox: Sandbox
) -> None:
    soap.url, soap.namespace = f"{sandbox.coveto_url}/ws", "urn:example:recruiting:2"
    soap.call("FindStates", "<credentials><customerNumber>12345</customerNumber><key>k</key></credentials>")
    asked = sandbox.coveto.requests[-1] if sandbox.coveto else None
    assert asked is not None
    assert (asked.operation, dict(asked.arguments)) == ("listBewerberStatus", {})


def test_answers_are_compressed_where_the_tenant_does_so(soap, coveto: CovetoTenant) -> None:
    coveto.compresses = True
    assert soap.post("listStellen").headers["Content-Encoding"] == "gzip"
