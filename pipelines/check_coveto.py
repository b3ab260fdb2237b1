"""Checking a Coveto tenant: its WSDL beside what we expect, a small page of each model, guesses."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from pipelines.check_paths import Paths, documents_of, guessed_paths, top_level, tried_paths
from pipelines.check_report import SAMPLE, Checked, Guess, ModelReport
from pipelines.check_settings import connection_with, settings_lines
from sources.action_names import resolve_action_names
from sources.connections import CovetoConnection, Endpoint
from sources.coveto.client import CovetoClient
from sources.coveto.comparison import ModelComparison, compare
from sources.coveto.guessing import guess_credentials, guess_endpoints
from sources.coveto.outline import OperationOutline, operation_outlines
from sources.coveto.pages import CovetoPages
from sources.coveto.reader import PACKAGE
from sources.endpoints import resolve_endpoints
from sources.errors import CredentialsError, SourceError, VendorAnswerError, VendorUnavailableError
from sources.pages import Page, window_at
from sources.resolved_endpoint import ResolvedEndpoint
from transforms.paths import Document

_STOPPING = (CredentialsError, VendorUnavailableError)


@dataclass(frozen=True)
class _Sample:
    page: Page | None
    error: SourceError | None = None


def check_coveto(connection: CovetoConnection, paths: Paths) -> Checked:
    """Check a tenant; what one model's operation answers becomes part of what is found.

    Raises:
        SourceError: the WSDL could not be loaded, or the tenant refused everything or could not be reached.
    """
    documents = documents_of("coveto", paths)
    enabled = {model: one for model, one in resolve_endpoints(PACKAGE, connection).items() if one.enabled}
    with closing(CovetoClient(connection)) as client:
        operations = operation_outlines(client)
        credentials = tuple(connection.auth_elements.values()) if connection.auth == "elements" else ()
        comparisons = {
            model: compare(one, operations, tried_paths(documents[model]), documents[model].used, credentials)
            for model, one in enabled.items()
        }
        samples = _samples(client, enabled, comparisons)
    guess = _guess(connection, operations, comparisons, samples, documents)
    tried = _try(connection, guess) if guess.is_something else {}
    taken = {model: one if one.page else tried.get(model, one) for model, one in samples.items()}
    _raise_what_stops_everything(samples, tried)
    return Checked(
        steps=_steps(client, operations, taken),
        models=tuple(_report(comparisons[model], samples[model], documents[model]) for model in enabled),
        samples={model: one.page.records for model, one in taken.items() if one.page},
        paths={**paths, **guess.all_paths(paths)},
        operations=_operation_states(connection, enabled, operations),
        guess=Guess(
            settings_lines(connection, guess.endpoints, guess.credentials, guess.paths),
            {model: str(one.error) for model, one in tried.items() if one.error},
        ),
    )


def _raise_what_stops_everything(samples: Mapping[str, _Sample], tried: Mapping[str, _Sample]) -> None:
    """Two lines say more than a report of nothing, unless there are settings to change."""
    if tried or any(one.page for one in samples.values()):
        return
    for one in samples.values():
        if isinstance(one.error, _STOPPING):
            raise one.error


def _steps(
    client: CovetoClient, operations: Mapping[str, OperationOutline], samples: Mapping[str, _Sample]
) -> tuple[str, ...]:
    steps = (f"{client.host} was reached", f"the WSDL was loaded: {len(operations)} operations")
    accepted = any(one.page for one in samples.values())
    return (*steps, "the credentials were accepted") if accepted else steps


@dataclass(frozen=True)
class _Guess:
    endpoints: Mapping[str, Endpoint]
    credentials: Mapping[str, str]
    paths: Mapping[str, Mapping[str, Sequence[str]]]
    """By model."""

    @property
    def is_something(self) -> bool:
        return bool(self.endpoints or self.credentials)

    def all_paths(self, configured: Paths) -> dict[str, dict[str, Sequence[str]]]:
        return {
            f"coveto.{model}": {**configured.get(f"coveto.{model}", {}), **guessed}
            for model, guessed in self.paths.items()
        }


def _samples(
    client: CovetoClient,
    endpoints: Mapping[str, ResolvedEndpoint],
    comparisons: Mapping[str, ModelComparison] | None = None,
) -> dict[str, _Sample]:
    """A small page of each model that fits the WSDL; after refused credentials nothing more is asked."""
    found: dict[str, _Sample] = {}
    stopped: SourceError | None = None
    for model, endpoint in endpoints.items():
        if comparisons and not comparisons[model].fits:
            found[model] = _Sample(None, _misfit(comparisons[model]))
        elif stopped:
            found[model] = _Sample(None, stopped)
        else:
            found[model] = _sample(client, endpoint)
            if isinstance(found[model].error, _STOPPING):
                stopped = found[model].error
    return found


def _misfit(comparison: ModelComparison) -> SourceError:
    is_missing = comparison.operation_state == "missing"
    return VendorAnswerError(
        "the tenant's WSDL has no such operation" if is_missing else "the tenant's WSDL has not all of it",
        "correct this model's endpoint, or set enabled = false",
    )


def _sample(client: CovetoClient, endpoint: ResolvedEndpoint) -> _Sample:
    try:
        page = CovetoPages(client, endpoint).fetch(window_at(0, _size(endpoint), endpoint.paging))
    except SourceError as error:
        return _Sample(None, error)
    if page.unreadable and not page.records:
        reason = f"no record could be read: {page.unreadable[0].reason}"
        return _Sample(None, VendorAnswerError(reason, "set remote_id of this model's endpoint"))
    return _Sample(replace(page, records=page.records[: _size(endpoint)]))


def _size(endpoint: ResolvedEndpoint) -> int:
    """All of the vocabulary, without which words of applications would seem to map nowhere."""
    return endpoint.page_size if endpoint.model == "application_statuses" else SAMPLE


def _guess(
    connection: CovetoConnection,
    operations: Mapping[str, OperationOutline],
    comparisons: Mapping[str, ModelComparison],
    samples: Mapping[str, _Sample],
    documents: Mapping[str, Document],
) -> _Guess:
    endpoints = resolve_endpoints(PACKAGE, connection)
    elements = {model: document.declared for model, document in documents.items()}
    guessed: dict[str, Endpoint] = {}
    missing = {model: endpoints[model] for model, one in comparisons.items() if one.record is None}
    settled = {one.operation for one in comparisons.values() if one.fits}
    for model, one in comparisons.items():
        if one.operation in operations and not one.fits:
            settled.add(one.operation)
            missing.pop(model, None)
            only = {model: endpoints[model]}
            guessed |= guess_endpoints(operations, only, elements, [one.operation])
    free = [name for name in operations if name not in settled]
    guessed |= guess_endpoints(operations, missing, elements, free)
    places = {model: guessed.get(model, endpoints[model]) for model in comparisons}
    asked = [operations[name] for one in places.values() if (name := one.operation or "") in operations]
    is_needed = any(one.page is None for one in samples.values())
    credentials = guess_credentials(asked) if is_needed else {}
    if connection.auth == "elements" and dict(connection.auth_elements) == credentials:
        credentials = {}
    return _Guess(
        {model: guessed[model] for model in comparisons if model in guessed},
        credentials,
        _guessed_paths(operations, comparisons, guessed, documents),
    )


def _guessed_paths(
    operations: Mapping[str, OperationOutline],
    comparisons: Mapping[str, ModelComparison],
    guessed: Mapping[str, Endpoint],
    documents: Mapping[str, Document],
) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for model, comparison in comparisons.items():
        record = comparison.record
        if model in guessed:
            answer = operations[guessed[model].operation or ""].answer
            record = answer.at((guessed[model].records or "").split("."))
        paths = guessed_paths(documents[model], record) if record else {}
        if paths:
            found[model] = paths
    return found


def _try(connection: CovetoConnection, guess: _Guess) -> dict[str, _Sample]:
    """A small page of every model with the guessed settings."""
    changed = connection_with(connection, guess.endpoints, guess.credentials)
    endpoints = {model: one for model, one in resolve_endpoints(PACKAGE, changed).items() if one.enabled}
    with closing(CovetoClient(changed)) as client:
        return _samples(client, endpoints)


def _report(comparison: ModelComparison, sample: _Sample, document: Document) -> ModelReport:
    page = sample.page
    elements = dict(comparison.elements)
    if page:
        names = top_level(one.data for one in page.records)
        elements |= {name: "unknown" for name in names if name not in document.used}
    return ModelReport(
        comparison.model,
        comparison.operation,
        {"arguments": comparison.arguments, "answer": comparison.answer, "elements": elements},
        records=len(page.records) if page else None,
        total=page.total if page else None,
        error=str(sample.error) if sample.error else None,
    )


def _operation_states(
    connection: CovetoConnection,
    endpoints: Mapping[str, ResolvedEndpoint],
    operations: Mapping[str, OperationOutline],
) -> dict[str, str]:
    expected = [one.operation for one in endpoints.values()]
    expected += [one.confirm for one in endpoints.values() if one.confirm]
    expected += resolve_action_names(PACKAGE, connection)["operations"].values()
    states = {name: "found" if name in operations else "missing" for name in expected}
    return states | {name: "unknown" for name in operations if name not in states}
