"""Answers byte by byte, over sockets of the tests' own: drips, compressed bodies, bad headers, TLS."""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import urllib3
from requests.auth import AuthBase

from sources.answer_headers import http_date, retry_after_seconds
from sources.connections import PersyConnection
from sources.errors import SourceError, VendorAnswerError, VendorUnavailableError
from sources.failed_requests import is_refused_certificate
from sources.vendor_http import HeaderAuthentication, VendorHttp

Play = Callable[[socket.socket], None]
NOBODY: AuthBase = HeaderAuthentication()


class Server:
    """Plays one script to every caller, after it has asked (unless the script speaks TLS)."""

    def __init__(self, play: Play, scheme: str = "http") -> None:
        self._play = play
        self._scheme = scheme
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"{scheme}://127.0.0.1:{self._listening.getsockname()[1]}"
        self.calls = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            self.calls += 1
            with caller:
                try:
                    caller.recv(65536)
                    self._play(caller)
                except OSError:  # the caller has had enough
                    continue

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def make(play: Play, scheme: str = "http") -> Server:
        servers.append(Server(play, scheme))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


def answer(body: bytes, *headers: str, status: str = "200 OK") -> Play:
    head = "\r\n".join((f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""))
    return lambda caller: caller.sendall(head.encode() + body)


def drip(body: bytes, *headers: str) -> Play:
    """One byte every 30 ms."""

    def play(caller: socket.socket) -> None:
        head = "\r\n".join(("HTTP/1.1 200 OK", *headers, f"Content-Length: {len(body)}", "", ""))
        caller.sendall(head.encode())
        for position in range(len(body)):
            caller.sendall(body[position : position + 1])
            time.sleep(0.03)

    return play


def body_of(url: str, **keys: Any) -> bytes:
    known: dict[str, Any] = {"name": "leihwerk", "base_url": url, "api_key": "key", "retries": 0}
    http = VendorHttp(PersyConnection.model_validate(known | keys), NOBODY)
    try:
        return http.request("GET", f"{url}/", lambda found: found.body)
    finally:
        http.close()


@pytest.mark.parametrize(
    ("body", "headers"),
    [(b"x" * 1000, ()), (gzip.compress(bytes(range(256)) * 40, 0), ("Content-Encoding: gzip",))],
    ids=["plain", "gzip"],
)
def test_an_answer_that_drips_for_ever_ends_in_time(
    serve: Callable[..., Server], body: bytes, headers: tuple[str, ...]
) -> None:
    server = serve(drip(body, *headers))
    began = time.monotonic()
    with pytest.raises(VendorUnavailableError, match="answered too slowly"):
        body_of(server.url, read_timeout_seconds=0.2)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("sent", "encoding"),
    [
        (b"plain", "identity"),
        (gzip.compress(b"plain"), "gzip"),
        (gzip.compress(b"pl") + gzip.compress(b"ain"), "gzip"),
    ],
    ids=["plain", "gzip", "two gzip bodies in one"],
)
def test_a_body_is_read_whole_and_decompressed(
    serve: Callable[..., Server], sent: bytes, encoding: str
) -> None:
    assert body_of(serve(answer(sent, f"Content-Encoding: {encoding}")).url) == b"plain"


def test_a_compressed_body_may_have_no_byte_at_all(serve: Callable[..., Server]) -> None:
    assert body_of(serve(answer(b"", "Content-Encoding: gzip")).url) == b""


@pytest.mark.parametrize(
    "damage", [gzip.compress(b"x" * 99)[:-9], b"no gzip at all"], ids=["cut short", "no gzip"]
)
def test_a_compressed_body_that_is_damaged_is_no_answer(serve: Callable[..., Server], damage: bytes) -> None:
    with pytest.raises(VendorUnavailableError, match="cut its answer short"):
        body_of(serve(answer(damage, "Content-Encoding: gzip")).url)


def test_the_limit_is_that_of_the_decompressed_body(serve: Callable[..., Server]) -> None:
    server = serve(answer(gzip.compress(b" " * 3_000_000), "Content-Encoding: gzip"))
    with pytest.raises(VendorAnswerError, match="answered more than 2 MB"):
        body_of(server.url, max_answer_mb=2)


def test_a_redirect_to_what_is_no_url_is_still_a_redirect(serve: Callable[..., Server]) -> None:
    server = serve(answer(b"", "Location: http://[nowhere", status="302 Found"))
    with pytest.raises(VendorAnswerError, match="redirects to another address"):
        body_of(server.url)


def test_a_date_with_an_offset_of_ages_is_no_date(serve: Callable[..., Server]) -> None:
    ages = "Mon, 01 Jan 2026 00:00:00 +99999999999999"
    assert (http_date(ages), retry_after_seconds({"Retry-After": ages})) == (None, None)
    assert body_of(serve(answer(b"fine", f"Date: {ages}")).url) == b"fine"


def test_a_handshake_that_is_cut_off_is_tried_again(serve: Callable[..., Server]) -> None:
    server = serve(lambda _: None, scheme="https")
    with pytest.raises(SourceError, match="could not be reached"):
        body_of(server.url, retries=1)
    assert server.calls == 2


def test_a_certificate_that_is_refused_is_final() -> None:
    refused = urllib3.exceptions.SSLError(ssl.SSLCertVerificationError(1, "self-signed certificate"))
    pool: Any = None
    error = requests.exceptions.SSLError(urllib3.exceptions.MaxRetryError(pool, "/", refused))
    assert is_refused_certificate(error)
