"""Coveto's SOAP interface over a made-up tenant, in any flavour of its WSDL."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.coveto_authentication import authenticate, http_basic_is_right
from sandbox.coveto_flavours import ALTERNATIVE, CONTRACT, Flavour, ListShape
from sandbox.coveto_rendering import envelope, fault_envelope, render_record
from sandbox.coveto_requests import SoapRequest, read_request
from sandbox.coveto_tenant import CovetoTenant
from sandbox.coveto_writing import create
from sandbox.exchange import Answer, Asked, Page, PageQuery, Refusal, Request
from sandbox.tenant import PageShape

MOST_ROWS, DEFAULT_ROWS = 500, 100
_XML = "text/xml; charset=utf-8"


class CovetoApi:
    """Answers for one tenant at the paths of all flavours."""

    def __init__(self, tenant: CovetoTenant, flavours: Sequence[Flavour] = (CONTRACT, ALTERNATIVE)) -> None:
        self.tenant = tenant
        self._flavours = {flavour.service_path.rstrip("/"): flavour for flavour in flavours}

    def describe(self, request: Request) -> Asked:
        """What the request asks for; "wsdl", or "" where it is nothing that the contract has."""
        operation, model, arguments = "", "", {}
        flavour = self._flavour(request)
        if flavour and request.method == "GET" and _wants_wsdl(request):
            operation = "wsdl"
        elif flavour and request.method == "POST":
            asked = read_request(request.body)
            operation = flavour.operations.get(asked.operation, asked.operation) if asked else ""
            model = _model(flavour, operation)
            hidden = {path.partition(".")[0] for path in flavour.credentials.values()}
            arguments = (
                {name: value for name, value in asked.texts.items() if name not in hidden} if asked else {}
            )
        return Asked("coveto", request.method, request.path, operation, model, arguments, request.headers)

    def respond(self, request: Request, asked: Asked, shape: PageShape) -> Answer:
        """The answer of a vendor in good health."""
        flavour = self._flavour(request)
        if flavour is None or (not asked.operation and request.method == "GET"):
            return Answer(
                404, b"<html><body><h1>404 Nicht gefunden</h1></body></html>", "text/html; charset=utf-8"
            )
        if asked.operation == "wsdl":
            return self._wsdl(request, flavour)
        soap = read_request(request.body)
        if soap is None:
            raise Refusal("UNLESBAR", "Die Anfrage ist kein SOAP-1.1-Umschlag.")
        authenticate(self.tenant, flavour, request, soap)
        if asked.model in self.tenant.unreachable_models:
            raise Refusal("BERECHTIGUNG", f"Keine Berechtigung für {soap.operation}.")
        return Answer(200, self._carry_out(flavour, asked.operation, soap, shape), _XML)

    def refused(self, asked: Asked, refusal: Refusal) -> Answer:
        """A SOAP fault; without it where the HTTP layer itself refuses."""
        if refusal.status == 401:
            challenge = (("WWW-Authenticate", 'Basic realm="Coveto"'),)
            return Answer(401, b"<html><body>401 Unauthorized</body></html>", "text/html", headers=challenge)
        flavour = self._flavours.get(asked.path.rstrip("/"), CONTRACT)
        return Answer(
            refusal.status, fault_envelope(flavour.namespace, refusal.code, refusal.text, refusal.field), _XML
        )

    def _flavour(self, request: Request) -> Flavour | None:
        return self._flavours.get(request.path.rstrip("/"))

    def _wsdl(self, request: Request, flavour: Flavour) -> Answer:
        if (
            not flavour.credentials
            and self.tenant.auth == "basic"
            and not http_basic_is_right(self.tenant, request)
        ):
            raise Refusal("AUTH", "Zugangsdaten fehlen oder sind falsch.", status=401)
        return Answer(200, flavour.wsdl, _XML)

    def _carry_out(self, flavour: Flavour, operation: str, soap: SoapRequest, shape: PageShape) -> bytes:
        if operation in flavour.lists:
            return self._list(flavour, flavour.lists[operation], soap, shape)
        if operation in flavour.gets:
            return self._get(flavour, operation, soap)
        if operation in flavour.writes:
            made = render_record(f"{soap.operation}Response", create(self.tenant, operation, soap.content))
            return envelope(flavour.namespace, made)
        raise Refusal("OPERATION", f"Die Operation {soap.operation} gibt es nicht.")

    def _list(self, flavour: Flavour, listed: ListShape, soap: SoapRequest, shape: PageShape) -> bytes:
        query = shape.query(_query(flavour, listed, soap.texts))
        job_id = _number(soap.texts, _renamed_argument(flavour, "stelleId"), None, 0)
        page = shape.page(self.tenant.page(query, flavour, job_id))
        return envelope(flavour.namespace, _list_answer(listed, page))

    def _get(self, flavour: Flavour, operation: str, soap: SoapRequest) -> bytes:
        model, _, element = flavour.gets[operation]
        name = _renamed_argument(flavour, "id")
        key = _number(soap.texts, name, None, 0)
        if key is None:
            raise Refusal("VALIDIERUNG", f"{name} fehlt.", name)
        row = self.tenant.rendered(model, key, flavour)
        if row is None:
            raise Refusal("NICHT_GEFUNDEN", f"{element} {key} gibt es nicht.", name)
        answer = f"{soap.operation}Response".encode()
        return envelope(flavour.namespace, b"<" + answer + b">" + row + b"</" + answer + b">")


def _wants_wsdl(request: Request) -> bool:
    return any(name.lower() == "wsdl" for name in request.query)


def _model(flavour: Flavour, operation: str) -> str:
    if operation in flavour.lists:
        return flavour.lists[operation].model
    if operation in flavour.gets:
        return flavour.gets[operation][0]
    return {"createBewerber": "candidates", "createBewerbung": "applications"}.get(operation, "")


def _renamed_argument(flavour: Flavour, name: str) -> str:
    return flavour.arguments.get(name, name)


def _query(flavour: Flavour, listed: ListShape, arguments: Mapping[str, str]) -> PageQuery:
    if listed.model == "application_statuses":
        return PageQuery(listed.model, limit=MOST_ROWS, offset=0)
    limit = _number(arguments, flavour.limit, DEFAULT_ROWS, 1, MOST_ROWS) or DEFAULT_ROWS
    if flavour.page:
        page = _number(arguments, flavour.page, 1, 1) or 1
        return PageQuery(listed.model, limit, (page - 1) * limit, page)
    return PageQuery(listed.model, limit, _number(arguments, flavour.offset or "", 0, 0) or 0)


def _number(
    arguments: Mapping[str, str], name: str, default: int | None, least: int, most: int = 2**31 - 1
) -> int | None:
    text = arguments.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.lstrip("-").isdigit() or not least <= int(text) <= most:
        raise Refusal("VALIDIERUNG", f"{name} muss eine Zahl von {least} bis {most} sein.", name)
    return int(text)


def _list_answer(listed: ListShape, page: Page) -> bytes:
    """Rows and count, each where the flavour has it; elements that both lie in are written once."""
    rows: Any = b"".join(page.rows)
    tree: dict[str, Any] = {}
    if page.total is not None:
        _put(tree, listed.total, str(page.total).encode())
    _put(tree, listed.container, rows)
    return _nested(f"{listed.name}Response", tree)


def _put(tree: dict[str, Any], path: Sequence[str], content: bytes) -> None:
    for name in path[:-1]:
        tree = tree.setdefault(name, {})
    tree[path[-1]] = content


def _nested(name: str, content: Any) -> bytes:
    inner = (
        content
        if isinstance(content, bytes)
        else b"".join(_nested(key, value) for key, value in content.items())
    )
    tag = name.encode()
    return b"<" + tag + b">" + inner + b"</" + tag + b">"
