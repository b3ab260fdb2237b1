"""When a connection is to be read again: told from `ats.runs`, by `ats sync --due` and `ats status` alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pipelines.results import GOOD_IN_SQL, GOOD_OUTCOMES
from sources.schedule import DELTA_EVERY, FULL_EVERY, seconds_of
from transforms.engine import Engine

TOOLS_WITH_DELTA = ("compleetpersy",)

_EARLY_SHARE = 0.05
_EARLIEST = timedelta(minutes=10)
"""A scheduler starts a few seconds sooner or later each time: a read that would be due in a moment is due, or
a cron line as frequent as `full_every` would miss every second time."""

_LATEST = f"""
with runs as (
    select connection_id, model, kind, outcome, min(started_at) over (partition by run_id) as run_started_at
    from ats.runs
)

select connection_id, model, kind, max(case when outcome in {GOOD_IN_SQL} then run_started_at end)
from runs
where model <> ''
group by connection_id, model, kind
"""

LatestReads = Mapping[tuple[str, str], datetime | None]
"""Of one connection: (model, kind) to the start of the last run that read it well; None where none did."""


@dataclass(frozen=True)
class Schedule:
    """How often a connection is read; `delta` is None where it has no deltas."""

    full: timedelta
    delta: timedelta | None
    disabled: frozenset[str] = frozenset()
    """Models that are not read any more, so that nobody waits for them."""


@dataclass(frozen=True)
class DueTimes:
    """When the next full read and the next delta should start; a None that they never were read."""

    full: datetime | None
    delta: datetime | None
    schedule: Schedule

    def kind_at(self, now: datetime) -> Literal["full", "delta"] | None:
        """What is due at a moment; None where nothing is."""
        if self.full is None or now >= self.full - _early(self.schedule.full):
            return "full"
        if self.schedule.delta is None or self.delta is None:
            return None
        return "delta" if now >= self.delta - _early(self.schedule.delta) else None

    def next_after(self, now: datetime) -> datetime:
        """When the next read of either kind should start; `now` where there never was a full one."""
        if self.full is None:
            return now
        return self.full if self.delta is None else min(self.full, self.delta)


def due_times(schedule: Schedule, latest: LatestReads) -> DueTimes:
    """When a connection is due: as soon as the model that was read longest ago is.

    A read that failed is no read; so a model that failed is due again at once.
    """
    models = {model for model, _ in latest} - schedule.disabled
    full = [latest.get((model, "full")) for model in models]
    any_kind = [_later(latest.get((model, "full")), latest.get((model, "delta"))) for model in models]
    last_full, last = _earliest(full), _earliest(any_kind)
    return DueTimes(
        full=None if last_full is None else last_full + schedule.full,
        delta=None if last is None or schedule.delta is None else last + schedule.delta,
        schedule=schedule,
    )


def schedule_of(tool: str, keys: Mapping[str, object]) -> Schedule:
    """The schedule that a connection's keys give, also unchecked ones; what is unreadable is left out."""
    full = _seconds(keys.get("full_every"), FULL_EVERY.get(tool, DELTA_EVERY))
    endpoints = keys.get("endpoints")
    tables = {
        model: one
        for model, one in (endpoints.items() if isinstance(endpoints, Mapping) else ())
        if isinstance(one, Mapping)
    }
    has_deltas = tool in TOOLS_WITH_DELTA and _has_filter(tables.get("candidates", {}))
    delta = _seconds(keys.get("delta_every"), DELTA_EVERY) if has_deltas else None
    return Schedule(
        full=timedelta(seconds=full),
        delta=None if delta is None else timedelta(seconds=delta),
        disabled=frozenset(model for model, one in tables.items() if one.get("enabled") is False),
    )


def latest_reads(engine: Engine) -> dict[str, dict[tuple[str, str], datetime | None]]:
    """What `ats.runs` says of every connection."""
    found: dict[str, dict[tuple[str, str], datetime | None]] = {}
    for connection_id, model, kind, moment in engine.fetch(_LATEST):
        of_connection = found.setdefault(str(connection_id), {})
        of_connection[str(model), str(kind)] = moment if isinstance(moment, datetime) else None
    return found


def add_records(
    found: dict[str, dict[tuple[str, str], datetime | None]], records: Iterable[Mapping[str, object]]
) -> None:
    """Add to `found` what records say that are not in `ats.runs` yet."""
    rows = list(records)
    starts: dict[object, datetime] = {}
    for row in rows:
        if isinstance(began := row["started_at"], datetime):
            starts[row["run_id"]] = min(began, starts.get(row["run_id"], began))
    for row in rows:
        if row["model"]:
            of_connection = found.setdefault(str(row["connection_id"]), {})
            key = (str(row["model"]), str(row["kind"]))
            read = starts.get(row["run_id"]) if row["outcome"] in GOOD_OUTCOMES else None
            of_connection[key] = _later(of_connection.get(key), read)


def _early(interval: timedelta) -> timedelta:
    return min(interval * _EARLY_SHARE, _EARLIEST)


def _earliest(moments: list[datetime | None]) -> datetime | None:
    """The earliest moment; None where one is missing or there is none."""
    known = [moment for moment in moments if moment is not None]
    return min(known) if known and len(known) == len(moments) else None


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return max(one, other)


def _seconds(configured: object, usual: str) -> int:
    try:
        return seconds_of(str(configured or usual))
    except ValueError:
        return seconds_of(usual)


def _has_filter(candidates: Mapping[str, object]) -> bool:
    """Whether the list of candidates can be asked for what changed since a moment."""
    arguments = candidates.get("arguments")
    return not isinstance(arguments, Mapping) or "modified_since" in arguments
