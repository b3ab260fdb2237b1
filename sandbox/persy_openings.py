"""Made-up PositionOpenings: what a Persy candidate applied to."""

from datetime import datetime, timedelta
from typing import Any

from sandbox import made_up_data as made_up
from sandbox.dice import Dice, turn
from sandbox.persy_dates import written
from sandbox.record_store import ABSENT, Record

FIRST_ID = 500_001
_APPLICATION_STATUSES = (
    "Eingestellt", "Abgesagt", "Abgelehnt", "Zurückgezogen", "Zuru\u0308ckgezogen", " eingestellt ",
    "In Prüfung",
    "Interview geführt", "Wiedervorlage", "", ABSENT, "Neu", "ABGESAGT",
)  # fmt: skip


_DATE_FORMS = ("utc", "z", "dotted", "dashed", "absent", "empty", "berlin")


def opening_count(candidates: int) -> int:
    """How many different openings the candidates of a tenant apply to."""
    return max(20, candidates // 15)


def openings_of(seed: int, index: int, count: int, modified: datetime) -> Any:
    """None, one or several openings, in every shape: missing, null, an empty list, one object, a list."""
    dice = Dice(seed, 12, index)
    first = dice.below(opening_count(count))
    form = (index + seed) % 9
    if form < 3:
        return (ABSENT, None, [])[form]
    wanted = (0, 0, 0, 1, 1, 2, 2, 3, 4)[form]
    openings = [
        make_opening(
            seed, (first + place * 3) % opening_count(count), index + place, modified - timedelta(days=place)
        )
        for place in range(wanted)
    ]
    return openings[0] if form == 3 else openings


def opening_list(openings: Any) -> list[Record]:
    """The openings of a candidate whatever the shape: missing, null, one object or a list."""
    if isinstance(openings, dict):
        return [openings]
    return list(openings) if isinstance(openings, list) else []


def opening_id(opening: Record) -> str:
    """The id of an opening as text."""
    identifier = opening["PositionRecordInfo"]["Id"]
    first = identifier[0] if isinstance(identifier, list) else identifier
    return str(first["IdValue"])


def make_opening(seed: int, opening: int, turns: int, applied: datetime) -> Record:
    """One opening as it hangs on a candidate; on a few candidates it still has its former title."""
    number = FIRST_ID + opening
    dice = Dice(seed, 13, opening)
    title = f"{dice.pick(made_up.PROFESSIONS)} {dice.pick(made_up.DEPARTMENTS)} (w/m/d)"
    ids: tuple[Any, ...] = (
        {"IdValue": number},
        {"IdValue": str(number)},
        [{"IdValue": str(number)}],
        {"@idOwner": "Muster GbR", "IdValue": str(number)},
    )
    detail: Record = {"PositionTitle": f"{title} - alt" if turns % 37 == 0 else title}
    profile: Record = {"PositionDetail": detail}
    if opening % 10 == 3:
        detail.update(_places_and_category(dice))
        profile.update(_descriptions(title))
    status = turn(_APPLICATION_STATUSES, turns)
    record: Record = {
        "PositionRecordInfo": {"Id": turn(ids, turns), "Status": "Active"},
        "PositionProfile": profile,
        "ApplicationDate": written(applied, turn(_DATE_FORMS, turns)),
        "ApplicationStatus": status,
    }
    return {key: value for key, value in record.items() if value is not ABSENT}


def _places_and_category(dice: Dice) -> Record:
    code, description = dice.pick(made_up.CATEGORIES)
    return {
        "Company": {"Name": dice.pick(made_up.COMPANIES)},
        "PhysicalLocation": [
            {"PostalAddress": {"CountryCode": "Deutschland", "PostalCode": zip_code, "Municipality": city}}
            for zip_code, city, _ in made_up.PLACES[2:4]
        ],
        "JobCategory": {"JobCategory": {"CategoryCode": code, "CategoryDescription": description}},
    }


def _descriptions(title: str) -> Record:
    tasks = "".join(f"<li>{task}</li>\n" for task in made_up.TASKS[:2])
    return {
        "FormattedPositionDescription": [
            {"Name": "Mode", "Value": "premium"},
            {"Name": "DescriptionHeadline", "Value": f"{title}: Komm' an Bord!"},
            {"Name": "Tasks", "Value": f"<ul>\n{tasks}</ul>"},
        ],
        "HowToApply": {"ApplicationMethod": {"InternetWebAddress": "https://www.example.com/apply"}},
    }
