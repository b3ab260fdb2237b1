"""Made-up jobs of a Coveto tenant, in every form of value that the contract lists."""

from typing import Any

from sandbox import made_up_data as made_up
from sandbox.coveto_parts import address, free_fields, moment, moment_or_odd, present, text
from sandbox.coveto_rendering import Cdata
from sandbox.dice import Dice, turn
from sandbox.record_store import ABSENT, Record

HOST = "https://k00000.coveto.de"
_EMPLOYMENT = (
    "FULL_TIME,PART_TIME", "FULL_TIME", "Vollzeit", "Teilzeit", "Minijob", "Befristet", "Praktikum",
    "Ausbildung",
    "Werkstudent", "Freie Mitarbeit", "Saisonarbeit", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN",
    "VOLUNTEER",
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
_VALID_UNTIL = ("2027-01-27", "2026-03-29", "2025-10-26", "2024-02-29", "0000-00-00", "", None, ABSENT)
_FREE_FIELDS = (("berufslevel", "Berufslevel", "Fachkraft"), ("tarif", "Tarifvertrag", "TVöD EG P 7"))


def make_job(seed: int, index: int) -> Record:
    """The Stelle with id `index` + 1; the first two have the shape of the vendor's published job postings."""
    dice = Dice(seed, 1, index)
    turns = index + seed if index > 1 else 0
    number = str(index + 1)
    profession, department = dice.pick(made_up.PROFESSIONS), dice.pick(made_up.DEPARTMENTS)
    title = f"{profession} für {department} (m/w/d)"
    created = moment(dice)
    advert = _advert(dice, title)
    record = {
        "id": number,
        "mandant": turn(("1", "1", "2", None), turns),
        "stellennummer": turn((f"K-{number}", number.zfill(6), "", f"2026/{number}-A", ABSENT), turns),
        "titel": turn((title, Cdata(title), _decomposed(title), f" {title} "), turns),
        "beschreibung": turn((advert, Cdata(advert), "", None), turns),
        "wochenstunden": turn(_HOURS, turns),
        "beschaeftigungsart": turn(_EMPLOYMENT, turns if index > 1 else index),
        "status": turn(_STATUS, turns),
        "sichtbarkeit": turn(_VISIBILITY, turns),
        "kategorie": _category(dice, turns),
        "url": f"{HOST}/job-{made_up.plain_letters(profession).replace('.', '-')}-m-w-d-{number}.html",
        "bewerbungUrl": f"{HOST}/public/bewerbung/?id={number}",
        "homeoffice": turn(_HOME_OFFICE, turns),
        "gehalt": turn(_PAY, turns) if index != 1 else ABSENT,
        "standort": _site(dice, turns + 5),
        "freitextfelder": free_fields(dice, turns + 5, _FREE_FIELDS),
        "veroeffentlichtAm": moment_or_odd(dice, turns) if index else "2026-08-05 11:43:06",
        "gueltigBis": turn(_VALID_UNTIL, turns),
        "erstelltAm": created,
        "geaendertAm": turn((created, None, "", "0000-00-00 00:00:00", "2026-08-05 11:43:06"), turns),
    }
    return present(record)


def _decomposed(title: str) -> str:
    return title.replace("ä", "a\u0308").replace("ü", "u\u0308")


def _category(dice: Dice, turns: int) -> Any:
    code, name = dice.pick(made_up.CATEGORIES)
    return turn(({"id": code, "bezeichnung": name}, {"bezeichnung": "Initiativbewerbung"}, "", ABSENT), turns)


def _site(dice: Dice, turns: int) -> Any:
    place = address(dice, turns)
    if not isinstance(place, dict):
        return place
    return {"id": str(1 + turns % 5), "bezeichnung": dice.pick(made_up.COMPANIES), **place}


def _advert(dice: Dice, title: str) -> str:
    tasks = "".join(f"<li>{dice.pick(made_up.TASKS)}</li>\n" for _ in range(4))
    benefits = "".join(f"<li>{benefit}</li>\n" for benefit in made_up.BENEFITS)
    return (
        f"<p>{title} Voll- oder Teilzeit Frühester Beginn ab sofort unbefristet 3.500 - 4.300 EUR.</p>\n"
        f"<p>{dice.pick(made_up.COMPANIES)} ist ein Arbeitgeber mit mehr als 1.200 Mitarbeitenden.</p>\n"
        f"<h1>Ihre Aufgaben</h1>\n<ul>\n{tasks}</ul>\n"
        f"<h1>Ihr Profil</h1>\n<ul>\n<li>{text(dice, 2)}</li>\n</ul>\n"
        f"<h1>Ihre Benefits bei uns:</h1>\n<ul>\n{benefits}</ul>\n"
        "<p>Fragen? Schreiben Sie an bewerbung@example.org</p>"
    )
