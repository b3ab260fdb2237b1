"""What the sandbox answers for Persy is what the OpenAPI file promises."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import orjson
import pytest
import yaml

from sandbox.coveto_flavours import CONTRACTS
from sandbox.exchange import PageQuery
from sandbox.persy_dates import seconds_of
from sandbox.persy_tenant import PersyTenant

OPENAPI = yaml.safe_load((CONTRACTS / "openapi.yaml").read_text(encoding="utf-8"))
BIG = PersyTenant.generate(seed=3, candidates=300)
CANDIDATES = [orjson.loads(row) for row in BIG.page(PageQuery("candidates", 300, 0)).rows]


def validate(content: Any, schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(schema | {"components": OPENAPI["components"]}).validate(content)


def schema_of(path: str) -> dict[str, Any]:
    found: dict[str, Any] = OPENAPI["paths"][path]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    return found


def test_a_page_is_valid_by_its_schema() -> None:
    content = {
        "Paging": {"Page": 1, "PageSize": 300, "TotalPages": 1, "TotalCount": 300},
        "Candidates": CANDIDATES,
    }
    validate(content, schema_of("/candidates"))


def test_a_served_page_is_valid_by_its_schema(rest) -> None:
    validate(rest.page(pageSize=50), schema_of("/candidates"))


def test_a_candidate_is_valid_by_its_schema(rest) -> None:
    validate(rest.get("/candidates/100003").json(), schema_of("/candidates/{candidateId}"))


def test_attachments_are_valid_by_their_schema(rest) -> None:
    content = rest.get("/candidates/100002/attachments").json()
    validate(content, schema_of("/candidates/{candidateId}/attachments"))
    assert len(content["Attachments"]) > 0


def many(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def at(record: Any, path: str) -> list[Any]:
    """Every value at a path, whatever on the way is a list."""
    values = [record]
    for name in path.split("/"):
        values = [
            item.get(name, "absent") for value in values for item in many(value) if isinstance(item, dict)
        ]
    return values


@pytest.mark.parametrize("part", ["ContactMethod", "Telephone", "EmployerOrg", "PositionOpening"])
def test_every_part_is_valid_by_its_schema(part: str) -> None:
    places = {
        "ContactMethod": "CandidateProfile/PersonalData/ContactMethod",
        "Telephone": "CandidateProfile/PersonalData/ContactMethod/Telephone",
        "EmployerOrg": "CandidateProfile/EmploymentHistory/EmployerOrg",
        "PositionOpening": "PositionOpening",
    }
    found = [
        one
        for record in CANDIDATES
        for value in at(record, places[part])
        for one in many(value)
        if isinstance(one, dict)
    ]
    for one in found:
        validate(one, {"$ref": f"#/components/schemas/{part}"})
    assert len(found) > 100


REPEATING = [
    "CandidateRecordInfo/Id",
    "CandidateSupplier",
    "CandidateProfile/PersonalData/PersonName/GivenName",
    "CandidateProfile/PersonalData/PersonName/Affix",
    "CandidateProfile/PersonalData/ContactMethod",
    "CandidateProfile/PersonalData/ContactMethod/PostalAddress/Region",
    "CandidateProfile/PersonalData/ContactMethod/PostalAddress/DeliveryAddress/AddressLine",
    "CandidateProfile/EmploymentHistory/EmployerOrg",
    "CandidateProfile/EmploymentHistory/EmployerOrg/PositionHistory",
    "PositionOpening",
    "PositionOpening/PositionRecordInfo/Id",
]


@pytest.mark.parametrize("path", REPEATING)
def test_what_can_repeat_comes_as_one_and_as_a_list(path: str) -> None:
    values = [
        value for record in CANDIDATES for value in at(record, path) if value not in ("absent", None, [])
    ]
    assert {isinstance(value, list) for value in values} == {True, False}


@pytest.mark.parametrize(
    "path", [path for path in REPEATING if not path.endswith(("/Id", "/PositionHistory"))]
)
def test_what_can_repeat_is_missing_now_and_then(path: str) -> None:
    assert "absent" in [value for record in CANDIDATES for value in at(record, path)]


@pytest.mark.parametrize(
    ("path", "forms"),
    [
        ("Confidential", [True, False, "true", "Ja", None, "absent"]),
        ("CandidateProfile/PersonalData/ContactMethod/Use", ["personal", "business", "absent"]),
        (
            "PositionOpening/ApplicationStatus",
            ["Eingestellt", "Abgesagt", "Abgelehnt", "Zurückgezogen", "Interview geführt"],
        ),
        ("UserArea", ["absent", {}]),
        ("CandidateRecordInfo/CreationDate", ["", "absent"]),
        ("CandidateProfile/EmploymentHistory/EmployerOrg/@currentEmployer", [True, "true", False, "absent"]),
    ],
)
def test_every_form_of_value_occurs(path: str, forms: list[Any]) -> None:
    found = [orjson.dumps(value) for record in CANDIDATES for value in at(record, path)]
    assert [form for form in forms if orjson.dumps(form) not in found] == []


@pytest.mark.parametrize("value", ["38,5", 7, True, None, [], ["Früh", "Spät"], {}, [{"a": 1}, "b", None]])
def test_the_customers_own_fields_hold_any_json(value: Any) -> None:
    found = [orjson.dumps(own) for record in CANDIDATES for own in record.get("UserArea", {}).values()]
    assert orjson.dumps(value) in found


def test_ids_come_as_numbers_and_as_texts() -> None:
    assert {
        type(value) for record in CANDIDATES for value in at(record, "CandidateRecordInfo/Id/IdValue")
    } == {int, str}


@pytest.mark.parametrize(
    "path", ["CandidateRecordInfo/CreationDate", "CandidateRecordInfo/LastModificationDate"]
)
def test_dates_come_in_three_ways_of_writing(path: str) -> None:
    dates = [value for record in CANDIDATES for value in at(record, path)]
    shapes = {"".join("9" if letter.isdigit() else letter for letter in date)[:10] for date in dates}
    assert {"9999-99-99", "99.99.9999", "99-99-9999"} <= shapes


def test_many_candidates_share_one_second() -> None:
    times = moments()
    assert max(times.count(one) for one in times) >= 25


def moments() -> list[int]:
    return [seconds_of(record["CandidateRecordInfo"]["LastModificationDate"]) for record in CANDIDATES]


def test_candidates_are_ascending_by_change_then_id() -> None:
    keys = list(zip(moments(), BIG.keys(), strict=True))
    assert keys == sorted(keys)


def test_no_generated_change_lies_ahead() -> None:
    assert max(moments()) < datetime(2026, 10, 31, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()


def test_one_seed_gives_one_tenant() -> None:
    query = PageQuery("candidates", 300, 0)
    assert PersyTenant.generate(seed=3, candidates=300).page(query).rows == BIG.page(query).rows


def test_a_record_has_a_kilobyte_or_two() -> None:
    sizes = [len(row) for row in BIG.page(PageQuery("candidates", 300, 0)).rows]
    assert 1_000 < sum(sizes) / len(sizes) < 2_500


def test_a_bulk_import_fills_more_than_two_pages_of_a_big_tenant() -> None:
    tenant = PersyTenant.generate(candidates=5_000)
    times = [seconds for seconds, _ in tenant._order]
    assert max(times.count(one) for one in set(times)) >= 450


def test_a_date_alone_is_midnight_in_berlin() -> None:
    assert (
        seconds_of("15.07.2026") - seconds_of("2026-07-15T00:00:00Z") == -timedelta(hours=2).total_seconds()
    )
