"""What Coveto's made-up records have in common: times, addresses, the customer's own fields, texts."""

from datetime import datetime, timedelta
from typing import Any

from sandbox import made_up_data as made_up
from sandbox.coveto_rendering import Cdata
from sandbox.dice import Dice, turn
from sandbox.record_store import ABSENT, Record

NO_DATE: tuple[Any, ...] = ("", None, ABSENT, "0000-00-00", "0000-00-00 00:00:00")
"""How a record says that it has no date."""
ODD_TIMES = ("2025-10-26 02:30:00", "2026-03-29 02:30:00", "2024-02-29 23:59:59", "2026-10-25 02:00:00")
"""Wall times of Berlin that occur twice, never, or once in four years."""
_START = datetime(2023, 1, 2, 6, 0, 0)  # noqa: DTZ001 - wall time of Berlin, as the vendor writes it
_SPAN_SECONDS = 1_390 * 24 * 3600
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


def present(record: Record) -> Record:
    """`record` without the keys that are absent."""
    return {key: value for key, value in record.items() if value is not ABSENT}


def moment(dice: Dice) -> str:
    """A time of the last years."""
    return str(_START + timedelta(seconds=dice.below(_SPAN_SECONDS)))


def moment_or_odd(dice: Dice, turns: int) -> Any:
    """A time, an odd one, or none."""
    return turn((moment(dice), moment(dice), *NO_DATE, *ODD_TIMES), turns)


def address(dice: Dice, turns: int) -> Any:
    """A whole address, a part of one, or none."""
    form = turns % 12
    if form == 0:
        return turn(("", None, ABSENT), turns // 12)
    zip_code, city, region = dice.pick(made_up.PLACES)
    whole = {
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
    return whole


def free_fields(dice: Dice, turns: int, fields: tuple[tuple[str, str, str], ...]) -> Any:
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


def text(dice: Dice, sentences: int) -> str:
    """Some sentences: so many on average."""
    return made_up.text(dice.below(len(made_up.SENTENCES)), 1 + dice.below(sentences * 2))
