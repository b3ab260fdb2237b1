"""Pages of Persy candidates: one window of the list after the other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from sources.errors import VendorAnswerError
from sources.json_document import Raw, value_of
from sources.moments import Moment, iso_second
from sources.pages import Page, Window
from sources.parsing_process import ParsingProcess
from sources.persy.answers import Candidates, CandidatesParser
from sources.persy.candidates import Candidate
from sources.persy.client import PersyClient
from sources.resolved_endpoint import ResolvedEndpoint
from sources.vendor_http import Answer

Tell = Callable[[datetime], None]
"""Is told the second that the next page begins with, as soon as that can be guessed."""


@dataclass(frozen=True, slots=True)
class CandidatePage(Page):
    """A page whose records are candidates."""

    candidates: Sequence[Candidate] = ()

    @property
    def moments(self) -> list[Moment]:
        """When the candidates were modified last, where that can be read."""
        return [candidate.modified for candidate in self.candidates if candidate.modified is not None]


class PersyPages:
    """Fetches windows of the list of candidates.

    Args:
        client: asks the tenant.
        endpoints: those of the connection, by model.
        parsing: a second process, where one shall help.
        with_openings: whether what is cut from the candidates is wanted.
    """

    def __init__(
        self,
        client: PersyClient,
        endpoints: Mapping[str, ResolvedEndpoint],
        parsing: ParsingProcess | None = None,
        *,
        with_openings: bool = True,
    ) -> None:
        self._client = client
        self._candidates = endpoints["candidates"]
        self._parsing = parsing
        self._parser = CandidatesParser(endpoints, with_openings=with_openings)

    def fetch(self, since: datetime | None, window: Window, tell: Tell | None = None) -> CandidatePage:
        """One window of the candidates modified at or after `since` (UTC); of all where it is None.

        Args:
            since: the moment.
            window: the part of the list.
            tell: is called before the answer is parsed, where it is full.

        Raises:
            SourceError: the vendor could not be reached, refused, or answered something else.
        """

        def read(answer: Answer) -> Candidates:
            if answer.status == 200 and tell is not None:
                second = self._parser.last_second(answer.body, window.size)
                if second is not None:
                    tell(second)
            return self._read(answer)

        parameters = self._parameters(since, window)
        found = self._client.get(self._candidates.path, parameters, read)
        return CandidatePage(
            start=window.start,
            records=[candidate.record for candidate in found.candidates],
            unreadable=found.unreadable,
            total=found.total,
            replaced_characters=found.replaced_characters,
            candidates=found.candidates,
        )

    def _read(self, answer: Answer) -> Candidates:
        """What an answer holds, checked to be a list."""
        if answer.status == 200:
            parsed = self._parsing.parse(self._parser, answer.body) if self._parsing is not None else None
            parsed = parsed or self._parser.parse(answer.body)
            if parsed is not None:
                return parsed
        document = self._client.checked_list(answer, self._candidates.records)
        found = self._parser.candidates(document)
        listed = bytes(document.at(self._candidates.records) or b"")
        if found.unreadable and not found.candidates and listed.lstrip().startswith(b"{"):
            raise VendorAnswerError(
                f"{self._client.host} answered an object where the list of candidates belongs",
                "set records of this connection's endpoint candidates to where the list is",
            )
        return found

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
        candidate = self._parser.reader.read(document.body)
        if not isinstance(candidate, Candidate) or candidate.record.remote_id != remote_id:
            raise VendorAnswerError(
                f"{self._client.host} answered something that is not the candidate asked for",
                "check confirm of this connection's endpoint candidates, or set it to an empty text",
            )
        modified = candidate.modified
        return modified_after is None or modified is None or modified.at >= modified_after

    def modified_at(self, candidate: Raw | bytes | str) -> datetime | None:
        """When a candidate's record says that it was modified last (UTC); None where that cannot be read."""
        moment = self._parser.reader.modified(value_of(candidate))
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
