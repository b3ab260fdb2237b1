"""What a run did, as values: for schedulers that call `sync()`, the terminal, and the table `ats.runs`."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from transforms.runner import TransformResult

Outcome = Literal["success", "warning", "failed"]
BY_GRAVITY: tuple[Outcome, ...] = ("success", "warning", "failed")
"""Of a run's models the gravest outcome is the run's."""
GOOD_OUTCOMES: tuple[Outcome, ...] = ("success", "warning")
"""Those of a read that was kept."""
GOOD_IN_SQL = "('" + "', '".join(GOOD_OUTCOMES) + "')"


@dataclass(frozen=True)
class ModelRead:
    """One model of one connection, read once: a row of `ats.runs`.

    A connection that failed as a whole has one row with an empty `model`.
    """

    run_id: str
    connection_id: str
    tool: str
    model: str
    kind: Literal["full", "delta"]
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    """A warning: deletions were held back, a scan stayed incomplete, or records were rejected."""
    pages: int = 0
    records_read: int = 0
    new: int = 0
    changed: int = 0
    deleted: int = 0
    complete: bool = False
    """True where the scan reached the end and may say what is gone."""
    rejected: int = 0
    cursor: str | None = None
    """How far the read came, in ISO 8601 and UTC: the latest change that it saw, at most the vendor's time.
    The next delta starts `overlap_minutes` earlier. None where the tool has no deltas or the scan broke."""
    error_class: str | None = None
    error_message: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class NotDue:
    """A connection that `ats sync --due` left alone, and when it is due."""

    connection_id: str
    due_at: datetime


@dataclass(frozen=True)
class SyncResult:
    """All that one run read, transformed and published."""

    reads: tuple[ModelRead, ...]
    transforms: "TransformResult | None"
    """None where nothing was loaded, so there was nothing to transform."""
    published: bool
    exit_code: int
    not_due: tuple[NotDue, ...] = ()
    """What `kind="due"` left alone; no row of `ats.runs` speaks of it."""
