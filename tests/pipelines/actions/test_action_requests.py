"""What is wrong with a request is told at once, each with its path, and nothing is sent."""

import base64
from typing import Any

import pytest

from pipelines.actions import preview
from sources.errors import RequestRefusedError

PARTS = (
    "candidate",
    "application",
    "screening_question_answers",
    "attachments",
    "source",
    "idempotency_key",
)
PDF = {"name": "cv.pdf", "content_type": "application/pdf", "data": "JVBERg=="}


@pytest.fixture
def problems(folder, coveto):
    """What a request is refused for; whatever it is, nobody is asked anything."""

    def found(request: object) -> list[str]:
        with pytest.raises(RequestRefusedError) as caught:
            preview(folder, "acme", "create_candidate", request)
        assert coveto.requests == []
        return list(caught.value.problems)

    return found


@pytest.fixture
def shown(folder):
    def of(request: dict[str, Any]) -> Any:
        return preview(folder, "acme", "create_candidate", request)

    return of


def answer_of(question: int, answer: object) -> dict[str, object]:
    return {"question_id": f"remote:{question}", "answer": answer}


def with_candidate(request: dict[str, Any], **fields: object) -> dict[str, Any]:
    return request | {"candidate": request["candidate"] | fields}


def test_an_empty_request_lacks_both_parts(problems) -> None:
    assert problems({}) == ["candidate: is missing", "application: is missing"]


def test_a_list_is_no_request(problems) -> None:
    assert problems([]) == ["the request must be a JSON object"]


def test_all_that_is_wrong_is_told_at_once(problems, request_of) -> None:
    request = request_of(
        application={"job_id": "remote:999"},
        attachments=[{"name": "x"}],
        screening_question_answers=[answer_of(5, "viel"), answer_of(99, 1)],
        surprise=1,
    )
    assert problems(with_candidate(request, email_address="nina", gender="F")) == [
        "surprise: is unknown; a request has " + ", ".join(PARTS),
        "candidate.email_address: is no e-mail address",
        "candidate.gender: must be 'MALE', 'FEMALE' or 'OTHER'",
        "attachments.0: needs exactly one of data and data_url",
        "application.job_id: no job of this connection has this id; run `ats sync` if it is new",
        "screening_question_answers.0.answer: must be a number",
        "screening_question_answers.1.question_id: no question of this connection has this id",
    ]


@pytest.mark.parametrize("name", ["first_name", "last_name", "email_address"])
def test_names_and_address_are_required(problems, request_of, name: str) -> None:
    request = request_of()
    del request["candidate"][name]
    assert problems(request) == [f"candidate.{name}: is missing"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"first_name": "  "}, "candidate.first_name: is blank"),
        ({"last_name": 7}, "candidate.last_name: must be text"),
        ({"first_name": "a\x00"}, "candidate.first_name: holds a character that XML cannot carry"),
        ({"last_name": "\ud800"}, "candidate.last_name: holds a character that XML cannot carry"),
        ({"email_address": "a b@c.de"}, "candidate.email_address: is no e-mail address"),
        ({"gender": "male"}, "candidate.gender: must be 'MALE', 'FEMALE' or 'OTHER'"),
        ({"nick_name": "N"}, "candidate.nick_name: is unknown"),
        ({"location": {"city": "Köln"}}, "candidate.location.country: is missing"),
        ({"location": "Köln"}, "candidate.location: must be an object"),
        (
            {"location": {"country": "de"}},
            "candidate.location.country: must be two upper-case letters (ISO 3166-1), such as DE",
        ),
    ],
)
def test_a_wrong_field_of_the_candidate_is_named(problems, request_of, fields, problem: str) -> None:
    assert problems(with_candidate(request_of(), **fields)) == [problem]


@pytest.mark.parametrize(
    ("job_id", "problem"),
    [
        ("remote:2", "the job is CLOSED and takes no applications"),
        ("remote:6", "the job is ARCHIVED and takes no applications"),
        ("remote:5", "the job is gone from the source"),
        ("1", "no job of this connection has this id; run `ats sync` if it is new"),
    ],
)
def test_a_job_that_takes_no_application_is_an_error(problems, request_of, job_id: str, problem: str) -> None:
    assert problems(request_of(application={"job_id": job_id})) == [f"application.job_id: {problem}"]


