"""Reading a Coveto connection: each model by a chained scan of its own list."""

from collections.abc import Callable

from sources.chained_scan import ChainedScan, ScanOutcome
from sources.connections import CovetoConnection
from sources.coveto.client import CovetoClient
from sources.coveto.pages import CovetoPages
from sources.endpoints import ResolvedEndpoint, resolve_endpoints
from sources.errors import PermissionDeniedError, SourceError, VendorFaultError
from sources.known_versions import KnownVersions
from sources.reading import ModelReading, Observer, ReadPlan, open_log, scan_again_while_broken

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
    client = CovetoClient(connection)
    try:
        for reading in readings:
            _read_or_fail_alone(reading, lambda r: _read_model(client, endpoints[r.model], r, plan, observer))
    except SourceError as error:
        for reading in readings:
            reading.fail(error)
    finally:
        client.close()
    return readings


def _read_or_fail_alone(reading: ModelReading, read: Callable[[ModelReading], None]) -> None:
    try:
        read(reading)
    except (PermissionDeniedError, VendorFaultError) as error:
        reading.fail(error)


def _read_model(
    client: CovetoClient,
    endpoint: ResolvedEndpoint,
    reading: ModelReading,
    plan: ReadPlan,
    observer: Observer,
) -> None:
    connection_id = reading.connection.connection_id
    observer.started(connection_id, endpoint.model)
    replaced_before = client.replaced_characters
    pages = CovetoPages(client, endpoint)

    def scan_once(earlier: int) -> ScanOutcome:
        met: set[str] = set()  # by this scan: what an earlier one met proves no chain of this one
        scan = ChainedScan(
            pages.fetch,
            endpoint.page_size,
            endpoint.paging,
            reading.connection.in_flight,
            lambda record: record.remote_id in met if earlier else reading.log.was_read(record.remote_id),
        )
        for page in scan:
            reading.log.read(page.records)
            reading.reject(page)
            if earlier:
                met.update(record.remote_id for record in page.records)
            reading.pages += 1
            observer.advanced(connection_id, endpoint.model, reading.pages, reading.log.records_read)
        return scan.outcome

    outcome = scan_again_while_broken(scan_once)
    reading.can_be_complete = bool(endpoint.total)
    reading.replaced_characters = client.replaced_characters - replaced_before
    if endpoint.confirm:
        reading.still_there = pages.has_record
    reading.finish(outcome, plan)
    observer.finished(connection_id, endpoint.model, f"{reading.log.records_read} read")
