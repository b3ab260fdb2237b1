"""Asking for single records that a complete read no longer held, before they are marked deleted."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sources.errors import SourceError

StillThere = Callable[[str], bool]
"""Whether the vendor, asked for one id, still has the record; raises a SourceError where it cannot tell."""


@dataclass(frozen=True)
class Confirmation:
    """What came of asking.

    Args:
        gone: the ids to mark: those that the vendor no longer has, and those that could not be asked for.
        kept: the ids that the vendor still has although the read did not hold them.
        notes: what the run's record says of it.
    """

    gone: Sequence[str]
    kept: frozenset[str] = frozenset()
    notes: Sequence[str] = ()


def confirm_gone(gone: Sequence[str], still_there: StillThere, in_flight: int) -> Confirmation:
    """Ask for each id. A vendor that cannot answer stops the asking: a complete read is reason enough."""
    found: set[str] = set()
    failure: list[SourceError] = []
    has_failed = threading.Event()

    def ask(remote_id: str) -> None:
        if has_failed.is_set():
            return
        try:
            if still_there(remote_id):
                found.add(remote_id)
        except SourceError as error:
            failure.append(error)
            has_failed.set()

    with ThreadPoolExecutor(in_flight, "confirm") as pool:
        list(pool.map(ask, gone))
    notes = []
    if found:
        notes.append(f"{len(found)} missing from the list were kept, as the vendor still has them when asked")
    if failure:
        notes.append(f"not every deletion could be confirmed: {failure[0].message}")
    return Confirmation([one for one in gone if one not in found], frozenset(found), notes)
