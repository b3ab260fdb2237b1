"""Dates, field names, types, depths and values that no contract knows."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pipelines.results import SyncResult
from sandbox import fault_actions as go
from tests.reliability.bench import Bench, Prepare
from tests.reliability.cases import Also, Case, Failed, Rejected, Survived, answers, edits
from tests.reliability.hostile_record import (
    COVETO_ID,
    HOSTILE,
    NO_ANSWER,
    PERSY_ID,
    first_name_is,
    own_fields,
    raw_holds,
    unified,
)

_LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)


def _dates() -> Iterator[Case]:
    dates = {
        "0000-00-00": ("0000-00-00 00:00:00", "0000-00-00T00:00:00Z", None, None),
        "0001-01-01": ("0001-01-01 00:00:00", "0001-01-01T00:00:00+02:00", "any", "any"),
        "9999-12-31": ("9999-12-31 23:59:59", "9999-12-31T23:59:59-02:00", "any", "any"),
        "29 February": (
            "2024-02-29 12:00:00",
            "2024-02-29T12:00:00+01:00",
            datetime(2024, 2, 29, 11, tzinfo=UTC),
            datetime(2024, 2, 29, 11, tzinfo=UTC),
        ),
        "29 February of no leap year": ("2025-02-29 12:00:00", "2025-02-29T12:00:00Z", None, None),
        "the hour that repeats": (
            "2026-10-25 02:30:00",
            "2026-10-25T02:30:00+01:00",
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        ),
        "the hour that is missing": (
            "2026-03-29 02:30:00",
            "2026-03-29T02:30:00+01:00",
            datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
            datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        ),
        "words": ("gestern", "gestern", None, None),
    }
    for words, (coveto, persy, *wanted) in dates.items():
        yield Case(
            f"dates: {words}",
            "both",
            f"a candidate was made and changed on {words}",
            Survived(changed=HOSTILE),
            edits(_coveto_dates(coveto), _persy_dates(persy)),
            also=_created(dict(zip(("coveto", "compleetpersy"), wanted, strict=True))),
        )


def _coveto_dates(date: str) -> Callable[[Bench], object]:
    return lambda bench: bench.coveto.change(
        "candidates", int(COVETO_ID), {"erstelltAm": date, "geaendertAm": date}
    )


def _persy_dates(date: str) -> Callable[[Bench], object]:
    def change(bench: Bench) -> None:
        body = json.dumps(
            {"CandidateRecordInfo": {"Id": {"IdValue": PERSY_ID}}} | {"UserArea": {}}, separators=(",", ":")
        )
        info = f'"CreationDate":"{date}","LastModificationDate":"{date}"'
        body = body.replace('"Id":', f'{info},"Id":')
        bench.persy.remove(int(PERSY_ID))
        try:
            moment = datetime.fromisoformat(date).astimezone(UTC)
        except (ValueError, OverflowError):
            moment = _LONG_AGO
        bench.persy.add_raw(body.encode(), modified=max(moment, _LONG_AGO))

    return change


def _created(wanted: Mapping[str, Any]) -> Also:
    def look(bench: Bench, result: SyncResult) -> None:  # noqa: ARG001 - the form of all such looks
        if wanted[bench.tool] != "any":
            rows = unified(bench, "epoch(remote_created_at)")
            expected = wanted[bench.tool]
            assert rows == (None if expected is None else expected.timestamp())
        assert unified(bench, "remote_id")

    return look


HOSTILE_NAMES = ("select", "a b", "x" * 200, "Größe", "groesse", "a.b", 'q"uote', "$", "remote_id")


def _fields() -> Iterator[Case]:
    xml_names = ("select", "x" * 200, "Größe", "a.b", "remote_id", "_dlt_id", "Vorname")
    yield Case(
        "hostile field names",
        "both",
        "a record has fields called select, a b, of 200 characters, and two that differ by case alone",
        Survived(changed=HOSTILE),
        edits(
            lambda bench: bench.coveto.change("candidates", int(COVETO_ID), dict.fromkeys(xml_names, "wert")),
            own_fields(json.dumps(dict.fromkeys((*HOSTILE_NAMES, "SELECT"), "wert"), ensure_ascii=False)),
        ),
        also=raw_holds("wert"),
    )
    yield Case(
        "fields added",
        "both",
        "a record gets fields that no contract knows, one of them nested",
        Survived(changed=HOSTILE),
        edits(
            lambda bench: bench.coveto.change("candidates", int(COVETO_ID), {"neu.tief.er": "42"}),
            lambda bench: bench.persy.change(int(PERSY_ID), {"New": {"deep": [1, {"er": 42}]}}),
        ),
        also=raw_holds("42"),
    )
    yield Case(
        "fields removed",
        "both",
        "a record has lost every field but its id",
        Survived(changed=HOSTILE),
        edits(
            lambda bench: bench.coveto.replace_raw("candidates", 9, b"<bewerber><id>9</id></bewerber>"),
            lambda bench: bench.persy.replace_raw(
                int(PERSY_ID),
                b'{"CandidateRecordInfo":{"Id":{"IdValue":"100009"},"LastModificationDate":"2026-11-15T12:00:00Z"}}',
            ),
        ),
        also=first_name_is(None),
    )
    yield Case(
        "fields of another type",
        "both",
        "names and addresses are objects, lists and numbers",
        Survived(changed=HOSTILE),
        edits(
            lambda bench: bench.coveto.replace_raw(
                "candidates",
                9,
                b"<bewerber><id>9</id><vorname a='1'>X<b/></vorname><email>a@b.example</email>"
                b"<email>c@d.example</email>"
                b"<adresse>Berlin</adresse><erstelltAm><tag>1</tag></erstelltAm><freitextfelder>x</freitextfelder></bewerber>",
            ),
            lambda bench: bench.persy.change(
                int(PERSY_ID),
                {
                    "CandidateProfile": {"PersonalData": [{"PersonName": 17, "ContactMethod": "x"}]},
                    "Confidential": [{"a": 1}],
                    "CandidateSupplier": 4,
                    "UserArea": [1, 2],
                },
            ),
        ),
    )


def _nested_xml(depth: int) -> bytes:
    return b"<bewerber><id>9</id>" + b"<a>" * depth + b"</a>" * depth + b"</bewerber>"


def _nested_json(depth: int) -> bytes:
    dates = b'"LastModificationDate":"2026-11-15T12:00:00Z"'
    head = b'{"CandidateRecordInfo":{"Id":{"IdValue":"100009"},' + dates + b'},"UserArea":'
    return head + b'{"a":' * depth + b"1" + b"}" * depth + b"}"


def _nested(depth: int) -> Prepare:
    return edits(
        lambda bench: bench.coveto.replace_raw("candidates", 9, _nested_xml(depth)),
        lambda bench: bench.persy.replace_raw(int(PERSY_ID), _nested_json(depth)),
    )


def _nesting() -> Iterator[Case]:
    yield Case(
        "nested 100 levels deep",
        "both",
        "a record is nested 100 levels deep",
        Survived(changed=HOSTILE),
        _nested(100),
    )
    for depth, tool in ((300, "both"), (700, "both"), (1900, "coveto")):
        yield Case(
            f"nested {depth} levels deep",
            tool,  # type: ignore[arg-type]
            f"a record is nested {depth} levels deep",
            Rejected(1, "nested too deeply", changed=HOSTILE),
            _nested(depth),
        )
    yield Case(
        "nested 1900 levels deep",
        "compleetpersy",
        "a record is nested 1900 levels deep, which no parser takes",
        Failed("VendorUnavailableError", NO_ANSWER["compleetpersy"]),
        _nested(1900),
    )
    for tool, reason in NO_ANSWER.items():
        yield Case(
            "nested 100,000 levels deep",
            tool,  # type: ignore[arg-type]
            "a record is nested 100,000 levels deep",
            Failed("VendorUnavailableError", reason),
            lambda bench: answers(
                {
                    "coveto": go.Replace(b"</bewerber>", _nested_xml(100_000)[20:]),
                    "compleetpersy": go.Replace(
                        b'"UserArea":{', b'"UserArea":{"deep":' + _nested_json(100_000)[128:-1] + b","
                    ),
                },
                nth=1,
                times=None,
            )(bench),
        )


def _values() -> Iterator[Case]:
    yield Case(
        "null in place of an answer",
        "compleetpersy",
        "pages are the JSON null",
        Failed("VendorUnavailableError", NO_ANSWER["compleetpersy"]),
        answers(go.json_body("null"), times=None),
    )
    yield Case(
        "null in place of an answer, then well",
        "compleetpersy",
        "a page is the JSON null once",
        Survived(),
        answers(go.json_body("null")),
    )
    for words, body in (("null", "null"), ("a text", '"keine"'), ("a number", "7")):
        yield Case(
            f"{words} in place of the list",
            "compleetpersy",
            f"the list of candidates is {words}",
            Failed("VendorAnswerError", "answered without a list at Candidates"),
            answers(go.json_body(f'{{"Candidates":{body},"Paging":{{"TotalCount":25}}}}'), times=None),
        )
    yield Case(
        "an object in place of the list",
        "compleetpersy",
        "the list of candidates is an object that is no candidate",
        Failed("VendorAnswerError", "an object where the list of candidates belongs"),
        answers(go.json_body('{"Candidates":{"a":1},"Paging":{"TotalCount":25}}'), times=None),
    )
    yield Case(
        "a list in place of the answer",
        "compleetpersy",
        "pages are bare lists",
        Failed("VendorUnavailableError", NO_ANSWER["compleetpersy"]),
        answers(go.json_body("[]"), times=None),
    )
    empty = b'<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>%s</e:Body></e:Envelope>'
    answer = b'<listBewerberResponse xmlns="https://www.coveto.de/soap/v1"/>'
    for words, inner, error, reason in (
        ("an empty answer", answer, "VendorAnswerError", "holds neither a list at"),
        ("an empty body", b"", "VendorUnavailableError", NO_ANSWER["coveto"]),
        (
            "another operation's answer",
            answer.replace(b"Bewerber", b"Stellen"),
            "VendorUnavailableError",
            NO_ANSWER["coveto"],
        ),
    ):
        yield Case(
            words,
            "coveto",
            f"pages are a SOAP envelope with {words}",
            Failed(error, reason),
            answers(go.Respond(200, empty % inner, "text/xml"), times=None),
        )


CASES = (*_dates(), *_fields(), *_nesting(), *_values())