def test_a_job_of_another_connection_is_unknown(problems, request_of, unified) -> None:
    job_id = unified("jobs", 1, "coveto:other")
    assert len(problems(request_of(application={"job_id": job_id}))) == 1


def test_a_job_that_should_have_closed_and_a_question_without_answer_are_warnings(
    shown, request_of, unified
) -> None:
    question = unified("screening_questions", 7)
    assert shown(request_of(application={"job_id": "remote:3"})).warnings == (
        "application.job_id: the job closed on 2020-05-31",
        f"screening_question_answers: the required question {question} has no answer",
    )


def test_a_question_that_the_job_does_not_ask_is_a_warning(shown, request_of) -> None:
    request = request_of(screening_question_answers=[answer_of(24, "2026-01-31")])
    assert shown(request).warnings == (
        "screening_question_answers.0.question_id: the job does not ask this question",
    )


def test_a_question_that_is_answered_twice_is_an_error(problems, request_of) -> None:
    request = request_of(screening_question_answers=[answer_of(9, one) for one in ("remote:11", "remote:12")])
    assert problems(request) == ["screening_question_answers.1.question_id: the question is answered twice"]


@pytest.mark.parametrize(
    ("question", "answer", "problem"),
    [
        (16, "elf Zeichen", "is longer than 10 characters"),
        (1, 5, "must be text"),
        (1, "", "is blank"),
        (5, "5", "must be a number"),
        (5, True, "must be a number"),
        (5, float("nan"), "must be a number"),
        (5, -1, "is less than 0"),
        (5, 250001, "is more than 250000.5"),
        (6, 4, "is less than 5"),
        (7, "Ja", "must be true or false"),
        (8, "31.01.2026", "must be a date like 2026-10-31"),
        (8, "2026-02-30", "must be a date like 2026-10-31"),
        (9, ["remote:11"], "must be the id of one option"),
        (9, "remote:14", "names an option that the question does not have"),
        (11, "remote:1", "must be a list of ids of options"),
        (11, ["remote:1", "remote:1"], "names an option twice"),
        (11, [], "names no option; leave the answer out where none is chosen"),
        (12, "cv.docx", "must be an attachment, or the name of one of the attachments"),
        (13, "gelesen", "belongs to a notice, which takes no answer"),
        (17, "x", "names an option that the question does not have"),
    ],
)
def test_an_answer_that_does_not_fit_its_question_is_an_error(
    problems, request_of, question: int, answer: object, problem: str
) -> None:
    request = request_of(screening_question_answers=[answer_of(question, answer)])
    assert problems(request) == [f"screening_question_answers.0.answer: {problem}"]


@pytest.mark.parametrize(
    ("question", "answer", "values"),
    [
        (1, "Weil ja.", ["Weil ja."]),
        (5, 42000, ["42000"]),
        (5, 0.0000001, ["0.0000001"]),
        (5, 250000.5, ["250000.5"]),
        (7, False, ["Nein"]),
        (8, "2026-02-28", ["2026-02-28"]),
        (9, "remote:12", ["12"]),
        (11, ["remote:1", "remote:Polnisch"], ["1", "Polnisch"]),
        (14, "unterschrieben", ["unterschrieben"]),
    ],
)
def test_an_answer_is_sent_in_the_vendors_words(shown, request_of, question: int, answer, values) -> None:
    envelope = shown(request_of(screening_question_answers=[answer_of(question, answer)])).envelope
    wanted = [f"<ns0:wert>{value}</ns0:wert>" for value in values]
    assert [line.strip() for line in envelope.splitlines() if "<ns0:wert>" in line] == wanted


def test_an_option_is_named_by_its_unified_id(shown, request_of, unified) -> None:
    option = unified("options", "9:13")
    assert (
        "<ns0:wert>13</ns0:wert>"
        in shown(request_of(screening_question_answers=[answer_of(9, option)])).envelope
    )


def test_a_file_question_is_answered_by_the_name_of_an_attachment(shown, request_of) -> None:
    request = request_of(attachments=[PDF], screening_question_answers=[answer_of(12, "cv.pdf")])
    assert "<ns0:wert>cv.pdf</ns0:wert>" in shown(request).envelope


