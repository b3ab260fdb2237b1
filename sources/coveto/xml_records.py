"""XML becomes JSON by one rule that loses nothing and interprets nothing.

An element is its text where it has neither attributes nor children (absent stays absent, empty is "",
`xsi:nil` is null), else an object. An attribute is `@name`; text beside attributes or children is `#text`.
What the schema lets repeat is a list, and so is what repeats without being allowed to. Namespaces are
dropped; where two names of one element collide, the one of another namespace than the element's own is
`{namespace}name`. Text is never trimmed, typed or normalised; white space that only indents child elements is
no text.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeAlias

from lxml import etree

Json: TypeAlias = "str | list[Json] | dict[str, Json] | None"

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class Shape:
    """What a schema says of one element's children: which may repeat, and what shape each has."""

    __slots__ = ("children", "repeating")

    def __init__(self) -> None:
        self.children: dict[str, Shape] = {}
        self.repeating: set[str] = set()


NO_SHAPE = Shape()
"""The shape of an element that the schema does not know."""


def shape_of(xsd_type: Any, known: dict[int, Shape] | None = None) -> Shape:
    """The shape that a zeep type gives; types that hold themselves end in the same shape again."""
    known = {} if known is None else known
    if id(xsd_type) in known:
        return known[id(xsd_type)]
    shape = known[id(xsd_type)] = Shape()
    for element, repeats in elements_of(xsd_type):
        if repeats or element.accepts_multiple:
            shape.repeating.add(element.name)
        shape.children[element.name] = shape_of(element.type, known)
    return shape


def elements_of(xsd_type: Any) -> Iterator[tuple[Any, bool]]:
    """Every element that a zeep type may hold directly, and whether a group around it lets it repeat."""
    return _elements(getattr(xsd_type, "elements_nested", ()), repeats=False)


def _elements(nested: Any, *, repeats: bool) -> Iterator[tuple[Any, bool]]:
    """Every element below sequences, choices and groups, and whether one of those lets it repeat."""
    for _, part in nested:
        if hasattr(part, "elements_nested"):
            yield from _elements(part.elements_nested, repeats=repeats or part.accepts_multiple)
        elif hasattr(part, "elements") and not hasattr(part, "type"):
            yield from _elements(part.elements, repeats=repeats or part.accepts_multiple)
        elif getattr(part, "name", None) and hasattr(part, "type"):
            yield part, repeats


class _Names(dict[str, str]):
    """Local names of tags, each cut once; `shared` are those that more than one tag has."""

    def __init__(self) -> None:
        super().__init__()
        self.shared: set[str] = set()

    def __missing__(self, tag: str) -> str:
        name = tag.rpartition("}")[2]
        if name in self.values():
            self.shared.add(name)
        self[tag] = name
        return name


class XmlConverter:
    """Turns elements into JSON values by the rule above; one for each answer, or for many."""

    def __init__(self) -> None:
        self._names = _Names()

    def value_of(self, element: etree._Element, shape: Shape = NO_SHAPE) -> Json:
        """The JSON value of one element."""
        return self._value(element, element.iterdescendants(), shape)

    def _value(self, element: etree._Element, descendants: Iterator[etree._Element], shape: Shape) -> Json:
        """The same; takes what is below it from `descendants`, which lxml walks fastest in one go."""
        attributes = element.items()
        children = len(element)
        if not children:
            if not attributes:
                return element.text or ""
            if len(attributes) == 1 and attributes[0][0] == _NIL and attributes[0][1] in {"true", "1"}:
                return None
        record: dict[str, Json] = {}
        for tag, value in attributes:
            name = "@" + self._names[str(tag)]
            record[f"@{tag!s}" if name in record else name] = str(value)
        if not children:
            if element.text:
                record["#text"] = element.text
            return record
        shared = len(self._names.shared)
        members, has_text = self._members(element, islice(descendants, children), descendants, shape)
        if len(self._names.shared) > shared:  # a name met for the second time: it may collide in here
            descendants = element.iterdescendants()
            members, has_text = self._members(element, islice(descendants, children), descendants, shape)
        record.update(members)
        if has_text:
            record["#text"] = _text_among_children(element)
        return record

    def _members(
        self,
        element: etree._Element,
        children: Iterator[etree._Element],
        descendants: Iterator[etree._Element],
        shape: Shape,
    ) -> tuple[dict[str, Json], bool]:
        """What the children of an element become, and whether there is text among them."""
        record: dict[str, Json] = {}
        names, repeating, shapes = self._names, shape.repeating, shape.children
        colliding = self._colliding(element) if names.shared else ()
        has_text = _is_text(element.text)
        for child in children:
            name = names[child.tag]
            if name in colliding and _namespace(child) != _namespace(element):
                name = child.tag
            value: Json
            if len(child) or child.keys():
                value = self._value(child, descendants, shapes.get(name, NO_SHAPE))
            else:  # by far the most, so without another call
                value = child.text or ""
            if child.tail and _is_text(child.tail):
                has_text = True
            if name in record:
                present = record[name]
                if type(present) is _Repeated:
                    present.append(value)
                else:
                    record[name] = _Repeated((present, value))
            else:
                record[name] = _Repeated((value,)) if name in repeating else value
        return record, has_text

    def _colliding(self, element: etree._Element) -> set[str]:
        """The names that children of different namespaces share."""
        tags = {child.tag for child in element}
        names = [self._names[tag] for tag in tags]
        return {name for name in names if names.count(name) > 1}


class _Repeated(list[Json]):
    """A list made of repeated elements, told from any other value by its type."""


def _is_text(text: str | None) -> bool:
    """Whether a text beside children does more than indent them."""
    return bool(text) and not str(text).isspace()


def _text_among_children(element: etree._Element) -> Json:
    """The text beside children: a list where children part it."""
    pieces = [text for text in (element.text, *(child.tail for child in element)) if text and _is_text(text)]
    return pieces[0] if len(pieces) == 1 else list(pieces)


def _namespace(element: etree._Element) -> str | None:
    return etree.QName(element).namespace
