"""What a server can refuse, redirect or blow up."""

from collections.abc import Iterator

from pipelines.results import SyncResult
from sandbox import fault_actions as go
from sandbox.exchange import Answer, Asked
from sandbox.faults import Action, Fault, On
from tests.reliability.bench import LIST, Bench, Prepare
from tests.reliability.cases import Case, Failed, Survived, answers, together
from tests.reliability.catalogue_transport import ANSWER, UNAVAILABLE, refused


def _asked_twice(bench: Bench, result: SyncResult) -> None:  # noqa: ARG001 - the form of all such looks
    asked = bench.tenant.count(LIST[bench.tool])
    assert asked <= bench.tenant.hits["fault"] + 2


def _credentials() -> Iterator[Case]:
    refusals = {"coveto": go.status(401), "compleetpersy": refused("Unauthorized", status=401)}
    yield Case("401, then well", "both", "a page is answered with 401 once", Survived(), answers(refusals))
    yield Case(
        "503, 401, then well",
        "both",
        "a page is answered with 503 once and then with 401 once",
        Survived(),
        together(answers(go.status(503)), answers(refusals, nth=3)),
        {"in_flight": 1},
    )
    yield Case(
        "401 for ever",
        "both",
        "every page but the first is answered with 401",
        Failed("CredentialsError", "refused the credentials"),
        answers(refusals, times=None),
        {"in_flight": 1, "retries": 5},
        also=_asked_twice,
    )
    yield Case(
        "fault AUTH for ever",
        "coveto",
        "requests are answered with HTTP 500 and the fault AUTH",
        Failed("CredentialsError", "refused the credentials"),
        answers(refused("AUTH"), times=None),
    )
    yield Case(
        "403 on one model",
        "coveto",
        "the key may not read applications: HTTP 403",
        Failed("PermissionDeniedError", "denied the right", models=("applications",)),
        answers(go.status(403), on=On(model="applications"), nth=1, times=None),
    )
    yield Case(
        "fault BERECHTIGUNG on one model",
        "coveto",
        "the key may not read jobs: the fault BERECHTIGUNG",
        Failed("PermissionDeniedError", "denied the right", models=("jobs",)),
        lambda bench: bench.tenant.unreachable_models.add("jobs"),
    )
    yield Case(
        "403 on candidates",
        "compleetpersy",
        "the key may not read candidates: HTTP 403",
        Failed("PermissionDeniedError", "denied the right"),
        lambda bench: bench.tenant.unreachable_models.add("candidates"),
    )


def _error_bodies() -> Iterator[Case]:
    yield Case(
        "an error under 200, then well",
        "compleetpersy",
        "HTTP 200 with an error body in place of a page, once",
        Survived(),
        answers(go.json_error()),
    )
    yield Case(
        "an error under 200, for ever",
        "compleetpersy",
        "HTTP 200 with an error body in place of every page but the first",
        Failed(UNAVAILABLE, "answered an error in place of a page"),
        answers(go.json_error(), times=None),
    )
    yield Case(
        "a fault under 200",
        "coveto",
        "HTTP 200 with a SOAP fault in place of candidates",
        Failed("VendorFaultError", "with fault INTERN", models=("candidates",)),
        answers(refused("INTERN", status=200), times=None),
    )
    yield Case(
        "500 with a fault",
        "coveto",
        "HTTP 500 with a SOAP fault of the vendor's own in place of candidates",
        Failed("VendorFaultError", "with fault INTERN", models=("candidates",)),
        answers(refused("INTERN"), times=None),
    )
    yield Case(
        "400",
        "compleetpersy",
        "HTTP 400 with an error body",
        Failed("VendorFaultError", "refused the request (HTTP 400, BadRequest)"),
        answers(refused("BadRequest", status=400), times=None),
    )


class Redirect(Action):
    """To a host that notes what it is asked."""

    def __init__(self, url: str, code: int) -> None:
        self._redirect = go.redirect(url, code)

    def instead(self, asked: Asked) -> Answer | None:
        return self._redirect.instead(asked)


def _redirected(code: int, operation: str = "") -> Prepare:
    def prepare(bench: Bench) -> None:
        on = On(operation=operation or LIST[bench.tool])
        bench.tenant.arm(Fault("fault", Redirect(bench.stray_url, code), on, 1, None))

    return prepare


def _asked_no_stray(bench: Bench, result: SyncResult) -> None:  # noqa: ARG001 - the form of all such looks
    assert bench.stray.requests == []


def _redirects_and_sizes() -> Iterator[Case]:
    for code in (302, 308):
        yield Case(
            f"a redirect ({code})",
            "both",
            f"pages are redirected to another host with {code}",
            Failed(ANSWER, "credentials are never sent along"),
            _redirected(code),
            also=_asked_no_stray,
        )
    yield Case(
        "a redirected WSDL",
        "coveto",
        "the WSDL is redirected to another host",
        Failed(ANSWER, "credentials are never sent along"),
        _redirected(302, "wsdl"),
        also=_asked_no_stray,
    )
    too_big = Failed(ANSWER, "answered more than 2 MB")
    yield Case(
        "a gzip bomb",
        "both",
        "a small compressed answer grows to 60 MB, beyond max_answer_mb",
        too_big,
        answers(go.gzip_bomb(60), times=None),
        {"max_answer_mb": 2},
    )
    yield Case(
        "a huge body",
        "both",
        "an answer of 4 MB, beyond max_answer_mb",
        too_big,
        answers(go.huge_body(4), times=None),
        {"max_answer_mb": 2},
    )


def _wsdl() -> Iterator[Case]:
    on = On(operation="wsdl")
    yield Case(
        "a WSDL after 500",
        "coveto",
        "the WSDL is answered with 500 once",
        Survived(),
        answers(go.status(500), on=on, nth=1),
    )
    yield Case(
        "a page in place of the WSDL",
        "coveto",
        "the WSDL's address answers a page in HTML",
        Failed(ANSWER, "something that is no WSDL"),
        answers(go.html(), on=on, nth=1, times=None),
    )
    yield Case(
        "a WSDL with a DOCTYPE",
        "coveto",
        "the WSDL brings an entity bomb",
        Failed(ANSWER, "something that is no WSDL"),
        answers(
            go.Replace(b"<wsdl:definitions", go.DOCTYPES["entity_bomb"] + b"<wsdl:definitions"),
            on=on,
            nth=1,
            times=None,
        ),
    )
    imported = b'<wsdl:import namespace="x" location="http://127.0.0.2:1/x.wsdl"/><wsdl:types>'
    yield Case(
        "a WSDL that imports from elsewhere",
        "coveto",
        "the WSDL imports a document of another host",
        Failed(ANSWER, "imports a document from 127.0.0.2:1"),
        answers(go.Replace(b"<wsdl:types>", imported), on=on, nth=1, times=None),
    )
    yield Case(
        "a WSDL cut short",
        "coveto",
        "half the WSDL, with the length of the half",
        Failed(ANSWER, "something that is no WSDL"),
        answers(go.CutBody(length="short"), on=on, nth=1, times=None),
    )


CASES = (*_credentials(), *_error_bodies(), *_redirects_and_sizes(), *_wsdl())
