"""A tenant's WSDL beside what a connection expects of it: found, missing, unknown."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sources.coveto.outline import OperationOutline, Outline
from sources.endpoints import path_of
from sources.resolved_endpoint import ResolvedEndpoint

State = Literal["found", "missing", "unknown"]


@dataclass(frozen=True)
class ModelComparison:
    """One model's operation, as it is configured, beside the WSDL; each name with its state."""

    model: str
    operation: str
    operation_state: State
    arguments: Mapping[str, State] = field(default_factory=dict)
    answer: Mapping[str, State] = field(default_factory=dict)
    """Where list, count and id are expected."""
    elements: Mapping[str, State] = field(default_factory=dict)
    """The paths of a record that staging reads; unknown are elements that none of its columns takes."""
    record: Outline | None = None

    @property
    def fits(self) -> bool:
        """Whether the list can be read; a missing element of a record is only a column that stays empty."""
        states = [self.operation_state, *self.arguments.values(), *self.answer.values()]
        return "missing" not in states


def compare(
    endpoint: ResolvedEndpoint,
    operations: Mapping[str, OperationOutline],
    elements: Mapping[str, Collection[str]],
    used: Collection[str],
    credentials: Collection[str],
) -> ModelComparison:
    """Compare one model.

    Args:
        endpoint: the model as it is configured.
        operations: all that the WSDL has.
        elements: each path that staging reads, to the paths that it tries for it.
        used: the top-level elements of a record that some column reads.
        credentials: the arguments that carry credentials.
    """
    operation = operations.get(endpoint.operation)
    if operation is None:
        return ModelComparison(endpoint.model, endpoint.operation, "missing")
    record = operation.answer.at(endpoint.records)
    return ModelComparison(
        endpoint.model,
        endpoint.operation,
        "found",
        arguments=_arguments(endpoint, operation.request, credentials),
        answer=_answer(endpoint, operation.answer, record),
        elements={} if record is None else _elements(record, elements, used),
        record=record,
    )


def _arguments(
    endpoint: ResolvedEndpoint, request: Outline, credentials: Collection[str]
) -> dict[str, State]:
    ours = [name for name in endpoint.arguments.values() if name]
    states: dict[str, State] = {name: "found" if request.child(name) else "missing" for name in ours}
    carried = {path_of(path)[0] for path in credentials}
    for path in credentials:
        states[path] = "found" if request.at(path_of(path)) else "missing"
    others = [child.name for child in request.children if child.name not in {*ours, *carried}]
    return states | dict.fromkeys(others, "unknown")


def _answer(endpoint: ResolvedEndpoint, answer: Outline, record: Outline | None) -> dict[str, State]:
    states: dict[str, State] = {".".join(endpoint.records): "missing" if record is None else "found"}
    if endpoint.total:
        states[".".join(endpoint.total)] = "found" if answer.at(endpoint.total) else "missing"
    if record is not None:
        for path in endpoint.remote_id:
            states[f"{record.name}.{'.'.join(path)}"] = "found" if record.at(path) else "missing"
    return states


def _elements(
    record: Outline, elements: Mapping[str, Collection[str]], used: Collection[str]
) -> dict[str, State]:
    states: dict[str, State] = {
        path: "found" if any(record.at(path_of(one)) for one in tried) else "missing"
        for path, tried in elements.items()
    }
    others = [child.name for child in record.children if child.name not in used]
    return states | dict.fromkeys(others, "unknown")
