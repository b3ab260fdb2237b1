"""Reading a Coveto connection: each model by a chained scan of its own list.

With `only_created`, candidates and applications are asked for one by one, never as a list.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from sources.chained_scan import ChainedScan, ScanOutcome
from sources.connections import CREATED_MODELS, CovetoConnection
from sources.coveto.client import CovetoClient
from sources.coveto.pages import CovetoPages
from sources.endpoints import resolve_endpoints
from sources.errors import ConfigurationError, PermissionDeniedError, SourceError, VendorFaultError
from sources.known_versions import KnownVersions
from sources.observing import Observer
from sources.pages import Page
from sources.parsing_process import ParsingProcess
from sources.reading import ModelReading, ReadPlan, open_log, scan_again_while_broken
from sources.resolved_endpoint import ResolvedEndpoint

PACKAGE = "sources.coveto"


def read_connection(
    connection: CovetoConnection, plan: ReadPlan, known: KnownVersions, observer: Observer
) -> list[ModelReading]:
    """Read the planned models, one after the other. Never raises a SourceError: readings say what failed.

    A model that the credentials or the vendor refuse fails alone; whatever else goes wrong fails the whole
    connection, and then nothing of it is kept.
    """
    endpoints = resolve_endpoints(PACKAGE, connection)
    readings = [
        ModelReading(connection, model, "full", open_log(connection, model, plan, known))
        for model in plan.models
        if endpoints[model].enabled
    ]
    try:
        with (
            plan.stopping.closing(CovetoClient(connection)) as client,
            plan.stopping.closing(ParsingProcess()) as parsing,
            _one_thread() as pool,
        ):
            pages = [CovetoPages(client, endpoints[reading.model], parsing) for reading in readings]
            for place, reading in enumerate(readings):
                following = _Following(readings[place + 1 :], pages[place + 1 :], pool)
                with _failing_alone(reading):
                    _read_model(pages[place], endpoints[reading.model], reading, plan, observer, following)
    except SourceError as error:
        for reading in readings:
            reading.fail(error)
    return readings


@contextmanager
def _one_thread() -> Iterator[Executor]:
    """A thread that asks for what is read next; in the end nobody wants that, and it ends with the client."""
    pool = ThreadPoolExecutor(1, "first-page")
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@dataclass(frozen=True)
class _Following:
    """The model that is read next, if any."""

    readings: Sequence[ModelReading]
    pages: Sequence[CovetoPages]
    pool: Executor

    def begin(self) -> None:
        """Ask for its first page, while those of the model before are on their way."""
        if self.readings and not _keeps_to_created(self.readings[0]):
            self.pages[0].fetch_ahead(self.pool)


@contextmanager
def _failing_alone(reading: ModelReading) -> Iterator[None]:
    """Let what the credentials or the vendor refuse fail this model and no other."""
    try:
        yield
    except (PermissionDeniedError, VendorFaultError) as error:
        reading.fail(error)


def _read_model(
    pages: CovetoPages,
    endpoint: ResolvedEndpoint,
    reading: ModelReading,
    plan: ReadPlan,
    observer: Observer,
    following: _Following,
) -> None:
    connection_id = reading.connection.connection_id
    observer.started(connection_id, endpoint.model)

    def take(page: Page) -> None:
        reading.take(page.records, plan.forgotten)
        reading.reject(page)
        reading.pages += 1
        reading.replaced_characters += page.replaced_characters
        observer.advanced(connection_id, endpoint.model, reading.pages, reading.log.records_read)

    is_read_singly = _keeps_to_created(reading)
    if is_read_singly:
        outcome = _read_created(pages, endpoint, reading, plan, take)
    else:
        outcome = _read_list(pages, endpoint, reading, take, following)
    reading.can_be_complete = is_read_singly or bool(endpoint.total)
    if endpoint.confirm and not is_read_singly:
        reading.still_there = pages.has_record
    reading.finish(outcome, plan)
    observer.finished(connection_id, endpoint.model, f"{reading.log.records_read} read")


def _keeps_to_created(reading: ModelReading) -> bool:
    connection = reading.connection
    return (
        isinstance(connection, CovetoConnection)
        and connection.only_created
        and reading.model in CREATED_MODELS
    )


def _read_list(
    pages: CovetoPages,
    endpoint: ResolvedEndpoint,
    reading: ModelReading,
    take: Callable[[Page], None],
    following: _Following,
) -> ScanOutcome:
    in_flight = reading.connection.in_flight
    rows_on_their_way = in_flight * endpoint.page_size

    def scan_once(earlier: int) -> ScanOutcome:
        met: set[str] = set()  # by this scan: what an earlier one met proves no chain of this one
        scan = ChainedScan(
            pages.fetch,
            endpoint.page_size,
            endpoint.paging,
            in_flight,
            lambda record: record.remote_id in met if earlier else reading.log.was_read(record.remote_id),
        )
        for page in scan:
            total = scan.outcome.total
            if in_flight > 1 and total is not None and page.start + rows_on_their_way >= total:
                following.begin()
            take(page)
            if earlier:
                met.update(record.remote_id for record in page.records)
        return scan.outcome

    return scan_again_while_broken(scan_once)


def _read_created(
    pages: CovetoPages,
    endpoint: ResolvedEndpoint,
    reading: ModelReading,
    plan: ReadPlan,
    take: Callable[[Page], None],
) -> ScanOutcome:
    """Ask for each record that was created through us; whatever else is known counts as gone."""
    if plan.created is None:
        raise ConfigurationError(
            f"only_created of {reading.connection.connection_id} needs to know what was created",
            "read it by `ats sync`, which keeps ats.created_records, or take only_created out",
        )
    created = plan.created.get(endpoint.model, ())
    wanted = sorted(one for one in created if not plan.forgotten.covers_id(endpoint.model, one))
    for page in _fetched(pages, wanted, reading.connection.in_flight):
        take(page)
    reading.left_out = lambda gone: set(gone).difference(created)
    return ScanOutcome(complete=True)


def _fetched(pages: CovetoPages, remote_ids: Sequence[str], in_flight: int) -> Iterator[Page]:
    """The records of some ids that the tenant has, several asked for side by side."""
    pool = ThreadPoolExecutor(in_flight, "created")
    try:
        yield from (page for page in pool.map(pages.fetch_one, remote_ids) if page is not None)
    finally:  # the first failure ends the read
        pool.shutdown(wait=False, cancel_futures=True)
