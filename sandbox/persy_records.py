"""Made-up candidates of a Persy tenant, in every shape that payloads grown from HR-XML have."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox import made_up_data as made_up
from sandbox.dice import Dice, turn
from sandbox.persy_dates import BERLIN, written
from sandbox.persy_openings import openings_of
from sandbox.record_store import ABSENT, Record

FIRST_ID = 100_001
"""Ids have six digits, so that they sort alike as text and as numbers."""
_UNTIL = datetime(2026, 10, 30, 12, 0, 0, tzinfo=UTC)
_SPAN_SECONDS = 700 * 24 * 3600
_AT_ONCE = 500
"""At most so many candidates were changed in one and the same second by an import: more than two pages."""
_CONFIDENTIAL: tuple[Any, ...] = (False, True, "true", "false", "Ja", "Nein", None, ABSENT)
_ISO_FORMS = ("berlin", "z", "utc", "east")
_CREATION_FORMS = ("berlin", "z", "dotted", "dashed", "utc", "empty", "absent")
_STATUSES = ("Active", "Active", "Inactive", "Pending", ABSENT)
_USER_VALUES: tuple[Any, ...] = (
    "Text", "38,5", 7, 38.5, True, False, None, [], ["Früh", "Spät"], {"von": "2026-01-01", "bis": None}, "",
    {}, -1.5e10,
    "05.03.2026", "Ja", [{"a": 1}, "b", None], "x" * 300, 9007199254740993,
)  # fmt: skip
_USER_KEYS = (
    "Schichtmodell",
    "Führerschein",
    "Wunschgehalt",
    "select",
    "a b",
    "Zeitarbeit.Bereit",
    "Größe [cm]",
    "BewerberTyp",
)


def modified_at(seed: int, index: int, count: int) -> int:
    """When the candidate at `index` of `count` was last changed, in seconds since 1970, for the served order.

    Every three share a second, and a tenth (at most 500) were changed by one import.
    """
    imported = min(count // 10, _AT_ONCE)
    place = (index * 7919 + seed) % count if count % 7919 else index
    start = int(_UNTIL.timestamp()) - _SPAN_SECONDS
    after = _SPAN_SECONDS // 2 if place < imported else place // 3 * max(_SPAN_SECONDS // (count // 3 + 1), 1)
    moment = start + after
    return _midnight(moment) if _is_date_alone(index) else moment


def make_candidate(seed: int, index: int, count: int) -> Record:
    """The candidate with id `FIRST_ID` + `index` of a tenant of `count`."""
    dice = Dice(seed, 11, index)
    turns = index + seed
    modified = datetime.fromtimestamp(modified_at(seed, index, count), UTC)
    record = {
        "CandidateRecordInfo": _record_info(dice, turns, index, modified),
        "Confidential": turn(_CONFIDENTIAL, turns),
        "CandidateSupplier": _supplier(dice, turns),
        "CandidateProfile": {
            "PersonalData": _present(
                {"PersonName": _name(dice, turns), "ContactMethod": _contacts(dice, turns, index)}
            ),
            "EmploymentHistory": _history(dice, turns),
            "Qualifications": {"Summary": made_up.text(dice.below(12), 3 + dice.below(5))},
        },
        "PositionOpening": openings_of(seed, index, count, modified),
        "RelatedPositionPostings": turn(
            (ABSENT, {"PositionPosting": {"Title": "Initiativbewerbung"}}, None), turns
        ),
        "UserArea": _user_area(dice, turns),
    }
    return _present(record)


def _present(record: Record) -> Record:
    return {key: value for key, value in record.items() if value is not ABSENT}


def _is_date_alone(index: int) -> bool:
    return index % 40 in {7, 27}


def _midnight(moment: int) -> int:
    day = datetime.fromtimestamp(moment, BERLIN).replace(hour=0, minute=0, second=0)
    return int(day.timestamp())


def _record_info(dice: Dice, turns: int, index: int, modified: datetime) -> Record:
    number = FIRST_ID + index
    ids: tuple[Any, ...] = (
        {"IdValue": number}, {"IdValue": str(number)}, [{"IdValue": str(number)}],
        {"@idOwner": "k00000", "IdValue": number},
        [{"IdValue": number}, {"@idOwner": "Altsystem", "IdValue": f"alt-{index}"}],
    )  # fmt: skip
    created = modified - timedelta(seconds=dice.below(20_000_000))
    form = turn(("dotted", "dashed"), index // 20) if _is_date_alone(index) else turn(_ISO_FORMS, turns)
    record = {
        "Id": turn(ids, turns),
        "Status": turn(_STATUSES, turns),
        "CreationDate": written(created, turn(_CREATION_FORMS, turns)),
        "LastModificationDate": written(modified, form),
    }
    return _present(record)


def _supplier(dice: Dice, turns: int) -> Any:
    job_board = {"EntityName": "Jobbörse Beispiel", "SourceType": "Job Board"}
    forms: tuple[Any, ...] = (
        job_board, [job_board, {"EntityName": "Muster & Söhne GmbH", "SourceType": "Staffing Agency"}],
        ABSENT, None, [],
        {"EntityName": dice.pick(made_up.COMPANIES), "SourceType": "Intermediary"},
        {"SourceType": "Referrer"},
        [{"EntityName": "Empfehlung", "SourceType": "Referrer"}], {"EntityName": ""},
    )  # fmt: skip
    return turn(forms, turns)


def _name(dice: Dice, turns: int) -> Any:
    first, second, last = (
        dice.pick(made_up.FIRST_NAMES),
        dice.pick(made_up.FIRST_NAMES),
        dice.pick(made_up.LAST_NAMES),
    )
    full = {"FormattedName": f"{first} {last}", "GivenName": first, "FamilyName": last}
    forms: tuple[Any, ...] = (
        full,
        full | {"GivenName": [first, second]},
        {"GivenName": [first], "FamilyName": last, "Affix": {"@type": "formOfAddress", "Value": "Frau"}},
        full
        | {
            "Affix": [{"@type": "formOfAddress", "Value": "Herr"}, {"@type": "qualification", "Value": "Dr."}]
        },
        {"FormattedName": f"{first} {last}"},
        {"FamilyName": last},
        {"GivenName": first, "FormattedName": f"{first} von Ohnenachname"},
    )
    if turns % 53 == 0:
        return turn((ABSENT, {}), turns // 53)
    return turn(forms, turns)


def _contacts(dice: Dice, turns: int, index: int) -> Any:
    phone = {"FormattedNumber": f"+49 9831 {100000 + dice.below(899999)}"}
    parts = {
        "InternationalCountryCode": "49",
        "AreaCityCode": "171",
        "SubscriberNumber": f"{1000000 + dice.below(8999999)}",
    }
    person = made_up.plain_letters(dice.pick(made_up.FIRST_NAMES))
    place = _address(dice, turns)
    private = _present({
        "Use": "personal", "Telephone": phone, "Mobile": parts,
        "InternetEmailAddress": f"{person}.{index}@mail.example",
        "PostalAddress": place,
    })  # fmt: skip
    work = {
        "Use": "business",
        "Telephone": {"SubscriberNumber": "4711"},
        "InternetEmailAddress": "info@@firma.example",
    }
    match turns % 8:
        case 0:
            return private
        case 1:
            return [private, work]
        case 2:
            return [private]
        case 3:
            shared = {"InternetEmailAddress": f"familie.{index // 40}@mail.example"}
            return [_present({"Telephone": phone, "PostalAddress": place}), shared]
        case 4:
            shouted = {"Use": "personal", "InternetEmailAddress": " RAND@Mail.Example "}
            return [shouted, private | {"InternetEmailAddress": "rand@mail.example"}]
        case 5:
            return {"Use": "businessDirect", "Mobile": phone | parts, "InternetEmailAddress": "keine"}
    return ABSENT if turns % 16 < 8 else []


def _address(dice: Dice, turns: int) -> Any:
    zip_code, city, region = dice.pick(made_up.PLACES)
    street, number = dice.pick(made_up.STREETS).rsplit(" ", 1)
    deliveries: tuple[Any, ...] = (
        {"AddressLine": f"{street} {number}"}, {"AddressLine": [f"{street} {number}", "Hinterhaus, 2. OG"]},
        {"StreetName": street, "BuildingNumber": number}, {"AddressLine": [f"{street} {number}"]},
        {"StreetName": street},
        {"AddressLine": [], "StreetName": street, "BuildingNumber": number}, ABSENT,
    )  # fmt: skip
    whole = _present({
        "CountryCode": turn((*made_up.COUNTRIES, ABSENT), turns), "PostalCode": zip_code,
        "Region": turn((region, [region], [region, "Mittelfranken"], ABSENT, []), turns),
        "Municipality": city,
        "DeliveryAddress": turn(deliveries, turns),
    })  # fmt: skip
    return whole if turns % 13 else turn((ABSENT, {}, {"Municipality": city}), turns // 13)


def _history(dice: Dice, turns: int) -> Any:
    title = dice.pick(made_up.PROFESSIONS)
    first = {
        "EmployerOrgName": dice.pick(made_up.COMPANIES),
        "PositionHistory": {"Title": title, "StartDate": "2021-04-01", "EndDate": None},
    }
    second = {
        "EmployerOrgName": "Nordlicht Logistik",
        "PositionHistory": [
            {"Title": "Aushilfe", "StartDate": "2015-01-01", "EndDate": "2015-12-31"},
            {"Title": "Schichtleiter", "StartDate": "01.02.2016", "EndDate": "31.03.2021"},
        ],
    }
    forms: tuple[Any, ...] = (
        {"EmployerOrg": first | {"@currentEmployer": True}},
        {"EmployerOrg": [second, first | {"@currentEmployer": "true"}]},
        {"EmployerOrg": [first, second | {"@currentEmployer": True}]},
        {"EmployerOrg": [second, first]},
        {"EmployerOrg": {"EmployerOrgName": "Ohne Stelle AG"}},
        {"EmployerOrg": [first | {"@currentEmployer": False}]},
        {"EmployerOrg": []},
        {},
    )
    return turn(forms, turns)


def _user_area(dice: Dice, turns: int) -> Any:
    if turns % 10 == 0:
        return turn((ABSENT, {}), turns // 10)
    fields = {
        turn(_USER_KEYS, turns + place): turn(_USER_VALUES, turns * 7 + turns // 8 + place * 5)
        for place in range(1 + turns % 4)
    }
    return fields | {"Bemerkung": made_up.text(dice.below(12), 1 + dice.below(4))}
