"""createBewerber and createBewerbung: what is checked, what is made of it, and what the answer says."""

import base64
import binascii
import re
from datetime import date
from typing import Any

from sandbox.coveto_tenant import CovetoTenant
from sandbox.exchange import Refusal
from sandbox.record_store import Record

MOST_ATTACHMENTS = 5
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_GENDERS = {"männlich", "weiblich", "divers"}
_CLOSED = {"Geschlossen", "Archiviert"}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def create(tenant: CovetoTenant, operation: str, content: dict[str, Any]) -> Record:
    """Carry out a write in the contract's words; gives the content of the answer, raises `Refusal`."""
    with tenant.lock:
        transaction = str(content.get("transaktionsId") or "")
        if transaction and transaction in tenant.transactions:
            return tenant.transactions[transaction]
        person = _group(content, "bewerber")
        _check_person(person)
        attachments = _checked_attachments(content)
        job_id = _checked_job(tenant, content)
        hints = _check_answers(tenant, job_id, content, {name for name, _ in attachments})
        candidate_id = _candidate(tenant, operation, person, job_id)
        answer = _application(tenant, content, job_id, candidate_id, hints)
        tenant.created.append(
            {
                "operation": operation,
                "answer": answer,
                "attachments": attachments,
                "content": content,
                "job_id": job_id,
            }
        )
        if transaction:
            tenant.transactions[transaction] = answer
        return answer


def _check_person(person: dict[str, Any]) -> None:
    for name in ("vorname", "nachname", "email"):
        if not str(person.get(name) or "").strip():
            raise Refusal("VALIDIERUNG", f"{name} fehlt.", f"bewerber.{name}")
    if not _EMAIL.fullmatch(person["email"].strip()):
        raise Refusal("VALIDIERUNG", "email ist keine E-Mail-Adresse.", "bewerber.email")
    if person.get("geschlecht") and person["geschlecht"] not in _GENDERS:
        raise Refusal(
            "VALIDIERUNG", "geschlecht muss männlich, weiblich oder divers sein.", "bewerber.geschlecht"
        )


def _checked_attachments(content: dict[str, Any]) -> list[tuple[str, bytes]]:
    attachments = _many(_group(content, "anhaenge").get("anhang"))
    if len(attachments) > MOST_ATTACHMENTS:
        raise Refusal("VALIDIERUNG", f"Höchstens {MOST_ATTACHMENTS} Anhänge.", "anhaenge")
    checked = []
    for attachment in attachments:
        if not isinstance(attachment, dict) or not all(
            attachment.get(name) for name in ("name", "contentType", "daten")
        ):
            raise Refusal("VALIDIERUNG", "Ein Anhang braucht name, contentType und daten.", "anhaenge.anhang")
        try:
            data = base64.b64decode("".join(attachment["daten"].split()), validate=True)
        except binascii.Error:
            raise Refusal("VALIDIERUNG", "daten ist kein Base64.", "anhaenge.anhang.daten") from None
        checked.append((attachment["name"], data))
    return checked


def _checked_job(tenant: CovetoTenant, content: dict[str, Any]) -> int:
    text = str(content.get("stelleId") or "")
    if not text.isdecimal():
        raise Refusal("VALIDIERUNG", "stelleId fehlt oder ist keine Zahl.", "stelleId")
    try:
        job = tenant.get("jobs", int(text))
    except KeyError:
        raise Refusal("NICHT_GEFUNDEN", f"Stelle {text} gibt es nicht.", "stelleId") from None
    if str(job.get("status") or "").strip() in _CLOSED:
        raise Refusal("STELLE_GESCHLOSSEN", f"Stelle {text} nimmt keine Bewerbungen mehr an.", "stelleId")
    return int(text)


def _check_answers(tenant: CovetoTenant, job_id: int, content: dict[str, Any], files: set[str]) -> list[str]:
    """Refuse answers that do not fit their question; gives a hint for each question that is not asked."""
    hints = []
    asked = set(tenant.keys("job_screening_questions"))
    for answer in _many(_group(content, "antworten").get("antwort")):
        number = str(answer.get("frageId") or "") if isinstance(answer, dict) else ""
        if not number.isdecimal() or (job_id, int(number)) not in asked:
            hints.append(f"Frage {number} gehört nicht zur Stelle {job_id} und wurde übergangen.")
            continue
        question = tenant.get("screening_questions", int(number))
        for value in _many(answer.get("wert")):
            if not _fits(question, value, files):
                raise Refusal(
                    "VALIDIERUNG", f"Die Antwort auf Frage {number} ist ungültig.", f"antworten.{number}"
                )
    return hints


def _fits(question: Record, value: str, files: set[str]) -> bool:
    match question.get("typ"):
        case "ZAHL" | "SCHIEBEREGLER":
            return bool(_NUMBER.fullmatch(value))
        case "JANEIN":
            return value in {"Ja", "Nein"}
        case "AUSWAHL" | "RADIO" | "MEHRFACHAUSWAHL":
            options = _many((question.get("optionen") or {}).get("option"))
            return value in {str(option.get("id") or option.get("bezeichnung")) for option in options}
        case "DATUM":
            return _is_date(value)
        case "DATEI":
            return value in files
    return True


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _candidate(tenant: CovetoTenant, operation: str, person: dict[str, Any], job_id: int) -> int:
    known = tenant.candidate_with_email(person["email"])
    if known is not None and operation == "createBewerber":
        raise Refusal("DUPLIKAT", f"Die E-Mail-Adresse gehört schon Bewerber {known}.", "bewerber.email")
    if known is not None:
        application = tenant.application_of(known, job_id)
        if application is not None:
            raise Refusal(
                "DUPLIKAT", f"Bewerber {known} hat sich schon beworben: Bewerbung {application}.", "stelleId"
            )
        return known
    fields = ("anrede", "vorname", "nachname", "geschlecht", "telefon", "email", "adresse")
    record = {name: person[name] for name in fields if name in person}
    return _number(tenant.add("candidates", {**record, "aktiv": person.get("aktiv") or "Ja"}))


def _application(
    tenant: CovetoTenant, content: dict[str, Any], job_id: int, candidate_id: int, hints: list[str]
) -> Record:
    if job_id in tenant.refused_jobs:
        return {
            "bewerberId": str(candidate_id),
            "hinweise": {"hinweis": [tenant.refused_jobs[job_id], *hints]},
        }
    record: Record = {
        "stelleId": str(job_id),
        "bewerberId": str(candidate_id),
        "status": {"id": "1", "bezeichnung": "Neu", "typ": "OFFEN"},
        "eingangAm": tenant.wall_time(),
    }
    if isinstance(content.get("quelle"), dict):
        record["quelle"] = content["quelle"]
    number = _number(tenant.add("applications", _in_order(record)))
    answer: Record = {"bewerberId": str(candidate_id), "bewerbungId": str(number)}
    return answer | ({"hinweise": {"hinweis": hints}} if hints else {})


def _in_order(record: Record) -> Record:
    names = ("stelleId", "bewerberId", "status", "quelle", "eingangAm")
    return {name: record[name] for name in names if name in record}


def _group(content: dict[str, Any], name: str) -> dict[str, Any]:
    group = content.get(name)
    return group if isinstance(group, dict) else {}


def _many(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def _number(key: int | tuple[int, ...]) -> int:
    return key if isinstance(key, int) else key[0]
