"""Made-up jobs, candidates and applications of a Coveto tenant, in every form of value that the contract lists."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sandbox import made_up_data as made_up
from sandbox.coveto_questions import STATUS_FORMS
from sandbox.coveto_rendering import Cdata
from sandbox.dice import Dice, turn
from sandbox.record_store import ABSENT, Record

HOST = "https://k00000.coveto.de"
_START = datetime(2023, 1, 2, 6, 0, 0)  # noqa: DTZ001 - wall time of Berlin, as the vendor writes it
_SPAN_SECONDS = 1_390 * 24 * 3600
_NO_DATE: tuple[Any, ...] = ("", None, ABSENT, "0000-00-00", "0000-00-00 00:00:00")
_ODD_TIMES = ("2025-10-26 02:30:00", "2026-03-29 02:30:00", "2024-02-29 23:59:59", "2026-10-25 02:00:00")
_EMPLOYMENT = (
    "FULL_TIME,PART_TIME", "FULL_TIME", "Vollzeit", "Teilzeit", "Minijob", "Befristet", "Praktikum", "Ausbildung",
    "Werkstudent", "Freie Mitarbeit", "Saisonarbeit", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER",
    "PER_DIEM", "OTHER", "vollzeit, Teilzeit", " Minijob ", "Ehrenamt", "", None, ABSENT,
)  # fmt: skip
_HOURS = ("38.50", "38,5", "38,5 Std.", "40", "20.00", "35 Std.", "nach Absprache", "", None, ABSENT)
_STATUS = (
    "Aktiv",
    "Aktiv",
    "Entwurf",
    "Pausiert",
    "Geschlossen",
    "Archiviert",
    "aktiv ",
    "In Freigabe",
    "",
    None,
)
_VISIBILITY = (
    "Öffentlich",
    "Intern",
    "Nur mit Link",
    "Vertraulich",
    "O\u0308ffentlich",
    "Konzernweit",
    None,
    ABSENT,
)
_HOME_OFFICE = (
    "Nein",
    "Teilweise",
    "Vollständig",
    "Vorübergehend",
    "TELECOMMUTE",
    "Vollsta\u0308ndig",
    "Freitags",
    "",
    ABSENT,
)
_PAY: tuple[Any, ...] = (
    {"von": "3500", "bis": "4300", "waehrung": "EUR", "einheit": "MONTH"},
    {"von": "16.75", "waehrung": "€", "einheit": "Stunde"},
    {"bis": "72000.00", "waehrung": "EUR", "einheit": "YEAR"},
    {"von": "58000", "bis": None, "waehrung": "EUR", "einheit": "Jahr"},
    {"von": None, "bis": None, "waehrung": "EUR", "einheit": None},
    {"von": "180.5", "bis": "220.5", "waehrung": "CHF", "einheit": "Tag"},
    {"von": "900", "bis": "1000", "waehrung": "EUR", "einheit": "Woche"},
    {"von": "3100", "bis": "3900", "waehrung": "€", "einheit": "Monat"},
    {"von": "25", "bis": "25", "waehrung": "EUR", "einheit": "HOUR"},
    {"von": "200", "bis": "240", "waehrung": "EUR", "einheit": "DAY"},
    {"von": "950", "bis": "1150", "waehrung": "EUR", "einheit": "WEEK"},
    {"von": "500", "bis": "600", "waehrung": "EUR", "einheit": "Auftrag"},
    "", None, ABSENT,
)  # fmt: skip
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
_FREE_VALUES = (
    "38.5",
    "007",
    "2026-01-15",
    "15.01.2026",
    "Ja",
    "Nein",
    "",
    "1e5",
    "null",
    "B2",
    "€ 1.000,00",
    " mit Rand ",
)
_SOURCES: tuple[Any, ...] = (
    {"id": "1", "schluessel": "website", "name": "Eigene Website"},
    {"id": "2", "schluessel": "indeed", "name": "Indeed"},
    {"name": "Empfehlung"},
    {"id": "4", "schluessel": None, "name": "Jobmesse Nürnberg"},
    None, ABSENT,
)  # fmt: skip


def make_job(seed: int, index: int) -> Record:
    """The Stelle with id `index` + 1; the first two have the shape of the vendor's published job postings."""
    dice = Dice(seed, 1, index)
    turns = index + seed if index > 1 else index
    number = str(index + 1)
    profession, department = dice.pick(made_up.PROFESSIONS), dice.pick(made_up.DEPARTMENTS)
    title = f"{profession} für {department} (m/w/d)"
    created = _moment(dice)
    category = dice.pick(made_up.CATEGORIES)
    record = {
        "id": number,
        "mandant": turn(("1", "1", "2", None), turns),
        "stellennummer": turn((f"K-{number}", f"{number.zfill(6)}", "", f"2026/{number}-A", ABSENT), turns),
        "titel": turn((title, Cdata(title), title.replace("ä", "a\u0308").replace("ü", "u\u0308"), f" {title} "), turns),
        "beschreibung": turn((_advert(dice, title), Cdata(_advert(dice, title)), "", None), turns if index > 1 else 0),
        "wochenstunden": turn(_HOURS, turns if index > 1 else 0),
        "beschaeftigungsart": turn(_EMPLOYMENT, turns),
        "status": turn(_STATUS, turns),
        "sichtbarkeit": turn(_VISIBILITY, turns),
        "kategorie": turn(({"id": category[0], "bezeichnung": category[1]}, {"bezeichnung": "Initiativbewerbung"}, "", ABSENT), turns),
        "url": f"{HOST}/job-{made_up.plain_letters(profession).replace('.', '-')}-m-w-d-{number}.html",
        "bewerbungUrl": f"{HOST}/public/bewerbung/?id={number}",
        "homeoffice": turn(_HOME_OFFICE, turns),
        "gehalt": _PAY[0] if index == 0 else turn(_PAY, turns),
        "standort": _site(dice, turns),
        "freitextfelder": _free_fields(dice, turns, (("berufslevel", "Berufslevel", "Fachkraft"), ("tarif", "Tarifvertrag", "TVöD EG P 7"))),
        "veroeffentlichtAm": _moment_or_odd(dice, turns),
        "gueltigBis": turn(("2027-01-27", "2026-03-29", "2025-10-26", "2024-02-29", "0000-00-00", "", None, ABSENT), turns),
        "erstelltAm": created,
        "geaendertAm": turn((created, None, "", "0000-00-00 00:00:00", "2026-08-05 11:43:06"), turns),
    }  # fmt: skip
    return _present(record)


