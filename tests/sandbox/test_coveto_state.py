"""Records of the made-up Coveto come, change, go and come back."""

from datetime import UTC, datetime

import pytest

from sandbox.coveto_tenant import CovetoTenant
from sandbox.record_store import ABSENT

MOMENT = datetime(2026, 7, 1, 10, 0, 0, tzinfo=UTC)


def test_a_new_record_gets_the_next_id_and_is_served_last(soap, coveto: CovetoTenant) -> None:
    key = coveto.add("candidates", {"vorname": "Neu"})
    assert (key, soap.ids("listBewerber", "<offset>59</offset>")) == (61, [60, 61])


def test_a_change_moves_the_time_of_change_in_berlin_time(soap, coveto: CovetoTenant) -> None:
    coveto.clock.stop_at(MOMENT)
    coveto.change("candidates", 3, {"vorname": "Anders"})
    candidate = soap.call("getBewerber", "<id>3</id>")[0]
    assert (candidate.findtext("{*}vorname"), candidate.findtext("{*}geaendertAm")) == (
        "Anders",
        "2026-07-01 12:00:00",
    )


def test_a_change_can_leave_the_time_of_change_alone(coveto: CovetoTenant) -> None:
    before = coveto.get("jobs", 1)["geaendertAm"]
    coveto.change("jobs", 1, {"gehalt.von": "1"}, touch=False)
    assert (coveto.get("jobs", 1)["geaendertAm"], coveto.get("jobs", 1)["gehalt"]["von"]) == (before, "1")


def test_a_key_can_be_taken_away(coveto: CovetoTenant) -> None:
    coveto.change("jobs", 1, {"titel": ABSENT})
    assert "titel" not in coveto.get("jobs", 1)


def test_a_removed_record_is_served_no_more(soap, coveto: CovetoTenant) -> None:
    coveto.remove("jobs", 2)
    assert soap.ids("listStellen", "<limit>2</limit>") == [1, 3]


def test_a_record_that_is_brought_back_is_the_same(soap, coveto: CovetoTenant) -> None:
    before = soap.post("getStelle", "<id>2</id>").content
    coveto.remove("jobs", 2)
    coveto.bring_back("jobs", 2)
    assert soap.post("getStelle", "<id>2</id>").content == before


def test_a_record_that_is_there_cannot_be_brought_back(coveto: CovetoTenant) -> None:
    coveto.remove("jobs", 2)
    coveto.bring_back("jobs", 2)
    with pytest.raises(ValueError, match="already has 2"):
        coveto.bring_back("jobs", 2)


def test_an_id_is_never_given_twice(coveto: CovetoTenant) -> None:
    coveto.remove("candidates", 60)
    assert coveto.add("candidates", {}) == 61


def test_what_a_job_asks_can_be_removed_by_its_two_ids(coveto: CovetoTenant) -> None:
    key = coveto.keys("job_screening_questions")[0]
    coveto.remove("job_screening_questions", key)
    assert key not in coveto.keys("job_screening_questions")


def test_a_record_that_is_not_there_cannot_be_changed(coveto: CovetoTenant) -> None:
    with pytest.raises(KeyError):
        coveto.change("jobs", 99, {"titel": "x"})


def test_raw_bytes_are_served_as_they_are(soap, coveto: CovetoTenant) -> None:
    coveto.add_raw("candidates", b"<bewerber><vorname>ohne id</vorname></bewerber>", after=1)
    assert soap.ids("listBewerber", "<limit>3</limit>") == [1, 0, 2]


def test_records_are_what_is_served(soap, coveto: CovetoTenant) -> None:
    assert [int(record["id"]) for _, record in coveto.records("jobs")] == soap.ids(
        "listStellen", "<limit>500</limit>"
    )


def test_an_empty_tenant_serves_empty_pages() -> None:
    assert [CovetoTenant().keys(model) for model in ("jobs", "candidates")] == [[], []]
