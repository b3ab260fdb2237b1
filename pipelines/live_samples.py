"""A page or more of a connection's records, read live and kept nowhere."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime

from pipelines.configuration import AnyConnection
from sources.connections import CovetoConnection, PersyConnection
from sources.coveto.client import CovetoClient
from sources.coveto.pages import CovetoPages
from sources.coveto.reader import PACKAGE as COVETO
from sources.endpoints import resolve_endpoints
from sources.errors import VendorAnswerError
from sources.pages import Page, Record, Window, window_at
from sources.persy.client import PersyClient
from sources.persy.pages import PersyPages
from sources.persy.reader import PACKAGE as PERSY
from sources.persy.reader import cutoff_of
from sources.resolved_endpoint import ResolvedEndpoint


def live_samples(
    connection: AnyConnection, models: Sequence[str], pages: int = 1
) -> Mapping[str, list[Record]]:
    """The first records of each model that is its own list and is read at all.

    Args:
        connection: whom to ask.
        models: the models wanted; of Persy only candidates are a list of their own.
        pages: how many pages of each to read.

    Raises:
        SourceError: the vendor could not be reached, refused, or answered something else.
    """
    if isinstance(connection, CovetoConnection):
        return _of_coveto(connection, models, pages)
    return _of_persy(connection, models, pages)


def _of_coveto(connection: CovetoConnection, models: Sequence[str], pages: int) -> dict[str, list[Record]]:
    endpoints = resolve_endpoints(COVETO, connection)
    with closing(CovetoClient(connection)) as client:
        return {
            model: _first(CovetoPages(client, endpoints[model]).fetch, endpoints[model], pages)
            for model in models
            if endpoints[model].enabled
        }


def _of_persy(connection: PersyConnection, models: Sequence[str], pages: int) -> dict[str, list[Record]]:
    endpoints = resolve_endpoints(PERSY, connection)
    if "candidates" not in models or not endpoints["candidates"].enabled:
        return {}
    since = cutoff_of(connection, datetime.now(UTC))
    with closing(PersyClient(connection)) as client:
        list_pages = PersyPages(client, endpoints)
        records = _first(lambda window: list_pages.fetch(since, window), endpoints["candidates"], pages)
        return {"candidates": records}


def _first(fetch: Callable[[Window], Page], endpoint: ResolvedEndpoint, pages: int) -> list[Record]:
    records: list[Record] = []
    start = 0
    for _ in range(pages):
        page = fetch(window_at(start, endpoint.page_size, endpoint.paging))
        if page.unreadable and not page.records:
            raise VendorAnswerError(
                f"No record of {endpoint.model} could be read: {page.unreadable[0].reason}",
                "Type `ats check` with the connection's name; it says what is missing",
            )
        records += page.records
        start = page.start + page.length
        if not page.length or endpoint.paging == "none":
            break
    return records
