"""Values that depend on a seed, a stream and an index alone: record 17 can be made without 1 to 16."""

from collections.abc import Sequence
from typing import TypeVar

Value = TypeVar("Value")
_MASK = (1 << 64) - 1


class Dice:
    """A small generator for one record; cheaper to make than `random.Random`, and the same everywhere."""

    __slots__ = ("_state",)

    def __init__(self, seed: int, stream: int, index: int) -> None:
        state = (seed * 0x9E3779B97F4A7C15 + stream * 0xD1B54A32D192ED03 + index * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        self._state = (state ^ (state >> 27)) | 1

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) & _MASK
        return (self._state >> 33) % limit

    def pick(self, values: Sequence[Value]) -> Value:
        """One of `values`."""
        return values[self.below(len(values))]


def turn(values: Sequence[Value], index: int) -> Value:
    """The value whose turn it is: every one of `values` occurs within as many records as there are values."""
    return values[index % len(values)]
