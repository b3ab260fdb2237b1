"""The cutoff of a Persy connection: who left through it is told apart from who is gone by mistake."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from sandbox.persy_tenant import PersyTenant
from sources.connections import PersyConnection
from sources.moments import moment_of
from tests.sources.raw_log import RawLog

Connect = Callable[..., PersyConnection]
MODELS = ("candidates", "jobs", "applications")


@pytest.fixture
def newest_five(persy_connection: Connect, raw_log: RawLog) -> datetime:
    """A moment after which five of thirty candidates were modified, all of whom were read."""
    raw_log.load_persy(persy_connection())
    rows = raw_log.rows("raw_compleetpersy.candidates", "remote_data")
    read = (json.loads(row[0])["CandidateRecordInfo"].get("LastModificationDate", "") for row in rows)
    moments = sorted((moment.at for text in read if (moment := moment_of(text))), reverse=True)
    assert moments[4] > moments[5]
    return moments[4]


def deleted(raw_log: RawLog, model: str) -> int:
    return sum(is_deleted for _, is_deleted in raw_log.rows(f"raw_compleetpersy.{model}"))


def live(raw_log: RawLog, model: str) -> set[str]:
    last = dict(raw_log.rows(f"raw_compleetpersy.{model}"))
    return {remote_id for remote_id, is_deleted in last.items() if not is_deleted}


def test_who_was_modified_before_the_cutoff_is_gone_without_being_held_back(
    persy_connection: Connect, raw_log: RawLog, newest_five: datetime
) -> None:
    raw_log.load_persy(persy_connection(candidates_modified_after=newest_five))
    assert (deleted(raw_log, "candidates"), len(live(raw_log, "candidates"))) == (25, 5)


def test_their_applications_are_gone_with_them(
    persy_connection: Connect, raw_log: RawLog, newest_five: datetime
) -> None:
    raw_log.load_persy(persy_connection(candidates_modified_after=newest_five))
    owners = {application.partition(":")[0] for application in live(raw_log, "applications")}
    assert owners <= live(raw_log, "candidates")
    assert deleted(raw_log, "applications") > 20


def test_jobs_that_only_they_carried_are_gone_as_well(
    persy_connection: Connect, raw_log: RawLog, newest_five: datetime
) -> None:
    raw_log.load_persy(persy_connection(candidates_modified_after=newest_five))
    carried = {application.partition(":")[2] for application in live(raw_log, "applications")}
    assert live(raw_log, "jobs") == carried


def test_a_list_that_is_emptied_within_the_window_is_still_held_back(
    persy: PersyTenant, persy_connection: Connect, raw_log: RawLog, newest_five: datetime
) -> None:
    for key in list(persy.keys()):
        persy.remove(key)
    raw_log.load_persy(persy_connection(candidates_modified_after=newest_five))
    assert [deleted(raw_log, model) for model in MODELS] == [0, 0, 0]


def test_who_was_modified_within_a_rolling_window_stays(
    persy_connection: Connect, raw_log: RawLog, newest_five: datetime
) -> None:
    days = (datetime.now(newest_five.tzinfo) - newest_five + timedelta(hours=1)).days + 1
    raw_log.load_persy(persy_connection(candidates_window_days=days))
    assert 5 <= len(live(raw_log, "candidates")) < 30


def test_a_wider_window_brings_them_back(
    persy_connection: Connect, raw_log: RawLog, newest_five: datetime
) -> None:
    raw_log.load_persy(persy_connection(candidates_modified_after=newest_five))
    raw_log.load_persy(persy_connection())
    assert len(live(raw_log, "candidates")) == 30
