"""Reading a Persy connection: one scan of its candidates, from which jobs and applications are cut."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sources.chained_scan import ScanOutcome
from sources.connections import PersyConnection
from sources.endpoints import resolve_endpoints
from sources.errors import SourceError
from sources.known_versions import KnownVersions
from sources.observing import Observer
from sources.pages import Page
from sources.parsing_process import ParsingProcess
from sources.persy.client import PersyClient
from sources.persy.keyset_scan import KeysetScan
from sources.persy.opening_log import OpeningLog
from sources.persy.owned_versions import OwnedVersions
from sources.persy.pages import CandidatePage, PersyPages
from sources.persy.pages_ahead import PagesAhead
from sources.persy.window import LeftWindow
from sources.reading import ModelReading, ReadPlan, open_log, scan_again_while_broken

PACKAGE = "sources.persy"
_BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True)
class _Readings:
    """The readings of the planned models; None for a model that is not planned."""

    candidates: ModelReading | None
    jobs: ModelReading | None
    applications: ModelReading | None

    @property
    def take_openings(self) -> bool:
        """Whether anything is planned that is cut from candidates."""
        return self.jobs is not None or self.applications is not None

    def planned(self) -> list[ModelReading]:
        return [reading for reading in (self.candidates, self.jobs, self.applications) if reading is not None]


def read_connection(
    connection: PersyConnection, plan: ReadPlan, known: KnownVersions, observer: Observer
) -> list[ModelReading]:
    """Read the planned models by one scan. Never raises a SourceError: readings say what failed.

    Whatever goes wrong fails the whole connection, as one list feeds all models; then nothing of it is kept.
    """
    endpoints = resolve_endpoints(PACKAGE, connection)
    owned = OwnedVersions(partial(known.of_owners, "applications", connection.connection_id))

    def reading_of(model: str) -> ModelReading | None:
        if model not in plan.models or not endpoints[model].enabled:
            return None
        look_up = owned.of_ids if model == "applications" else None
        return ModelReading(connection, model, plan.kind, open_log(connection, model, plan, known, look_up))

    readings = _Readings(*(reading_of(model) for model in ("candidates", "jobs", "applications")))
    try:
        with (
            plan.stopping.closing(PersyClient(connection)) as client,
            plan.stopping.closing(ParsingProcess()) as parsing,
        ):
            pages = PersyPages(client, endpoints, parsing, with_openings=readings.take_openings)
            _scan(connection, pages, client, readings, plan, known, owned, observer)
    except SourceError as error:
        for reading in readings.planned():
            reading.fail(error)
    return readings.planned()


def cutoff_of(connection: PersyConnection, read_at: datetime) -> datetime | None:
    """The moment (UTC) before which candidates are left out; None where all are read.

    Source of the rule: contract of Persy, "Candidate cutoff filtering". A date begins at midnight in Berlin.
    """
    fixed = connection.candidates_modified_after
    if connection.candidates_window_days is not None:
        return read_at - timedelta(days=connection.candidates_window_days)
    if fixed is None:
        return None
    moment = fixed if isinstance(fixed, datetime) else datetime(fixed.year, fixed.month, fixed.day)  # noqa: DTZ001
    return (moment if moment.tzinfo else moment.replace(tzinfo=_BERLIN)).astimezone(UTC)


def _scan(
    connection: PersyConnection,
    pages: PersyPages,
    client: PersyClient,
    readings: _Readings,
    plan: ReadPlan,
    known: KnownVersions,
    owned: OwnedVersions,
    observer: Observer,
) -> None:
    connection_id = connection.connection_id
    planned = readings.planned()
    for reading in planned:
        observer.started(connection_id, reading.model)
    endpoint = resolve_endpoints(PACKAGE, connection)["candidates"]
    openings = OpeningLog(
        None if readings.jobs is None else readings.jobs.log,
        None if readings.applications is None else readings.applications.log,
        None if plan.kind == "full" else owned.of_owners,
        plan.forgotten.covers_candidate,
    )
    cutoff = cutoff_of(connection, plan.read_at)
    if cutoff is not None:
        _know_who_left(readings, LeftWindow(pages, known, openings, connection_id, cutoff))
    newest: list[datetime | None] = [None]

    has_filter = "modified_since" in endpoint.arguments

    def scan_once(earlier: int) -> ScanOutcome:  # noqa: ARG001 - each scan of Persy proves its chain alone
        since = max((moment for moment in (plan.since, cutoff) if moment is not None), default=None)
        with closing(PagesAhead(pages.fetch, may_guess=has_filter)) as ahead:
            scan = KeysetScan(ahead.get, endpoint.page_size, since, has_filter=has_filter)
            for page in scan:
                _take(readings, openings, page, plan)
                for reading in planned:
                    observer.advanced(connection_id, reading.model, reading.pages, reading.log.records_read)
        newest[0] = scan.newest
        return scan.outcome

    outcome = scan_again_while_broken(scan_once)
    openings.close_jobs(new_alone=plan.kind == "full" and not outcome.complete)
    if readings.candidates is not None and endpoint.confirm:
        readings.candidates.still_there = lambda remote_id: pages.has_candidate(remote_id, cutoff)
    for reading in planned:
        # where a scan broke, what lies before the newest record that was read may be unread
        reading.cursor = (
            _cursor(newest[0], client.http.latest_date or plan.read_at) if outcome.complete else None
        )
        _finish(reading, outcome, plan, openings, known, readings)
        observer.finished(connection_id, reading.model, f"{reading.log.records_read} read")


def _know_who_left(readings: _Readings, window: LeftWindow) -> None:
    """Let each reading tell what the cutoff leaves out from a mass deletion."""
    for reading, left_out in (
        (readings.candidates, window.candidates),
        (readings.jobs, window.jobs),
        (readings.applications, window.applications),
    ):
        if reading is not None:
            reading.left_out = left_out


def _take(readings: _Readings, openings: OpeningLog, page: CandidatePage, plan: ReadPlan) -> None:
    if readings.candidates is not None:
        readings.candidates.take(page.records, plan.forgotten)
        readings.candidates.reject(page)
    openings.read(page.candidates)
    _reject_openings(readings, page, plan)
    for reading in readings.planned():
        reading.pages += 1
        reading.replaced_characters += page.replaced_characters


def _gone(
    reading: ModelReading, openings: OpeningLog, readings: _Readings, *, complete: bool
) -> Sequence[str] | None:
    """The ids to mark, where they are not simply those that a complete read did not meet."""
    if reading is readings.candidates:
        return None
    if not complete:
        return openings.applications_gone() if reading.model == "applications" else None
    kept = readings.candidates.kept if readings.candidates is not None else frozenset()
    return openings.gone_without(reading.model, kept) if kept else None


def _finish(
    reading: ModelReading,
    outcome: ScanOutcome,
    plan: ReadPlan,
    openings: OpeningLog,
    known: KnownVersions,
    readings: _Readings,
) -> None:
    gone = _gone(reading, openings, readings, complete=outcome.complete and plan.kind == "full")
    is_partial = plan.kind == "delta"

    def count_live() -> int:
        return known.live_count(reading.model, reading.connection.connection_id)

    reading.finish(
        outcome if reading.model == "candidates" else outcome.without_total(),
        plan,
        gone,
        count_live if is_partial else None,
    )


def _reject_openings(readings: _Readings, page: CandidatePage, plan: ReadPlan) -> None:
    """Openings without id are neither a job nor an application; they stay in the candidate's record."""
    if readings.applications is None:
        return
    for candidate in page.candidates:
        if candidate.unreadable_openings and not plan.forgotten.covers_candidate(candidate.record.remote_id):
            readings.applications.reject(Page(page.start, (), candidate.unreadable_openings))


def _cursor(newest: datetime | None, now: datetime) -> datetime | None:
    """How far a later delta need not go back behind: what was read, at most the server's own clock.

    Where the server tells no time our own stands in: no record from the future may move the cursor there.
    """
    return None if newest is None else min(newest, now)
