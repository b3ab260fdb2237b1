"""What texts, bytes and documents can hold that breaks readers."""

import re
from collections.abc import Iterator, Mapping

from pipelines.results import SyncResult
from sandbox import fault_actions as go
from sandbox.faults import Action
from tests.reliability.bench import Bench, Prepare
from tests.reliability.cases import Case, Failed, Survived, answers, edits
from tests.reliability.hostile_record import (
    COVETO_ID,
    HOSTILE,
    NO_ANSWER,
    PERSY_ID,
    REPLACED,
    first_name_is,
    own_fields,
    raw_holds,
    raw_text,
)


def _first_name(name: str) -> Prepare:
    return edits(
        lambda bench: bench.coveto.change("candidates", int(COVETO_ID), {"vorname": name}),
        lambda bench: bench.persy.change(
            int(PERSY_ID),
            {"CandidateProfile.PersonalData.PersonName": {"GivenName": name, "FamilyName": "X"}},
        ),
    )


def _texts() -> Iterator[Case]:
    names = {
        "emoji": "Zoë 👩🏽‍⚕️🇩🇪",
        "right-to-left text": "\u202bשָׁלוֹם مرحبا\u202c",
        "1 MB in one field": "ü" * 500_000,
        "quotes, backslashes and SQL": "O'Neil \\\" '; drop table x; --",
    }
    for words, name in names.items():
        yield Case(
            f"{words}",
            "both",
            f"a name holds {words}",
            Survived(changed=HOSTILE),
            _first_name(name),
            also=first_name_is(name),
        )
    yield Case(
        "20 MB in one field",
        "both",
        "a name holds 20 MB of text",
        Survived(changed=HOSTILE),
        _first_name("x" * 20_000_000),
        also=first_name_is("x" * 20_000_000),
        is_slow=True,
    )


def _holds_the_mark(bench: Bench, result: SyncResult) -> None:  # noqa: ARG001 - the form of all such looks
    assert re.search(r"\\ufffd|\ufffd", raw_text(bench))


def _bytes() -> Iterator[Case]:
    yield Case(
        "a byte order mark",
        "both",
        "pages begin with a byte order mark",
        Survived(),
        answers(go.ByteOrderMark(), nth=1, times=None),
    )
    replaced = Survived(noted=REPLACED, changed=HOSTILE)
    name = {"coveto": b"<vorname>Ge\xc3\xa4ndert</vorname>", "compleetpersy": '"geändert"'.encode()}
    bad = {"coveto": b"<vorname>Ge\xff\xfendert</vorname>", "compleetpersy": b'"ge\xff\xfendert"'}
    nul = {"coveto": b"<vorname>Ge\x00ndert</vorname>", "compleetpersy": b'"ge\\u0000ndert"'}
    lone = {"coveto": b"<vorname>Ge&#xD800;ndert</vorname>", "compleetpersy": b'"ge\\ud800ndert"'}
    for words, texts in (("bad UTF-8", bad), ("NUL", nul), ("a lone surrogate", lone)):
        actions: Mapping[str, Action] = {tool: go.Replace(name[tool], text) for tool, text in texts.items()}
        yield Case(
            words,
            "both",
            f"a text holds {words}",
            replaced,
            answers(actions, nth=1, times=None),
            also=_holds_the_mark,
        )


def _doctypes() -> Iterator[Case]:
    for kind, words in (
        ("plain", "a DOCTYPE"),
        ("entity_bomb", "an entity bomb"),
        ("external_entity", "an external entity"),
    ):
        yield Case(
            f"{words}, for ever",
            "coveto",
            f"pages bring {words}",
            Failed("VendorUnavailableError", NO_ANSWER["coveto"]),
            answers(go.Doctype(kind), nth=1, times=None),
        )
    yield Case(
        "a DOCTYPE, then well", "coveto", "a page brings a DOCTYPE once", Survived(), answers(go.Doctype())
    )
    yield Case(
        "an entity that nobody declared",
        "coveto",
        "a text holds &xxe; without a DOCTYPE",
        Failed("VendorUnavailableError", NO_ANSWER["coveto"]),
        answers(go.Replace(b"</vorname>", b"&xxe;</vorname>"), nth=1, times=None),
    )


def _json_values() -> Iterator[Case]:
    values = {
        "numbers as text": ('{"x": "007", "y": "1.10"}', '{"x": "007", "y": "1.10"}', ""),
        "an integer beyond 2^63": (
            '{"x": 123456789012345678901234567890}',
            "123456789012345678901234567890",
            "",
        ),
        "a decimal of thirty digits": (
            '{"x": 0.100000000000000000000000000001}',
            "0.100000000000000000000000000001",
            "",
        ),
        "NaN": ('{"x": NaN, "y": "NaN"}', '{"x": null, "y": "NaN"}', REPLACED),
        "Infinity": ('{"x": -Infinity}', '{"x": null}', REPLACED),
        "duplicate keys": ('{"x": 1, "x": 2}', '{"x": 1, "x": 2}', ""),
    }
    for words, (value, stored, noted) in values.items():
        yield Case(
            words,
            "compleetpersy",
            f"a candidate's own fields hold {words}",
            Survived(noted, HOSTILE),
            answers(go.Replace('{"Notiz":"geändert"}'.encode(), value.encode()), nth=1, times=None)
            if "Notiz" in value
            else edits(persy=own_fields(value)),
            also=raw_holds(stored),
        )


CASES = (*_texts(), *_bytes(), *_doctypes(), *_json_values())
