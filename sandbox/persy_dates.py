"""The forms in which Persy writes a moment."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.record_store import ABSENT

BERLIN = ZoneInfo("Europe/Berlin")
_TWO_HOURS_EAST = timezone(timedelta(hours=2))


def written(moment: datetime, form: str) -> Any:
    """`moment` (UTC) in a form.

    "berlin", "z", "utc" and "east" are ISO 8601 with some offset, "dotted" and "dashed" the day in Berlin
    alone, "empty" and "absent" say nothing.
    """
    match form:
        case "berlin":
            return moment.astimezone(BERLIN).isoformat()
        case "z":
            return moment.isoformat()[:19] + "Z"
        case "utc":
            return moment.isoformat()
        case "east":
            return moment.astimezone(_TWO_HOURS_EAST).isoformat()
        case "dotted":
            return moment.astimezone(BERLIN).strftime("%d.%m.%Y")
        case "dashed":
            return moment.astimezone(BERLIN).strftime("%d-%m-%Y")
    return ABSENT if form == "absent" else ""


def seconds_of(text: str) -> int:
    """Seconds since 1970 of a moment in any of the forms."""
    for form in ("%d.%m.%Y", "%d-%m-%Y"):
        try:
            day = datetime.strptime(text, form).replace(tzinfo=BERLIN)
        except ValueError:
            continue
        return int(day.timestamp())
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
