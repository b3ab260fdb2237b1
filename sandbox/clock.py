"""The time at which a made-up tenant lives."""

from datetime import UTC, datetime, timedelta


class Clock:
    """The real time, but never before what the tenant's records say, unless it was set or moved."""

    def __init__(self, not_before: datetime) -> None:
        self._not_before = not_before
        self._moved = timedelta()
        self._stopped_at: datetime | None = None

    def now(self) -> datetime:
        """The tenant's time, UTC, whole seconds."""
        if self._stopped_at is not None:
            return self._stopped_at
        real = max(datetime.now(UTC), self._not_before) + self._moved
        return real.replace(microsecond=0)

    def stop_at(self, moment: datetime) -> None:
        """Stand still at `moment` (with a time zone)."""
        self._stopped_at = moment.astimezone(UTC).replace(microsecond=0)

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds, standing or running."""
        if self._stopped_at is not None:
            self._stopped_at += timedelta(seconds=seconds)
        else:
            self._moved += timedelta(seconds=seconds)

    def run(self) -> None:
        """Follow the real time again."""
        self._stopped_at = None
        self._moved = timedelta()
