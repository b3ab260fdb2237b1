"""Made-up screening questions of a Coveto tenant, what each job asks, and the states of an application."""

from typing import Any

from sandbox.coveto_rendering import Cdata
from sandbox.dice import Dice
from sandbox.record_store import Record

STATUSES: tuple[Record, ...] = (
    {"id": "1", "bezeichnung": "Neu", "typ": "OFFEN"},
    {"id": "2", "bezeichnung": "In Prüfung", "typ": "OFFEN"},
    {"id": "3", "bezeichnung": "Vorstellungsgespräch", "typ": "OFFEN"},
    {"id": "4", "bezeichnung": "Eingestellt", "typ": "EINGESTELLT"},
    {"id": "5", "bezeichnung": "Absage erteilt", "typ": "ABGELEHNT"},
    {"id": "6", "bezeichnung": "Zuru\u0308ckgezogen", "typ": "ZURUECKGEZOGEN"},
    {"id": "7", "bezeichnung": "Abgelehnt"},
    {"id": "8", "bezeichnung": "Talentpool", "typ": None},
    {"id": "9", "bezeichnung": "Vertrag unterschrieben", "typ": "EINGESTELLT"},
    {"id": "10", "bezeichnung": "Wartet auf Betriebsrat", "typ": "SONDERFALL"},
)
# how an application carries its state: whole, without typ, with a word alone, unknown, or not at all
STATUS_FORMS: tuple[Any, ...] = (
    STATUSES[0],
    STATUSES[3],
    STATUSES[4],
    {"id": "9", "bezeichnung": "Vertrag unterschrieben"},
    STATUSES[1],
    STATUSES[5],
    {"id": "7", "bezeichnung": "Abgelehnt", "typ": None},
    {"bezeichnung": "eingestellt"},
    STATUSES[2],
    {"bezeichnung": "Zurückgezogen", "typ": ""},
    {"id": "77", "bezeichnung": "Absage"},
    {"id": "8", "bezeichnung": "Talentpool"},
    {"bezeichnung": "Wiedervorlage"},
    STATUSES[9],
    None,
    "",
)
_CHOICES = {
    "option": [
        {"id": "11", "bezeichnung": "A1"},
        {"id": "12", "bezeichnung": "B2"},
        {"id": "13", "bezeichnung": "C1 "},
    ]
}
_QUESTIONS: tuple[Record, ...] = (
    {"titel": "Warum möchten Sie bei uns arbeiten?", "typ": "TEXTAREA", "maxLaenge": "2000"},
    {"titel": "Ihr Geburtsname", "typ": "TEXT", "maxLaenge": "80", "geaendertAm": "2026-02-01 09:00:00"},
    {"titel": "Weitere E-Mail-Adresse", "typ": "EMAIL", "maxLaenge": None},
    {"titel": "Profil im Netz", "typ": "URL"},
    {"titel": "Gehaltswunsch", "typ": "ZAHL", "minWert": "0", "maxWert": "250000.50"},
    {"titel": "Schmerzgrenze in km", "typ": "SCHIEBEREGLER", "minWert": "5", "maxWert": "100"},
    {"titel": "Haben Sie einen Führerschein?", "typ": "JANEIN"},
    {"titel": "Frühester Eintritt", "typ": "DATUM"},
    {"titel": Cdata("Deutschkenntnisse <nach GER>"), "typ": "AUSWAHL", "optionen": _CHOICES},
    {"titel": "Schichtmodell", "typ": "RADIO",
    "optionen": {"option": [{"bezeichnung": "Fru\u0308hschicht"}, {"bezeichnung": "Spätschicht"}]}},
    {"titel": "Sprachen", "typ": "MEHRFACHAUSWAHL",
    "optionen": {"option": [{"id": "1", "bezeichnung": "Deutsch"}, {"id": None, "bezeichnung": "Polnisch"}]}},
    {"titel": "Zeugnisse", "typ": "DATEI", "dateitypen": "application/pdf,image/png, image/jpeg",
    "maxDateigroesse": "5242880"},
    {"titel": "Hinweis zum Datenschutz", "typ": "HINWEIS"},
    {"titel": "Ihre Unterschrift", "typ": "ZEICHENFELD"},
    {"titel": "Reisebereitschaft", "typ": "AUSWAHL", "darstellung": "RADIO",
    "optionen": {"option": [{"id": "1", "bezeichnung": "keine"}]}},
    {"titel": "Kurz oder lang?", "typ": "TEXT", "maxLaenge": "10", "darstellung": "MULTI_LINE"},
    {"titel": "Ohne Auswahl", "typ": "AUSWAHL", "optionen": ""},
    {"titel": "Ohne Liste", "typ": "MEHRFACHAUSWAHL", "optionen": None},
    {"titel": "Lebenslauf", "typ": "DATEI", "dateitypen": "", "maxDateigroesse": None},
    {"titel": "Anzahl Kinder", "typ": "ZAHL", "minWert": None, "maxWert": "12", "darstellung": "SLIDER"},
    {"titel": "", "typ": "JANEIN", "geaendertAm": "0000-00-00 00:00:00"},
    {"titel": "Fremder Anzeigewunsch", "typ": "SCHIEBEREGLER", "minWert": "-5.5", "darstellung": "DREHKNOPF"},
    {"titel": "Ohne Typ"},
    {"titel": "Datumswunsch", "typ": "DATUM", "geaendertAm": ""},
)  # fmt: skip
QUESTION_COUNT = len(_QUESTIONS)
YES_NO, CHOICE, NAMED_CHOICE, MULTIPLE = 7, 9, 10, 11
_POSITIONS: tuple[Any, ...] = ("1", "2", "2", None, "10", "missing", "3", "1")


