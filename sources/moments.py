"""Times in vendors' records, as far as reading needs them: to know how far a scan has come."""

import re
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

_BERLIN = ZoneInfo("Europe/Berlin")
_GERMAN_DATE = re.compile(r"^(\d{2})[.-](\d{2})[.-](\d{4})(?:[ T](\d{2}:\d{2}(?::\d{2})?))?$")


class Moment(NamedTuple):
    """A time in UTC; `is_exact` is False where the source gives but a day."""

    at: datetime
    is_exact: bool = True

    @property
    def second(self) -> datetime:
        """The second that the time lies in, as queries count."""
        return self.at.replace(microsecond=0)


def moment_of(text: str) -> Moment | None:
    """The moment of an ISO 8601 time or a German date (Berlin time); None where it is neither.

    A time without an offset is Berlin time, as everywhere in both contracts.
    """
    text = text.strip()
    german = _GERMAN_DATE.match(text) if text[2:3] in {".", "-"} else None
    if german:
        text = f"{german[3]}-{german[2]}-{german[1]}" + (f"T{german[4]}" if german[4] else "")
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=_BERLIN)
    try:
        return Moment(parsed.astimezone(UTC), is_exact=len(text) > len("2026-01-01"))
    except OverflowError:
        return None


def iso_second(moment: datetime) -> str:
    """A UTC time as a query takes it: 2026-01-01T00:00:00Z."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
