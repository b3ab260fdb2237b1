"""What a page of a vendor's answer holds, and which window of a list to ask for next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

LONGEST_ID = 1_000
"""In bytes. An index of PostgreSQL takes no entry of more than about 2,700, and ids are far shorter."""
ID_TOO_LONG = f"an id of more than {LONGEST_ID:,} bytes"


class Record(NamedTuple):
    """One record as it goes to the raw log: a tuple, as there are many and dataclasses take longer."""

    remote_id: str
    order: tuple[int, ...] | None
    """The id as numbers, where the vendor sorts by it and it is made of numbers."""
    data: bytes
    """The record as JSON text in UTF-8, in the source's order."""
    content_hash: str
    candidate_id: str = ""
    """The candidate that the record belongs to; empty where it belongs to none, or where it is not told."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One element of a page that cannot become a record."""

    position: int
    """Where it stands in its page, from 0."""
    reason: str
    data: str
    """The element as it came."""
    content_hash: str


@dataclass(frozen=True, slots=True)
class Page:
    """One window of a list, as the vendor served it at one moment."""

    start: int
    """How many records of the list stand before this window."""
    records: Sequence[Record]
    unreadable: Sequence[Unreadable] = ()
    total: int | None = None
    """How many records the vendor says there are; None where it says nothing readable."""
    replaced_characters: int = 0

    @property
    def length(self) -> int:
        """How many elements of the list stand in this window, readable or not."""
        return len(self.records) + len(self.unreadable)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a list to ask for: `page` is None where the vendor counts rows, not pages."""

    start: int
    size: int
    page: int | None = None


def window_at(offset: int, size: int, paging: str) -> Window:
    """The window that holds row `offset` and reaches furthest beyond it.

    Where the vendor counts pages, a window can start at multiples of its size only. So the size is chosen,
    between half of `size` and all of it, such that `offset` falls near the start of a page.
    """
    if paging != "page":
        return Window(offset, size)
    best = max(range(size, size // 2, -1), key=lambda candidate: candidate - offset % candidate)
    return Window(offset - offset % best, best, offset // best + 1)


def is_too_long(remote_id: str) -> bool:
    """Whether an id is longer than a warehouse can take."""
    return len(remote_id) > LONGEST_ID // 4 and len(remote_id.encode()) > LONGEST_ID


def numeric_order(parts: Sequence[str]) -> tuple[int, ...] | None:
    """The parts of an id as numbers; None where one is no plain number."""
    for part in parts:
        if not (part.isascii() and part.isdecimal() and len(part) < 30):
            return None
    return tuple(map(int, parts))
