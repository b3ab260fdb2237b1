"""One read of one connection: what was asked for, what came of each model, when a record counts as gone."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal

from sources.chained_scan import ScanOutcome
from sources.confirming import StillThere, confirm_gone
from sources.connections import Connection
from sources.errors import SourceError, VendorAnswerError
from sources.forgotten import NOBODY, Forgotten
from sources.known_versions import KnownVersions
from sources.pages import Page, Record
from sources.stopping import Stopping
from sources.version_log import DeletionLimits, Known, VersionLog
from sources.version_spool import VersionSpool

Kind = Literal["full", "delta"]
Outcome = Literal["ok", "incomplete", "held_back", "failed"]

_MOST_SCANS = 3
_MOST_REJECTED = 10
_MOST_REJECTED_SHARE = 0.01


@dataclass(frozen=True)
class ReadPlan:
    """How one connection is to be read.

    Args:
        kind: "full" reads everything, "delta" what changed since `since`.
        read_at: the start of the read (UTC); later than every earlier `read_at` of the connection.
        models: which models to read.
        since: the cursor that a delta starts from, overlap included.
        accept_deletions: mark deletions however many they are.
        spool_folder: a folder for rows that do not fit in memory.
        forgotten: whom the read leaves out.
        stopping: tells the read that nobody waits for it any longer.
    """

    kind: Kind
    read_at: datetime
    models: Sequence[str]
    spool_folder: Path
    since: datetime | None = None
    accept_deletions: bool = False
    created: Mapping[str, Collection[str]] | None = None
    """By model the ids that were created through us; None where that is not known."""
    forgotten: Forgotten = NOBODY
    stopping: Stopping = field(default_factory=Stopping)


@dataclass(frozen=True)
class RejectedRecord:
    """Something in a page that cannot be a record: it goes to `ats.rejected_records`, and is counted."""

    connection_id: str
    tool: str
    model: str
    position: int
    """Its place in the list, from 0, at the moment of reading."""
    reason: str
    data: str


@dataclass
class ModelReading:
    """What came of reading one model of one connection; filled in while it goes on."""

    connection: Connection
    model: str
    kind: Kind
    log: VersionLog
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended_at: datetime | None = None
    outcome: Outcome = "ok"
    pages: int = 0
    complete: bool = False
    can_be_complete: bool = True
    """Whether the endpoint gives what it takes to tell that a read held everything."""
    replaced_characters: int = 0
    cursor: datetime | None = None
    """How far a later delta need not go back behind; UTC."""
    error: SourceError | None = None
    notes: list[str] = field(default_factory=list)
    rejected: dict[str, RejectedRecord] = field(default_factory=dict)
    still_there: StillThere | None = None
    """Asks the vendor for one record; None where it cannot be asked."""
    kept: frozenset[str] = frozenset()
    """The ids that a complete read did not hold, and that the vendor still has when asked."""
    left_out: Callable[[Sequence[str]], Collection[str]] | None = None
    """Those of some ids that our own configuration leaves out now: they do not count as a mass deletion."""

    def take(self, records: Sequence[Record], forgotten: Forgotten) -> None:
        """Give records to the log, without those of persons who were forgotten."""
        if not forgotten.subjects:
            self.log.read(records)
            return
        kept: list[Record] = []
        for record in records:
            if forgotten.covers(self.model, record):
                self.log.pass_over(record.remote_id)
            else:
                kept.append(record)
        self.log.read(kept)

    def reject(self, page: Page) -> None:
        """Keep what of a page cannot be a record.

        Raises:
            VendorAnswerError: too much of what was read cannot be a record.
        """
        for element in page.unreadable:
            self.rejected[element.content_hash] = RejectedRecord(
                self.connection.connection_id,
                self.connection.tool,
                self.model,
                page.start + element.position,
                element.reason,
                element.data,
            )

    def refuse_too_many_rejected(self) -> None:
        """Raise VendorAnswerError where too much of what was read cannot be a record."""
        rejected = len(self.rejected)
        if rejected > _MOST_REJECTED and rejected > _MOST_REJECTED_SHARE * (self.log.records_read + rejected):
            raise VendorAnswerError(
                f"{rejected} records of {self.model} cannot be read; the first: "
                f"{next(iter(self.rejected.values())).reason}",
                f"check remote_id and records of this connection's endpoint {self.model}",
            )

    def fail(self, error: SourceError) -> None:
        """End the read as failed: nothing of it is kept."""
        self.outcome, self.error, self.complete, self.cursor = "failed", error, False, None
        self.log.spool.discard()
        self._forget_whom_to_ask()
        self.ended_at = datetime.now(UTC)

    def finish(
        self,
        scan: ScanOutcome,
        plan: ReadPlan,
        gone: Sequence[str] | None = None,
        count_live: Callable[[], int] | None = None,
    ) -> None:
        """End the read: mark what is gone, unless that is too much at once, and close the log.

        Args:
            scan: what the scan found out.
            plan: what was asked for.
            gone: the ids to mark; None means all that are known and were not met, if the read is complete.
            count_live: how many records the model had before, where the log knows only some of them.
        """
        self.log.look_up_waiting()
        self.refuse_too_many_rejected()
        self.complete = scan.complete and plan.kind == "full" and self.can_be_complete
        self.notes.extend(scan.notes)
        if not scan.complete:
            self.outcome = "incomplete"
        self._compare_total(scan)
        if gone is None:
            gone = self._confirmed(self.log.unmet()) if self.complete else ()
        self._mark_gone(gone, plan, count_live)
        self.log.close()
        self._forget_whom_to_ask()
        self.ended_at = datetime.now(UTC)

    def _forget_whom_to_ask(self) -> None:
        """Let go of what answers questions about records: it holds on to pages and logs, which are large."""
        self.still_there, self.left_out = None, None

    def _compare_total(self, scan: ScanOutcome) -> None:
        """Note where the vendor's own count differs from what was read: a hint, never a verdict."""
        read = self.log.records_read + len(self.rejected)
        if self.complete and scan.total is not None and scan.total != read:
            self.notes.append(f"the vendor counts {scan.total}, {read} were read")

    def _confirmed(self, gone: Sequence[str]) -> Sequence[str]:
        """Those of `gone` that the vendor does not have when asked; all where they are too many to ask."""
        if self.still_there is None or not 0 < len(gone) <= self.connection.confirm_deletes_up_to:
            return gone
        confirmation = confirm_gone(gone, self.still_there, self.connection.in_flight)
        self.kept = confirmation.kept
        self.notes.extend(confirmation.notes)
        return confirmation.gone

    def _mark_gone(self, gone: Sequence[str], plan: ReadPlan, count_live: Callable[[], int] | None) -> None:
        if not gone:
            return
        live = self.log.live_before if count_live is None else count_live()
        if not plan.accept_deletions and self._are_too_many(gone, live):
            self.outcome = "held_back"
            self.notes.append(f"{len(gone)} of {live} would be marked deleted")
            return
        self.log.mark_deleted(gone)

    def _are_too_many(self, gone: Sequence[str], live: int) -> bool:
        limits = DeletionLimits(self.connection.max_deleted_share)
        if not limits.hold_back(len(gone), live):
            return False
        left_out = len(self.left_out(gone)) if self.left_out is not None else 0
        return limits.hold_back(len(gone) - left_out, live - left_out)


