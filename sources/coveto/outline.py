"""What a tenant's WSDL says of an operation, as a plain tree: for comparing it with what we expect of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sources.coveto.client import CovetoClient
from sources.coveto.xml_records import elements_of

_WHOLE_NUMBERS = {"int", "integer", "long", "short", "nonNegativeInteger", "positiveInteger"} | {
    f"unsigned{size}" for size in ("Int", "Long", "Short")
}


@dataclass(frozen=True)
class Outline:
    """One element, or, with a name that begins with "@", one attribute."""

    name: str
    type_name: str
    """The local name of its type; empty for a type without a name."""
    repeats: bool
    children: tuple["Outline", ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether it holds a whole number."""
        return not self.children and self.type_name in _WHOLE_NUMBERS

    def child(self, name: str) -> "Outline | None":
        """The child of a name."""
        return next((child for child in self.children if child.name == name), None)

    def at(self, path: Sequence[str]) -> "Outline | None":
        """What stands at a path of names; None where nothing does. "#text" is the text of any element."""
        found: Outline | None = self
        for name in path:
            if found is None:
                return None
            found = Outline("#text", "string", repeats=False) if name == "#text" else found.child(name)
        return found

    def below(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], "Outline"]]:
        """Everything below, each with its path; nothing below what repeats."""
        for child in self.children:
            here = (*path, child.name)
            yield here, child
            if not child.repeats:
                yield from child.below(here)


@dataclass(frozen=True)
class OperationOutline:
    """One operation: the element that asks and the element that answers."""

    name: str
    request: Outline
    answer: Outline


def operation_outlines(client: CovetoClient) -> dict[str, OperationOutline]:
    """Every operation of the tenant's WSDL by its name.

    Raises:
        SourceError: the WSDL could not be loaded.
    """
    return {
        name: OperationOutline(name, _of_message(operation.input), _of_message(operation.output))
        for name, operation in client.operations().items()
    }


def _of_message(message: Any) -> Outline:
    """The outline of what is sent one way; of nothing, where an operation sends nothing that way."""
    element = getattr(message, "body", None)
    return Outline("", "", repeats=False) if element is None else _outline(element, repeats=False)


def _outline(element: Any, *, repeats: bool, above: tuple[int, ...] = ()) -> Outline:
    """The outline of a zeep element; nothing below a type that holds itself, which `above` tells."""
    type_name = getattr(element.type, "name", None) or ""
    if id(element.type) in above:
        return Outline(element.name, type_name, repeats)
    attributes = (
        Outline(f"@{attribute.name}", getattr(attribute.type, "name", None) or "", repeats=False)
        for _, attribute in getattr(element.type, "attributes", ())
        if getattr(attribute, "name", None)
    )
    children = (
        _outline(child, repeats=within or bool(child.accepts_multiple), above=(*above, id(element.type)))
        for child, within in elements_of(element.type)
    )
    return Outline(element.name, type_name, repeats, (*attributes, *children))
