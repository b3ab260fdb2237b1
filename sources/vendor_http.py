"""HTTP as both vendors need it: time-outs always, retries with backoff, `Retry-After`, limits, no redirects.

Rules of both contracts (`sandbox/contracts/*`, "Transport"): 401 is tried once more before it counts; 429,
5xx without a verdict, resets, time-outs and bodies cut short are tried again with backoff and then fail.
"""

import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from sources.answer_headers import http_date, retry_after_seconds
from sources.arriving_body import ACCEPTED_ENCODING, decoded_pieces
from sources.connections import Connection, is_loopback
from sources.errors import (
    CredentialsError,
    PermissionDeniedError,
    SourceError,
    VendorAnswerError,
    VendorUnavailableError,
)
from sources.failed_requests import FAILURES, is_refused_certificate, refused_certificate, unreachable
from sources.pace import Pace

Read = TypeVar("Read")

_NO_PROXIES: Any = dict.fromkeys(("http", "https", "all"))
"""Keeps requests from asking a proxy of the environment, which cannot reach this machine's own addresses."""
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_LONGEST_BACKOFF_SECONDS = 30.0
_SLOWEST_ANSWER_IN_READ_TIMEOUTS = 5
"""How long one answer may take in all, however steadily it drips."""


@dataclass(frozen=True)
class Answer:
    """What a vendor answered; `body` is decoded from gzip, nothing else is interpreted."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class TryAgainError(Exception):
    """An answer that another try may mend; `final` is raised when no try is left.

    Args:
        final: what the connection fails with in the end.
        retry_after: seconds that the vendor asked to wait.
        retries: fewer retries of this kind than the connection's own, where the contract says so.
    """

    def __init__(
        self, final: SourceError, retry_after: float | None = None, retries: int | None = None
    ) -> None:
        super().__init__(final.message)
        self.final = final
        self.retry_after = retry_after
        self.retries = retries


class HeaderAuthentication(AuthBase):
    """Sends one header with each request, or none; either way requests looks into no .netrc file."""

    def __init__(self, name: str = "", value: str = "") -> None:
        self.name = name
        self.value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header."""
        if self.name:
            request.headers[self.name] = self.value
        return request


class _Session(requests.Session):
    """Follows no redirect, and so does not try to make a request of where one leads."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None, whatever the answer says."""


