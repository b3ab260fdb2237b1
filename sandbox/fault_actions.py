"""What can go wrong with a request: the actions that `Fault` takes."""

# ruff: noqa: D102 - an action's docstring says what its one method does

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import orjson

from sandbox.exchange import Answer, Asked, Page, PageQuery, Refusal
from sandbox.faults import Action

HTML_PAGE = b"<!DOCTYPE html>\n<html><body><h1>Wartung: gleich geht es weiter</h1></body></html>"
_XML, _JSON, _HTML = "text/xml; charset=utf-8", "application/json; charset=utf-8", "text/html; charset=utf-8"
_PROLOGUE = b'<?xml version="1.0" encoding="UTF-8"?>'
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DOCTYPES = {
    "plain": b'<!DOCTYPE x SYSTEM "x.dtd">',
    "entity_bomb": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>",
    "external_entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
}
_ENTITY_OF = {"plain": b"", "entity_bomb": b"&j;", "external_entity": b"&e;"}


# in place of the vendor's answer


@dataclass(frozen=True)
class Respond(Action):
    """Any answer of one's own: a status, a body, its type, other headers. The vendor is not asked."""

    status: int = 200
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def instead(self, asked: Asked) -> Answer | None:  # noqa: ARG002 - the same for every request
        return Answer(self.status, self.body, self.content_type, self.headers)


def status(code: int, retry_after: str | None = None) -> Respond:
    """A status with an empty body; `retry_after` is written as it is: "2", a HTTP date, or nonsense."""
    return Respond(status=code, headers=() if retry_after is None else (("Retry-After", retry_after),))


def retry_after_date(seconds: float, now: datetime | None = None) -> str:
    """A HTTP date so many seconds ahead, for `status`."""
    return format_datetime((now or datetime.now(UTC)) + timedelta(seconds=seconds), usegmt=True)


def html(code: int = 200) -> Respond:
    """A page of a proxy or a maintenance notice."""
    return Respond(code, HTML_PAGE, _HTML)


def json_error(code: int = 200, error: str = "Internal", message: str = "Something failed.") -> Respond:
    """Persy's error body, by default under a status that says all is well."""
    return Respond(code, orjson.dumps({"Error": {"Code": error, "Message": message}}), _JSON)


def json_body(text: str) -> Respond:
    """Any JSON: `null`, an object where a list belongs, NaN, keys that repeat."""
    return Respond(200, text.encode(), _JSON)


def redirect(url: str, code: int = 302) -> Respond:
    """To another host perhaps, where credentials must not follow."""
    return Respond(code, headers=(("Location", url),))


@dataclass(frozen=True)
class Refuse(Action):
    """The vendor's own refusal: a SOAP fault (AUTH, BERECHTIGUNG, LIMIT, …) or Persy's error body.

    `status` 401 is Coveto's refusal by HTTP alone.
    """

    code: str
    text: str = "Abgelehnt."
    field: str = ""
    status: int = 500
    retry_after: str | None = None

    def instead(self, asked: Asked) -> Answer | None:  # noqa: ARG002 - the same for every request
        raise Refusal(self.code, self.text, self.field, self.status)

    def on_answer(self, answer: Answer) -> Answer:
        if self.retry_after is None:
            return answer
        return answer.but(headers=(*answer.headers, ("Retry-After", self.retry_after)))


def gzip_bomb(megabytes: int) -> Respond:
    """A small compressed answer that grows to so many megabytes of blanks in one element."""
    body = _PROLOGUE + b"<a>" + b" " * (megabytes * 1024 * 1024) + b"</a>"
    return Respond(200, gzip.compress(body, 9), _XML, (("Content-Encoding", "gzip"),))


def huge_body(megabytes: int) -> Respond:
    """So many megabytes, plain."""
    return Respond(200, _PROLOGUE + b"<a>" + b"a" * (megabytes * 1024 * 1024) + b"</a>", _XML)


@dataclass(frozen=True)
class Reset(Action):
    """The connection is reset before anything is sent."""

    def instead(self, asked: Asked) -> Answer | None:  # noqa: ARG002 - the same for every request
        return Answer(reset=True)


# before the vendor is asked


@dataclass(frozen=True)
class Delay(Action):
    """The answer comes so many seconds late."""

    seconds: float

    def instead(self, asked: Asked) -> Answer | None:  # noqa: ARG002 - the same for every request
        time.sleep(self.seconds)
        return None


