"""Attachments behind a URL: fetched within limits, and not from inside one's own network."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pipelines.actions import create_candidate
from pipelines.data_urls import DataUrlError, Fetched, FetchLimits, check_url, fetch
from sources.errors import RequestRefusedError

ANYWHERE = FetchLimits(1000, seconds=5, allow_private=True)
OUTSIDE = FetchLimits(1000, seconds=5)


_ELSEWHERE = {"file": "file:///etc/hostname", "nowhere": "http://[nowhere"}


class _Files(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        port = self.server.server_address[1]
        name, _, argument = self.path.strip("/").partition("/")
        if name == "hop":
            self._answer(302, headers={"Location": f"/hop/{int(argument) - 1}" if argument != "0" else "/cv"})
        elif name == "away":
            self._answer(302, headers={"Location": f"http://localhost:{port}/cv"})
        elif name in _ELSEWHERE:
            self._answer(302, headers={"Location": _ELSEWHERE[name]})
        elif name == "large":
            self._answer(200, b"x" * 1001)
        elif name == "cut":
            self._answer(200, b"half", headers={"Content-Length": "9"})
        elif name == "slow":
            self.send_response(200)
            self.end_headers()
            for _ in range(20):
                time.sleep(0.1)
                try:
                    self.wfile.write(b"x")
                except OSError:
                    return
        elif name == "missing":
            self._answer(404)
        else:
            self._answer(200, b"%PDF", headers={"Content-Type": "Application/PDF; charset=x"})

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def files() -> Iterator[tuple[str, list[str]]]:
    """The address of a server of files, and what it was asked for."""
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Files,), {"asked": asked}))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_is_fetched_with_its_type(files) -> None:
    assert fetch(f"{files[0]}/cv?token=1", ANYWHERE) == Fetched(b"%PDF", "application/pdf")


def test_redirects_are_followed(files) -> None:
    assert fetch(f"{files[0]}/hop/4", ANYWHERE).data == b"%PDF"


def test_redirects_end_somewhere(files) -> None:
    with pytest.raises(DataUrlError, match="is redirected more than 5 times"):
        fetch(f"{files[0]}/hop/99", ANYWHERE)


def test_a_redirect_to_no_web_address_is_refused(files) -> None:
    with pytest.raises(DataUrlError, match="must begin with https:, http: or data:"):
        fetch(f"{files[0]}/file", ANYWHERE)


def test_a_redirect_to_what_is_no_url_is_refused(files) -> None:
    with pytest.raises(DataUrlError, match="is redirected to what is no URL"):
        fetch(f"{files[0]}/nowhere", ANYWHERE)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/large", "holds more than 0.001 MB"),
        ("/cut", r"could not be fetched \(ProtocolError\)"),
        ("/missing", "was answered with HTTP 404"),
    ],
)
def test_what_is_no_whole_file_is_refused(files, path: str, problem: str) -> None:
    with pytest.raises(DataUrlError, match=problem):
        fetch(files[0] + path, ANYWHERE)


def test_a_file_that_drips_is_given_up(files) -> None:
    began = time.monotonic()
    with pytest.raises(DataUrlError, match=r"took more than 0.5 seconds"):
        fetch(f"{files[0]}/slow", FetchLimits(1000, seconds=0.5, allow_private=True))
    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.1", "224.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::]", "[fe80::1]", "[fd00::1]",
        "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "[2002:a00:1::]",
    ],
)  # fmt: skip
def test_addresses_of_ones_own_network_are_not_asked(host: str) -> None:
    with pytest.raises(DataUrlError, match="leads into a private network"):
        fetch(f"http://{host}/", OUTSIDE)


def test_a_redirect_into_ones_own_network_is_not_followed(files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.data_urls._is_public", lambda address: str(address) == "127.0.0.1")
    monkeypatch.setattr(
        socket, "getaddrinfo", _resolver({"127.0.0.1": ["127.0.0.1"], "localhost": ["10.0.0.1"]})
    )
    with pytest.raises(DataUrlError, match="leads into a private network"):
        fetch(f"{files[0]}/away", OUTSIDE)


def test_a_name_with_one_private_address_among_others_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _resolver({"cv.example": ["93.184.216.34", "10.0.0.1"]}))
    with pytest.raises(DataUrlError, match="leads into a private network"):
        fetch("https://cv.example/", OUTSIDE)


def test_a_name_is_resolved_once_and_the_checked_address_is_asked(
    files, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = files[0].rpartition(":")[2]
    resolved: list[str] = []
    answers = {"cv.example": ["127.0.0.1"], "127.0.0.1": ["127.0.0.1"]}
    monkeypatch.setattr(socket, "getaddrinfo", _resolver(answers, resolved))
    assert (fetch(f"http://cv.example:{port}/cv", ANYWHERE).data, resolved.count("cv.example")) == (
        b"%PDF",
        1,
    )


def test_a_name_that_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _resolver({}))
    with pytest.raises(DataUrlError, match="is of a host that is not known"):
        fetch("https://nobody.example/", OUTSIDE)


@pytest.mark.parametrize(
    ("url", "fetched"),
    [
        ("data:application/pdf;base64,JVBERg==", Fetched(b"%PDF", "application/pdf")),
        ("data:text/plain,a%20b", Fetched(b"a b", "text/plain")),
        ("DATA:,x", Fetched(b"x", "")),
    ],
)
def test_a_data_url_holds_its_file(url: str, fetched: Fetched) -> None:
    assert fetch(url, OUTSIDE) == fetched


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("data:text/plain", "has no comma"),
        ("data:x/y;base64,%%%", "holds no base64"),
        ("data:," + "x" * 1001, "holds more than 0.001 MB"),
        ("http://", "is no URL"),
        ("https://user:word@x.example/", "must not hold credentials"),
        ("https://x.example:99999/", "is no URL"),
        ("javascript:1", "must begin with https:, http: or data:"),
    ],
)
def test_what_is_wrong_with_a_url_is_known_without_asking(url: str, problem: str) -> None:
    with pytest.raises(DataUrlError, match=problem):
        check_url(url, OUTSIDE)


def test_a_fetched_attachment_is_sent(folder, request_of, coveto, files) -> None:
    request = request_of(attachments=[{"name": "cv.pdf", "data_url": f"{files[0]}/cv"}])
    create_candidate(folder, "acme", request, allow_private_urls=True)
    assert coveto.created[0]["content"]["anhaenge"]["anhang"] == {
        "name": "cv.pdf",
        "contentType": "application/pdf",
        "daten": "JVBERg==",
    }


def test_where_an_attachment_cannot_be_had_nothing_is_sent(folder, request_of, coveto, files) -> None:
    attachments = [{"name": "a", "data_url": files[0] + path} for path in ("/missing", "/cv", "/large")]
    folder.joinpath(".dlt", "config.toml").write_text(
        folder.joinpath(".dlt", "config.toml")
        .read_text()
        .replace("[connections.acme]", "[connections.acme]\nattachment_max_mb = 0.001")
    )
    with pytest.raises(RequestRefusedError) as caught:
        create_candidate(folder, "acme", request_of(attachments=attachments), allow_private_urls=True)
    assert (caught.value.problems, coveto.requests) == (
        (
            "attachments.0.data_url: was answered with HTTP 404",
            "attachments.2.data_url: holds more than 0.001 MB",
        ),
        [],
    )


def test_where_something_else_is_wrong_nothing_is_fetched(folder, request_of, files) -> None:
    request = request_of(candidate={}, attachments=[{"name": "a", "data_url": f"{files[0]}/cv"}])
    with pytest.raises(RequestRefusedError):
        create_candidate(folder, "acme", request, allow_private_urls=True)
    assert files[1] == []


def _resolver(answers: dict[str, list[str]], resolved: list[str] | None = None) -> Callable[..., list[tuple]]:
    """A stand-in for the name server: it knows these names alone."""

    def resolve(host: str, port: object, *_: object, **__: object) -> list[tuple]:
        if resolved is not None:
            resolved.append(host)
        if host not in answers:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answers[host]]

    return resolve
