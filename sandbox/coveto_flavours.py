"""How a Coveto API names things: the contract's way, and ways that are the contract's renamed by data."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sandbox.coveto_rendering import render_record
from sandbox.record_store import Record

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
    arguments: Mapping[str, str] = field(default_factory=dict)
    """The contract's argument names that are other names here, but for paging."""
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
    _rename_into(result, record, "", "", renamed)
    return result


def _rename_into(result: Record, element: Record, old: str, new: str, renamed: Mapping[str, str]) -> None:
    """Put what `element`, at the path `old` of its record, holds into `result`, at the path `new`."""
    for name, value in element.items():
        path = f"{old}{name}"
        target = renamed.get(path, f"{new}{name}")
        if isinstance(value, dict):
            inner: Record = {}
            _rename_into(inner, value, f"{path}.", f"{target}.", renamed)
            result[target.removeprefix(new)] = inner
        elif isinstance(value, list):
            result[target.removeprefix(new)] = [_renamed_item(item, path, target, renamed) for item in value]
        else:
            result[target.removeprefix(new)] = value


def _renamed_item(item: Any, old: str, new: str, renamed: Mapping[str, str]) -> Any:
    if not isinstance(item, dict):
        return item
    inner: Record = {}
    _rename_into(inner, item, f"{old}.", f"{new}.", renamed)
    return inner


def load_flavour(file_name: str) -> Flavour:
    """The flavour that a file of `contracts` describes."""
    data = tomllib.loads((CONTRACTS / file_name).read_text(encoding="utf-8"))
    container, total = tuple(data["container"].split(".")), tuple(data["total"].split("."))
    return Flavour(
        name=data["name"],
        wsdl_file=data["wsdl_file"],
        service_path=data["service_path"],
        namespace=data["namespace"],
        lists={
            operation: ListShape(operation, shape["model"], shape["name"], container, shape["element"], total)
            for operation, shape in data["lists"].items()
        },
        gets={
            operation: (get["model"], get["name"], get["element"]) for operation, get in data["gets"].items()
        },
        writes=data["writes"],
        limit=data["limit"],
        offset=data.get("offset"),
        page=data.get("page"),
        credentials=data["credentials"],
        arguments=data["arguments"],
        renamed=data["fields"],
    )


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

ALTERNATIVE = load_flavour("alternative.toml")
