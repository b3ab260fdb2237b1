"""Persy over HTTP into DuckDB by the source alone."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from sandbox.persy_tenant import PersyTenant
from sources.connections import PersyConnection
from tests.sources.raw_log import RawLog

Connect = Callable[..., PersyConnection]


def opening(job_id: str, title: str) -> dict[str, object]:
    return {
        "PositionRecordInfo": {"Id": {"IdValue": job_id}},
        "PositionProfile": {"PositionDetail": {"PositionTitle": title}},
        "ApplicationDate": "2026-05-01T08:00:00+02:00",
        "ApplicationStatus": "Eingestellt",
    }


def test_every_candidate_is_loaded_once(
    persy: PersyTenant, persy_connection: Connect, raw_log: RawLog
) -> None:
    raw_log.load_persy(persy_connection(page_size=7))
    assert raw_log.count("raw_compleetpersy.candidates") == len(persy.keys())


def test_a_candidate_is_kept_to_the_letter(
    persy: PersyTenant, persy_connection: Connect, raw_log: RawLog
) -> None:
    text = (
        '{"CandidateRecordInfo": {"Id": {"IdValue": 9007199254740993}, "LastModificationDate": '
        '"2026-05-01T08:00:00+02:00"}, "b": 1.10, "a": {"z":1,  "y":123456789012345678901234567890}}'
    )
    persy.add_raw(text.encode(), modified=datetime(2026, 5, 1, 6, tzinfo=UTC))
    raw_log.load_persy(persy_connection())
    rows = dict(raw_log.rows("raw_compleetpersy.candidates", "remote_id, remote_data"))
    assert rows["9007199254740993"] == text


def test_each_opening_is_an_application_and_each_opening_of_any_candidate_one_job(
    persy: PersyTenant, persy_connection: Connect, raw_log: RawLog
) -> None:
    raw_log.load_persy(persy_connection())
    applications = {f"{key}:{job}" for key, job, _ in persy.openings()}
    jobs = {job for _, job, _ in persy.openings()}
    assert {remote_id for remote_id, _ in raw_log.rows("raw_compleetpersy.applications")} == applications
    assert {remote_id for remote_id, _ in raw_log.rows("raw_compleetpersy.jobs")} == jobs


def test_a_job_record_holds_nothing_of_the_application(
    persy: PersyTenant, persy_connection: Connect, raw_log: RawLog
) -> None:
    persy.add_opening(persy.keys()[0], opening("J-1", "Lagerhelfer"))
    raw_log.load_persy(persy_connection())
    data = dict(raw_log.rows("raw_compleetpersy.jobs", "remote_id, remote_data"))["J-1"]
    assert json.loads(data) == {
        "PositionRecordInfo": {"Id": {"IdValue": "J-1"}},
        "PositionProfile": {"PositionDetail": {"PositionTitle": "Lagerhelfer"}},
    }


def test_an_application_record_holds_the_whole_opening_and_the_candidates_id_alone(
    persy: PersyTenant, persy_connection: Connect, raw_log: RawLog
) -> None:
    key = persy.keys()[0]
    persy.add_opening(key, opening("J-1", "Lagerhelfer"))
    raw_log.load_persy(persy_connection())
    data = json.loads(
        dict(raw_log.rows("raw_compleetpersy.applications", "remote_id, remote_data"))[f"{key}:J-1"]
    )
    assert data.pop("PositionOpening") == opening("J-1", "Lagerhelfer")
    assert list(data) == ["CandidateRecordInfo"]
    assert list(data["CandidateRecordInfo"]) == ["Id"]


def test_the_job_title_is_that_of_the_candidate_modified_last(
    persy: PersyTenant, persy_connection: Connect, raw_log: RawLog
) -> None:
    first, second = persy.keys()[:2]
    persy.add_opening(second, opening("J-1", "alter Titel"))
    persy.clock.advance(60)
    persy.add_opening(first, opening("J-1", "neuer Titel"))
    raw_log.load_persy(persy_connection())
    titles = dict(
        raw_log.rows(
            "raw_compleetpersy.jobs",
            "remote_id, remote_data ->> '$.PositionProfile.PositionDetail.PositionTitle'",
        )
    )
    assert titles["J-1"] == "neuer Titel"


def test_an_application_is_gone_at_once_when_its_candidate_is_read_again_without_it(
    persy: PersyTenant, persy_connection: Connect, raw_log: RawLog
) -> None:
    key, job, _ = next(iter(persy.openings()))
    raw_log.load_persy(persy_connection())
    persy.remove_opening(key, job)
    raw_log.load_persy(persy_connection(), since=persy.clock.now().replace(year=2026, month=1))
    versions = [
        deleted
        for remote_id, deleted in raw_log.rows("raw_compleetpersy.applications")
        if remote_id == f"{key}:{job}"
    ]
    assert versions == [False, True]


def test_a_delta_never_marks_a_job_or_a_candidate_as_gone(
    persy: PersyTenant, persy_connection: Connect, raw_log: RawLog
) -> None:
    raw_log.load_persy(persy_connection())
    for key in persy.keys()[:5]:
        persy.remove(key)
    raw_log.load_persy(persy_connection(), since=datetime(2020, 1, 1, tzinfo=UTC))
    gone = [
        remote_id
        for table in ("candidates", "jobs")
        for remote_id, deleted in raw_log.rows(f"raw_compleetpersy.{table}")
        if deleted
    ]
    assert gone == []


def test_a_full_read_marks_candidate_and_applications_of_a_removed_candidate(
    persy: PersyTenant, persy_connection: Connect, raw_log: RawLog
) -> None:
    key, job, _ = next(iter(persy.openings()))
    raw_log.load_persy(persy_connection())
    persy.remove(key)
    raw_log.load_persy(persy_connection())
    assert (str(key), True) in raw_log.rows("raw_compleetpersy.candidates")
    assert (f"{key}:{job}", True) in raw_log.rows("raw_compleetpersy.applications")


def test_a_second_full_read_without_changes_appends_nothing(
    persy_connection: Connect, raw_log: RawLog
) -> None:
    tables = [f"raw_compleetpersy.{model}" for model in ("candidates", "jobs", "applications")]
    raw_log.load_persy(persy_connection())
    before = [raw_log.count(table) for table in tables]
    raw_log.load_persy(persy_connection(page_size=5))
    assert [raw_log.count(table) for table in tables] == before


@pytest.mark.parametrize(
    ("auth", "keys"),
    [("basic", {"username": "sandbox"}), ("header", {"auth_header": "X-Api-Key"})],
)
def test_the_key_goes_as_the_connection_says(
    auth: str, keys: dict[str, str], persy: PersyTenant, persy_connection: Connect, raw_log: RawLog
) -> None:
    persy.auth = auth
    raw_log.load_persy(persy_connection(auth=auth, **keys))
    assert raw_log.count("raw_compleetpersy.candidates") == len(persy.keys())
