"""Reading what a caller of the SOAP interface sent."""

from dataclasses import dataclass
from typing import Any

from lxml import etree

from sandbox.coveto_rendering import SOAP

Structure = dict[str, Any]


@dataclass(frozen=True)
class SoapRequest:
    """One request: the operation's element name, its content, and the WS-Security token where there is one.

    In `content` a repeated element is a list, an element with children a dict, every other its text.
    """

    operation: str
    content: Structure
    token: etree._Element | None

    @property
    def texts(self) -> dict[str, str]:
        """The arguments that are plain texts."""
        return {name: value for name, value in self.content.items() if isinstance(value, str)}


def read_request(body: bytes) -> SoapRequest | None:
    """The request in a SOAP 1.1 envelope, None where the body is no such thing."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return None
    payload = root.find(f"{{{SOAP}}}Body")
    if root.tag != f"{{{SOAP}}}Envelope" or payload is None or len(payload) != 1:
        return None
    content = _content(payload[0])
    token = root.find(f"{{{SOAP}}}Header//{{*}}UsernameToken")
    return SoapRequest(etree.QName(payload[0]).localname, content if isinstance(content, dict) else {}, token)


def _content(element: etree._Element) -> Any:
    children = [child for child in element if isinstance(child.tag, str)]
    if not children:
        return element.text or ""
    content: Structure = {}
    for child in children:
        name, value = etree.QName(child).localname, _content(child)
        if name in content:
            before = content[name]
            content[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            content[name] = value
    return content
