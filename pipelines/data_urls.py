"""Attachments that are given as a URL: fetched with limits, and never from inside one's own network.

A name is resolved once, all its addresses are checked, and the connection goes to one of them, so that a name
which answers differently the second time gains nothing. Each redirect is checked in the same way. The proxies
of the environment are not used: a proxy would resolve the name itself.
"""

import base64
import binascii
import ipaddress
import socket
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote_to_bytes, urljoin, urlsplit

import certifi
import urllib3

from sources.arriving_body import pieces
from sources.failed_requests import is_refused_certificate

MOST_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_HEADERS = {"User-Agent": "ats-warehouse", "Accept-Encoding": "identity"}
_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class DataUrlError(Exception):
    """A URL cannot be used; the text says why, without quoting the URL, which may be secret."""


@dataclass(frozen=True)
class FetchLimits:
    """What fetching may take."""

    max_bytes: int
    seconds: float = 60
    """For one attachment, redirects included."""
    allow_private: bool = False
    """Whether addresses of one's own network may be asked."""
    ca_bundle: str | None = None


@dataclass(frozen=True)
class Fetched:
    """A file, and what it is said to be; `content_type` is empty where nothing is said."""

    data: bytes
    content_type: str


def check_url(url: str, limits: FetchLimits) -> None:
    """Raise DataUrlError for what can be told of a URL without asking anybody."""
    if url.lower().startswith("data:"):
        _decoded(url, limits)
        return
    parts = _parts(url)
    try:
        literal = ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return
    _refuse_private([literal], limits)


def fetch(url: str, limits: FetchLimits) -> Fetched:
    """What a `data:`, `http:` or `https:` URL holds.

    Raises:
        DataUrlError: it cannot be had, or must not be.
    """
    if url.lower().startswith("data:"):
        return _decoded(url, limits)
    deadline = time.monotonic() + limits.seconds
    for _ in range(MOST_REDIRECTS + 1):
        found = _hop(_parts(url), limits, deadline)
        if isinstance(found, Fetched):
            return found
        url = _joined(url, found)
    raise DataUrlError(f"is redirected more than {MOST_REDIRECTS} times")


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise DataUrlError("is redirected to what is no URL") from None


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise DataUrlError("is no URL") from None
    if parts.scheme.lower() not in _PORTS:
        raise DataUrlError("must begin with https:, http: or data:")
    if not parts.hostname or port == 0:
        raise DataUrlError("is no URL")
    if parts.username is not None or parts.password is not None:
        raise DataUrlError("must not hold credentials")
    return parts


def _hop(parts: SplitResult, limits: FetchLimits, deadline: float) -> Fetched | str:
    """The file, or where a redirect leads."""
    pool = _pool(parts, limits, deadline)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        response = pool.urlopen(
            "GET",
            target,
            headers=_HEADERS | {"Host": _host_header(parts)},
            redirect=False,
            retries=False,
            preload_content=False,
        )
        try:
            location = response.headers.get("Location")
            if response.status in _REDIRECTS and location:
                return location
            return _file(response, limits, deadline)
        finally:
            response.release_conn()
    except urllib3.exceptions.HTTPError as error:
        if is_refused_certificate(error):
            raise DataUrlError("is of a host whose TLS certificate was refused") from None
        raise DataUrlError(f"could not be fetched ({type(error).__name__})") from None
    finally:
        pool.close()


def _file(response: urllib3.BaseHTTPResponse, limits: FetchLimits, deadline: float) -> Fetched:
    if response.status != 200:
        raise DataUrlError(f"was answered with HTTP {response.status}")
    if response.headers.get("Content-Encoding", "identity").lower() not in {"identity", ""}:
        raise DataUrlError("was answered compressed, though that was not asked for")
    data = bytearray()
    for piece in pieces(response):
        data += piece
        _refuse_size(len(data), limits)
        if time.monotonic() > deadline:
            raise DataUrlError(f"took more than {limits.seconds:g} seconds")
    return Fetched(bytes(data), _media_type(response.headers.get("Content-Type", "")))


def _pool(parts: SplitResult, limits: FetchLimits, deadline: float) -> urllib3.HTTPConnectionPool:
    """A connection to one checked address of the host; TLS still demands the host's own certificate."""
    host, scheme = parts.hostname or "", parts.scheme.lower()
    port = parts.port or _PORTS[scheme]
    address = _address(host, port, limits)
    left = max(0.1, deadline - time.monotonic())
    timeout = urllib3.Timeout(connect=min(10.0, left), read=left)
    if scheme == "http":
        return urllib3.HTTPConnectionPool(address, port, timeout=timeout, maxsize=1)
    return urllib3.HTTPSConnectionPool(
        address,
        port,
        timeout=timeout,
        maxsize=1,
        cert_reqs="CERT_REQUIRED",
        ca_certs=limits.ca_bundle or certifi.where(),
        server_hostname=host,
        assert_hostname=host,
    )


def _address(host: str, port: int, limits: FetchLimits) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise DataUrlError("is of a host that is not known") from None
    addresses = [str(sockaddr[0]) for *_, sockaddr in found]
    _refuse_private([ipaddress.ip_address(one.partition("%")[0]) for one in addresses], limits)
    return addresses[0]


def _refuse_private(addresses: list[Address], limits: FetchLimits) -> None:
    if not limits.allow_private and not all(_is_public(address) for address in addresses):
        raise DataUrlError("leads into a private network; --allow-private-urls allows that")


def _is_public(address: Address) -> bool:
    inner = _embedded(address)
    if inner is not None:
        return _is_public(inner)
    return address.is_global and not address.is_multicast


def _embedded(address: Address) -> Address | None:
    """The IPv4 address that an IPv6 address leads to, where it is one of those."""
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def _host_header(parts: SplitResult) -> str:
    host = parts.hostname or ""
    name = f"[{host}]" if ":" in host else host.encode("idna").decode()
    return f"{name}:{parts.port}" if parts.port else name


def _decoded(url: str, limits: FetchLimits) -> Fetched:
    head, comma, payload = url[len("data:") :].partition(",")
    if not comma:
        raise DataUrlError("is no data: URL, as it has no comma")
    _refuse_size(len(payload) * 3 // 4 if head.endswith(";base64") else 0, limits)
    data = unquote_to_bytes(payload)
    if head.endswith(";base64"):
        try:
            data = base64.b64decode(data, validate=True)
        except binascii.Error:
            raise DataUrlError("holds no base64") from None
    _refuse_size(len(data), limits)
    return Fetched(data, _media_type(head))


def _refuse_size(size: int, limits: FetchLimits) -> None:
    if size > limits.max_bytes:
        raise DataUrlError(f"holds more than {limits.max_bytes / 1_000_000:g} MB")


def _media_type(header: str) -> str:
    media_type = header.partition(";")[0].strip().lower()
    return media_type if media_type.count("/") == 1 else ""
