"""XML becomes JSON by one rule that loses nothing and interprets nothing.

An element is its text where it has neither attributes nor children (absent stays absent, empty is "",
`xsi:nil` is null), else an object. An attribute is `@name`; text beside attributes or children is `#text`.
What the schema lets repeat is a list, and so is what repeats without being allowed to. Namespaces are
dropped; where two names of one element collide, the one of another namespace than the element's own is
`{namespace}name`. Text is never trimmed, typed or normalised; white space that only indents child elements is
no text.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from lxml import etree

Json: TypeAlias = "str | list[Json] | dict[str, Json] | None"
_Attributes: TypeAlias = Sequence[tuple[Any, Any]]
"""By tag their values: always texts, though lxml's types allow bytes."""

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_IS_NIL = ((_NIL, "true"), (_NIL, "1"))


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


class _AttributeNames(dict[str, str]):
    """What attributes are called in JSON, each name cut once."""

    def __missing__(self, tag: str) -> str:
        name = self[tag] = "@" + _local(tag)
        return name


class _Children(dict[str, tuple[str, bool, Shape]]):
    """What becomes of the children of one shape: by tag their name, whether it repeats, and their shape."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.has_shared_name = False
        """Whether two tags have the same local name: then they may collide in some element."""
        self._shape = shape
        self._names: set[str] = set()

    def __missing__(self, tag: str) -> tuple[str, bool, Shape]:
        name = _local(tag)
        self.has_shared_name = self.has_shared_name or name in self._names
        self._names.add(name)
        return self._called(tag, name)

    def of(self, element: etree._Element) -> "_Children":
        """The same for the children of one element, where those of another namespace keep it on collision."""
        tags = {str(child.tag) for child in element}
        names = [_local(tag) for tag in tags]
        home = _namespace(str(element.tag))
        kept_apart = [tag for tag in tags if names.count(_local(tag)) > 1 and _namespace(tag) != home]
        if not kept_apart:
            return self
        children = _Children(self._shape)
        for tag in kept_apart:
            children._called(tag, tag)
        return children

    def _called(self, tag: str, name: str) -> tuple[str, bool, Shape]:
        shape = self._shape
        child = self[tag] = (name, name in shape.repeating, shape.children.get(name, NO_SHAPE))
        return child


class _Shapes(dict[Shape, _Children]):
    """The children of every shape that was met."""

    def __missing__(self, shape: Shape) -> _Children:
        children = self[shape] = _Children(shape)
        return children


class XmlConverter:
    """Turns elements into JSON values by the rule above; one for each answer, or for many."""

    def __init__(self) -> None:
        self._attribute_names = _AttributeNames()
        self._shapes = _Shapes()

    def value_of(self, element: etree._Element, shape: Shape = NO_SHAPE) -> Json:
        """The JSON value of one element."""
        attributes = element.items()
        if len(element):
            return self._with_children(element, attributes, shape)
        return self._leaf(element, attributes) if attributes else element.text or ""

    def _leaf(self, element: etree._Element, attributes: _Attributes) -> Json:
        """The value of an element that has attributes and no children."""
        if len(attributes) == 1 and attributes[0] in _IS_NIL:
            return None
        record = self._named(attributes)
        if text := element.text:
            record["#text"] = text
        return record

    def _named(self, attributes: _Attributes) -> dict[str, Json]:
        record: dict[str, Json] = {}
        names = self._attribute_names
        for tag, value in attributes:
            name = names[tag]
            record[f"@{tag}" if name in record else name] = value
        return record

    def _with_children(self, element: etree._Element, attributes: _Attributes, shape: Shape) -> Json:
        """The value of an element that has children.

        Most time of reading goes into this loop: it asks lxml once for each thing, and calls nothing of ours
        for children without attributes and children, which are most.
        """
        record = self._named(attributes) if attributes else {}
        children = self._shapes[shape]
        is_parted = children.has_shared_name
        if is_parted:
            children = children.of(element)
        has_text = _is_text(element.text)
        value: Json
        for child in element:
            name, repeats, child_shape = children[child.tag]
            attributes = child.items()
            if len(child):
                value = self._with_children(child, attributes, child_shape)
            elif attributes:
                value = self._leaf(child, attributes)
            else:
                value = child.text or ""
            if name not in record:
                record[name] = [value] if repeats else value
            else:
                present = record[name]
                if type(present) is list:  # of repeated elements: nothing else becomes a list
                    present.append(value)
                else:
                    record[name] = [present, value]
            tail = child.tail
            if tail and not tail.isspace():
                has_text = True
        if children.has_shared_name and not is_parted:  # met for the first time, perhaps in here
            return self._with_children(element, element.items(), shape)
        if has_text:
            record["#text"] = _text_among_children(element)
        return record


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _namespace(tag: str) -> str:
    return tag.rpartition("}")[0]


def _is_text(text: str | None) -> bool:
    """Whether a text beside children does more than indent them."""
    return bool(text) and not str(text).isspace()


def _text_among_children(element: etree._Element) -> Json:
    """The text beside children: a list where children part it."""
    pieces = [text for text in (element.text, *(child.tail for child in element)) if text and _is_text(text)]
    return pieces[0] if len(pieces) == 1 else list(pieces)