def make_status(key: int) -> Record:
    """The BewerberStatus with id `key`."""
    return dict(STATUSES[key - 1])


def make_question(key: int) -> Record:
    """The Frage with id `key`: each kind once, and the odd forms of them."""
    question = _QUESTIONS[(key - 1) % QUESTION_COUNT]
    return {"id": str(key), **question}


def questions_of_job(seed: int, job_index: int) -> list[int]:
    """The ids of the questions that a job asks: none to seven, ascending."""
    dice = Dice(seed, 5, job_index)
    wanted = (job_index + seed) % 8
    always = [YES_NO, CHOICE] if wanted > 3 else []
    return sorted({*always, *[1 + dice.below(QUESTION_COUNT) for _ in range(wanted)]}) if wanted else []


def make_job_question(seed: int, job_id: int, question_id: int) -> Record:
    """The StellenFrage of that job and question."""
    turns = job_id + question_id + seed
    record: Record = {"stelleId": str(job_id), "frageId": str(question_id)}
    position = _POSITIONS[turns % len(_POSITIONS)]
    if position != "missing":
        record["position"] = position
    record["pflicht"] = ("Ja", "Nein", "Ja", "", None)[turns % 5]
    condition = _condition(turns, question_id, questions_of_job(seed, job_id - 1))
    if condition != "missing":
        record["bedingung"] = condition
    return record


def _condition(turns: int, question_id: int, asked: list[int]) -> Any:
    if question_id not in {YES_NO, CHOICE} and YES_NO in asked and turns % 3 == 0:
        return {"frageId": str(YES_NO), "antworten": {"wert": ["Ja"] if turns % 2 else ["Nein"]}}
    if question_id not in {YES_NO, CHOICE} and CHOICE in asked and turns % 3 == 1:
        return {"frageId": str(CHOICE), "antworten": {"wert": ["12", "13"]}}
    if question_id != NAMED_CHOICE and NAMED_CHOICE in asked and turns % 3 == 2:
        return {"frageId": str(NAMED_CHOICE), "antworten": {"wert": ["Spätschicht"]}}
    return ("missing", None, "", "missing")[turns % 4]
