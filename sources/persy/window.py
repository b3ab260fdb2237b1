"""Which records left only because of the connection's own cutoff: nothing that a vendor did by mistake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sources.known_versions import KnownVersions
from sources.persy.opening_log import OpeningLog
from sources.persy.pages import PersyPages


@dataclass(frozen=True)
class LeftWindow:
    """Tells apart what the cutoff leaves out from what the vendor no longer has.

    Args:
        pages: reads the time of the last change from a candidate's record.
        known: the records that were read before.
        openings: the applications that are known and were not met.
        connection_id: the connection.
        cutoff: who was modified before (UTC) has left.
    """

    pages: PersyPages
    known: KnownVersions
    openings: OpeningLog
    connection_id: str
    cutoff: datetime

    def candidates(self, gone: Sequence[str]) -> set[str]:
        """Those whose record, as it was last read, was modified before the cutoff."""
        found = set()
        for remote_id, data in self.known.contents("candidates", self.connection_id, gone):
            modified = None if data is None else self.pages.modified_at(data)
            if modified is not None and modified < self.cutoff:
                found.add(remote_id)
        return found

    def applications(self, gone: Sequence[str]) -> set[str]:
        """Those of candidates who left."""
        owners = {application_id: owners_of(application_id) for application_id in gone}
        left = self.candidates(sorted({owner for found in owners.values() for owner in found}))
        return {application_id for application_id, found in owners.items() if left.intersection(found)}

    def jobs(self, gone: Sequence[str]) -> set[str]:
        """Those that only candidates who left are known to carry."""
        carried = self.openings.unmet_by_job(gone)
        left = self.applications([one for applications in carried.values() for one in applications])
        return {job_id for job_id, found in carried.items() if found and left.issuperset(found)}


def owners_of(application_id: str) -> list[str]:
    """Every candidate id that an application's id may begin with: ids may hold colons themselves."""
    return [application_id[:place] for place, letter in enumerate(application_id) if letter == ":"]
