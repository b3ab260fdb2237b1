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
    select
        connection_id,
        model,
        kind,
        outcome in {GOOD_IN_SQL} as is_good,
        bool_or(outcome in {GOOD_IN_SQL}) over (partition by run_id, connection_id) as others_are_good,
        min(started_at) over (partition by run_id) as run_started_at
    from ats.runs
)

select
    connection_id,
    model,
    kind,
    max(case when is_good then run_started_at end),
    max(case when not is_good and others_are_good then run_started_at end)
from runs
where model <> ''
group by connection_id, model, kind
"""


@dataclass(frozen=True)
class Latest:
    """The last runs that tried to read a model in one way, told by when they started; None where none did."""

    read: datetime | None = None
    """The last that read it well."""
    refused: datetime | None = None
    """The last that failed at this model alone, while it read others of the connection."""


LatestReads = Mapping[tuple[str, str], Latest]
"""Of one connection: by model and kind."""


@dataclass(frozen=True)
class Schedule:
    """How often a connection is read; `delta` is None where it has no deltas."""

    full: timedelta
    delta: timedelta | None
    retry: timedelta = timedelta()
    """How long a model waits that failed alone."""
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

    A read that failed is no read; so a connection that failed is due again at once. A model that failed
    alone, as the vendor refuses it perhaps for ever, waits `retry`: else it would have all others read each
    time.
    """
    nothing = Latest()
    models = {model for model, _ in latest} - schedule.disabled
    full = [_counted(latest.get((model, "full"), nothing), schedule) for model in models]
    any_kind = [
        _later(full_read, latest.get((model, "delta"), nothing).read)
        for model, full_read in zip(models, full, strict=True)
    ]
    last_full, last = _earliest(full), _earliest(any_kind)
    return DueTimes(
        full=None if last_full is None else last_full + schedule.full,
        delta=None if last is None or schedule.delta is None else last + schedule.delta,
        schedule=schedule,
    )


def _counted(latest: Latest, schedule: Schedule) -> datetime | None:
    """The last full read of a model, as far as it matters to when the next is due."""
    if latest.refused is None:
        return latest.read
    return _later(latest.read, latest.refused + schedule.retry - schedule.full)


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
    delta = timedelta(seconds=_seconds(keys.get("delta_every"), DELTA_EVERY))
    return Schedule(
        full=timedelta(seconds=full),
        delta=delta if has_deltas else None,
        retry=delta,
        disabled=frozenset(model for model, one in tables.items() if one.get("enabled") is False),
    )


def latest_reads(engine: Engine) -> dict[str, dict[tuple[str, str], Latest]]:
    """What `ats.runs` says of every connection."""
    found: dict[str, dict[tuple[str, str], Latest]] = {}
    for connection_id, model, kind, *moments in engine.fetch(_LATEST):
        of_connection = found.setdefault(str(connection_id), {})
        of_connection[str(model), str(kind)] = Latest(
            *(moment if isinstance(moment, datetime) else None for moment in moments)
        )
    return found


def add_records(
    found: dict[str, dict[tuple[str, str], Latest]], records: Iterable[Mapping[str, object]]
) -> None:
    """Add to `found` what records say that are not in `ats.runs` yet."""
    rows = list(records)
    starts: dict[object, datetime] = {}
    for row in rows:
        if isinstance(began := row["started_at"], datetime):
            starts[row["run_id"]] = min(began, starts.get(row["run_id"], began))
    good = {(row["run_id"], row["connection_id"]) for row in rows if row["outcome"] in GOOD_OUTCOMES}
    for row in rows:
        if row["model"]:
            of_connection = found.setdefault(str(row["connection_id"]), {})
            key = (str(row["model"]), str(row["kind"]))
            before = of_connection.get(key, Latest())
            began, is_good = starts.get(row["run_id"]), row["outcome"] in GOOD_OUTCOMES
            is_alone = not is_good and (row["run_id"], row["connection_id"]) in good
            of_connection[key] = Latest(
                _later(before.read, began if is_good else None),
                _later(before.refused, began if is_alone else None),
            )


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
