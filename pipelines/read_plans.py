"""Full or delta, and from where: decided by what `ats.runs` says of earlier reads, never by a local file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
with numbered as (
    select model, cursor, started_at, row_number() over (partition by model order by started_at desc) as place
    from ats.runs
    where connection_id = ? and outcome in {GOOD_IN_SQL} and cursor is not null
)

select model, cursor, started_at from numbered where place = 1
"""
_READ_WHOLE = f"""
select distinct model
from ats.runs
where connection_id = ? and kind = 'full' and complete and outcome in {GOOD_IN_SQL}
"""


@dataclass(frozen=True)
class KindAndStart:
    """What to read of one connection; `since` (UTC, overlap included) goes with a delta alone."""

    kind: Kind
    since: datetime | None = None


def kind_and_start(
    engine: Engine,
    connection: Connection,
    models: Sequence[str],
    wanted: WantedKind,
    *,
    is_loaded: bool,
) -> KindAndStart:
    """A delta where the tool has deltas and every model was read whole before, else a full read.

    Args:
        engine: the warehouse that holds `ats.runs`.
        connection: what is to be read.
        models: the models that are to be read.
        wanted: "full" or "delta" where the person or the schedule says so; a delta that cannot be is a full
            read.
        is_loaded: whether all raw tables are there and hold rows of the connection; else what `ats.runs`
            says of it means nothing.
    """
    if wanted == "full" or not is_loaded or _schedule(connection).delta is None:
        return KindAndStart("full")
    whole = {str(model) for (model,) in engine.fetch(_READ_WHOLE, (connection.connection_id,))}
    overlap = timedelta(minutes=getattr(connection, "overlap_minutes", 0))
    cursors = {
        str(model): _believed(str(cursor), started_at, overlap)
        for model, cursor, started_at in engine.fetch(_CURSORS, (connection.connection_id,))
    }
    known = [start for model in models if (start := cursors.get(model)) is not None]
    if not set(models) <= whole or len(known) < len(models):
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
