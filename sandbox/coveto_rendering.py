"""Coveto's records and answers as XML.

A record is a plain structure: a dict is an element, "@x" an attribute, "#text" the text beside them, None
`xsi:nil`, "" an empty element, a list a repeated element, `Cdata` a text in a CDATA section.
"""

import re
from functools import lru_cache
from typing import Any

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SPECIAL = re.compile(r"[&<>\r]")
_SPECIAL_IN_ATTRIBUTE = re.compile(r'[&<>\r\n\t"]')
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;", '"': "&quot;"}


class Cdata(str):
    """A text that is written as a CDATA section."""

    __slots__ = ()


def render_record(name: str, record: dict[str, Any]) -> bytes:
    """A record as the bytes of one element called `name`."""
    parts: list[str] = []
    _write(parts, name, record)
    return "".join(parts).encode()


def envelope(namespace: str, content: bytes) -> bytes:
    """A SOAP 1.1 answer around the one element of its body, whose names are in `namespace`."""
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<soap:Envelope xmlns:soap="%s" xmlns:xsi="%s" xmlns="%s"><soap:Body>'
        % (SOAP.encode(), XSI.encode(), namespace.encode())
        + content
        + b"</soap:Body></soap:Envelope>"
    )


def fault_envelope(namespace: str, code: str, text: str, field: str = "") -> bytes:
    """A SOAP fault whose detail says `fehler` as the contract has it."""
    side = "soap:Client" if code not in {"LIMIT", "INTERN"} else "soap:Server"
    parts = [f"<soap:Fault><faultcode>{side}</faultcode><faultstring>{_escaped(text)}</faultstring><detail>"]
    detail = {"code": code, "text": text} | ({"feld": field} if field else {})
    _write(parts, "fehler", detail)
    parts.append("</detail></soap:Fault>")
    # SOAP 1.1 has faultcode, faultstring and detail without a namespace, so `fehler` alone is given one
    body = "".join(parts).replace("<fehler>", f'<fehler xmlns="{namespace}">', 1)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{SOAP}"><soap:Body>{body}'
        "</soap:Body></soap:Envelope>"
    ).encode()


def _write(parts: list[str], name: str, value: Any) -> None:
    kind = value.__class__
    if kind is str:
        parts.append(f"<{name}>{_escaped(value)}</{name}>" if value else f"<{name}/>")
    elif kind is dict:
        _write_element(parts, name, value)
    elif kind is list:
        for item in value:
            _write(parts, name, item)
    elif value is None:
        parts.append(f'<{name} xsi:nil="true"/>')
    elif kind is Cdata:
        parts.append(f"<{name}>{_cdata(value)}</{name}>")
    else:
        parts.append(f"<{name}>{_escaped(str(value))}</{name}>")


def _write_element(parts: list[str], name: str, element: dict[str, Any]) -> None:
    start = len(parts)
    parts.append("")  # the start tag, written when the attributes are known
    attributes = ""
    for key, value in element.items():
        if key[0] == "@":
            attributes += _attribute(key, value)
        elif key == "#text":
            parts.append(_cdata(value) if value.__class__ is Cdata else _escaped(value))
        elif value.__class__ is str and value:  # by far the most, so without another call
            text = _SPECIAL.sub(_escape_of, value) if _SPECIAL.search(value) else value
            parts.append(f"<{key}>{text}</{key}>")
        else:
            _write(parts, key, value)
    if len(parts) == start + 1:
        parts[start] = f"<{name}{attributes}/>"
    else:
        parts[start] = f"<{name}{attributes}>"
        parts.append(f"</{name.partition(' ')[0]}>")


@lru_cache(4096)
def _attribute(key: str, value: str) -> str:
    return f' {key[1:]}="{_SPECIAL_IN_ATTRIBUTE.sub(_escape_of, value)}"'


def _cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(_escape_of, text) if _SPECIAL.search(text) else text


def _escape_of(match: re.Match[str]) -> str:
    return _ESCAPES[match[0]]
