"""Coveto's models, one after the other: the next begins while the last pages of one are on their way."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.coveto_tenant import CovetoTenant
from sandbox.fault_actions import Call, Refuse
from sandbox.faults import Fault, On
from sources.connections import CovetoConnection
from sources.coveto.reader import read_connection
from sources.known_versions import KnownVersions
from sources.observing import SilentObserver
from sources.reading import ModelReading, ReadPlan

Connect = Callable[..., CovetoConnection]
_LONGEST_WAIT_SECONDS = 20


class _Nothing:
    """A warehouse that knows nothing."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:  # noqa: ARG002
        return []

    def literal(self, value: str) -> str:
        return value


@pytest.fixture
def read(coveto_connection: Connect, tmp_path: Path) -> Callable[..., dict[str, ModelReading]]:
    """Reads jobs and candidates; keys given to it are the connection's."""

    def reading(**keys: Any) -> dict[str, ModelReading]:
        plan = ReadPlan("full", datetime.now(UTC), ("jobs", "candidates"), tmp_path)
        known = KnownVersions(_Nothing(), "")  # type: ignore[arg-type]
        found = read_connection(coveto_connection(**keys), plan, known, SilentObserver())
        return {one.model: one for one in found}

    return reading


@pytest.fixture
def asked_meanwhile(coveto: CovetoTenant) -> list[int]:
    """How many requests for candidates came before the last of the jobs was answered."""
    seen: list[int] = []

    def wait(_: object) -> None:
        latest = time.monotonic() + _LONGEST_WAIT_SECONDS
        while not coveto.count(model="candidates") and time.monotonic() < latest:
            time.sleep(0.01)
        seen.append(coveto.count(model="candidates"))

    coveto.arm(Fault("wait", Call(wait), On(operation="listStellen"), 2, 1))
    return seen


def test_the_next_model_is_asked_for_before_the_last_answer_of_one(
    read: Callable[..., dict[str, ModelReading]], asked_meanwhile: list[int], coveto: CovetoTenant
) -> None:
    found = read(in_flight=2)
    assert asked_meanwhile == [1]
    assert {model: one.log.new for model, one in found.items()} == {
        "jobs": len(coveto.keys("jobs")),
        "candidates": len(coveto.keys("candidates")),
    }


def test_what_was_asked_for_before_its_turn_is_not_asked_for_again(
    read: Callable[..., dict[str, ModelReading]], coveto: CovetoTenant
) -> None:
    read(in_flight=2)
    assert coveto.count(model="candidates") == 2  # the list, and that nothing follows it


def test_with_one_request_at_a_time_no_model_is_asked_for_before_its_turn(
    read: Callable[..., dict[str, ModelReading]], coveto: CovetoTenant
) -> None:
    read(in_flight=1)
    assert [asked.model for asked in coveto.requests if asked.model] == [*["jobs"] * 2, *["candidates"] * 2]


def test_a_model_that_is_refused_before_its_turn_fails_alone(
    read: Callable[..., dict[str, ModelReading]], coveto: CovetoTenant
) -> None:
    coveto.arm(Fault("forbidden", Refuse("BERECHTIGUNG"), On(operation="listBewerber"), times=None))
    found = read(in_flight=2)
    assert {model: one.outcome for model, one in found.items()} == {"jobs": "ok", "candidates": "failed"}
