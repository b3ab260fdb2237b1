"""Pages of Coveto records: from an answer's element to records with ids and hashes."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy

import orjson
import xxhash
from lxml import etree

from sources.coveto.client import CovetoClient, SoapAnswer
from sources.coveto.xml_records import NO_SHAPE, Json, Shape, XmlConverter
from sources.endpoints import ResolvedEndpoint
from sources.errors import VendorAnswerError, VendorFaultError
from sources.pages import ID_TOO_LONG, Page, Record, Unreadable, Window, is_too_long, numeric_order

_NOT_FOUND = "NICHT_GEFUNDEN"


class CovetoPages:
    """Fetches windows of one model's list."""

    def __init__(self, client: CovetoClient, endpoint: ResolvedEndpoint) -> None:
        self._client = client
        self._endpoint = endpoint

    def fetch(self, window: Window) -> Page:
        """One window of the list.

        Raises:
            SourceError: the vendor could not be reached, refused, or answered something else.
        """
        endpoint = self._endpoint
        operation = self._client.operation(endpoint.operation)
        answer = self._client.call(endpoint.operation, _arguments(endpoint.arguments, window))
        records, unreadable = self._elements(answer.element, operation.shape, endpoint.records)
        total = _total(answer.element, endpoint.total)
        if not (
            records or unreadable or total is not None or self._may_be_empty(answer.element, operation.shape)
        ):
            raise VendorAnswerError(
                f"the answer to {endpoint.operation} holds neither a list at {'.'.join(endpoint.records)}"
                f" nor a count at {'.'.join(endpoint.total) or '(not configured)'}",
                f"set records and total of this connection's endpoint {endpoint.model} to where they are",
            )
        return Page(window.start, records, unreadable, total, answer.replaced_characters)

    def fetch_one(self, remote_id: str) -> Page | None:
        """One record asked for by its id, as a page of its own; None where the tenant does not have it.

        Raises:
            SourceError: the vendor could not be reached, refused, or answered something else.
        """
        endpoint = self._endpoint
        answer = self._ask(remote_id)
        if answer is None or _is_empty(answer.element):
            return None
        shape = self._client.operation(endpoint.confirm).shape
        records, unreadable = self._elements(answer.element, shape, endpoint.confirm_record)
        if len(records) + len(unreadable) != 1 or any(one.remote_id != remote_id for one in records):
            raise VendorAnswerError(
                f"the answer to {endpoint.confirm} does not hold the one record that was asked for"
                f" at {'.'.join(endpoint.confirm_record)}",
                f"set confirm and confirm_record of this connection's endpoint {endpoint.model}",
            )
        return Page(0, records, unreadable, replaced_characters=answer.replaced_characters)

    def has_record(self, remote_id: str) -> bool:
        """Whether the tenant still has a record, asked for by its id.

        Raises:
            SourceError: it cannot be told.
        """
        answer = self._ask(remote_id)
        return answer is not None and not _is_empty(answer.element)

    def _ask(self, remote_id: str) -> SoapAnswer | None:
        endpoint = self._endpoint
        try:
            return self._client.call(endpoint.confirm, {endpoint.confirm_argument: remote_id})
        except VendorFaultError as error:
            if error.code == _NOT_FOUND:
                return None
            raise

    def _elements(
        self, answer: etree._Element, shape: Shape, path: Sequence[str]
    ) -> tuple[list[Record], list[Unreadable]]:
        """Every element at a path of an answer: as a record, or as what cannot be one."""
        converter = XmlConverter()
        records: list[Record] = []
        unreadable: list[Unreadable] = []
        for position, (element, shape_of_element) in enumerate(_at(answer, shape, path)):
            found = _record(converter, element, shape_of_element, self._endpoint)
            if isinstance(found, Record):
                records.append(found)
            else:
                text = _text_of(element)
                unreadable.append(Unreadable(position, found, text, xxhash.xxh3_128_hexdigest(text.encode())))
        return records, unreadable

    def _may_be_empty(self, answer: etree._Element, shape: Shape) -> bool:
        """Whether an answer with neither records nor a count can be an empty list, and no wrong setting."""
        path = self._endpoint.records
        if any(True for _ in _at(answer, NO_SHAPE, path[:-1])):
            return len(path) > 1
        for name in path:
            if name not in shape.children:
                return False
            shape = shape.children[name]
        return not self._endpoint.total


def _is_empty(answer: etree._Element) -> bool:
    """Whether an answer holds nothing: neither an element with content nor text."""
    return not any(len(element) or (element.text or "").strip() for element in answer)


def _text_of(element: etree._Element) -> str:
    """An element as it came, without the namespaces that only others in its document use."""
    alone = deepcopy(element)
    alone.tail = None
    etree.cleanup_namespaces(alone)
    return etree.tostring(alone, encoding="unicode")


def _arguments(names: Mapping[str, str], window: Window) -> dict[str, object]:
    values = {"limit": window.size, "offset": window.start, "page": window.page}
    return {names[word]: value for word, value in values.items() if names.get(word) and value is not None}


def _record(
    converter: XmlConverter, element: etree._Element, shape: Shape, endpoint: ResolvedEndpoint
) -> Record | str:
    """The record that an element holds, or why it cannot be one."""
    try:
        value = converter.value_of(element, shape)
        data, canonical = orjson.dumps(value), orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (RecursionError, orjson.JSONEncodeError):  # the second: orjson writes at most 254 levels
        return "nested too deeply"
    parts = [text_at(value, path) for path in endpoint.remote_id]
    if not all(parts):
        return "no id at " + ", ".join(".".join(path) for path in endpoint.remote_id)
    remote_id = ":".join(parts)
    if is_too_long(remote_id):
        return ID_TOO_LONG
    return Record(
        remote_id=remote_id,
        order=numeric_order(parts),
        data=data,
        content_hash=xxhash.xxh3_128_hexdigest(canonical),
        candidate_id=text_at(value, endpoint.candidate_id) if endpoint.candidate_id else "",
    )


def text_at(value: Json, path: Sequence[str]) -> str:
    """The trimmed text at a path of a converted record; "" where there is none."""
    for name in path:
        value = value[0] if isinstance(value, list) and value else value
        value = value.get(name) if isinstance(value, dict) else None
    value = value[0] if isinstance(value, list) and value else value
    value = value.get("#text") if isinstance(value, dict) else value
    return value.strip() if isinstance(value, str) else ""


def _at(element: etree._Element, shape: Shape, path: Sequence[str]) -> Iterator[tuple[etree._Element, Shape]]:
    """Every element at a path of local names, with its shape."""
    if not path:
        yield element, shape
        return
    for child in element:
        if child.tag.rpartition("}")[2] == path[0]:
            yield from _at(child, shape.children.get(path[0], NO_SHAPE), path[1:])


def _total(answer: etree._Element, path: Sequence[str]) -> int | None:
    """The count at a path; a name with "@" is an attribute. None where it is missing or no number."""
    if not path:
        return None
    name = path[-1]
    parents = path[:-1] if name.startswith("@") else path
    for element, _ in _at(answer, NO_SHAPE, parents):
        text = (element.get(name[1:]) if name.startswith("@") else element.text) or ""
        digits = text.strip()
        return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else None
    return None
