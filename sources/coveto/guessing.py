"""Guesses at how a tenant's WSDL names what we read, by its structure and by the words of `vocabulary.toml`.

A guess is shown to a person, with the configuration that it would be; nothing is ever read by it unasked.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sources.connections import Endpoint
from sources.coveto.outline import OperationOutline, Outline
from sources.coveto.vocabulary import likeness, meanings, nouns_of, own_reference, plain, rank, section
from sources.endpoints import path_of
from sources.resolved_endpoint import ResolvedEndpoint

_LEAST_SCORE = 0.35
_WEIGHTS = {"operation": 0.3, "record": 0.3, "elements": 0.3, "total": 0.1}


@dataclass(frozen=True)
class RecordList:
    """A list in the answer of an operation."""

    operation: OperationOutline
    path: tuple[str, ...]
    record: Outline
    total: tuple[str, ...]
    """Where the count is; empty where there seems to be none."""


def guess_endpoints(
    operations: Mapping[str, OperationOutline],
    endpoints: Mapping[str, ResolvedEndpoint],
    elements: Mapping[str, Collection[str]],
    candidates: Collection[str] | None = None,
) -> dict[str, Endpoint]:
    """For each model the endpoint that fits best, where one fits at all; no operation is taken twice.

    Args:
        operations: all that the WSDL has.
        endpoints: the models to guess for, as they are configured now.
        elements: the paths that we expect in a record of each model.
        candidates: the operations whose lists may be taken; all where none are named.
    """
    names = operations if candidates is None else candidates
    lists = [one for name in names for one in lists_of(operations[name])]
    scored = sorted(
        (
            (score(one, model, elements.get(model, ())), model, place)
            for model in endpoints
            for place, one in enumerate(lists)
        ),
        key=lambda found: (-found[0], found[1], found[2]),
    )
    guesses: dict[str, Endpoint] = {}
    taken: set[str] = set()
    for points, model, place in scored:
        chosen = lists[place]
        if points >= _LEAST_SCORE and model not in guesses and chosen.operation.name not in taken:
            taken.add(chosen.operation.name)
            guesses[model] = _endpoint(chosen, endpoints[model], operations)
    return {model: guesses[model] for model in endpoints if model in guesses}


def lists_of(operation: OperationOutline) -> Iterator[RecordList]:
    """Every list of records that an answer may hold."""
    counts = [
        (place, path)
        for path, element in operation.answer.below()
        if (place := _count_rank(element)) is not None
    ]
    total = min(counts, default=(0, ()))[1]
    for path, element in operation.answer.below():
        if element.repeats and element.children:
            yield RecordList(operation, path, element, total)


def score(one: RecordList, model: str, expected: Collection[str]) -> float:
    """How well a list fits a model, from 0 to 1."""
    found = sum(1 for path in expected if guess_path(one.record, path) is not None)
    return (
        _WEIGHTS["operation"] * likeness(nouns_of([one.operation.name]), model)
        + _WEIGHTS["record"] * likeness(nouns_of([one.record.name, one.record.type_name]), model)
        + _WEIGHTS["elements"] * (found / len(expected) if expected else 0)
        + _WEIGHTS["total"] * bool(one.total)
    )


def guess_path(record: Outline, expected: str) -> str | None:
    """Where in a record the element is that we expect at a path; None where nothing is like it."""
    steps = path_of(expected)
    best: tuple[int, str] | None = None
    for path, _ in record.below():
        if len(path) == len(steps):
            points = [_same_meaning(ours, theirs) for ours, theirs in zip(steps, path, strict=True)]
            if all(points) and (best is None or sum(points) > best[0]):
                best = sum(points), ".".join(path)
    return best[1] if best else None


def guess_credentials(operations: Sequence[OperationOutline]) -> dict[str, str]:
    """Where requests take customer number and key as elements; empty where they do not seem to."""
    for operation in operations:
        found: dict[str, str] = {}
        for word, names in section("credentials").items():
            ranked = [
                (place, ".".join(path))
                for path, element in operation.request.below()
                if not element.children and (place := rank(element.name, names)) is not None
            ]
            if ranked:
                found[word] = min(ranked)[1]
        parents = {path.rpartition(".")[0] for path in found.values()}
        if len(found) == len(section("credentials")) and len(parents) == 1:
            return found
    return {}


def _endpoint(
    chosen: RecordList, configured: ResolvedEndpoint, operations: Mapping[str, OperationOutline]
) -> Endpoint:
    arguments = _arguments(chosen.operation.request)
    paging = "offset" if "offset" in arguments else "page" if "page" in arguments else "none"
    ids = tuple(_identity(chosen.record, configured, ".".join(path)) for path in configured.remote_id)
    confirm, confirm_argument = _single_record(chosen, configured, operations)
    return Endpoint(
        operation=chosen.operation.name,
        arguments=arguments,
        paging=paging,  # type: ignore[arg-type]  # one of the three
        records=".".join(chosen.path),
        total=".".join(chosen.total),
        remote_id=ids[0] if len(ids) == 1 else ids,
        confirm=confirm,
        confirm_argument=confirm_argument,
    )


def _arguments(request: Outline) -> dict[str, str]:
    """Our word to the tenant's; of page and offset, the one that is there, offset where both are."""
    found: dict[str, str] = {}
    for word, names in section("arguments").items():
        ranked = [
            (place, child.name)
            for child in request.children
            if not child.children and (place := rank(child.name, names)) is not None
        ]
        if ranked:
            found[word] = min(ranked)[1]
    if "offset" in found:
        found.pop("page", None)
    return found if {"offset", "page"} & set(found) else {}


def _identity(record: Outline, configured: ResolvedEndpoint, expected: str) -> str:
    """Where the id is in a record; as it is configured where nothing looks like one."""
    ranked = [
        (place, child.name)
        for child in record.children
        if not child.children
        and (place := _identity_rank(child.name, configured.model, expected)) is not None
    ]
    return min(ranked)[1] if ranked else expected


def _identity_rank(name: str, model: str, expected: str) -> int | None:
    if plain(name) == plain(expected):
        return 0
    shared = meanings(name) & meanings(expected)
    if not shared:
        return 1000 if own_reference(model) in meanings(name) else None
    place = rank(name, section("elements")["id"])
    return 1 if place is None else 1 + place


def _single_record(
    chosen: RecordList, configured: ResolvedEndpoint, operations: Mapping[str, OperationOutline]
) -> tuple[str, str]:
    """The operation that gives one record of a list by its id, and the argument that takes the id."""
    if not configured.confirm:
        return "", ""
    for operation in operations.values():
        answered = [element for _, element in operation.answer.below() if _is_like(element, chosen.record)]
        if operation.name != chosen.operation.name and answered:
            for argument in operation.request.children:
                wanted = {"id", own_reference(configured.model)}
                if not argument.children and meanings(argument.name) & wanted:
                    return operation.name, argument.name
    return "", ""


def _is_like(element: Outline, record: Outline) -> bool:
    return not element.repeats and bool(element.children) and element.children == record.children


def _count_rank(element: Outline) -> int | None:
    """How likely an element is a count: by its word, else by being a whole number."""
    if element.children or element.repeats:
        return None
    place = rank(element.name, section("count")["total"])
    if place is not None:
        return place
    paging = [word for names in section("arguments").values() for word in names]
    return 1000 if element.is_number and plain(element.name) not in paging else None


def _same_meaning(ours: str, theirs: str) -> int:
    """2 for the same name, 1 for one that may mean the same, else 0."""
    if ours == theirs:
        return 2
    return 1 if meanings(ours) & meanings(theirs) or plain(ours) == plain(theirs) else 0
