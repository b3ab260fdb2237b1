"""Pages of Persy candidates: one window of the list after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from sources.endpoints import ResolvedEndpoint
from sources.errors import VendorAnswerError
from sources.json_document import JsonText, Raw, item_slices, text_of, value_of
from sources.moments import Moment, iso_second
from sources.pages import Page, Unreadable, Window
from sources.persy.candidates import Candidate, CandidateReader, unreadable_at
from sources.persy.client import PersyClient


@dataclass(frozen=True, slots=True)
class CandidatePage(Page):
    """A page whose records are candidates."""

    candidates: Sequence[Candidate] = ()

    @property
    def moments(self) -> list[Moment]:
        """When the candidates were modified last, where that can be read."""
        return [candidate.modified for candidate in self.candidates if candidate.modified is not None]


class PersyPages:
    """Fetches windows of the list of candidates; `endpoints` are those of the connection, by model."""

    def __init__(self, client: PersyClient, endpoints: dict[str, ResolvedEndpoint]) -> None:
        self._client = client
        self._candidates = endpoints["candidates"]
        self._reader = CandidateReader(endpoints)

    def fetch(self, since: datetime | None, window: Window) -> CandidatePage:
        """One window of the candidates modified at or after `since` (UTC); of all where it is None.

        Raises:
            SourceError: the vendor could not be reached, refused, or answered something else.
        """
        endpoint = self._candidates
        document = self._client.get_list(endpoint.path, self._parameters(since, window), endpoint.records)
        found = document.at(endpoint.records)
        candidates: list[Candidate] = []
        unreadable: list[Unreadable] = []
        has_long_number = None if document.has_long_number else False  # then each record is looked at
        for position, item in enumerate(item_slices(found)):
            candidate = self._reader.read(item, has_long_number=has_long_number)
            if isinstance(candidate, Candidate):
                candidates.append(candidate)
            else:
                unreadable.append(unreadable_at(position, candidate, text_of(item)))
        if unreadable and not candidates and text_of(found or b"").lstrip().startswith("{"):
            raise VendorAnswerError(
                f"{self._client.host} answered an object where the list of candidates belongs",
                "set records of this connection's endpoint candidates to where the list is",
            )
        return CandidatePage(
            start=window.start,
            records=[candidate.record for candidate in candidates],
            unreadable=unreadable,
            total=_count(document, endpoint.total),
            replaced_characters=document.replaced_characters,
            candidates=candidates,
        )

    def has_candidate(self, remote_id: str, modified_after: datetime | None) -> bool:
        """Whether the vendor has a candidate, asked for by its id, and it counts as one of the connection's.

        Args:
            remote_id: the candidate.
            modified_after: the connection's cutoff; who was modified before has left what it covers.

        Raises:
            SourceError: it cannot be told.
        """
        path = self._candidates.confirm.replace("{id}", quote(remote_id, safe=""))
        document = self._client.get_record(path)
        if document is None:
            return False
        candidate = self._reader.read(document.body)
        if not isinstance(candidate, Candidate) or candidate.record.remote_id != remote_id:
            raise VendorAnswerError(
                f"{self._client.host} answered something that is not the candidate asked for",
                "check confirm of this connection's endpoint candidates, or set it to an empty text",
            )
        modified = candidate.modified
        return modified_after is None or modified is None or modified.at >= modified_after

    def modified_at(self, candidate: Raw | bytes | str) -> datetime | None:
        """When a candidate's record says that it was modified last (UTC); None where that cannot be read."""
        moment = self._reader.modified(value_of(candidate))
        return None if moment is None else moment.at

    def _parameters(self, since: datetime | None, window: Window) -> dict[str, str]:
        values = {
            "page": None if window.page is None else str(window.page),
            "offset": str(window.start),
            "limit": str(window.size),
            "modified_since": None if since is None else iso_second(since),
        }
        names = self._candidates.arguments
        return {names[word]: value for word, value in values.items() if value is not None and names.get(word)}


def _count(document: JsonText, path: tuple[str, ...]) -> int | None:
    found = document.at(path) if path else None
    plain = text_of(found).strip().strip('"') if found is not None else ""
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 19 else None
