"""Erased contents: what stays of the unified rows, however the tables are built afterwards."""

from typing import Any

import pytest

from tests.transforms.warehouse import Warehouse
from transforms.retained import Erasable, Erases

CANDIDATE = {
    "id": "7",
    "vorname": "Ada",
    "nachname": "Muster",
    "email": "ada@example.org",
    "erstelltAm": "2026-08-01T08:00:00+02:00",
}
APPLICATION = {
    "id": "1",
    "stelleId": "3",
    "bewerberId": "7",
    "status": {"id": "4", "typ": "ABGELEHNT"},
    "abgelehntAm": "2026-08-02T08:00:00+02:00",
    "freitextfelder": {"freitextfeld": [{"@name": "notiz", "#text": "privat"}]},
}
JOB = {"id": "3", "titel": "Koch", "status": "Aktiv"}


@pytest.fixture
def gone(warehouse: Warehouse) -> Warehouse:
    """A candidate, an application and a job, each read twice with changes and then gone."""
    for model, record in (("candidates", CANDIDATE), ("applications", APPLICATION), ("jobs", JOB)):
        remote_id = record["id"]
        warehouse.write("coveto", model, {"remote_id": remote_id, "remote_data": record | {"alt": "x"}})
        warehouse.write("coveto", model, {"remote_id": remote_id, "remote_data": record, "load": 2})
        warehouse.write("coveto", model, {"remote_id": remote_id, "load": 3})
    warehouse.transform()
    return warehouse


def erase(
    warehouse: Warehouse, model: str, remote_id: str, erases: Erases = "personal", tool: str = "coveto"
) -> dict[str, int]:
    return warehouse.erase(Erasable(tool, model, f"{tool}:acme", [remote_id], erases))


def filled(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def test_of_a_candidate_nothing_personal_stays(gone: Warehouse) -> None:
    erase(gone, "candidates", "7")
    row = filled(gone.row("candidates", "7"))
    assert row == {
        "id": row["id"],
        "connection_id": "coveto:acme",
        "tool": "coveto",
        "remote_id": "7",
        "changed_at": "2026-09-01T09:00:00Z",
        "remote_deleted_at": "2026-09-01T09:00:00Z",
        "remote_created_at": "2026-08-01T06:00:00Z",
    }


def test_of_an_application_the_outcome_and_the_references_stay(gone: Warehouse) -> None:
    before = gone.row("applications")
    erase(gone, "applications", "1")
    lost = {"remote_data", "custom_fields", "integration_fields"}
    assert gone.row("applications") == before | dict.fromkeys(lost)
    assert (before["outcome"], before["remote_job_id"]) == ("DECLINED", "3")


def test_with_all_only_ids_references_and_times_stay(gone: Warehouse) -> None:
    erase(gone, "applications", "1", "all")
    assert set(filled(gone.row("applications"))) == {
        "id",
        "connection_id",
        "tool",
        "remote_id",
        "changed_at",
        "remote_deleted_at",
        "job_id",
        "remote_job_id",
        "candidate_id",
        "remote_candidate_id",
    }


def test_with_all_a_job_is_emptied_as_well(gone: Warehouse) -> None:
    erase(gone, "jobs", "3", "all")
    assert set(filled(gone.row("jobs", "3"))) == {
        "id",
        "connection_id",
        "tool",
        "remote_id",
        "changed_at",
        "remote_deleted_at",
    }


def test_every_raw_version_is_emptied(gone: Warehouse) -> None:
    erase(gone, "candidates", "7")
    versions = "select content_hash, remote_data, is_deleted from raw_coveto.candidates order by read_at"
    assert gone.connection.execute(versions).fetchall() == [
        (None, None, False),
        (None, None, False),
        (None, None, True),
    ]


def test_the_counts_are_versions_and_rows(gone: Warehouse) -> None:
    assert erase(gone, "candidates", "7") == {"raw_coveto.candidates": 2, "unified.candidates": 1}


@pytest.mark.parametrize("erases", ["personal", "all"])
def test_a_whole_rebuild_gives_the_same(gone: Warehouse, erases: Erases) -> None:
    for model, remote_id in (("candidates", "7"), ("applications", "1"), ("jobs", "3")):
        erase(gone, model, remote_id, erases)
    before = gone.everything()
    gone.transform(full_refresh=True)
    assert gone.everything() == before


def test_a_rebuild_without_the_unified_tables_gives_the_same(gone: Warehouse) -> None:
    erase(gone, "applications", "1")
    before = gone.everything()
    gone.connection.execute("drop schema unified cascade")
    gone.transform()
    assert gone.everything() == before


def test_erasing_twice_changes_nothing_more(gone: Warehouse) -> None:
    erase(gone, "applications", "1")
    before = gone.everything()
    assert erase(gone, "applications", "1") == {"raw_coveto.applications": 0, "unified.applications": 1}
    assert gone.everything() == before


def test_what_comes_back_has_its_new_contents(gone: Warehouse) -> None:
    erase(gone, "candidates", "7")
    gone.write("coveto", "candidates", {"remote_id": "7", "remote_data": CANDIDATE, "load": 4})
    gone.transform()
    row = gone.row("candidates", "7")
    assert (row["first_name"], row["remote_deleted_at"]) == ("Ada", None)


def test_what_came_back_and_left_again_is_erased_with_what_it_was_last(gone: Warehouse) -> None:
    erase(gone, "applications", "1")
    hired = APPLICATION | {"status": {"id": "5", "typ": "EINGESTELLT"}}
    gone.write("coveto", "applications", {"remote_id": "1", "remote_data": hired, "load": 4})
    gone.write("coveto", "applications", {"remote_id": "1", "load": 5})
    gone.transform()
    erase(gone, "applications", "1")
    assert gone.row("applications")["outcome"] == "HIRED"


def test_others_keep_theirs(gone: Warehouse) -> None:
    gone.write("coveto", "candidates", {"remote_id": "8", "remote_data": CANDIDATE | {"id": "8"}, "load": 4})
    gone.transform()
    before = gone.row("candidates", "8")
    erase(gone, "candidates", "7")
    assert gone.row("candidates", "8") == before


def test_a_candidate_of_persy_keeps_source_and_confidentiality(warehouse: Warehouse) -> None:
    record = {
        "CandidateRecordInfo": {"Id": {"IdValue": "7"}},
        "CandidateSupplier": {"EntityName": "Messe"},
        "Confidential": "true",
    }
    warehouse.write("compleetpersy", "candidates", {"remote_id": "7", "remote_data": record})
    warehouse.write("compleetpersy", "candidates", {"remote_id": "7", "load": 2})
    warehouse.transform()
    erase(warehouse, "candidates", "7", tool="compleetpersy")
    row = warehouse.row("candidates", "7", "compleetpersy:acme")
    assert (row["source"], row["confidential"]) == ("Messe", True)


def test_a_column_that_the_tables_got_since_is_added(gone: Warehouse) -> None:
    gone.connection.execute("alter table ats.retained_applications drop column outcome")
    gone.transform()
    erase(gone, "applications", "1")
    assert gone.row("applications")["outcome"] == "DECLINED"
