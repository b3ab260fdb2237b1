"""Any operation of a tenant's WSDL, with arguments as JSON or a body as XML."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree
from zeep.xsd import Base64Binary

from sources.coveto.answers import SOAP_ENVELOPE
from sources.coveto.client import CovetoClient, Operation, SoapAnswer, SoapRequest
from sources.coveto.xml_document import parse_document
from sources.coveto.xml_records import Json, XmlConverter, elements_of
from sources.endpoints import path_of
from sources.errors import ConfigurationError, VendorFaultError


def request_of_json(client: CovetoClient, name: str, arguments: Mapping[str, object]) -> SoapRequest:
    """The request for an operation with arguments by element name; nothing was sent yet.

    Raises:
        ConfigurationError: the arguments do not fit the operation.
    """
    operation = _operation(client, name)
    problems: list[str] = []
    prepared = _prepared(operation.binding.input.body.type, arguments, name, problems)
    if problems:
        raise ConfigurationError("; ".join(problems), f"Correct the arguments of {name}; nothing was sent")
    try:
        return client.request_for(name, prepared)
    except VendorFaultError as error:
        raise ConfigurationError(
            f"The arguments do not fit {name}{': ' if error.text else ''}{error.text}",
            f"{name} takes {', '.join(_names(operation.binding.input.body.type)) or 'nothing'}"
            "; nothing was sent",
        ) from error


def request_of_xml(client: CovetoClient, name: str, text: str) -> SoapRequest:
    """The request for an operation whose element, or whose whole envelope, is given as XML.

    Credentials are added as the connection has them, also where they are elements of the request.

    Raises:
        ConfigurationError: the text is no XML, or of another operation.
    """
    operation = _operation(client, name)
    document = parse_document(text.encode())
    if document is None:
        raise ConfigurationError(
            "The body is no well-formed XML, or brings a DOCTYPE", "Correct it; nothing was sent"
        )
    envelope = _enveloped(document.root)
    body = envelope.find(f"{{{SOAP_ENVELOPE}}}Body")
    content = body[0] if body is not None and len(body) == 1 else None
    expected = operation.binding.input.body.qname
    if content is None or content.tag != str(expected):
        raise ConfigurationError(
            f"The body holds something else than {name}",
            f'Send <{expected.localname} xmlns="{expected.namespace}">…; nothing was sent',
        )
    _add_credentials(client, content)
    headers = {"SOAPAction": f'"{operation.binding.soapaction}"'}
    return client.enveloped(operation, envelope, headers)


def value_of_answer(request: SoapRequest, answer: SoapAnswer) -> dict[str, Json]:
    """The answer as JSON, by the rule that holds for records too, below the name of its element."""
    name = etree.QName(answer.element).localname
    return {name: XmlConverter().value_of(answer.element, request.operation.shape)}


def _operation(client: CovetoClient, name: str) -> Operation:
    try:
        return client.operation(name)
    except VendorFaultError as error:
        raise ConfigurationError(error.message, "Name one of those; nothing was sent") from error


def _names(xsd_type: Any) -> list[str]:
    attributes = [f"@{name}" for name, _ in getattr(xsd_type, "attributes", ())]
    return [*(element.name for element in _elements(xsd_type)), *attributes]


def _elements(xsd_type: Any) -> Iterator[Any]:
    yield from (element for element, _ in elements_of(xsd_type))


def _prepared(xsd_type: Any, value: object, path: str, problems: list[str]) -> Any:
    """A JSON value as zeep takes it: names checked, base64 decoded, attributes without their @."""
    if isinstance(value, list):
        return [_prepared(xsd_type, one, f"{path}.{index}", problems) for index, one in enumerate(value)]
    if isinstance(xsd_type, Base64Binary):
        return _bytes(value, path, problems)
    if not isinstance(value, Mapping):
        return value
    types = {element.name: element.type for element in _elements(xsd_type)}
    types |= {f"@{name}": None for name, _ in getattr(xsd_type, "attributes", ())}
    if "#text" in value:
        types["#text"] = None
    known = ", ".join(types) or "none"
    problems += [
        f"{path}.{name}: there is no such element; there are {known}" for name in value if name not in types
    ]
    return {
        {"#text": "_value_1"}.get(name, name.removeprefix("@")): _prepared(
            types[name], inner, f"{path}.{name}", problems
        )
        for name, inner in value.items()
        if name in types
    }


def _bytes(value: object, path: str, problems: list[str]) -> bytes | None:
    if value is None:
        return None
    try:
        return base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError):
        problems.append(f"{path}: is no base64")
        return None


def _enveloped(root: etree._Element) -> etree._Element:
    if root.tag == f"{{{SOAP_ENVELOPE}}}Envelope":
        return root
    envelope = etree.Element(f"{{{SOAP_ENVELOPE}}}Envelope", nsmap={"soap-env": SOAP_ENVELOPE})
    etree.SubElement(envelope, f"{{{SOAP_ENVELOPE}}}Body").append(root)
    return envelope


def _add_credentials(client: CovetoClient, content: etree._Element) -> None:
    """Put credentials that are elements of the request first, where the body does not bring them."""
    connection = client.connection
    if connection.auth != "elements":
        return
    namespace = etree.QName(content).namespace
    for word, path in connection.auth_elements.items():
        secret = connection.customer_number if word == "customer_number" else connection.api_key
        place = content
        for depth, name in enumerate(path_of(path)):
            tag = f"{{{namespace}}}{name}"
            found = place.find(tag)
            if found is None:
                found = etree.Element(tag)
                place.insert(0 if depth == 0 else len(place), found)
            place = found
        if not place.text:
            place.text = secret.get_secret_value()
