"""Checking a Persy tenant: a small page of its candidates, and what is cut from them."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime

from pipelines.check_paths import Paths, documents_of, present_paths, top_level, tried_paths
from pipelines.check_report import SAMPLE, Checked, ModelReport
from sources.connections import PersyConnection
from sources.endpoints import resolve_endpoints
from sources.pages import Record, window_at
from sources.persy.client import PersyClient
from sources.persy.pages import CandidatePage, PersyPages
from sources.persy.reader import PACKAGE, cutoff_of
from sources.resolved_endpoint import ResolvedEndpoint
from transforms.paths import Document


def check_persy(connection: PersyConnection, paths: Paths) -> Checked:
    """Check a tenant.

    Raises:
        SourceError: the list of candidates could not be read.
    """
    endpoints = resolve_endpoints(PACKAGE, connection)
    documents = documents_of(connection.tool, paths)
    with closing(PersyClient(connection)) as client:
        since = cutoff_of(connection, datetime.now(UTC))
        window = window_at(0, SAMPLE, endpoints["candidates"].paging)
        page = PersyPages(client, endpoints).fetch(since, window)
    samples = {model: records for model, records in _samples(page).items() if endpoints[model].enabled}
    return Checked(
        steps=(f"{client.host} was reached", "the credentials were accepted"),
        models=tuple(
            _report(endpoints[model], documents[model], records, page) for model, records in samples.items()
        ),
        samples=samples,
        paths=paths,
    )


def _samples(page: CandidatePage) -> dict[str, list[Record]]:
    candidates = page.candidates[:SAMPLE]
    openings = [opening for candidate in candidates for opening in candidate.openings]
    return {
        "candidates": [candidate.record for candidate in candidates],
        "jobs": list({opening.job.remote_id: opening.job for opening in openings}.values()),
        "applications": [opening.application for opening in openings],
    }


def _problem(page: CandidatePage) -> str | None:
    if page.unreadable and not page.candidates:
        return f"no record could be read: {page.unreadable[0].reason}"
    if page.candidates and not page.moments:
        return "no record says when it was modified last; set modified_at of the endpoint candidates"
    return None


def _report(
    endpoint: ResolvedEndpoint, document: Document, records: Sequence[Record], page: CandidatePage
) -> ModelReport:
    texts = [record.data for record in records]
    tried = tried_paths(document)
    present = present_paths(texts, tried)
    states = {path: "found" if path in present else "missing" for path in tried} if texts else {}
    others = [name for name in top_level(texts) if name not in document.used]
    answer: Mapping[str, str] = {}
    is_candidate = endpoint.model == "candidates"
    if is_candidate:
        answer = {".".join(endpoint.records): "found"}
        if endpoint.total:
            answer |= {".".join(endpoint.total): "missing" if page.total is None else "found"}
    return ModelReport(
        endpoint.model,
        f"GET {endpoint.path}" if endpoint.path else f"{'.'.join(endpoint.records)} of a candidate",
        {"answer": answer, "elements": states | dict.fromkeys(others, "unknown")},
        records=len(records),
        total=page.total if is_candidate else None,
        error=_problem(page) if is_candidate else None,
    )
