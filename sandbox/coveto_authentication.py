"""How a Coveto tenant takes credentials: HTTP Basic, WS-Security UsernameToken, or elements."""

import base64
import binascii
import hashlib
import hmac
from typing import Any

from lxml import etree

from sandbox.coveto_flavours import Flavour
from sandbox.coveto_requests import SoapRequest
from sandbox.coveto_tenant import CovetoTenant
from sandbox.exchange import Refusal, Request


def authenticate(tenant: CovetoTenant, flavour: Flavour, request: Request, soap: SoapRequest) -> None:
    """Raise `Refusal` unless the credentials are the tenant's, given in the way that the flavour wants."""
    if flavour.credentials:
        right = _elements_are_right(tenant, flavour, soap)
    elif tenant.auth == "wsse":
        right = soap.token is not None and _token_is_right(tenant, soap.token)
    else:
        if not http_basic_is_right(tenant, request):
            raise Refusal("AUTH", "Zugangsdaten fehlen oder sind falsch.", status=401)
        return
    if not right:
        raise Refusal("AUTH", "Zugangsdaten fehlen oder sind falsch.")


def http_basic_is_right(tenant: CovetoTenant, request: Request) -> bool:
    """Whether the Authorization header has the customer number and the API key."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return (
        scheme.lower() == "basic" and _same(user, tenant.customer_number) and _same(password, tenant.api_key)
    )


def _token_is_right(tenant: CovetoTenant, token: etree._Element) -> bool:
    password = token.find("{*}Password")
    if password is None or not _same(token.findtext("{*}Username") or "", tenant.customer_number):
        return False
    if not (password.get("Type") or "").endswith("#PasswordDigest"):
        return _same(password.text or "", tenant.api_key)
    try:
        nonce = base64.b64decode(token.findtext("{*}Nonce") or "")
    except binascii.Error:
        return False
    created = token.findtext("{*}Created") or ""
    digest = hashlib.sha1(nonce + created.encode() + tenant.api_key.encode()).digest()  # noqa: S324 - WS-Security says so
    return _same(password.text or "", base64.b64encode(digest).decode())


def _elements_are_right(tenant: CovetoTenant, flavour: Flavour, soap: SoapRequest) -> bool:
    expected = {"customer_number": tenant.customer_number, "api_key": tenant.api_key}
    return all(
        _same(_text_at(soap.content, path), expected[word]) for word, path in flavour.credentials.items()
    )


def _text_at(content: Any, path: str) -> str:
    for name in path.split("."):
        content = content.get(name, "") if isinstance(content, dict) else ""
    return content if isinstance(content, str) else ""


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
