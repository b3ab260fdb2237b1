"""Paging, filters, credentials, state and attachments of the made-up Persy."""

import base64
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from sandbox.persy_attachments import Attachment
from sandbox.persy_tenant import PersyTenant

NOW = datetime(2026, 11, 5, 8, 0, 0, tzinfo=UTC)


def ids(rows) -> list[int]:
    found = []
    for row in rows:
        identifier = row["CandidateRecordInfo"]["Id"]
        first = identifier[0] if isinstance(identifier, list) else identifier
        found.append(int(first["IdValue"]))
    return found


def test_pages_together_are_all_candidates(rest, persy: PersyTenant) -> None:
    assert ids(rest.scan(pageSize=7)) == persy.keys()


def test_paging_says_what_there_is(rest) -> None:
    assert rest.page(page=2, pageSize=25)["Paging"] == {
        "Page": 2,
        "PageSize": 25,
        "TotalPages": 3,
        "TotalCount": 60,
    }


def test_a_page_past_the_end_is_empty(rest) -> None:
    assert rest.page(page=9)["Candidates"] == []


def test_the_filter_includes_the_second_itself(rest, persy: PersyTenant) -> None:
    persy.clock.stop_at(NOW)
    persy.change(100_005, {"Confidential": True})
    found = [ids(rest.page(modifiedSince=f"2026-11-05T08:00:0{second}Z")["Candidates"]) for second in (0, 1)]
    assert found == [[100_005], []]


@pytest.mark.parametrize(
    "moment", ["2026-11-05T09:00:00+01:00", "2026-11-05T08:00:00", "2026-11-05T08:00:00Z"]
)
def test_the_filter_takes_any_offset(rest, persy: PersyTenant, moment: str) -> None:
    persy.clock.stop_at(NOW)
    persy.change(100_005, {"Confidential": True})
    assert ids(rest.page(modifiedSince=moment)["Candidates"]) == [100_005]


@pytest.mark.parametrize(
    "parameters", [{"pageSize": 201}, {"page": 0}, {"pageSize": "x"}, {"modifiedSince": "gestern"}]
)
def test_a_parameter_beyond_the_contract_is_refused_with_its_name(
    rest, parameters: dict[str, object]
) -> None:
    answer = rest.get(params=parameters)
    assert (answer.status_code, answer.json()["Error"]["Field"]) == (400, next(iter(parameters)))


@pytest.mark.parametrize(
    "path", ["/candidates/7", "/candidates/x", "/nichts", "/candidates/100002/attachments/none"]
)
def test_what_is_not_there_is_not_found(rest, path: str) -> None:
    answer = rest.get(path)
    assert (answer.status_code, answer.json()["Error"]["Code"]) == (404, "NotFound")


def test_a_wrong_key_is_refused(rest) -> None:
    rest.headers = {"Authorization": "Bearer falsch"}
    assert (rest.get().status_code, rest.get().json()["Error"]["Code"]) == (401, "Unauthorized")


def test_a_right_that_is_missing_is_refused(rest, persy: PersyTenant) -> None:
    persy.unreachable_models.add("candidates")
    assert rest.get().status_code == 403


def test_basic_credentials_are_taken_where_the_tenant_does(rest, persy: PersyTenant) -> None:
    persy.auth = "basic"
    rest.headers = {"Authorization": "Basic " + base64.b64encode(b"sandbox:persy-sandbox-key").decode()}
    assert rest.get().status_code == 200


def test_a_named_header_is_taken_where_the_tenant_does_and_not_recorded(rest, persy: PersyTenant) -> None:
    persy.auth = "header"
    rest.headers = {"X-Api-Key": "persy-sandbox-key"}
    assert (rest.get().status_code, "x-api-key" in persy.requests[-1].headers) == (200, False)


def test_which_headers_came_with_a_secret_is_recorded(rest, persy: PersyTenant) -> None:
    rest.get()
    assert persy.requests[-1].secret_headers == ("authorization",)


def test_the_date_header_is_the_tenants_time_and_can_run_ahead(rest, persy: PersyTenant) -> None:
    persy.clock.stop_at(NOW)
    persy.date_header_ahead = timedelta(hours=1)
    assert parsedate_to_datetime(rest.get().headers["Date"]) == NOW + timedelta(hours=1)


def test_a_changed_candidate_moves_to_the_end(rest, persy: PersyTenant) -> None:
    key = persy.keys()[0]
    persy.change(key, {"UserArea.Schichtmodell": "Nacht"})
    last = rest.scan()[-1]
    assert (ids([last]), last["UserArea"]["Schichtmodell"]) == ([key], "Nacht")


def test_a_new_candidate_comes_last(rest, persy: PersyTenant) -> None:
    key = persy.add({"UserArea": {"neu": True}})
    assert (key, ids(rest.scan())[-1]) == (100_061, 100_061)


def test_a_removed_candidate_is_gone(rest, persy: PersyTenant) -> None:
    persy.remove(100_001)
    assert (100_001 in ids(rest.scan()), rest.get("/candidates/100001").status_code) == (False, 404)


def test_a_candidate_that_is_brought_back_counts_as_changed(persy: PersyTenant) -> None:
    persy.remove(100_001)
    persy.bring_back(100_001)
    assert persy.keys()[-1] == 100_001


def test_a_candidate_can_be_brought_back_where_it_stood(rest, persy: PersyTenant) -> None:
    before = rest.scan()
    persy.remove(100_001)
    persy.bring_back(100_001, touch=False)
    assert rest.scan() == before


def test_an_opening_can_be_added_and_removed(persy: PersyTenant) -> None:
    opening = {"PositionRecordInfo": {"Id": {"IdValue": "9"}}}
    before = [entry[:2] for entry in persy.openings()]
    persy.add_opening(100_001, opening)
    added = sorted(entry[:2] for entry in persy.openings())
    persy.remove_opening(100_001, "9")
    assert (added, sorted(entry[:2] for entry in persy.openings())) == (
        sorted([*before, (100_001, "9")]),
        sorted(before),
    )


def test_raw_bytes_are_served_as_they_are(rest, persy: PersyTenant) -> None:
    persy.add_raw(b'{"CandidateRecordInfo": {"Id": {"IdValue": 12345678901234567890}}, "a": 1, "a": 2}')
    assert b'"a": 1, "a": 2' in rest.get(params={"pageSize": 200}).content


def test_an_attachment_is_served_with_its_type(rest) -> None:
    listed = rest.get("/candidates/100002/attachments").json()["Attachments"][0]
    answer = rest.get(f"/candidates/100002/attachments/{listed['Id']}")
    assert (len(answer.content), answer.headers["Content-Type"]) == (listed["Size"], listed["MimeType"])


def test_an_attachment_with_a_hostile_name_can_be_added(rest, persy: PersyTenant) -> None:
    persy.attach(100_002, Attachment({"Id": "böse", "FileName": "../../etc/passwd"}, b"x"))
    assert (
        rest.get("/candidates/100002/attachments").json()["Attachments"][-1]["FileName"] == "../../etc/passwd"
    )


def test_the_other_names_serve_the_same_candidates(rest, persy: PersyTenant) -> None:
    rest.url = rest.url.replace("/persy/api/v1", "/api/v2")
    content = rest.get("/applicants", params={"pageNo": 2, "size": 50}).json()
    assert (content["data"]["count"], ids(content["data"]["items"])) == (60, persy.keys()[50:])
