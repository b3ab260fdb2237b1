"""How often a connection is read, in words that need no model of a connection."""

import re

FULL_EVERY = {"coveto": "3h", "compleetpersy": "10h"}
"""The default of `full_every`; Coveto has no delta, so it is read whole as often as others by delta."""
DELTA_EVERY = "3h"
"""The default of `delta_every`."""

_DURATION = re.compile(r"^(\d+)(s|m|h|d)$")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds_of(duration: str) -> int:
    """Seconds in a duration such as "3h", "10m", "45s" or "1d"; a ValueError where it is none."""
    found = _DURATION.match(duration.strip())
    if not found:
        raise ValueError(f"{duration!r} is no duration; write it like 3h, 45m or 1d")
    return int(found[1]) * _SECONDS[found[2]]
