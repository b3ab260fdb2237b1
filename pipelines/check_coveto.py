"""Checking a Coveto tenant: its WSDL beside what we expect, a small page of each model, guesses."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from pipelines.check_paths import Paths, documents_of, guessed_paths, top_level, tried_paths
from pipelines.check_report import ModelReport, Step
from pipelines.check_settings import connection_with, settings_lines
from sources.action_names import resolve_action_names
from sources.connections import CovetoConnection, Endpoint
from sources.coveto.client import CovetoClient
from sources.coveto.comparison import ModelComparison, compare
from sources.coveto.guessing import guess_credentials, guess_endpoints
from sources.coveto.outline import OperationOutline, operation_outlines
from sources.coveto.pages import CovetoPages
from sources.coveto.reader import PACKAGE
from sources.endpoints import ResolvedEndpoint, resolve_endpoints
from sources.errors import CredentialsError, SourceError, VendorUnavailableError
from sources.pages import Page, Record, window_at
from transforms.paths import Document

SAMPLE = 5
"""How many records of a model are read."""


@dataclass(frozen=True)
class Checked:
    """What a tool's check found, before the columns are looked at."""

    address: str
    steps: tuple[Step, ...]
    models: tuple[ModelReport, ...] = ()
    operations: Mapping[str, str] = field(default_factory=dict)
    samples: Mapping[str, Sequence[Record]] = field(default_factory=dict)
    paths: Paths = field(default_factory=dict)
    """The paths of the configuration, with those that were guessed."""
    settings: tuple[str, ...] = ()
    settings_work: bool | None = None


@dataclass(frozen=True)
class _Sample:
    page: Page | None
    error: str | None = None


def check_coveto(connection: CovetoConnection, paths: Paths) -> Checked:
    """Check a tenant; a SourceError becomes part of what is found."""
    documents = documents_of("coveto", paths)
    endpoints = resolve_endpoints(PACKAGE, connection)
    enabled = {model: one for model, one in endpoints.items() if one.enabled}
    with closing(CovetoClient(connection)) as client:
        try:
            operations = operation_outlines(client)
        except SourceError as error:
            return Checked(client.host, (Step("WSDL", is_good=False, text=str(error)),), paths=paths)
        credentials = tuple(connection.auth_elements.values()) if connection.auth == "elements" else ()
        comparisons = {
            model: compare(one, operations, tried_paths(documents[model]), documents[model].used, credentials)
            for model, one in enabled.items()
        }
        samples = _samples(client, enabled, comparisons)
    steps = [Step("WSDL", is_good=True, text=f"{len(operations)} operations")]
    guess = _guess(connection, operations, comparisons, samples, documents)
    tried: dict[str, _Sample] = {}
    if guess.is_something:
        tried = _try(connection, guess)
    taken = {model: one if one.page else tried.get(model, one) for model, one in samples.items()}
    return Checked(
        address=client.host,
        steps=(*steps, *_credential_step(samples)),
        models=tuple(_report(comparisons[model], samples[model], documents[model]) for model in enabled),
        operations=_operation_states(connection, enabled, operations),
        samples={model: one.page.records[:SAMPLE] for model, one in taken.items() if one.page},
        paths={**paths, **guess.all_paths(paths)},
        settings=settings_lines(connection, guess.endpoints, guess.credentials, guess.paths),
        settings_work=all(one.page for one in tried.values()) if tried else None,
    )


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
    stopped: str | None = None
    for model, endpoint in endpoints.items():
        if comparisons and not comparisons[model].fits:
            found[model] = _Sample(None, "does not fit the tenant's WSDL")
        elif stopped:
            found[model] = _Sample(None, stopped)
        else:
            try:
                page = CovetoPages(client, endpoint).fetch(window_at(0, SAMPLE, endpoint.paging))
                found[model] = _Sample(page) if page.records or not page.unreadable else _unreadable(page)
            except SourceError as error:
                found[model] = _Sample(None, str(error))
                if isinstance(error, CredentialsError | VendorUnavailableError):
                    stopped = "not asked, as the model before failed"
    return found


def _unreadable(page: Page) -> _Sample:
    return _Sample(None, f"no record could be read: {page.unreadable[0].reason}")


def _credential_step(samples: Mapping[str, _Sample]) -> list[Step]:
    if any(one.page for one in samples.values()):
        return [Step("credentials", is_good=True, text="accepted")]
    return []


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
        records=min(len(page.records), SAMPLE) if page else None,
        total=page.total if page else None,
        error=sample.error,
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
