"""createBewerber and createBewerbung of the made-up Coveto."""

import pytest

from sandbox.coveto_tenant import CovetoTenant
from sandbox.server import Sandbox

JOB = "<stelleId>1</stelleId>"


def person(email: str = "neu@mail.example", **fields: str) -> str:
    values = {"vorname": "Nina", "nachname": "Neu", "email": email} | fields
    order = ("vorname", "nachname", "geschlecht", "email")
    return (
        "<bewerber>"
        + "".join(f"<{name}>{values[name]}</{name}>" for name in order if name in values)
        + "</bewerber>"
    )


def ids(answer) -> tuple[str | None, str | None]:
    return answer.findtext("{*}bewerberId"), answer.findtext("{*}bewerbungId")


def test_a_candidate_and_an_application_are_made(soap) -> None:
    assert ids(soap.call("createBewerber", person() + JOB)) == ("61", "91")


def test_the_second_wsdl_makes_them_too(soap, sandbox: Sandbox) -> None:
    soap.url, soap.namespace, soap.auth = f"{sandbox.coveto_url}/ws", "urn:example:recruiting:2", None
    credentials = (
        "<credentials><customerNumber>12345</customerNumber><key>coveto-sandbox-key</key></credentials>"
    )
    assert ids(soap.call("createBewerber", credentials + person() + JOB)) == ("61", "91")


def test_what_was_made_is_served(soap) -> None:
    soap.call("createBewerber", person() + JOB + "<quelle><name>Messe</name></quelle>")
    application = soap.call("getBewerbung", "<id>91</id>")[0]
    assert [application.findtext(path) for path in ("{*}bewerberId", "{*}stelleId", "{*}quelle/{*}name")] == [
        "61",
        "1",
        "Messe",
    ]


def test_a_transaction_that_was_seen_gives_the_first_answer_again(soap, coveto: CovetoTenant) -> None:
    request = person() + JOB + "<transaktionsId>t-1</transaktionsId>"
    first, second = soap.call("createBewerber", request), soap.call("createBewerber", request)
    assert (ids(first), len(coveto.keys("candidates"))) == (ids(second), 61)


def test_a_second_candidate_with_the_same_address_is_a_duplicate(soap) -> None:
    soap.call("createBewerber", person() + JOB)
    assert soap.fault("createBewerber", person("NEU@mail.example") + JOB) == ("DUPLIKAT", "bewerber.email")


def test_an_application_takes_the_candidate_with_the_same_address(soap) -> None:
    soap.call("createBewerber", person() + JOB)
    assert ids(soap.call("createBewerbung", person() + "<stelleId>2</stelleId>")) == ("61", "92")


def test_a_second_application_to_the_same_job_is_a_duplicate(soap) -> None:
    soap.call("createBewerbung", person() + JOB)
    assert soap.fault("createBewerbung", person() + JOB) == ("DUPLIKAT", "stelleId")


def test_a_refused_application_leaves_the_candidate_and_a_reason(soap, coveto: CovetoTenant) -> None:
    coveto.refused_jobs[1] = "Aufnahmestopp"
    answer = soap.call("createBewerber", person() + JOB)
    assert (ids(answer), answer.findtext(".//{*}hinweis")) == (("61", None), "Aufnahmestopp")


def test_a_closed_job_takes_no_application(soap, coveto: CovetoTenant) -> None:
    coveto.change("jobs", 1, {"status": "Geschlossen"})
    assert soap.fault("createBewerber", person() + JOB) == ("STELLE_GESCHLOSSEN", "stelleId")


def test_a_job_that_is_not_there_is_not_found(soap) -> None:
    assert soap.fault("createBewerber", person() + "<stelleId>99</stelleId>") == (
        "NICHT_GEFUNDEN",
        "stelleId",
    )


def test_nothing_is_made_where_something_is_refused(soap, coveto: CovetoTenant) -> None:
    soap.fault("createBewerber", person() + "<stelleId>99</stelleId>")
    assert (len(coveto.keys("candidates")), len(coveto.keys("applications"))) == (60, 90)


ATTACHMENT = (
    "<anhang><name>cv.pdf</name><contentType>application/pdf</contentType><daten>{data}</daten></anhang>"
)


@pytest.mark.parametrize(
    ("request_body", "field"),
    [
        (person(email="keine"), "bewerber.email"),
        (person(vorname=" "), "bewerber.vorname"),
        (person(geschlecht="MALE"), "bewerber.geschlecht"),
        (person() + f"<anhaenge>{ATTACHMENT.format(data='QQ==') * 6}</anhaenge>", "anhaenge"),
        (person() + f"<anhaenge>{ATTACHMENT.format(data='!')}</anhaenge>", "anhaenge.anhang.daten"),
    ],
)
def test_what_is_not_valid_is_refused_with_its_field(soap, request_body: str, field: str) -> None:
    assert soap.fault("createBewerber", request_body + JOB) == ("VALIDIERUNG", field)


def test_attachments_are_kept_for_tests_to_see(soap, coveto: CovetoTenant) -> None:
    soap.call("createBewerber", person() + JOB + f"<anhaenge>{ATTACHMENT.format(data='QUJD') * 2}</anhaenge>")
    assert coveto.created[0]["attachments"] == [("cv.pdf", b"ABC"), ("cv.pdf", b"ABC")]


def answer_to(question: int, *values: str) -> str:
    texts = "".join(f"<wert>{value}</wert>" for value in values)
    return f"<antworten><antwort><frageId>{question}</frageId>{texts}</antwort></antworten>"


@pytest.fixture
def asking(coveto: CovetoTenant) -> CovetoTenant:
    for question in range(1, 25):
        if (1, question) not in coveto.keys("job_screening_questions"):
            coveto.add("job_screening_questions", {"stelleId": "1", "frageId": str(question)})
    return coveto


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (5, "1.5", "viel"),
        (7, "Ja", "true"),
        (8, "2026-01-31", "31.01.2026"),
        (9, "12", "B2"),
        (12, "cv.pdf", "anders.pdf"),
    ],
)
def test_answers_must_fit_their_question(
    soap, asking: CovetoTenant, question: int, right: str, wrong: str
) -> None:
    del asking
    files = f"<anhaenge>{ATTACHMENT.format(data='QUJD')}</anhaenge>"
    refused = soap.fault("createBewerber", person() + JOB + answer_to(question, wrong) + files)
    made = soap.call("createBewerber", person() + JOB + answer_to(question, right) + files)
    assert (refused, ids(made)) == (("VALIDIERUNG", f"antworten.{question}"), ("61", "91"))


def test_an_answer_to_a_question_that_is_not_asked_is_a_hint(soap) -> None:
    answer = soap.call("createBewerber", person() + JOB + answer_to(999, "x"))
    assert "999" in (answer.findtext(".//{*}hinweis") or "")
