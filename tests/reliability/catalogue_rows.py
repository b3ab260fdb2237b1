"""Rows that are no records, come twice, or are missing, and what is deleted then."""

from collections.abc import Callable, Iterator

from pipelines.results import SyncResult
from sandbox import fault_actions as go
from sandbox.coveto_tenant import CovetoTenant
from sandbox.faults import Fault, On
from sources.pages import ID_TOO_LONG
from tests.reliability.bench import LIST, NOON, Bench
from tests.reliability.cases import (
    Case,
    Failed,
    Rejected,
    Survived,
    Warned,
    answers,
    edits,
    nothing,
    together,
)


def _rows() -> Iterator[Case]:
    yield Case(
        "another order",
        "both",
        "the rows of every page come from last to first",
        Warned("do not come in the order", ("candidates",)),
        answers(go.other_order(), nth=1, times=None),
    )
    yield Case(
        "a row twice",
        "both",
        "a row comes twice",
        Survived("the vendor counts 26, 25 were read"),
        lambda bench: _twice(bench, lambda row: row),
    )
    yield Case(
        "the same id twice with different content",
        "both",
        "a row comes with older content first, then with its own",
        Survived("the vendor counts 26, 25 were read"),
        lambda bench: _twice(bench, _older),
    )
    broken = {
        "coveto": b"<bewerber><vorname>Ohne</vorname></bewerber>",
        "compleetpersy": b'{"UserArea":{"ohne":"id"}}',
    }
    for count in (1, 10):
        yield Case(
            "a record without id" if count == 1 else f"{count} records without id",
            "both",
            f"{count} of the rows have no id",
            Rejected(count, "no id at"),
            lambda bench, count=count: _add_broken(bench, broken, count),
        )
    yield Case(
        "too many records without id",
        "both",
        "11 of 36 rows have no id: more than ten and more than a hundredth",
        Failed("VendorAnswerError", "11 records of candidates cannot be read", models=()),
        lambda bench: _add_broken(bench, broken, 11),
    )
    yield Case(
        "a row that is no object",
        "compleetpersy",
        "a row is a number",
        Rejected(1, "no object"),
        edits(persy=lambda bench: bench.persy.add_raw(b"17")),
    )
    yield Case(
        "an opening without id",
        "compleetpersy",
        "an opening of a candidate has no id",
        Rejected(1, "an opening without id", "applications", frozenset({"100009"})),
        lambda bench: bench.persy.change(100_009, {"PositionOpening": {"ApplicationStatus": "neu"}}),
    )
    yield Case(
        "an opening with an endless id",
        "compleetpersy",
        "the id of an opening has 1,100 characters",
        Rejected(1, ID_TOO_LONG, "applications", frozenset({"100009"})),
        lambda bench: bench.persy.change(
            100_009, {"PositionOpening": {"PositionRecordInfo": {"Id": {"IdValue": "9" * 1_100}}}}
        ),
    )
    yield Case(
        "an endless id",
        "both",
        "the id of a row has 1,100 characters",
        Rejected(1, ID_TOO_LONG),
        edits(
            lambda bench: bench.coveto.add_raw(
                "candidates", b"<bewerber><id>" + b"9" * 1_100 + b"</id></bewerber>", 9
            ),
            lambda bench: bench.persy.add_raw(
                b'{"CandidateRecordInfo":{"Id":{"IdValue":"' + b"9" * 1_100 + b'"}}}'
            ),
        ),
    )
    yield Case(
        "an id that is an object",
        "both",
        "the id of a row is an object",
        Rejected(1, "no id at"),
        edits(
            lambda bench: bench.coveto.add_raw(
                "candidates", b"<bewerber><id><wert>7</wert></id></bewerber>", 9
            ),
            lambda bench: bench.persy.add_raw(b'{"CandidateRecordInfo":{"Id":{"IdValue":{"a":1}}}}'),
        ),
    )
    yield Case(
        "a row that is not well-formed",
        "both",
        "one row breaks the whole page, for ever",
        Failed("VendorUnavailableError", "answered"),
        edits(
            lambda bench: bench.coveto.add_raw("candidates", b"<bewerber><id>7</bewerber>", 9),
            lambda bench: bench.persy.add_raw(b'{"a": '),
        ),
    )


def _twice(bench: Bench, first: Callable[[bytes], bytes]) -> None:
    tenant = bench.tenant
    if isinstance(tenant, CovetoTenant):
        row = tenant.rendered("candidates", 9) or b""
        tenant.replace_raw("candidates", 9, first(row))
        tenant.add_raw("candidates", row, 9)
    else:
        row = tenant.rendered(100_009) or b""
        tenant.replace_raw(100_009, first(row))
        tenant.add_raw(row, modified=NOON)


def _older(row: bytes) -> bytes:
    return row.replace(b"<vorname>", b"<vorname>Alt ", 1).replace(b'"GivenName":"', b'"GivenName":"Alt ', 1)


def _add_broken(bench: Bench, rows: dict[str, bytes], count: int) -> None:
    for number in range(count):
        body = rows[bench.tool].replace(b"hne", b"hne %d" % number)
        if bench.tool == "coveto":
            bench.coveto.add_raw("candidates", body, 9)
        else:
            bench.persy.add_raw(body)


GET = {"coveto": "getBewerber", "compleetpersy": "getCandidate"}


def _asked_for_none(bench: Bench, result: SyncResult) -> None:  # noqa: ARG001 - the form of all such looks
    assert bench.tenant.count(GET[bench.tool]) == 0


def _left_out(bench: Bench) -> None:
    """A row that is there is left out of every list."""
    part = b"<id>12</id>" if bench.tool == "coveto" else b'"100012"'
    leave = go.ChangeRows(lambda rows: [row for row in rows if part not in row[:120]])
    bench.tenant.arm(Fault("left out", leave, On(operation=LIST[bench.tool]), 1, None))


def _deletions() -> Iterator[Case]:
    yield Case(
        "a row left out of the list",
        "both",
        "a list leaves a row out that the vendor still gives when asked",
        Survived("1 missing from the list were kept", frozenset({"12", "500012"})),
        _left_out,
    )
    yield Case(
        "deletions that cannot be confirmed",
        "both",
        "asked for single records, the server answers 500",
        Survived("not every deletion could be confirmed"),
        lambda bench: bench.tenant.arm(
            Fault("fault", go.status(500), On(operation=GET[bench.tool]), 1, None)
        ),
    )
    yield Case(
        "an operation that confirms and does not exist",
        "coveto",
        "the WSDL has no operation that gives a single candidate",
        Survived("not every deletion could be confirmed"),
        nothing,
        {"endpoints": {"candidates": {"confirm": "readBewerber"}}},
    )
    yield Case(
        "deletions that nobody confirms",
        "both",
        "the connection asks for no single records",
        Survived(),
        nothing,
        {"confirm_deletes_up_to": 0},
        also=_asked_for_none,
    )
    yield Case(
        "an emptied list",
        "both",
        "the list of candidates is empty, and so is its total",
        Warned("would be marked deleted", ("candidates",)),
        together(answers(go.no_rows(), nth=1, times=None), answers(go.Total(0), nth=1, times=None)),
        {"confirm_deletes_up_to": 0},
    )


CASES = (*_rows(), *_deletions())