def test_a_file_question_is_answered_by_an_attachment_of_its_own(shown, request_of) -> None:
    envelope = shown(request_of(screening_question_answers=[answer_of(12, PDF)])).envelope
    assert ("<ns0:wert>cv.pdf</ns0:wert>" in envelope, envelope.count("<ns0:anhang>")) == (True, 1)


def test_a_file_of_a_type_that_the_question_does_not_take_is_an_error(problems, request_of) -> None:
    text = PDF | {"content_type": "text/plain"}
    request = request_of(attachments=[text], screening_question_answers=[answer_of(12, "cv.pdf")])
    assert problems(request) == [
        "attachments.0.data: must be application/pdf or image/jpeg or image/png, as the question demands"
    ]


def test_a_file_larger_than_the_question_takes_is_an_error(problems, request_of) -> None:
    large = PDF | {"data": base64.b64encode(b"x" * 5242881).decode()}
    request = request_of(screening_question_answers=[answer_of(12, large)])
    assert problems(request) == [
        "screening_question_answers.0.answer.data: holds more than the 5242880 bytes that the question allows"
    ]


@pytest.mark.parametrize(
    ("attachment", "problem"),
    [
        ({"name": "a"}, "attachments.0: needs exactly one of data and data_url"),
        (PDF | {"data_url": "https://x.example/"}, "attachments.0: needs exactly one of data and data_url"),
        ({"name": "a", "data": "JVBERg=="}, "attachments.0: needs content_type beside data"),
        (PDF | {"data": "%%%"}, "attachments.0.data: is no base64"),
        (PDF | {"data": ""}, "attachments.0.data: is empty"),
        (PDF | {"content_type": "pdf"},
         "attachments.0.content_type: is no media type; write it like application/pdf"),
        (PDF | {"name": None}, "attachments.0.name: must be text"),
        ("cv.pdf", "attachments.0: must be an object"),
        ({"name": "a", "data_url": "ftp://x.example/"},
         "attachments.0.data_url: must begin with https:, http: or data:"),
        ({"name": "a", "data_url": "http://10.0.0.1/"},
         "attachments.0.data_url: leads into a private network; --allow-private-urls allows that"),
    ],
)  # fmt: skip
def test_a_wrong_attachment_is_an_error(problems, request_of, attachment: object, problem: str) -> None:
    assert problems(request_of(attachments=[attachment])) == [problem]


def test_a_sixth_attachment_is_refused(problems, request_of) -> None:
    assert problems(request_of(attachments=[PDF] * 6)) == ["attachments: at most 5 can be sent"]


def test_the_file_of_an_answer_counts_as_an_attachment(problems, request_of) -> None:
    request = request_of(attachments=[PDF] * 5, screening_question_answers=[answer_of(12, PDF)])
    assert problems(request) == ["attachments: at most 5 can be sent"]


def test_an_attachment_over_the_limit_of_the_connection_is_refused(write, request_of) -> None:
    data = base64.b64encode(b"x" * 1001).decode()
    request = request_of(attachments=[PDF | {"data": data}])
    with pytest.raises(RequestRefusedError, match=r"attachments.0.data: holds more than 0.001 MB"):
        preview(write(acme="attachment_max_mb = 0.001"), "acme", "create_candidate", request)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ({}, "source: needs one of name, unified_key and id"),
        ({"id": "Messe"}, "source.id: must be a whole number"),
        ({"id": True}, "source.id: must be a whole number"),
        ("Messe", "source: must be an object"),
    ],
)
def test_a_wrong_source_is_an_error(problems, request_of, source: object, problem: str) -> None:
    assert problems(request_of(source=source)) == [problem]


@pytest.mark.parametrize(("key", "problem"), [("", "is blank"), ("k" * 101, "is longer than 100 characters")])
def test_a_wrong_key_is_an_error(problems, request_of, key: str, problem: str) -> None:
    assert problems(request_of(idempotency_key=key)) == [f"idempotency_key: {problem}"]


def test_no_problem_quotes_what_was_given(problems, request_of) -> None:
    request = with_candidate(
        request_of(), email_address="geheim", gender="geheim", location={"country": "geheim"}
    )
    request["screening_question_answers"] = [answer_of(number, "geheim" * 40) for number in range(2, 18)]
    request["attachments"] = [{"name": "a", "data_url": "geheim"}, PDF | {"data": "geheim!"}]
    assert "geheim" not in " ".join(problems(request))