class VendorHttp:
    """The requests of one connection, from any number of threads, under its limits."""

    def __init__(self, connection: Connection, authentication: AuthBase) -> None:
        self.connection = connection
        self.latest_date: datetime | None = None
        """The greatest `Date` header that came: the server's own clock."""
        self._session = _Session()
        self._session.auth = authentication
        self._session.headers["User-Agent"] = "ats-warehouse"
        self._session.headers["Accept-Encoding"] = ACCEPTED_ENCODING
        adapter = HTTPAdapter(pool_connections=2, pool_maxsize=connection.in_flight)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)
        self._lock = threading.Lock()
        self._in_flight = threading.Semaphore(connection.in_flight)
        self._stopped = threading.Event()
        self._pace = Pace(connection.requests_per_second, connection.retry_after_max_seconds, self._stopped)

    def close(self) -> None:
        """Give the sockets back, and wake those who wait for another try."""
        self._stopped.set()
        self._session.close()

    def request(
        self,
        method: str,
        url: str,
        read: Callable[[Answer], Read],
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
        into: BinaryIO | None = None,
    ) -> Read:
        """What `read` makes of the answer; `read` raises TryAgainError where another try may help.

        The body of an answer of status 200 goes to the file `into`, where one is given, and not to memory.

        Raises:
            SourceError: what the last try ended with, or what no other try can mend.
        """
        tried = limited = 0
        while True:
            try:
                with self._in_flight:
                    self._refuse_when_stopped()
                    answer = self._send(method, url, body, headers, parameters, into)
                self._refuse_redirect(url, answer)
                return read(answer)
            except TryAgainError as error:
                is_limited = error.retries is not None
                is_last = tried >= self.connection.retries or (is_limited and limited >= (error.retries or 0))
                if is_last or self._stopped.is_set():
                    raise error.final from None
                self._wait(tried, error.retry_after)
                tried, limited = tried + 1, limited + is_limited

    def _send(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str] | None,
        parameters: Mapping[str, str] | None,
        into: BinaryIO | None,
    ) -> Answer:
        self._pace.take_turn()
        host = urlsplit(url).netloc
        try:
            with self._session.request(
                method,
                url,
                data=body,
                headers=headers,
                params=parameters,
                timeout=(self.connection.connect_timeout_seconds, self.connection.read_timeout_seconds),
                allow_redirects=False,
                verify=self.connection.ca_bundle or True,
                proxies=_NO_PROXIES if is_loopback(urlsplit(url).hostname or "") else None,
                stream=True,
            ) as response:
                self._note_date(response.headers.get("Date"))
                content = self._read_body(response, host, into if response.status_code == 200 else None)
                return Answer(response.status_code, dict(response.headers), content)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader) as error:
            raise VendorAnswerError(
                f"a request to {host} could not be made ({type(error).__name__})",
                "check base_url and the credentials of this connection for stray characters",
            ) from None
        except FAILURES as error:
            if is_refused_certificate(error):
                raise refused_certificate(host) from error
            raise TryAgainError(unreachable(host, error)) from error

    def _read_body(self, response: requests.Response, host: str, into: BinaryIO | None) -> bytes:
        limit = int(self.connection.max_answer_mb * 1_000_000)
        latest = time.monotonic() + _SLOWEST_ANSWER_IN_READ_TIMEOUTS * self.connection.read_timeout_seconds
        chunks: list[bytes] = []
        keep: Callable[[bytes], object] = chunks.append
        if into is not None:
            into.seek(0)
            into.truncate()
            keep = into.write
        size = 0
        for chunk in decoded_pieces(response.raw):
            keep(chunk)
            size += len(chunk)
            self._refuse_when_stopped()
            if size > limit:
                raise VendorAnswerError(
                    f"{host} answered more than {self.connection.max_answer_mb:g} MB",
                    "lower page_size, or raise max_answer_mb for this connection if the answer is real",
                )
            if time.monotonic() > latest:
                raise TryAgainError(
                    VendorUnavailableError(
                        f"{host} answered too slowly", "try again later, or raise read_timeout_seconds"
                    )
                )
        return b"".join(chunks)

    def _refuse_when_stopped(self) -> None:
        if self._stopped.is_set():
            raise VendorUnavailableError(
                "the run was stopped while this was read", "run it again; nothing half-done was kept"
            )

    def _wait(self, tried: int, retry_after: float | None) -> None:
        if not retry_after:  # asked to come back at once, the vendor is given time all the same
            backoff = min(_LONGEST_BACKOFF_SECONDS, 0.5 * 2**tried)
            self._stopped.wait(backoff * random.uniform(0.75, 1.0))
            return
        self._pace.hold(retry_after)

    def _note_date(self, header: str | None) -> None:
        date = http_date(header)
        if date is not None:
            with self._lock:
                self.latest_date = max(date, self.latest_date or date)

    @staticmethod
    def _refuse_redirect(url: str, answer: Answer) -> None:
        if 300 <= answer.status < 400:
            target = _host_of(answer.headers.get("Location", "")) or "another address"
            raise VendorAnswerError(
                f"{urlsplit(url).netloc} redirects to {target}; credentials are never sent along",
                "if that is where the API now lives, set base_url to it",
            )


def refuse_status(answer: Answer, host: str, code: str = "", credentials: str = "api_key") -> None:
    """Raise what an answer that refuses the request means.

    Args:
        answer: the answer.
        host: who gave it.
        code: the vendor's own word for the reason.
        credentials: the keys of the configuration to check where the credentials are refused.
    """
    if answer.status == 401 or code == "AUTH":
        final = CredentialsError(
            f"{host} refused the credentials", f"check {credentials} in .dlt/secrets.toml"
        )
        raise TryAgainError(final, retries=1)
    if answer.status == 403 or code == "BERECHTIGUNG":
        raise PermissionDeniedError(
            f"{host} accepted the credentials but denied the right to read this",
            "have the right granted to the API key, or set enabled = false for this model's endpoint",
        )
    if answer.status == 429 or code == "LIMIT":
        raise TryAgainError(
            VendorUnavailableError(
                f"{host} kept asking to slow down",
                "lower requests_per_second or in_flight for this connection",
            ),
            retry_after_seconds(answer.headers),
        )
    if answer.status >= 500:
        raise TryAgainError(
            VendorUnavailableError(
                f"{host} kept failing (HTTP {answer.status})", "try again later; ask the vendor if it lasts"
            ),
            retry_after_seconds(answer.headers),
        )


def code_of(text: str) -> str:
    """A vendor's word for an error, where it is one: whatever else stands in its place may quote a person."""
    return text if _CODE.fullmatch(text) else ""


def _host_of(url: str) -> str:
    """The host that a URL names; an empty text where it names none or is no URL."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""
