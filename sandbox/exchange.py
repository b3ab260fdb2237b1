"""What goes between a caller and a made-up vendor: request, what was asked by it, page, answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Request:
    """A HTTP request as it came; header names are lower-case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Asked:
    """What a request asked for, in the words of the contract; holds no credentials.

    `operation` is the contract's own name (`listStellen`, `listCandidates`), whatever the flavour says;
    `model` is `jobs`, `candidates`, …, or "" where none is meant; `arguments` are the values as text.
    """

    tool: str
    method: str
    path: str
    operation: str
    model: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_headers: tuple[str, ...] = ()
    """The headers that came with a secret, by name alone."""
    number: int = 0


@dataclass(frozen=True)
class PageQuery:
    """Which rows a list request wants. `page` is set where the caller counts pages instead of rows."""

    model: str
    limit: int
    offset: int
    page: int | None = None

    def with_limit(self, limit: int) -> "PageQuery":
        """The same page of pages of another size."""
        offset = self.offset if self.page is None else (self.page - 1) * limit
        return replace(self, limit=limit, offset=offset)

    def with_offset(self, offset: int) -> "PageQuery":
        """The same number of rows from another place."""
        return replace(self, offset=max(offset, 0))


@dataclass(frozen=True)
class Page:
    """Rendered rows, and how many there are in all; a `total` of None is left out."""

    rows: list[bytes]
    total: int | str | None
    query: PageQuery


@dataclass(frozen=True)
class Answer:
    """A HTTP answer, and the ways in which its sending can go wrong."""

    status: int = 200
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    declared_length: int | None = None
    """What Content-Length says; None: the truth."""
    without_length: bool = False
    """No Content-Length at all: the body ends where the connection does."""
    send_only: int | None = None
    """So many bytes of the body are sent, then the connection is closed."""
    reset: bool = False
    """Nothing is sent, the connection is reset."""

    def but(self, **changes: Any) -> "Answer":
        """The same answer with some fields changed."""
        return replace(self, **changes)


class Refusal(Exception):  # noqa: N818 - it is the vendor's answer, not a failure of the sandbox
    """The made-up vendor refuses a request: its code, its words, and the field that it is about."""

    def __init__(self, code: str, text: str, field: str = "", status: int = 500) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.field = field
        self.status = status
