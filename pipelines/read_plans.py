"""Full or delta, and from where: decided by what `ats.runs` says of earlier reads, never by a local file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Literal

from pipelines.due import DueTimes, Schedule, due_times, latest_reads, schedule_of
from pipelines.results import GOOD_IN_SQL
from sources.connections import Connection
from sources.reading import Kind
from transforms.engine import Engine

WantedKind = Literal["auto", "full", "delta", "due"]

_FURTHEST_AHEAD = timedelta(days=1)
"""How far a vendor's clock may be ahead of ours before a cursor that it gave counts as wrong."""

_CURSORS = f"""
with latest as (
    select connection_id, model, max(started_at) as started_at
    from ats.runs
    where outcome in {GOOD_IN_SQL} and cursor is not null
    group by connection_id, model
)

select runs.connection_id, runs.model, runs.cursor, runs.started_at
from ats.runs
join latest
    on latest.connection_id = runs.connection_id
    and latest.model = runs.model
    and latest.started_at = runs.started_at
where runs.outcome in {GOOD_IN_SQL} and runs.cursor is not null
"""
_READ_WHOLE = f"""
select distinct connection_id, model
from ats.runs
where kind = 'full' and complete and outcome in {GOOD_IN_SQL}
"""


class EarlierReads:
    """What `ats.runs` says of earlier reads: asked once for all connections, and not before it matters."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @cached_property
    def whole(self) -> set[tuple[str, str]]:
        """The models that were read whole, each with its connection."""
        return {(str(one), str(model)) for one, model in self._engine.fetch(_READ_WHOLE)}

    @cached_property
    def cursors(self) -> Mapping[tuple[str, str], tuple[str, object]]:
        """By connection and model the last cursor, and when the read that gave it began."""
        rows = self._engine.fetch(_CURSORS)
        return {(str(one), str(model)): (str(cursor), began) for one, model, cursor, began in rows}


@dataclass(frozen=True)
class KindAndStart:
    """What to read of one connection; `since` (UTC, overlap included) goes with a delta alone."""

    kind: Kind
    since: datetime | None = None


def kind_and_start(
    earlier: EarlierReads,
    connection: Connection,
    models: Sequence[str],
    wanted: WantedKind,
    *,
    is_loaded: bool,
) -> KindAndStart:
    """A delta where the tool has deltas and every model was read whole before, else a full read.

    Args:
        earlier: what `ats.runs` says.
        connection: what is to be read.
        models: the models that are to be read.
        wanted: "full" or "delta" where the person or the schedule says so; a delta that cannot be is a full
            read.
        is_loaded: whether all raw tables are there and hold rows of the connection; else what `ats.runs`
            says of it means nothing.
    """
    if wanted == "full" or not is_loaded or _schedule(connection).delta is None:
        return KindAndStart("full")
    overlap = timedelta(minutes=getattr(connection, "overlap_minutes", 0))
    keys = [(connection.connection_id, model) for model in models]
    if not earlier.whole.issuperset(keys) or not earlier.cursors.keys() >= set(keys):
        return KindAndStart("full")
    starts = [_believed(*earlier.cursors[key], overlap) for key in keys]
    known = [start for start in starts if start is not None]
    if len(known) < len(models):
        return KindAndStart("full")
    return KindAndStart("delta", min(known) - overlap)


def due_of(engine: Engine, connections: Sequence[Connection]) -> Mapping[str, DueTimes]:
    """When each connection is due, by its id; `kind_at` of it says what to read at a moment."""
    latest = latest_reads(engine)
    return {
        one.connection_id: due_times(_schedule(one), latest.get(one.connection_id, {})) for one in connections
    }


def _schedule(connection: Connection) -> Schedule:
    keys = {"full_every", "delta_every", "endpoints"}
    return schedule_of(connection.tool, connection.model_dump(include=keys))


def cursor_text(cursor: datetime | None) -> str | None:
    """A cursor as `ats.runs` keeps it: ISO 8601 in UTC, so that texts sort as times do."""
    return None if cursor is None else cursor.astimezone(UTC).isoformat(timespec="microseconds")


def _believed(text: str, read_at: object, overlap: timedelta) -> datetime | None:
    """A cursor, but never beyond what the run that noted it can have seen; None where it means nothing.

    A vendor's clock may be put right: what it stamps then lies before a cursor of the time before.
    """
    try:
        cursor = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if not isinstance(read_at, datetime) or cursor > read_at + _FURTHEST_AHEAD:
        return None
    return min(cursor, read_at + overlap)
