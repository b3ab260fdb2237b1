"""Values that nothing else can hold: where one of them shows up, a secret or a person has leaked."""

from pathlib import Path
from typing import Any

import duckdb

SECRETS = ("kanarie-schluessel-Qx7Zv1", "kanarie-persy-Wk4Jp9", "99887766", "kanarie-benutzer-Ht2Lm5")
"""api_key of Coveto and of Persy, customer_number, username."""
FIRST_NAME, LAST_NAME = "Xaverkanaria", "Zweifelvogelkanar"
EMAIL, PHONE = "kanarvogel@zitronengelb.example", "+49 4711 00998877"
TEXT, ANSWER = "Kanariengesang im Freitext", "Kanarienantwort auf die Frage"
PERSONAL = (FIRST_NAME, LAST_NAME, EMAIL, "kanarvogel", PHONE, "00998877", TEXT, ANSWER)
COVETO_PERSON: dict[str, Any] = {
    "vorname": FIRST_NAME,
    "nachname": LAST_NAME,
    "email": EMAIL,
    "telefon": PHONE,
}
PERSY_PERSON: dict[str, Any] = {
    "CandidateProfile.PersonalData.PersonName.GivenName": FIRST_NAME,
    "CandidateProfile.PersonalData.PersonName.FamilyName": LAST_NAME,
    "UserArea": {"Notiz": TEXT, "E-Mail": EMAIL, "Telefon": PHONE},
}
_DATA = (".duckdb", ".wal")


def found_in(text: str) -> list[str]:
    """The canaries that a text holds."""
    return [one for one in (*SECRETS, *PERSONAL) if one in text]


def leaks(folder: Path, shown: str = "") -> list[str]:
    """Where a canary is that should not be: in what was shown, in a file without rows, in `ats.runs`."""
    found = [f"shown: {one}" for one in found_in(shown)]
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        place = path.relative_to(folder)
        if place.parts[0] != ".dlt" and place.parts[:2] != (".ats", "pipelines") and path.suffix not in _DATA:
            found += [f"{place}: {one}" for one in found_in(path.read_bytes().decode(errors="replace"))]
    for name in (".ats/work.duckdb", "warehouse.duckdb"):
        if (folder / name).exists():
            found += [f"{name}, ats.runs: {one}" for one in found_in(_runs(folder / name))]
    return found


def _runs(database: Path) -> str:
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'ats' "
            "and table_name in ('runs', 'erasures', 'forgotten', 'publication')"
        ).fetchall()
        return repr([connection.execute(f"select * from ats.{table}").fetchall() for (table,) in tables])
