"""Parsing what a vendor sent, without trusting it: no DOCTYPE, no entities, no half documents.

Characters that no XML document may hold (NUL, other controls, bytes that are no UTF-8) would make a whole
page unreadable for the sake of one text, so they are replaced by U+FFFD and counted.
"""

import re
from dataclasses import dataclass

from lxml import etree

_FIRST_ELEMENT = re.compile(rb"<[A-Za-z_:\x80-\xff]")
_OTHER_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["'](?!utf-?8)""", re.IGNORECASE)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(x[0-9a-fA-F]+|[0-9]+);")


@dataclass(frozen=True)
class Document:
    """A well-formed document."""

    root: etree._Element
    replaced_characters: int = 0


def parse_document(text: bytes) -> Document | None:
    """The document that `text` holds; None where it is not well-formed or brings a DOCTYPE."""
    first = _FIRST_ELEMENT.search(text)
    if first is None:
        return None
    prolog = text[: first.start()]
    if b"<!DOCTYPE" in prolog.upper() or b"\x00" in prolog:  # the second: UTF-16 and UTF-32 hide the first
        return None
    root = _parse(text)
    if root is not None:
        return Document(root)
    if _OTHER_ENCODING.match(text.lstrip()):
        return None
    mended, replaced = _mend(text)
    root = _parse(mended) if replaced else None
    return None if root is None else Document(root, replaced)


def _parse(text: bytes) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _mend(text: bytes) -> tuple[bytes, int]:
    decoded = text.decode("utf-8-sig", "replace")
    replaced = decoded.count("\ufffd") - text.count("\ufffd".encode())
    decoded, controls = _FORBIDDEN.subn("\ufffd", decoded)
    references = 0

    def allowed(match: re.Match[str]) -> str:
        nonlocal references
        digits = match[1]
        code = int(digits[1:], 16) if digits[0] == "x" else int(digits)
        if (
            code in {9, 10, 13}
            or 0x20 <= code < 0xD800
            or 0xE000 <= code < 0xFFFE
            or 0x10000 <= code < 0x110000
        ):
            return match[0]
        references += 1
        return "\ufffd"

    decoded = _REFERENCE.sub(allowed, decoded)
    return decoded.encode(), replaced + controls + references