def make_candidate(seed: int, index: int) -> Record:
    """The Bewerber with id `index` + 1."""
    dice = Dice(seed, 2, index)
    turns = index + seed
    first, last = dice.pick(made_up.FIRST_NAMES), dice.pick(made_up.LAST_NAMES)
    salutation, gender = turn(_SALUTATIONS, turns)
    email = f"{made_up.plain_letters(first)}.{made_up.plain_letters(last)}.{index - index % 17 // 16}@mail.example"
    created = _moment(dice)
    record = {
        "id": str(index + 1),
        "mandant": "1",
        "anrede": salutation,
        "titel": turn(("", "", "Dr.", None, ABSENT, "Prof. Dr. med."), turns),
        "vorname": turn((first, first, Cdata(first), first, f"{first} "), turns),
        "nachname": last,
        "geschlecht": gender,
        "geburtsdatum": f"{1960 + dice.below(45)}-{1 + dice.below(12):02d}-{1 + dice.below(28):02d}" if turns % 9 else turn(_NO_DATE, turns // 9),
        "telefon": turn((f"09831 / {100000 + dice.below(899999)}", f"+49 30 {dice.below(9999999):07d}", "", None, ABSENT), turns),
        "mobil": turn((f"+49 (0)171-{1000000 + dice.below(8999999)}", ABSENT, f"0049171{dice.below(9999999):07d}"), turns),
        "email": email if turns % 11 else turn(_EMAIL_FORMS, turns // 11),
        "email2": turn((ABSENT, "", email, f"privat.{index}@post.example", email.upper(), None, "max@"), turns),
        "adresse": _address(dice, turns),
        "freitextfelder": _free_fields(
            dice, turns,
            (("fuehrerschein", "Führerschein", "Ja"), ("gehaltswunsch", "Gehaltswunsch", "42000"),
             ("anmerkung", "Anmerkung des Bewerbers", _text(dice, 4)), ("eintritt", "Frühester Eintritt", "2026-01-15")),
        ),
        "aktiv": turn(("Ja", "Ja", "Ja", "Nein"), turns),
        "erstelltAm": created if turns % 23 else turn(_ODD_TIMES, turns // 23),
        "geaendertAm": turn((created, _moment(dice), None, "", "0000-00-00 00:00:00"), turns) if index % 3 == 0 else _moment(dice),
    }  # fmt: skip
    return _present(record)


def application_count(candidates: int) -> int:
    """How many applications so many candidates have: none, one, two and three in turn."""
    return candidates // 4 * 6 + (0, 0, 1, 3)[candidates % 4]


def make_application(seed: int, index: int, jobs: int) -> Record:
    """The Bewerbung with id `index` + 1, of one of `jobs` jobs."""
    dice = Dice(seed, 3, index)
    turns = index + seed
    slot = index % 6
    candidate = index // 6 * 4 + (1, 2, 2, 3, 3, 3)[slot]
    job = (Dice(seed, 4, candidate).below(jobs) + slot * 7) % jobs
    status = turn(STATUS_FORMS, turns)
    created = _moment(dice)
    rejected = isinstance(status, dict) and status.get("id") in {"5", "6"}
    record = {
        "id": str(index + 1),
        "stelleId": str(job + 1),
        "bewerberId": str(candidate + 1),
        "status": status,
        "quelle": turn(_SOURCES, turns),
        "eingangAm": created,
        "abgelehntAm": _moment_or_odd(dice, turns // 10) if rejected else turn(_NO_DATE, turns),
        "eingestelltAm": turn((*_NO_DATE, "2026-04-01"), turns),
        "freitextfelder": _free_fields(
            dice,
            turns,
            (("anschreiben", "Anschreiben", _text(dice, 5)), ("gespraech", "Gesprächstermin", "2026-05-04")),
        ),
        "erstelltAm": created,
        "geaendertAm": _moment(dice) if turns % 7 else turn(_NO_DATE, turns // 7),
    }
    return _present(record)


def _present(record: Record) -> Record:
    return {key: value for key, value in record.items() if value is not ABSENT}


def _moment(dice: Dice) -> str:
    return str(_START + timedelta(seconds=dice.below(_SPAN_SECONDS)))


def _moment_or_odd(dice: Dice, turns: int) -> Any:
    return turn((_moment(dice), _moment(dice), *_NO_DATE, *_ODD_TIMES), turns)


def _address(dice: Dice, turns: int) -> Any:
    form = turns % 12
    if form == 0:
        return turn(("", None, ABSENT), turns // 12)
    zip_code, city, region = dice.pick(made_up.PLACES)
    address = {
        "strasse": dice.pick(made_up.STREETS),
        "plz": zip_code,
        "ort": city,
        "region": region,
        "land": turn((*made_up.COUNTRIES, None), turns),
    }
    if form == 1:
        return {"ort": city}
    if form == 2:
        return {"strasse": "", "plz": None, "ort": "", "land": "DE"}
    return address


def _site(dice: Dice, turns: int) -> Any:
    address = _address(dice, turns)
    if not isinstance(address, dict):
        return address
    return {"id": str(1 + turns % 5), "bezeichnung": dice.pick(made_up.COMPANIES), **address}


def _free_fields(dice: Dice, turns: int, fields: tuple[tuple[str, str, str], ...]) -> Any:
    """None, one or several of the customer's own fields; their texts can look like anything."""
    form = turns % 16
    if form == 0:
        return turn(("", None, ABSENT), turns // 16)
    shown = [{"@name": name, "@bezeichnung": label, "#text": text} for name, label, text in fields]
    shown.append(
        {
            "@name": f"freitextfeld{1 + turns % 4}",
            "@bezeichnung": "Zusatz",
            "#text": turn(_FREE_VALUES, turns),
        }
    )
    if form == 1:
        return {"freitextfeld": shown[:1]}
    if form == 2:
        shown.append({"@name": "ohne_bezeichnung", "#text": Cdata("<b>Fett</b> & mehr")})
    if form == 3:
        shown[0] = {"@name": shown[0]["@name"], "@bezeichnung": "Größe [cm]"}
    if form == 4:
        shown.append(
            {"@name": f"neu {dice.below(3)}/ä", "@bezeichnung": "Feld mit Leerzeichen", "#text": "x"}
        )
    return {"freitextfeld": shown}


def _text(dice: Dice, sentences: int) -> str:
    return " ".join([dice.pick(made_up.SENTENCES) for _ in range(1 + dice.below(sentences * 2))])


@cache
def _benefits() -> str:
    return "".join(f"<li>{benefit}</li>\n" for benefit in made_up.BENEFITS)


def _advert(dice: Dice, title: str) -> str:
    tasks = "".join(f"<li>{dice.pick(made_up.TASKS)}</li>\n" for _ in range(4))
    return (
        f"<p>{title} Voll- oder Teilzeit Fr\u00fchester Beginn ab sofort unbefristet 3.500 - 4.300 EUR pro Monat.</p>\n"
        f"<p>{dice.pick(made_up.COMPANIES)} ist ein zukunftssicherer Arbeitgeber mit mehr als 1.200 Mitarbeitenden.</p>\n"
        f"<h1>Ihre Aufgaben</h1>\n<ul>\n{tasks}</ul>\n<h1>Ihr Profil</h1>\n<ul>\n<li>{_text(dice, 2)}</li>\n</ul>\n"
        f"<h1>Ihre Benefits bei uns:</h1>\n<ul>\n{_benefits()}</ul>\n<p>Fragen? Schreiben Sie an bewerbung@example.org</p>"
    )
