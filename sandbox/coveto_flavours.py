"""How a Coveto API names things: the contract's way, and ways that are the contract's renamed by data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sandbox.coveto_rendering import render_record
from sandbox.record_store import ABSENT, Record

CONTRACTS = Path(__file__).parent / "contracts"


@dataclass(frozen=True)
class ListShape:
    """A list operation: what it is called, where its rows and their count are, what a row is called."""

    operation: str
    model: str
    name: str
    container: tuple[str, ...]
    element: str
    total: tuple[str, ...]


@dataclass(frozen=True)
class Flavour:
    """One WSDL: where it is served, its names, its paging, how credentials come.

    `renamed` says per model which path of the contract's record becomes which; what it does not name stays.
    """

    name: str
    wsdl_file: str
    service_path: str
    namespace: str
    lists: Mapping[str, ListShape]
    gets: Mapping[str, tuple[str, str, str]]
    """Contract's operation: model, the flavour's operation, the element of the answer."""
    writes: Mapping[str, str]
    limit: str = "limit"
    offset: str | None = "offset"
    page: str | None = None
    credentials: Mapping[str, str] = field(default_factory=dict)
    """The request's elements that take customer_number and api_key; empty where they come otherwise."""
    renamed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def operations(self) -> dict[str, str]:
        """The flavour's operation names with the contract's."""
        names = {shape.name: shape.operation for shape in self.lists.values()}
        names |= {name: operation for operation, (_, name, _) in self.gets.items()}
        return names | {name: operation for operation, name in self.writes.items()}

    @cached_property
    def wsdl(self) -> bytes:
        """The WSDL as it is served."""
        return (CONTRACTS / self.wsdl_file).read_bytes()

    def renderer(self, model: str) -> Callable[[Record], bytes]:
        """How a record of a model becomes bytes."""
        element = self._element(model)
        renamed = self.renamed.get(model)
        if not renamed:
            return lambda record: render_record(element, record)
        return lambda record: render_record(element, renamed_record(record, renamed))

    def _element(self, model: str) -> str:
        return next(shape.element for shape in self.lists.values() if shape.model == model)


def renamed_record(record: Record, renamed: Mapping[str, str]) -> Record:
    """`record` with its values at other paths, in the same order."""
    result: Record = {}
    _rename_into(result, record, "", renamed)
    return result


def _rename_into(result: Record, element: Record, prefix: str, renamed: Mapping[str, str]) -> None:
    for name, value in element.items():
        path = prefix + name
        inner_names = any(known.startswith(path + ".") for known in renamed)
        if isinstance(value, dict) and inner_names:
            _rename_into(result, value, path + ".", renamed)
        elif value is not ABSENT:
            _set(result, renamed.get(path, path), value)


def _set(result: Record, path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for name in parents:
        result = result.setdefault(name, {})
    result[last] = value


def _list(operation: str, model: str, container: str, element: str) -> ListShape:
    return ListShape(operation, model, operation, (container,), element, ("gesamt",))


CONTRACT = Flavour(
    name="contract",
    wsdl_file="coveto.wsdl",
    service_path="/public/soap/",
    namespace="https://www.coveto.de/soap/v1",
    lists={
        shape.operation: shape
        for shape in (
            _list("listStellen", "jobs", "stellen", "stelle"),
            _list("listBewerber", "candidates", "bewerberListe", "bewerber"),
            _list("listBewerbungen", "applications", "bewerbungen", "bewerbung"),
            _list("listFragen", "screening_questions", "fragen", "frage"),
            _list("listStellenFragen", "job_screening_questions", "stellenFragen", "stellenFrage"),
            _list("listBewerberStatus", "application_statuses", "statusListe", "status"),
        )
    },
    gets={
        "getStelle": ("jobs", "getStelle", "stelle"),
        "getBewerber": ("candidates", "getBewerber", "bewerber"),
        "getBewerbung": ("applications", "getBewerbung", "bewerbung"),
    },
    writes={"createBewerber": "createBewerber", "createBewerbung": "createBewerbung"},
)
