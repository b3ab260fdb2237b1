"""The SOAP side of a Coveto tenant: its WSDL, envelopes, authentication, answers checked before they count.

zeep reads the WSDL and builds envelopes. What is read never passes through zeep's values: it drops fields,
turns what it cannot read into None and cuts long texts. Answers are parsed here, refused where they hold a
DOCTYPE, a fault or not the element that the operation promises, and converted by `xml_records`.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import zeep
from lxml import etree
from pydantic import SecretStr
from requests.auth import AuthBase, HTTPBasicAuth
from zeep.exceptions import Error as ZeepError
from zeep.wsse.username import UsernameToken

from sources.connections import CovetoConnection
from sources.coveto.answers import fault_of, soap_body
from sources.coveto.wsdl_transport import CREDENTIALS, WsdlTransport
from sources.coveto.xml_document import parse_document
from sources.coveto.xml_records import Shape, shape_of
from sources.endpoints import path_of
from sources.errors import VendorAnswerError, VendorFaultError, VendorUnavailableError
from sources.vendor_http import (
    Answer,
    HeaderAuthentication,
    Read,
    TryAgainError,
    VendorHttp,
    code_of,
    refuse_status,
)

logging.getLogger("zeep").setLevel(logging.CRITICAL)  # its messages quote payloads


@dataclass(frozen=True)
class Operation:
    """One operation of the tenant's WSDL."""

    name: str
    answer_tag: str
    """The tag of the element that the answer's body must hold."""
    shape: Shape
    binding: Any
    """zeep's operation, which builds envelopes."""


@dataclass(frozen=True)
class SoapRequest:
    """What is sent: an envelope, and the headers that belong to it."""

    operation: Operation
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class SoapAnswer:
    """What came back: the element that the body holds, checked to be the operation's own, and all of it."""

    element: etree._Element
    body: bytes
    replaced_characters: int = 0
    """How many characters that no XML may hold came and were replaced."""


