"""Pages of Persy candidates, and what is cut from each: its applications and the jobs they are for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import xxhash

from sources.endpoints import ResolvedEndpoint
from sources.errors import VendorAnswerError
from sources.json_document import (
    Raw,
    content_hash,
    item_slices,
    object_slices,
    slice_at,
    text_of,
    value_at,
    value_of,
)
from sources.moments import Moment, iso_second, moment_of
from sources.pages import Page, Record, Unreadable, Window
from sources.persy.client import PersyClient


@dataclass(frozen=True, slots=True)
class Opening:
    """An opening that one candidate carries."""

    job: Record
    application: Record


@dataclass(frozen=True, slots=True)
class Candidate:
    """One candidate of a page, with what is cut from it."""

    record: Record
    modified: Moment | None
    openings: Sequence[Opening]
    unreadable_openings: Sequence[Unreadable]


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
        self._jobs = endpoints["jobs"]
        self._applications = endpoints["applications"]

    def fetch(self, since: datetime | None, window: Window) -> CandidatePage:
        """One window of the candidates modified at or after `since` (UTC); of all where it is None.

        Raises:
            SourceError: the vendor could not be reached, refused, or answered something else.
        """
        endpoint = self._candidates
        document = self._client.get_list(endpoint.path, self._parameters(since, window), endpoint.records)
        found = slice_at(document.text, endpoint.records)
        candidates: list[Candidate] = []
        unreadable: list[Unreadable] = []
        for position, item in enumerate(item_slices(found)):
            candidate = self._candidate(item)
            if isinstance(candidate, Candidate):
                candidates.append(candidate)
            else:
                unreadable.append(_unreadable(position, candidate, text_of(item)))
        if unreadable and not candidates and text_of(found or "").lstrip().startswith("{"):
            raise VendorAnswerError(
                f"{self._client.host} answered an object where the list of candidates belongs",
                "set records of this connection's endpoint candidates to where the list is",
            )
        return CandidatePage(
            start=window.start,
            records=[candidate.record for candidate in candidates],
            unreadable=unreadable,
            total=_count(document.text, endpoint.total),
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
        candidate = self._candidate(document.text)
        if not isinstance(candidate, Candidate) or candidate.record.remote_id != remote_id:
            raise VendorAnswerError(
                f"{self._client.host} answered something that is not the candidate asked for",
                "check confirm of this connection's endpoint candidates, or set it to an empty text",
            )
        modified = candidate.modified
        return modified_after is None or modified is None or modified.at >= modified_after

    def modified_at(self, candidate: Raw | bytes | str) -> datetime | None:
        """When a candidate's record says that it was modified last (UTC); None where that cannot be read."""
        moment = self._modified(value_of(candidate))
        return None if moment is None else moment.at

    def _modified(self, candidate: Any) -> Moment | None:
        path = self._candidates.modified_at
        return moment_of(str(value_at(candidate, path))) if path else None

    def _parameters(self, since: datetime | None, window: Window) -> dict[str, str]:
        values = {
            "page": None if window.page is None else str(window.page),
            "offset": str(window.start),
            "limit": str(window.size),
            "modified_since": None if since is None else iso_second(since),
        }
        names = self._candidates.arguments
        return {names[word]: value for word, value in values.items() if value is not None and names.get(word)}

    def _candidate(self, text: Raw | bytes | str) -> Candidate | str:
        """What a slice holds, or why it is no candidate."""
        try:
            value = value_of(text)
            hash_of_content = content_hash(value)
        except ValueError:
            return "no readable JSON, or nested too deeply"
        endpoint = self._candidates
        if not isinstance(value, dict):
            return "no object"
        parts = [_id_at(value, path) for path in endpoint.remote_id]
        if not all(parts):
            return "no id at " + ", ".join(".".join(path) for path in endpoint.remote_id)
        remote_id = ":".join(parts)
        record = Record(remote_id, None, text_of(text), hash_of_content)
        openings, unreadable = self._openings(text, remote_id)
        return Candidate(record, self._modified(value), openings, unreadable)

    def _openings(
        self, candidate: Raw | bytes | str, candidate_id: str
    ) -> tuple[list[Opening], list[Unreadable]]:
        openings: list[Opening] = []
        unreadable: list[Unreadable] = []
        identity, name = _identity(candidate, self._candidates.remote_id[0]), self._applications.records[-1]
        identity_value = value_of(f"{{{identity}}}")
        for position, opening in enumerate(item_slices(slice_at(candidate, self._jobs.records))):
            value = value_of(opening)
            parts = [_id_at(value, path) for path in self._jobs.remote_id]
            if not all(parts):
                unreadable.append(_unreadable(position, "an opening without id", text_of(opening)))
                continue
            job_id = ":".join(parts)
            job = Record(job_id, None, *self._job(opening, value))
            text = f'{{{identity},"{name}":{text_of(opening)}}}'
            hash_of_content = content_hash({**identity_value, name: value})
            openings.append(Opening(job, Record(f"{candidate_id}:{job_id}", None, text, hash_of_content)))
        return openings, unreadable

    def _job(self, opening: Raw | bytes | str, value: Any) -> tuple[str, str]:
        """What of an opening is the job's: its text and its hash."""
        members = object_slices(opening) or {}
        fields = [key for key in self._jobs.fields if key in members]
        text = "{" + ",".join(f'"{key}":{text_of(members[key])}' for key in fields) + "}"
        return text, content_hash({key: value[key] for key in fields})


def _identity(candidate: Raw | bytes | str, id_path: tuple[str, ...]) -> str:
    """The candidate's id as a member, nested as the candidate has it: `"CandidateRecordInfo":{"Id":…}`.

    The last name of the path is left out, so that what stands beside the value stays with it.
    """
    names = id_path[:2] if len(id_path) > 2 else id_path
    found = slice_at(candidate, names)
    text = text_of(found) if found is not None else "null"
    for name in reversed(names[1:]):
        text = f'{{"{name}":{text}}}'
    return f'"{names[0]}":{text}'


def _id_at(record: Any, path: tuple[str, ...]) -> str:
    """An id as text; "" where there is none. Of a list of ids, the first."""
    value = value_at(record, path)
    while isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()


def _count(text: str, path: tuple[str, ...]) -> int | None:
    found = slice_at(text, path) if path else None
    plain = text_of(found).strip().strip('"') if found is not None else ""
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 19 else None


def _unreadable(position: int, reason: str, text: str) -> Unreadable:
    return Unreadable(position, reason, text, xxhash.xxh3_128_hexdigest(text.encode()))
