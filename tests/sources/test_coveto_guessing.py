"""Guesses at how a WSDL names what we read, on outlines that no sandbox serves."""

from collections.abc import Mapping

import pytest

from sources.connections import CovetoConnection
from sources.coveto.guessing import guess_credentials, guess_endpoints, guess_path
from sources.coveto.outline import OperationOutline, Outline
from sources.coveto.vocabulary import meanings, nouns_of
from sources.endpoints import resolve_endpoints

ELEMENTS = {
    "jobs": ["id", "titel", "gehalt.von", "erstelltAm"],
    "candidates": ["id", "vorname", "nachname", "email"],
    "applications": ["id", "stelleId", "bewerberId"],
}


def tree(name: str, content: "Mapping[str, object] | str" = "string") -> Outline:
    """An outline of nested mappings: a leaf is its type, a name that ends in "*" repeats."""
    plain_name = name.removesuffix("*")
    if isinstance(content, str):
        return Outline(plain_name, content, repeats=name.endswith("*"))
    children = tuple(tree(key, value) for key, value in content.items())  # type: ignore[arg-type]
    return Outline(plain_name, "", repeats=name.endswith("*"), children=children)


def operation(name: str, request: Mapping[str, object], answer: Mapping[str, object]) -> OperationOutline:
    return OperationOutline(name, tree(name, request), tree(f"{name}Response", answer))


JOB = {
    "JobId": "long",
    "Title": "string",
    "Salary": {"From": "decimal", "To": "decimal"},
    "CreatedOn": "dateTime",
}
PERSON = {"kandidatNr": "int", "vorname": "string", "familienname": "string", "mail": "string"}
TENANT = [
    operation(
        "GetJobs",
        {"startIndex": "int", "maxResults": "int"},
        {"Result": {"TotalCount": "int", "Jobs": {"Job*": JOB}}},
    ),
    operation("GetJob", {"JobId": "long"}, {"Job": {**JOB, "Tags": {"Tag*": {"Name": "string"}}}}),
    operation(
        "GetJobHistory", {"JobId": "long"}, {"Entries": {"Entry*": {"Text": "string", "At": "dateTime"}}}
    ),
    operation("ListBenutzer", {}, {"anzahl": "int", "benutzer*": {"id": "int", "vorname": "string"}}),
    operation(
        "SucheKandidaten",
        {"seite": "int", "seitengroesse": "int"},
        {"treffer": "int", "kandidaten": {"kandidat*": PERSON}},
    ),
    operation(
        "QueryApplications",
        {"offset": "int", "limit": "int"},
        {"applications*": {"@id": "int", "jobRef": "int", "candidateId": "int"}},
    ),
]
OPERATIONS = {one.name: one for one in TENANT}
ENDPOINTS = {
    model: endpoint
    for model, endpoint in resolve_endpoints(
        "sources.coveto",
        CovetoConnection(name="acme", subdomain="k1", customer_number="1", api_key="k"),  # type: ignore[arg-type]
    ).items()
    if model in ELEMENTS
}


def guess(model: str) -> dict[str, object]:
    return guess_endpoints(OPERATIONS, ENDPOINTS, ELEMENTS)[model].model_dump(exclude_none=True)


def test_a_list_is_told_from_single_records_and_from_other_lists() -> None:
    found = {model: one.operation for model, one in guess_endpoints(OPERATIONS, ENDPOINTS, ELEMENTS).items()}
    assert found == {"jobs": "GetJobs", "candidates": "SucheKandidaten", "applications": "QueryApplications"}


def test_offset_paging_is_guessed_of_its_arguments() -> None:
    assert (guess("jobs")["paging"], guess("jobs")["arguments"]) == (
        "offset",
        {"limit": "maxResults", "offset": "startIndex"},
    )


def test_page_numbers_are_guessed_of_their_arguments() -> None:
    assert (guess("candidates")["paging"], guess("candidates")["arguments"]) == (
        "page",
        {"limit": "seitengroesse", "page": "seite"},
    )


def test_list_count_and_id_are_guessed() -> None:
    found = guess("jobs")
    assert (found["records"], found["total"], found["remote_id"]) == (
        "Result.Jobs.Job",
        "Result.TotalCount",
        "JobId",
    )


def test_an_answer_without_a_count_has_none() -> None:
    assert guess("applications")["total"] == ""


def test_what_is_like_nothing_is_not_guessed() -> None:
    users = {"ListBenutzer": OPERATIONS["ListBenutzer"]}
    assert guess_endpoints(users, {"jobs": ENDPOINTS["jobs"]}, ELEMENTS) == {}


def test_credentials_are_found_in_one_place_of_the_request() -> None:
    request = {"auth": {"user": "string", "password": "string"}, "limit": "int"}
    assert guess_credentials([operation("Find", request, {})]) == {
        "customer_number": "auth.user",
        "api_key": "auth.password",
    }


def test_requests_without_credentials_have_none() -> None:
    assert guess_credentials(TENANT) == {}


@pytest.mark.parametrize(
    ("expected", "path"), [("titel", "Title"), ("gehalt.von", "Salary.From"), ("erstelltAm", "CreatedOn")]
)
def test_an_element_is_found_by_what_it_means(expected: str, path: str) -> None:
    assert guess_path(tree("Job", JOB), expected) == path


def test_the_same_name_goes_before_a_like_one() -> None:
    assert guess_path(tree("person", {"surname": "string", "nachname": "string"}), "nachname") == "nachname"


def test_references_mean_the_same_in_both_languages() -> None:
    assert meanings("stelleId") & meanings("@vacancyNo") == {"id job"}


def test_compounds_are_taken_apart() -> None:
    assert nouns_of(["listStellenFragen"]) == nouns_of(["FindVacancyQuestions"]) == {"job", "question"}


def test_a_word_that_only_begins_like_one_of_ours_means_nothing() -> None:
    assert nouns_of(["getNumberFormat", "listFragmente"]) == frozenset()