@dataclass(frozen=True)
class Call(Action):
    """Something happens before the request is carried out: rows come and go between two pages."""

    hook: Callable[[Asked], object]

    def instead(self, asked: Asked) -> Answer | None:
        self.hook(asked)
        return None


# which rows a page has, and what it says of them


@dataclass(frozen=True)
class IgnorePaging(Action):
    """Always the first page, whatever is asked for."""

    def on_query(self, query: PageQuery) -> PageQuery:
        return query.with_offset(0)


@dataclass(frozen=True)
class RepeatPage(Action):
    """The page before the one that is asked for."""

    def on_query(self, query: PageQuery) -> PageQuery:
        return query.with_offset(query.offset - query.limit)


@dataclass(frozen=True)
class CapPageSize(Action):
    """Pages are smaller than asked for, and nobody says so."""

    rows: int

    def on_query(self, query: PageQuery) -> PageQuery:
        return query.with_limit(min(query.limit, self.rows))


@dataclass(frozen=True)
class Total(Action):
    """The count is this: wrong, a text, or left out (None)."""

    total: int | str | None

    def on_page(self, page: Page) -> Page:
        return replace(page, total=self.total)


@dataclass(frozen=True)
class ChangeRows(Action):
    """The rows of a page go through a function: another order, rows left out, rows doubled, none."""

    change: Callable[[list[bytes]], list[bytes]]

    def on_page(self, page: Page) -> Page:
        return replace(page, rows=self.change(page.rows))


def other_order() -> ChangeRows:
    """The rows of a page from last to first."""
    return ChangeRows(lambda rows: rows[::-1])


def no_rows() -> ChangeRows:
    """A page without rows, though the count says that there are some."""
    return ChangeRows(lambda rows: rows[:0])


# what happens to a good answer on its way


@dataclass(frozen=True)
class CutBody(Action):
    """The body ends at a share of it; `length` is "right" (of the whole), "short" (of the part) or "none"."""

    share: float = 0.5
    length: str = "right"

    def on_answer(self, answer: Answer) -> Answer:
        body = answer.body[: int(len(answer.body) * self.share)]
        if self.length == "right":
            return answer.but(send_only=len(body))
        return answer.but(body=body, without_length=self.length == "none")


@dataclass(frozen=True)
class BrokenGzip(Action):
    """Compressed, and damaged in the middle."""

    def on_answer(self, answer: Answer) -> Answer:
        body = bytearray(gzip.compress(answer.body))
        middle = len(body) // 2
        body[middle : middle + 8] = b"\xff" * 8
        return answer.but(body=bytes(body), headers=(*answer.headers, ("Content-Encoding", "gzip")))


@dataclass(frozen=True)
class ByteOrderMark(Action):
    """A byte order mark before the body, which is allowed and forgotten by many."""

    def on_answer(self, answer: Answer) -> Answer:
        return answer.but(body=BYTE_ORDER_MARK + answer.body)


@dataclass(frozen=True)
class BadUtf8(Action):
    """Bytes that are no UTF-8 in place of the first `ü` (or, without one, at the end of the body)."""

    def on_answer(self, answer: Answer) -> Answer:
        changed = answer.body.replace("ü".encode(), b"\xff\xfe", 1)
        return answer.but(body=changed if changed != answer.body else answer.body + b"\xff\xfe")


@dataclass(frozen=True)
class Doctype(Action):
    """A document type before the envelope, its entity in the text: one of `DOCTYPES`."""

    kind: str = "plain"

    def on_answer(self, answer: Answer) -> Answer:
        body = answer.body.replace(_PROLOGUE, _PROLOGUE + DOCTYPES[self.kind], 1)
        return answer.but(body=body.replace(b"</vorname>", _ENTITY_OF[self.kind] + b"</vorname>", 1))


@dataclass(frozen=True)
class Replace(Action):
    """A piece of the body becomes another, `count` times (-1: each time)."""

    old: bytes
    new: bytes
    count: int = 1

    def on_answer(self, answer: Answer) -> Answer:
        return answer.but(body=answer.body.replace(self.old, self.new, self.count))


@dataclass(frozen=True)
class ContentType(Action):
    """The body is said to be something else."""

    content_type: str

    def on_answer(self, answer: Answer) -> Answer:
        return answer.but(content_type=self.content_type)
