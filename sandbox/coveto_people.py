"""Made-up candidates and applications of a Coveto tenant, in every form of value that the contract lists."""

from typing import Any

from sandbox import made_up_data as made_up
from sandbox.coveto_parts import (
    NO_DATE,
    ODD_TIMES,
    address,
    free_fields,
    moment,
    moment_or_odd,
    present,
    text,
)
from sandbox.coveto_questions import STATUS_FORMS
from sandbox.coveto_rendering import Cdata
from sandbox.dice import Dice, turn
from sandbox.record_store import ABSENT, Record

_EMAIL_FORMS = (
    "keine",
    "max@",
    "name.example.org",
    "zwei@adressen.example, noch@eine.example",
    " mit.rand@example.org ",
    "",
)
_SALUTATIONS = (
    ("Frau", "weiblich"),
    ("Herr", "männlich"),
    ("", "divers"),
    (None, None),
    ("Herr", "ma\u0308nnlich"),
)
_SOURCES: tuple[Any, ...] = (
    {"id": "1", "schluessel": "website", "name": "Eigene Website"},
    {"id": "2", "schluessel": "indeed", "name": "Indeed"},
    {"name": "Empfehlung"},
    {"id": "4", "schluessel": None, "name": "Jobmesse Nürnberg"},
    None, ABSENT,
)  # fmt: skip
_TITLES = ("", "", "Dr.", None, ABSENT, "Prof. Dr. med.")


def make_candidate(seed: int, index: int) -> Record:
    """The Bewerber with id `index` + 1."""
    dice = Dice(seed, 2, index)
    turns = index + seed
    first, last = dice.pick(made_up.FIRST_NAMES), dice.pick(made_up.LAST_NAMES)
    salutation, gender = turn(_SALUTATIONS, turns)
    email, second_email = _emails(first, last, index, turns)
    phone, mobile = _phones(dice.below(9_000_000), turns)
    created = moment(dice)
    record = {
        "id": str(index + 1),
        "mandant": "1",
        "anrede": salutation,
        "titel": turn(_TITLES, turns),
        "vorname": turn((first, first, Cdata(first), first, f"{first} "), turns),
        "nachname": last,
        "geschlecht": gender,
        "geburtsdatum": _birthday(dice) if turns % 9 else turn(NO_DATE, turns // 9),
        "telefon": phone,
        "mobil": mobile,
        "email": email,
        "email2": second_email,
        "adresse": address(dice, turns),
        "freitextfelder": free_fields(dice, turns, _free_fields_of(dice)),
        "aktiv": turn(("Ja", "Ja", "Ja", "Nein"), turns),
        "erstelltAm": created if turns % 23 else turn(ODD_TIMES, turns // 23),
        "geaendertAm": moment(dice) if turns % 7 else turn((created, *NO_DATE), turns // 7),
    }
    return present(record)


def application_count(candidates: int) -> int:
    """How many applications so many candidates have: none, one, two and three in turn."""
    return candidates // 4 * 6 + (0, 0, 1, 3)[candidates % 4]


def make_application(seed: int, index: int, jobs: int) -> Record:
    """The Bewerbung with id `index` + 1, of one of `jobs` jobs."""
    dice = Dice(seed, 3, index)
    turns = index + seed
    slot = index % 6
    candidate = index // 6 * 4 + (1, 2, 2, 3, 3, 3)[slot]
    job = (Dice(seed, 4, candidate).below(jobs) + slot) % jobs
    status = turn(STATUS_FORMS, turns)
    created = moment(dice)
    rejected = isinstance(status, dict) and status.get("id") in {"5", "6", "7"}
    fields = (("anschreiben", "Anschreiben", text(dice, 12)), ("gespraech", "Gesprächstermin", "2026-05-04"))
    record = {
        "id": str(index + 1),
        "stelleId": str(job + 1),
        "bewerberId": str(candidate + 1),
        "status": status,
        "quelle": turn(_SOURCES, turns),
        "eingangAm": created,
        "abgelehntAm": moment_or_odd(dice, turns // 16) if rejected else turn(NO_DATE, turns),
        "eingestelltAm": turn((*NO_DATE, "2026-04-01"), turns),
        "freitextfelder": free_fields(dice, turns, fields),
        "erstelltAm": created,
        "geaendertAm": moment(dice) if turns % 7 else turn(NO_DATE, turns // 7),
    }
    return present(record)


def _birthday(dice: Dice) -> str:
    return f"{1960 + dice.below(45)}-{1 + dice.below(12):02d}-{1 + dice.below(28):02d}"


def _phones(number: int, turns: int) -> tuple[Any, Any]:
    phone = turn((f"09831 / {number}", f"+49 30 {number:07d}", "", None, ABSENT), turns)
    return phone, turn((f"+49 (0)171-{number}", ABSENT, f"0049171{number:07d}"), turns)


def _emails(first: str, last: str, index: int, turns: int) -> tuple[Any, Any]:
    """Both addresses of a candidate; now and then two candidates share one."""
    email = f"{made_up.plain_letters(first)}.{made_up.plain_letters(last)}.{index}@mail.example"
    if index % 17 > 14:
        email = f"familie.{index // 17}@mail.example"
    elif turns % 11 == 0:
        email = turn(_EMAIL_FORMS, turns // 11)
    second = turn((ABSENT, "", email, f"privat.{index}@post.example", email.upper(), None, "max@"), turns)
    return email, second


def _free_fields_of(dice: Dice) -> tuple[tuple[str, str, str], ...]:
    return (
        ("fuehrerschein", "Führerschein", "Ja"),
        ("gehaltswunsch", "Gehaltswunsch", "42000"),
        ("anmerkung", "Anmerkung des Bewerbers", text(dice, 4)),
        ("eintritt", "Frühester Eintritt", "2026-01-15"),
    )