def scan_again_while_broken(scan_once: Callable[[int], ScanOutcome]) -> ScanOutcome:
    """The outcome of the last scan: one that broke and could not be mended is made again, at most twice.

    What a broken scan read is kept, as the later reading of a record counts.

    Args:
        scan_once: makes one scan and takes its pages; is told how many were made before.
    """
    for earlier in range(_MOST_SCANS):
        outcome = scan_once(earlier)
        if outcome.complete or not outcome.is_worth_repeating:
            break
    if earlier:
        outcome.notes.append(f"read {earlier + 1} times, as rows came and went meanwhile")
    return outcome


def open_log(
    connection: Connection,
    model: str,
    plan: ReadPlan,
    known: KnownVersions,
    look_up: Callable[[Sequence[str]], Known] | None = None,
) -> VersionLog:
    """The log of one model: with everything known for a full read, asking for what it meets for a delta.

    Args:
        connection: what is read.
        model: of which model.
        plan: how.
        known: what the warehouse knows.
        look_up: what a delta asks by, where that is not each id by itself; may give more than was asked.
    """
    spool = _spool(connection, model, plan)
    if plan.kind == "full":
        return VersionLog(spool, known=known.all_of(model, connection.connection_id))
    by_ids = partial(known.of_ids, model, connection.connection_id)
    return VersionLog(spool, look_up=by_ids if look_up is None else look_up)


def failed_readings(connection: Connection, plan: ReadPlan, error: SourceError) -> list[ModelReading]:
    """The readings of a connection that came to nothing, one a planned model."""
    readings = []
    for model in plan.models:
        reading = ModelReading(connection, model, plan.kind, VersionLog(_spool(connection, model, plan)))
        reading.fail(error)
        readings.append(reading)
    return readings


def _spool(connection: Connection, model: str, plan: ReadPlan) -> VersionSpool:
    path = plan.spool_folder / f"{connection.tool}.{connection.name}.{model}.arrow"
    return VersionSpool(connection.connection_id, plan.read_at, path)
