"""Times in an answer's headers, from vendors whose clocks and formats may be anything."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def retry_after_seconds(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that `Retry-After` asks for (a number or an HTTP date); None where it is unreadable."""
    header = headers.get("Retry-After", "").strip()
    if header.isdecimal():
        return float(header)
    date = http_date(header)
    if date is None:
        return None
    return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())


def http_date(header: str | None) -> datetime | None:
    """A header's date in UTC; None where it is missing, unreadable or beyond all calendars."""
    if not header:
        return None
    try:
        date = parsedate_to_datetime(header)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