class CovetoClient:
    """One connection's requests. Safe to use from several threads."""

    def __init__(self, connection: CovetoConnection) -> None:
        self.connection = connection
        self.http = VendorHttp(connection, _authentication(connection))
        self.host = urlsplit(connection.soap_url).netloc
        self._operations: dict[str, Operation] = {}
        self._lock = threading.RLock()
        self._wsdl: Any = None

    def close(self) -> None:
        """Give the sockets back."""
        self.http.close()

    def operation(self, name: str) -> Operation:
        """An operation of the tenant's WSDL; loads the WSDL when it is the first.

        Raises:
            VendorFaultError: the WSDL has no such operation.
        """
        with self._lock:
            if name not in self._operations:
                self._operations[name] = self._find_operation(name)
            return self._operations[name]

    def call(self, name: str, arguments: Mapping[str, object]) -> SoapAnswer:
        """The answer to an operation.

        Args:
            name: the operation.
            arguments: its input elements by name; nested ones as dictionaries.

        Raises:
            SourceError: the vendor could not be reached, refused, or answered something else.
        """
        return self.send(self.request_for(name, arguments))

    def request_for(self, name: str, arguments: Mapping[str, object], *, masked: bool = False) -> SoapRequest:
        """The request that `call` would send; `masked` puts asterisks in place of credentials."""
        operation = self.operation(name)
        connection = _masked(self.connection) if masked else self.connection
        try:
            message = operation.binding.create(**_with_credentials(arguments, connection))
            envelope, headers = message.content, dict(message.headers)
        except (ZeepError, TypeError, ValueError) as error:
            raise VendorFaultError(
                f"a request for {operation.name} does not fit the tenant's WSDL ({type(error).__name__})",
                "check arguments and auth_elements of this connection against the WSDL",
                code="NO_FIT",
                text=str(error) if isinstance(error, ZeepError) else "",
            ) from None
        return self.enveloped(operation, envelope, headers, connection)

    def enveloped(
        self,
        operation: Operation,
        envelope: etree._Element,
        headers: Mapping[str, str],
        connection: CovetoConnection | None = None,
    ) -> SoapRequest:
        """A request of an envelope that is there already, with the token of WS-Security where one is due."""
        connection = connection or self.connection
        sent = dict(headers)
        if connection.auth == "wsse":
            token = UsernameToken(  # type: ignore[no-untyped-call]
                connection.customer_number.get_secret_value(), connection.api_key.get_secret_value()
            )
            envelope, sent = token.apply(envelope, sent)  # type: ignore[no-untyped-call]
        sent["Content-Type"] = "text/xml; charset=utf-8"
        body = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        return SoapRequest(operation, body, sent)

    def send(self, request: SoapRequest) -> SoapAnswer:
        """Send a request.

        Raises:
            SourceError: the vendor could not be reached, refused, or answered something else.
        """
        return self.send_for(request, lambda answer: self.checked(answer, request.operation))

    def send_for(self, request: SoapRequest, read: Callable[[Answer], Read]) -> Read:
        """As `send`, for what `read` makes of the answer; it may raise TryAgainError."""
        return self.http.request(
            "POST", self.connection.soap_url, read, body=request.body, headers=request.headers
        )

    def _load_wsdl(self) -> Any:
        url = self.connection.wsdl_url
        settings = zeep.Settings(forbid_dtd=True, forbid_entities=True, xml_huge_tree=False)
        try:
            return zeep.Client(url, transport=WsdlTransport(self.http, url), settings=settings)  # type: ignore[no-untyped-call]
        except (ZeepError, etree.LxmlError, KeyError, AttributeError, ValueError, TypeError) as error:
            raise VendorAnswerError(
                f"the WSDL at {urlsplit(url).netloc} cannot be read ({type(error).__name__})",
                "open its address in a browser; if it is elsewhere, set wsdl for this connection",
            ) from None

    def operations(self) -> dict[str, Any]:
        """Each operation of the tenant's WSDL that can be called, as zeep has it; else a SourceError."""
        found: dict[str, Any] = {}
        with self._lock:
            self._wsdl = self._wsdl or self._load_wsdl()
            for service in self._wsdl.wsdl.services.values():
                for port in service.ports.values():
                    if hasattr(port.binding, "send"):
                        found = {**port.binding.all(), **found}
        return found

    def _find_operation(self, name: str) -> Operation:
        known = self.operations()
        if name not in known:
            raise VendorFaultError(
                f"the tenant's WSDL has no operation {name}; it has {', '.join(sorted(known)) or 'none'}",
                "set operation of this model's endpoint to the right one, or enabled = false",
                code="NO_OPERATION",
            )
        operation = known[name]
        answer = getattr(operation.output, "body", None)
        if answer is None:
            raise VendorFaultError(
                f"by the tenant's WSDL {name} has no answer",
                "use an operation that answers",
                code="NO_ANSWER",
            )
        return Operation(name, str(answer.qname), shape_of(answer.type), operation)

    def checked(self, answer: Answer, operation: Operation) -> SoapAnswer:
        """The answer to an operation, found to be one; else a SourceError or a TryAgainError."""
        document = parse_document(answer.body)  # None where it is cut short or brings a DOCTYPE
        body = None if document is None else soap_body(document)
        fault = fault_of(body) if body is not None else None
        if fault is not None:
            raise_fault(fault, answer, self.host)
        if answer.status != 200 or body is None:
            refuse_status(answer, self.host, credentials=CREDENTIALS)
        if 400 <= answer.status < 500:
            raise VendorAnswerError(
                f"{self.host} has no SOAP service at this address (HTTP {answer.status})",
                "check subdomain, base_url or service_url of this connection",
            )
        found = None if body is None else body.find(operation.answer_tag)
        if found is None:
            raise TryAgainError(
                VendorUnavailableError(
                    f"{self.host} answered {operation.name} with something that is no answer to it",
                    "try again later; if it lasts, compare the tenant's WSDL with the endpoint's settings",
                )
            )
        return SoapAnswer(found, answer.body, document.replaced_characters if document else 0)


def raise_fault(fault: etree._Element, answer: Answer, host: str) -> None:
    """Raise what a SOAP fault means; its code is the vendor's `fehler/code`, else the fault code itself."""
    texts = {etree.QName(element).localname: (element.text or "").strip() for element in fault.iter("*")}
    detail = texts.get("code", "")
    code = code_of(detail or texts.get("faultcode", "").rpartition(":")[2])
    undecided = answer.status if not detail and code == "Server" else min(answer.status, 499)
    refuse_status(Answer(undecided, answer.headers, b""), host, code, CREDENTIALS)
    raise VendorFaultError(
        f"{host} refused the request with fault {code or 'without a code'}",
        "look the code up in the vendor's manual, or ask the vendor",
        code=code,
        field=texts.get("feld", ""),
        text=texts.get("text", "") or texts.get("faultstring", ""),
    )


def _authentication(connection: CovetoConnection) -> AuthBase:
    if connection.auth != "basic":
        return HeaderAuthentication()
    user = connection.customer_number.get_secret_value().encode()
    return HTTPBasicAuth(user, connection.api_key.get_secret_value().encode())


def _masked(connection: CovetoConnection) -> CovetoConnection:
    hidden = SecretStr("***")
    return connection.model_copy(update={"customer_number": hidden, "api_key": hidden})


def _with_credentials(arguments: Mapping[str, object], connection: CovetoConnection) -> dict[str, Any]:
    """The arguments and, with auth "elements", the credentials at their paths."""
    whole: dict[str, Any] = dict(arguments)
    if connection.auth == "elements":
        for word, path in connection.auth_elements.items():
            secret = connection.customer_number if word == "customer_number" else connection.api_key
            *parents, name = path_of(path)
            place = whole
            for parent in parents:
                place = place.setdefault(parent, {})
            place[name] = secret.get_secret_value()
    return whole
