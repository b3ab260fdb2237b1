"""Persy's REST interface over a made-up tenant, in any flavour of its names."""

import base64
import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import orjson

from sandbox.exchange import Answer, Asked, Page, PageQuery, Refusal, Request
from sandbox.persy_tenant import PersyTenant
from sandbox.tenant import PageShape

MOST_ROWS, DEFAULT_ROWS = 200, 100
_JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class PersyFlavour:
    """How a Persy API names things. `records` and `answer_…` are paths in the answer, joined by dots."""

    root: str = "/persy/api/v1"
    candidates: str = "/candidates"
    page: str = "page"
    page_size: str = "pageSize"
    modified_since: str = "modifiedSince"
    records: str = "Candidates"
    answer_page: str = "Paging.Page"
    answer_page_size: str = "Paging.PageSize"
    answer_pages: str = "Paging.TotalPages"
    answer_total: str = "Paging.TotalCount"


CONTRACT = PersyFlavour()
ALTERNATIVE = PersyFlavour(
    root="/api/v2",
    candidates="/applicants",
    page="pageNo",
    page_size="size",
    modified_since="changedSince",
    records="data.items",
    answer_page="data.page.no",
    answer_page_size="data.page.size",
    answer_pages="data.page.of",
    answer_total="data.count",
)


class PersyApi:
    """Answers for one tenant at the roots of all flavours."""

    def __init__(
        self, tenant: PersyTenant, flavours: Sequence[PersyFlavour] = (CONTRACT, ALTERNATIVE)
    ) -> None:
        self.tenant = tenant
        self._flavours = flavours

    def describe(self, request: Request) -> Asked:
        """What the request asks for; the operation is the contract's operationId."""
        operation, arguments = self._operation(request)
        model = "candidates" if operation else ""
        return Asked(
            "compleetpersy", request.method, request.path, operation, model, arguments, request.headers
        )

    def respond(self, request: Request, asked: Asked, shape: PageShape) -> Answer:
        """The answer of a vendor in good health."""
        self._authenticate(request)
        if not asked.operation:
            raise Refusal("NotFound", "There is no such path.", status=404)
        if asked.model in self.tenant.unreachable_models:
            raise Refusal("Forbidden", "The key lacks the right to read candidates.", status=403)
        if asked.operation == "listCandidates":
            return Answer(200, self._list(self._flavour(request), request, shape), _JSON)
        key = int(asked.arguments["candidateId"]) if asked.arguments["candidateId"].isdecimal() else -1
        candidate = self.tenant.rendered(key)
        if candidate is None:
            raise Refusal("NotFound", "There is no such candidate.", "candidateId", status=404)
        if asked.operation == "getCandidate":
            return Answer(200, candidate, _JSON)
        return self._attachment(asked, key)

    def refused(self, asked: Asked, refusal: Refusal) -> Answer:  # noqa: ARG002 - the interface of both vendors
        """The contract's error body."""
        error = {"Code": refusal.code, "Message": refusal.text} | (
            {"Field": refusal.field} if refusal.field else {}
        )
        return Answer(refusal.status, orjson.dumps({"Error": error}), _JSON)

    def _flavour(self, request: Request) -> PersyFlavour | None:
        fitting = (
            flavour
            for flavour in self._flavours
            if request.path.startswith(flavour.root + flavour.candidates)
        )
        return next(fitting, None)

    def _operation(self, request: Request) -> tuple[str, dict[str, str]]:
        flavour = self._flavour(request)
        if flavour is None or request.method != "GET":
            return "", {}
        rest = request.path.removeprefix(flavour.root + flavour.candidates).strip("/")
        match [unquote(segment) for segment in rest.split("/")]:
            case [""]:
                return "listCandidates", dict(request.query)
            case [candidate]:
                return "getCandidate", {"candidateId": candidate}
            case [candidate, "attachments"]:
                return "listCandidateAttachments", {"candidateId": candidate}
            case [candidate, "attachments", attachment]:
                return "getCandidateAttachment", {"candidateId": candidate, "attachmentId": attachment}
        return "", {}

    def _authenticate(self, request: Request) -> None:
        tenant = self.tenant
        given = request.headers.get("authorization", "")
        if tenant.auth == "header":
            right = _same(request.headers.get(tenant.auth_header.lower(), ""), tenant.api_key)
        elif tenant.auth == "basic":
            right = _same(_basic(given), f"{tenant.username}:{tenant.api_key}")
        else:
            right = _same(given, f"Bearer {tenant.api_key}")
        if not right:
            raise Refusal("Unauthorized", "The key is missing or wrong.", status=401)

    def _list(self, flavour: PersyFlavour | None, request: Request, shape: PageShape) -> bytes:
        flavour = flavour or CONTRACT
        size = _number(request, flavour.page_size, DEFAULT_ROWS, MOST_ROWS)
        number = _number(request, flavour.page, 1, 2**31)
        query = shape.query(PageQuery("candidates", size, (number - 1) * size, number))
        page = shape.page(self.tenant.page(query, _moment(request, flavour.modified_since)))
        return _list_answer(flavour, page)

    def _attachment(self, asked: Asked, key: int) -> Answer:
        attachments = self.tenant.attachments(key)
        if asked.operation == "listCandidateAttachments":
            return Answer(
                200,
                orjson.dumps({"Attachments": [attachment.description for attachment in attachments]}),
                _JSON,
            )
        found = next((one for one in attachments if one.key == asked.arguments["attachmentId"]), None)
        if found is None:
            raise Refusal("NotFound", "There is no such attachment.", "attachmentId", status=404)
        return Answer(
            200, found.content, str(found.description.get("MimeType") or "application/octet-stream")
        )


def _list_answer(flavour: PersyFlavour, page: Page) -> bytes:
    query = page.query
    paging: dict[str, Any] = {}
    if query.page is not None:
        _put(paging, flavour.answer_page, query.page)
    _put(paging, flavour.answer_page_size, query.limit)
    if page.total is not None:
        pages = -(-page.total // query.limit) if isinstance(page.total, int) else page.total
        _put(paging, flavour.answer_pages, pages)
        _put(paging, flavour.answer_total, page.total)
    # the rows are bytes already: a mark holds their place while the rest is written
    _put(paging, flavour.records, "\u0001rows")
    before, _, after = orjson.dumps(paging).partition(b'"\\u0001rows"')
    return before + b"[" + b",".join(page.rows) + b"]" + after


def _put(tree: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for name in parents:
        tree = tree.setdefault(name, {})
    tree[last] = value


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise Refusal("BadRequest", f"{name} must be a number from 1 to {most}.", name, status=400)
    return int(text)


def _moment(request: Request, name: str) -> datetime | None:
    text = request.query.get(name, "")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise Refusal("BadRequest", f"{name} must be an ISO 8601 date-time.", name, status=400) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _basic(header: str) -> str:
    scheme, _, encoded = header.partition(" ")
    try:
        return base64.b64decode(encoded, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
