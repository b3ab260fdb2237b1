"""What can go wrong between the first byte of a request and the last one of an answer."""

from collections.abc import Iterator

from sandbox import fault_actions as go
from sandbox.faults import Action
from tests.reliability.cases import Case, Failed, Survived, answers, nothing

UNAVAILABLE, ANSWER = "VendorUnavailableError", "VendorAnswerError"
CLOSED = "http://127.0.0.1:1"
"""An address at which nobody listens."""


def refused(code: str, text: str = "Abgelehnt.", status: int = 500) -> go.Refuse:
    """The vendor's own refusal."""
    return go.Refuse(code, text, status=status)


def _slowing_down() -> Iterator[Case]:
    headers = {
        "in seconds": "1",
        "as a date": go.retry_after_date(30),
        "absent": None,
        "of no meaning": "bald",
        "below zero": "-5",
        "of a thousand years": "9" * 400,
        "as a date that does not exist": "Fri, 99 Foo 2026 25:61:61 GMT",
        "as a date in the past": go.retry_after_date(-3600),
    }
    for words, header in headers.items():
        yield Case(
            f"429, Retry-After {words}",
            "both",
            f"a page is answered with 429 once, Retry-After {words}",
            Survived(),
            answers(go.status(429, header)),
        )
    yield Case(
        "429 for ever",
        "both",
        "pages are answered with 429 for ever",
        Failed(UNAVAILABLE, "kept asking to slow down"),
        answers(go.status(429, "1"), times=None),
    )
    yield Case(
        "fault LIMIT, then well",
        "coveto",
        "a page is answered with the fault LIMIT once",
        Survived(),
        answers(refused("LIMIT")),
    )


def _once_and_for_ever() -> Iterator[Case]:
    kept_failing, cut_short = "kept failing", "cut its answer short"
    no_answer = {"coveto": "that is no answer to it", "compleetpersy": "that is no JSON object"}
    actions: list[tuple[str, str, Action, str | dict[str, str]]] = [
        ("500", "HTTP 500 without a body", go.status(500), kept_failing),
        ("502 with a page in HTML", "HTTP 502 and a proxy's page in HTML", go.html(502), kept_failing),
        ("503 with Retry-After", "HTTP 503 with Retry-After", go.status(503, "1"), kept_failing),
        ("a reset", "a reset of the connection", go.Reset(), "could not be reached"),
        (
            "a body cut, its length right",
            "half the body, Content-Length of the whole",
            go.CutBody(),
            cut_short,
        ),
        (
            "a body cut, its length short",
            "half the body, with the length of the half",
            go.CutBody(length="short"),
            no_answer,
        ),
        (
            "a body cut, without length",
            "half the body, without Content-Length",
            go.CutBody(length="none"),
            no_answer,
        ),
        ("broken gzip", "a gzip body that is damaged", go.BrokenGzip(), cut_short),
        (
            "204",
            "HTTP 204",
            go.status(204),
            {"coveto": "that is no answer to it", "compleetpersy": "without a page (HTTP 204)"},
        ),
        ("200 without a body", "HTTP 200 and an empty body", go.status(200), no_answer),
        ("200 with a page in HTML", "HTTP 200 and a page in HTML", go.html(), no_answer),
    ]
    for name, does, action, reason in actions:
        yield Case(
            f"{name}, then well", "both", f"a page is answered with {does}, once", Survived(), answers(action)
        )
        reasons = reason if isinstance(reason, dict) else {"both": reason}
        for tool, text in reasons.items():
            yield Case(
                f"{name}, for ever",
                tool,  # type: ignore[arg-type]
                f"every page but the first is answered with {does}",
                Failed(UNAVAILABLE, text),
                answers(action, times=None),
            )


def _time_and_place() -> Iterator[Case]:
    yield Case(
        "a read time-out, then well",
        "both",
        "one answer comes later than the read time-out",
        Survived(),
        answers(go.Delay(4)),
        {"read_timeout_seconds": 2},
    )
    yield Case(
        "a read time-out, for ever",
        "both",
        "no page but the first comes within the read time-out",
        Failed(UNAVAILABLE, "did not answer in time"),
        answers(go.Delay(2.5), times=None),
        {"read_timeout_seconds": 1, "retries": 0},
    )
    yield Case(
        "nobody listens",
        "both",
        "the connection is refused",
        Failed(UNAVAILABLE, "could not be reached"),
        nothing,
        {"base_url": CLOSED},
    )
    yield Case(
        "404",
        "both",
        "pages are answered with 404",
        Failed(ANSWER, "at this address (HTTP 404)"),
        answers(go.html(404), times=None),
    )
    yield Case(
        "all answers compressed",
        "both",
        "all answers are gzipped",
        Survived(),
        lambda bench: setattr(bench.tenant, "compresses", True),
    )
    yield Case(
        "another content type",
        "both",
        "pages are said to be text/plain",
        Survived(),
        answers(go.ContentType("text/plain"), nth=1, times=None),
    )


CASES = (*_slowing_down(), *_once_and_for_ever(), *_time_and_place())
