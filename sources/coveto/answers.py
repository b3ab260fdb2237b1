"""What an answer of Coveto holds: from its bytes to records with ids and hashes. Without zeep and HTTP."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import NamedTuple

import orjson
import xxhash
from lxml import etree

from sources.coveto.xml_document import Document, parse_document
from sources.coveto.xml_records import NO_SHAPE, Json, Shape, XmlConverter
from sources.pages import ID_TOO_LONG, Record, Unreadable, is_too_long, numeric_order
from sources.resolved_endpoint import ResolvedEndpoint

SOAP_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"


class Elements(NamedTuple):
    """The elements of a list: as records, or as what cannot be one."""

    records: list[Record]
    unreadable: list[Unreadable]
    total: int | None
    """How many the vendor says there are; None where it says nothing readable."""
    replaced_characters: int


@dataclass(frozen=True, eq=False)
class ListParser:
    """Parses answers that hold a list of one model.

    Args:
        answer_tag: the tag of the element that the answer's body must hold.
        shape: what the schema says of that element.
        endpoint: where in it the list, the count and the ids are.
    """

    answer_tag: str
    shape: Shape
    endpoint: ResolvedEndpoint
    parsed_type = Elements

    def parse(self, body: bytes) -> Elements | None:
        """What a list holds that came without a fault; None where the answer needs a closer look."""
        answer = plain_answer(body, self.answer_tag)
        elements = None if answer is None else self.elements(*answer)
        return elements if elements is not None and elements.records else None

    def elements(self, answer: etree._Element, replaced_characters: int) -> Elements:
        """What the element that the answer's body holds brings."""
        records, unreadable = elements_at(answer, self.shape, self.endpoint.records, self.endpoint)
        return Elements(records, unreadable, _total(answer, self.endpoint.total), replaced_characters)


def plain_answer(body: bytes, answer_tag: str) -> tuple[etree._Element, int] | None:
    """The element that an answer without a fault holds, and how many characters were replaced in it."""
    document = parse_document(body)
    found = None if document is None else soap_body(document)
    element = None if found is None or fault_of(found) is not None else found.find(answer_tag)
    return None if document is None or element is None else (element, document.replaced_characters)


def soap_body(document: Document) -> etree._Element | None:
    """The body of a SOAP envelope; None where the document is none."""
    if etree.QName(document.root).localname != "Envelope":
        return None
    return document.root.find(f"{{{SOAP_ENVELOPE}}}Body")


def fault_of(body: etree._Element) -> etree._Element | None:
    """The fault that stands where the answer belongs; None where there is none."""
    return body.find(f"{{{SOAP_ENVELOPE}}}Fault")


def elements_at(
    answer: etree._Element, shape: Shape, path: Sequence[str], endpoint: ResolvedEndpoint
) -> tuple[list[Record], list[Unreadable]]:
    """Every element at a path of an answer: as a record, or as what cannot be one."""
    converter = XmlConverter()
    records: list[Record] = []
    unreadable: list[Unreadable] = []
    for position, (element, shape_of_element) in enumerate(within(answer, shape, path)):
        found = _record(converter, element, shape_of_element, endpoint)
        if isinstance(found, Record):
            records.append(found)
        else:
            text = _text_of(element)
            unreadable.append(Unreadable(position, found, text, xxhash.xxh3_128_hexdigest(text.encode())))
    return records, unreadable


def is_empty(answer: etree._Element) -> bool:
    """Whether an answer holds nothing: neither an element with content nor text."""
    return not any(len(element) or (element.text or "").strip() for element in answer)


def _text_of(element: etree._Element) -> str:
    """An element as it came, without the namespaces that only others in its document use."""
    alone = deepcopy(element)
    alone.tail = None
    etree.cleanup_namespaces(alone)
    return etree.tostring(alone, encoding="unicode")


def _record(
    converter: XmlConverter, element: etree._Element, shape: Shape, endpoint: ResolvedEndpoint
) -> Record | str:
    """The record that an element holds, or why it cannot be one."""
    try:
        value = converter.value_of(element, shape)
        data, canonical = json_text(value), orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (RecursionError, orjson.JSONEncodeError):  # the second: orjson writes at most 254 levels
        return "nested too deeply"
    parts = [text_at(value, path) for path in endpoint.remote_id]
    if "" in parts:
        return "no id at " + ", ".join(".".join(path) for path in endpoint.remote_id)
    remote_id = ":".join(parts)
    if is_too_long(remote_id):
        return ID_TOO_LONG
    candidate_id = text_at(value, endpoint.candidate_id) if endpoint.candidate_id else ""
    content_hash = xxhash.xxh3_128_hexdigest(canonical)
    return Record(remote_id, numeric_order(parts), data, content_hash, candidate_id)


def json_text(value: Json) -> bytes:
    """A converted record as JSON, in the source's order.

    Copied, as what orjson gives holds 4 or 8 kB as long as it lives, and many records live at once.

    Raises:
        orjson.JSONEncodeError: it is nested too deeply.
    """
    return b"%b" % orjson.dumps(value)


def text_at(value: Json, path: Sequence[str]) -> str:
    """The trimmed text at a path of a converted record; "" where there is none."""
    for name in path:
        value = value[0] if isinstance(value, list) and value else value
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, str):
        return value.strip()
    value = value[0] if isinstance(value, list) and value else value
    value = value.get("#text") if isinstance(value, dict) else value
    return value.strip() if isinstance(value, str) else ""


def within(
    element: etree._Element, shape: Shape, path: Sequence[str]
) -> Iterator[tuple[etree._Element, Shape]]:
    """Every element at a path of local names, with its shape."""
    if not path:
        yield element, shape
        return
    name, deeper = path[0], path[1:]
    inner = shape.children.get(name, NO_SHAPE)
    for child in element:
        if child.tag.rpartition("}")[2] != name:
            continue
        if deeper:
            yield from within(child, inner, deeper)
        else:
            yield child, inner


def _total(answer: etree._Element, path: Sequence[str]) -> int | None:
    """The count at a path; a name with "@" is an attribute. None where it is missing or no number."""
    if not path:
        return None
    name = path[-1]
    parents = path[:-1] if name.startswith("@") else path
    for element, _ in within(answer, NO_SHAPE, parents):
        text = (element.get(name[1:]) if name.startswith("@") else element.text) or ""
        digits = text.strip()
        return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else None
    return None
