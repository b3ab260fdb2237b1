"""What the made-up tenants of both vendors share: lock, clock, armed faults, a record of what was asked."""

import gzip
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Protocol

from sandbox.clock import Clock
from sandbox.exchange import Answer, Asked, Page, PageQuery, Refusal, Request
from sandbox.faults import Action, ArmedFaults, Fault

GENERATED_UNTIL = datetime(2026, 10, 31, 12, 0, 0, tzinfo=UTC)
"""No generated record is newer than this."""
_SECRET_HEADERS = {"authorization", "proxy-authorization", "cookie"}


class Tenant:
    """What does not depend on the vendor. All public methods may be called from any thread."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.clock = Clock(GENERATED_UNTIL)
        self.date_header_ahead = timedelta()
        """By how much the HTTP `Date` header runs ahead of the tenant's clock."""
        self.compresses = False
        """Whether answers are gzipped for callers that accept it."""
        self.unreachable_models: set[str] = set()
        """Models that the credentials may not read (403, BERECHTIGUNG)."""
        self._faults = ArmedFaults()
        self._requests: list[Asked] = []
        self._served_bytes = 0

    def arm(self, *faults: Fault) -> None:
        """Let faults happen from now on."""
        with self.lock:
            self._faults.arm(faults)

    def disarm(self) -> None:
        """Forget all armed faults."""
        with self.lock:
            self._faults.disarm()

    @property
    def hits(self) -> dict[str, int]:
        """How often each armed fault has happened, by its name."""
        with self.lock:
            return self._faults.hits

    @property
    def requests(self) -> list[Asked]:
        """What was asked so far, oldest first."""
        with self.lock:
            return list(self._requests)

    def count(self, operation: str | None = None, model: str | None = None) -> int:
        """How many requests there were so far, of one operation or one model alone where it is named."""
        return sum(
            (operation is None or asked.operation == operation) and (model is None or asked.model == model)
            for asked in self.requests
        )

    @property
    def served_bytes(self) -> int:
        """How many bytes the bodies of all answers had so far, before they were compressed."""
        with self.lock:
            return self._served_bytes

    def forget_requests(self) -> None:
        """Empty the record of what was asked and served."""
        with self.lock:
            self._requests.clear()
            self._served_bytes = 0

    def note_served(self, body: bytes) -> None:
        """Count the bytes of an answer."""
        with self.lock:
            self._served_bytes += len(body)

    def record(self, asked: Asked) -> tuple[Asked, list[Action]]:
        """Note what was asked; gives it its number and the faults that it meets."""
        with self.lock:
            hidden = tuple(name for name in asked.headers if name in self._secret_headers())
            headers = {name: value for name, value in asked.headers.items() if name not in hidden}
            number = len(self._requests) + 1
            asked = replace(asked, number=number, headers=headers, secret_headers=hidden)
            self._requests.append(asked)
            return asked, self._faults.met_by(asked)

    def date_header(self) -> str:
        """What the `Date` header says now."""
        return format_datetime(self.clock.now() + self.date_header_ahead, usegmt=True)

    def _secret_headers(self) -> set[str]:
        return _SECRET_HEADERS


class VendorApi(Protocol):
    """One vendor's HTTP interface over one tenant; `answer` carries it out with the faults that are armed."""

    @property
    def tenant(self) -> Tenant:
        """Whose records these are."""

    def describe(self, request: Request) -> Asked:
        """What the request asks for."""

    def respond(self, request: Request, asked: Asked, shape: "PageShape") -> Answer:
        """The answer of a vendor in good health; raises `Refusal` where it refuses."""

    def refused(self, asked: Asked, refusal: Refusal) -> Answer:
        """The answer that tells a refusal."""


class PageShape:
    """How the armed faults bend a page: first what is looked up, then what is said of it."""

    def __init__(self, actions: list[Action]) -> None:
        self._actions = actions

    def query(self, query: PageQuery) -> PageQuery:
        """The query as the faults have it."""
        for action in self._actions:
            query = action.on_query(query)
        return query

    def page(self, page: Page) -> Page:
        """The page as the faults have it."""
        for action in self._actions:
            page = action.on_page(page)
        return page


def answer_of(api: VendorApi, request: Request) -> Answer:
    """Carry out a request: note it, let the armed faults happen, ask the vendor."""
    asked, actions = api.tenant.record(api.describe(request))
    try:
        for action in actions:
            early = action.instead(asked)
            if early is not None:
                return early
        answer = api.respond(request, asked, PageShape(actions))
    except Refusal as refusal:
        answer = api.refused(asked, refusal)
    for action in actions:
        answer = action.on_answer(answer)
    api.tenant.note_served(answer.body)
    return _compressed(answer) if api.tenant.compresses and _takes_gzip(request) else answer


def _takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


def _compressed(answer: Answer) -> Answer:
    if any(name == "Content-Encoding" for name, _ in answer.headers):
        return answer
    encoding = ("Content-Encoding", "gzip")
    return answer.but(body=gzip.compress(answer.body, 1), headers=(*answer.headers, encoding))


Handler = Callable[[Request], Answer]
