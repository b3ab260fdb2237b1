"""Pages of Coveto records: asked for window by window, or one by one."""

from collections.abc import Mapping
from concurrent.futures import Executor, Future
from functools import cached_property

from lxml import etree

from sources.coveto.answers import Elements, ListParser, elements_at, is_empty, within
from sources.coveto.client import CovetoClient, SoapAnswer
from sources.coveto.xml_records import NO_SHAPE, Shape
from sources.errors import VendorAnswerError, VendorFaultError
from sources.pages import Page, Window, window_at
from sources.parsing_process import ParsingProcess
from sources.resolved_endpoint import ResolvedEndpoint
from sources.vendor_http import Answer

_NOT_FOUND = "NICHT_GEFUNDEN"


class CovetoPages:
    """Fetches windows of one model's list.

    Args:
        client: asks the tenant.
        endpoint: how the model is read.
        parsing: a second process, where one shall help.
    """

    def __init__(
        self, client: CovetoClient, endpoint: ResolvedEndpoint, parsing: ParsingProcess | None = None
    ) -> None:
        self._client = client
        self._endpoint = endpoint
        self._parsing = parsing
        self._first: Future[Page] | None = None

    @property
    def _first_window(self) -> Window:
        return window_at(0, self._endpoint.page_size, self._endpoint.paging)

    def fetch_ahead(self, pool: Executor) -> None:
        """Ask for the first window by a thread of a pool, before it is wanted; `fetch` gives it once."""
        if self._first is None:
            self._first = pool.submit(self._fetch, self._first_window)

    def fetch(self, window: Window) -> Page:
        """One window of the list.

        Raises:
            SourceError: the vendor could not be reached, refused, or answered something else.
        """
        first, self._first = self._first, None
        return first.result() if first is not None and window == self._first_window else self._fetch(window)

    def _fetch(self, window: Window) -> Page:
        names = self._endpoint.arguments
        request = self._client.request_for(self._endpoint.operation, _arguments(names, window))
        records, unreadable, total, replaced = self._client.send_for(request, self._elements)
        return Page(window.start, records, unreadable, total, replaced)

    def fetch_one(self, remote_id: str) -> Page | None:
        """One record asked for by its id, as a page of its own; None where the tenant does not have it.

        Raises:
            SourceError: the vendor could not be reached, refused, or answered something else.
        """
        endpoint = self._endpoint
        answer = self._ask(remote_id)
        if answer is None or is_empty(answer.element):
            return None
        shape = self._client.operation(endpoint.confirm).shape
        records, unreadable = elements_at(answer.element, shape, endpoint.confirm_record, endpoint)
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
        return answer is not None and not is_empty(answer.element)

    def _ask(self, remote_id: str) -> SoapAnswer | None:
        endpoint = self._endpoint
        try:
            return self._client.call(endpoint.confirm, {endpoint.confirm_argument: remote_id})
        except VendorFaultError as error:
            if error.code == _NOT_FOUND:
                return None
            raise

    @cached_property
    def parser(self) -> ListParser:
        """What parses the model's lists; the WSDL is loaded for it."""
        operation = self._client.operation(self._endpoint.operation)
        return ListParser(operation.answer_tag, operation.shape, self._endpoint)

    def _elements(self, answer: Answer) -> Elements:
        """What an answer holds, checked to be a list."""
        parser, endpoint = self.parser, self._endpoint
        if answer.status == 200 and self._parsing is not None:
            parsed = self._parsing.parse(parser, answer.body)
            if parsed is not None:
                return parsed
        checked = self._client.checked(answer, self._client.operation(endpoint.operation))
        found = parser.elements(checked.element, checked.replaced_characters)
        is_told = found.records or found.unreadable or found.total is not None
        if not is_told and not self._may_be_empty(checked.element, parser.shape):
            raise VendorAnswerError(
                f"the answer to {endpoint.operation} holds neither a list at {'.'.join(endpoint.records)}"
                f" nor a count at {'.'.join(endpoint.total) or '(not configured)'}",
                f"set records and total of this connection's endpoint {endpoint.model} to where they are",
            )
        return found

    def _may_be_empty(self, answer: etree._Element, shape: Shape) -> bool:
        """Whether an answer with neither records nor a count can be an empty list, and no wrong setting."""
        path = self._endpoint.records
        if any(True for _ in within(answer, NO_SHAPE, path[:-1])):
            return len(path) > 1
        for name in path:
            if name not in shape.children:
                return False
            shape = shape.children[name]
        return not self._endpoint.total


def _arguments(names: Mapping[str, str], window: Window) -> dict[str, object]:
    values = {"limit": window.size, "offset": window.start, "page": window.page}
    return {names[word]: value for word, value in values.items() if names.get(word) and value is not None}
