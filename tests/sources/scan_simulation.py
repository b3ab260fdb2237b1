"""Lists that change while they are read, in memory: what a scan under churn is tried on."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sources.moments import Moment
from sources.pages import Page, Record, Window
from sources.persy.candidates import Candidate
from sources.persy.pages import CandidatePage

START = datetime(2026, 1, 1, tzinfo=UTC)


def record_of(number: int, version: int = 0) -> Record:
    return Record(str(number), (number,), b"{}", f"{number}.{version}")


@dataclass
class ChurningIds:
    """A list of ids in ascending order; between two requests, `churn` rows come or go."""

    rows: list[int]
    dice: random.Random
    churn: float
    wrong_total: Callable[[int], int | None] = field(default=lambda count: count)
    cap: int = 10_000
    always_there: set[int] = field(default_factory=set)
    requests: int = 0

    def __post_init__(self) -> None:
        self.always_there = set(self.rows)
        self.next_id = max(self.rows, default=0) + 1
        self.gone: list[int] = []

    def fetch(self, window: Window) -> Page:
        self.requests += 1
        self._change()
        size = min(window.size, self.cap)
        start = window.start if window.page is None else (window.page - 1) * size
        rows = self.rows[start : start + size]
        return Page(window.start, [record_of(row) for row in rows], total=self.wrong_total(len(self.rows)))

    def _change(self) -> None:
        while self.dice.random() < self.churn:
            kind = self.dice.random()
            if kind < 0.5 and self.rows:
                row = self.rows.pop(self.dice.randrange(len(self.rows)))
                self.always_there.discard(row)
                self.gone.append(row)
            elif kind < 0.75:
                self.rows.append(self.next_id)
                self.next_id += 1
            elif self.gone:
                self.rows = sorted([*self.rows, self.gone.pop(self.dice.randrange(len(self.gone)))])


@dataclass
class ChurningCandidates:
    """Candidates sorted by the second of their last change; one that changes moves to the end."""

    modified: dict[int, datetime]
    dice: random.Random
    churn: float
    now: datetime
    always_there: set[int] = field(default_factory=set)
    requests: int = 0

    def __post_init__(self) -> None:
        self.always_there = set(self.modified)
        self.next_id = max(self.modified, default=0) + 1

    def fetch(self, since: datetime | None, window: Window) -> CandidatePage:
        self.requests += 1
        self._change()
        rows = sorted(
            (moment, number)
            for number, moment in self.modified.items()
            if since is None or moment.replace(microsecond=0) >= since
        )
        assert window.page is not None
        start = (window.page - 1) * window.size
        page = rows[start : start + window.size]
        candidates = [
            Candidate(Record(str(number), None, b"{}", moment.isoformat()), Moment(moment), (), ())
            for moment, number in page
        ]
        return CandidatePage(
            start=window.start,
            records=[candidate.record for candidate in candidates],
            total=len(rows),
            candidates=candidates,
        )

    def _change(self) -> None:
        while self.dice.random() < self.churn:
            self.now += timedelta(seconds=self.dice.choice((0, 0, 1, 7)))
            kind = self.dice.random()
            if kind < 0.5 and self.modified:
                self.modified[self.dice.choice(list(self.modified))] = self.now
            elif kind < 0.75:
                self.modified[self.next_id] = self.now
                self.next_id += 1
            elif self.modified:
                number = self.dice.choice(list(self.modified))
                del self.modified[number]
                self.always_there.discard(number)


def candidates_in_few_seconds(dice: random.Random, count: int) -> dict[int, datetime]:
    """Candidates of which many share a second, as an import leaves them."""
    moment, modified = START, {}
    for number in dice.sample(range(1, count * 3), count):
        moment += timedelta(seconds=dice.choice((0, 0, 0, 0, 1, 3600)))
        modified[number] = moment
    return modified
