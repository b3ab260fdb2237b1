"""A candidate as Persy serves it, and what is cut from it: its applications and the jobs they are for."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import xxhash
from msgspec import UNSET

from sources.json_document import (
    MemberDecoder,
    PathDecoder,
    Raw,
    content_hash,
    item_slices,
    text_of,
    value_at,
    value_of,
)
from sources.moments import Moment, moment_of
from sources.pages import ID_TOO_LONG, Record, Unreadable, is_too_long
from sources.resolved_endpoint import ResolvedEndpoint

_HASHES_KEPT = 50_000


class Opening(NamedTuple):
    """An opening that one candidate carries."""

    job: Record
    application: Record


class Candidate(NamedTuple):
    """One candidate of a page, with what is cut from it."""

    record: Record
    modified: Moment | None
    openings: Sequence[Opening]
    unreadable_openings: Sequence[Unreadable]


class CandidateReader:
    """Reads candidates, each parsed once: ids and hashes come from its value, texts from slices of its text.

    Args:
        endpoints: those of the connection, by model.
        with_openings: whether what is cut from a candidate is wanted.
    """

    def __init__(self, endpoints: Mapping[str, ResolvedEndpoint], *, with_openings: bool = True) -> None:
        self._with_openings = with_openings
        self._candidates = endpoints["candidates"]
        self._jobs = endpoints["jobs"]
        self._application_name = endpoints["applications"].records[-1]
        self._application_key = b'"%s":' % self._application_name.encode()
        path = self._candidates.remote_id[0]
        self._identity = path[:2] if len(path) > 2 else path
        self._job_hashes: dict[bytes, str] = {}
        self._parts = PathDecoder(self._identity, self._jobs.records, items_of=self._jobs.records)
        self._job_parts = MemberDecoder(self._jobs.fields)
        self._job_keys = [b'"%s":' % name.encode() for name in self._jobs.fields]

    def read(self, text: Raw | bytes, *, has_long_number: bool | None = None) -> Candidate | str:
        """What a slice holds, or why it is no candidate.

        Args:
            text: the slice.
            has_long_number: whether it may hold a number that orjson would not keep; None to look.
        """
        plain = bytes(text)
        try:
            value = value_of(plain, has_long_number=has_long_number)
            hash_of_content = content_hash(value)
        except ValueError:
            return "no readable JSON, or nested too deeply"
        if not isinstance(value, dict):
            return "no object"
        remote_id = _id_of(value, self._candidates.remote_id)
        if not remote_id:
            return "no id at " + ", ".join(".".join(path) for path in self._candidates.remote_id)
        if is_too_long(remote_id):
            return ID_TOO_LONG
        openings, unreadable = self._openings(plain, value, remote_id)
        record = Record(remote_id, None, plain, hash_of_content)
        return Candidate(record, self.modified(value), openings, unreadable)

    def modified(self, candidate: Any) -> Moment | None:
        """When a candidate, given by its value, was modified last; None where that cannot be read."""
        path = self._candidates.modified_at
        return moment_of(str(value_at(candidate, path))) if path else None

    def _openings(
        self, plain: bytes, candidate: Any, candidate_id: str
    ) -> tuple[list[Opening], list[Unreadable]]:
        openings: list[Opening] = []
        unreadable: list[Unreadable] = []
        values = _items(value_at(candidate, self._jobs.records)) if self._with_openings else []
        if not values:
            return openings, unreadable
        found, listed = self._parts.decode(plain)
        identity = self._identity_text(found)
        identity_value = self._identity_value(candidate)
        slices = item_slices(listed)
        for position, (text, value) in enumerate(zip(slices, values, strict=True)):
            job_id = _id_of(value, self._jobs.remote_id)
            if not job_id:
                unreadable.append(unreadable_at(position, "an opening without id", text_of(text)))
                continue
            application_id = f"{candidate_id}:{job_id}"
            if is_too_long(application_id):
                unreadable.append(unreadable_at(position, ID_TOO_LONG, text_of(text)))
                continue
            job = Record(job_id, None, *self._job(text, value))
            data = b"{%s,%s%s}" % (identity, self._application_key, bytes(text))
            hash_of_content = content_hash({**identity_value, self._application_name: value})
            openings.append(Opening(job, Record(application_id, None, data, hash_of_content)))
        return openings, unreadable

    def _job(self, opening: Raw | bytes, value: Any) -> tuple[bytes, str]:
        """What of an opening is the job's: its text and its hash; many candidates carry the same."""
        parts = zip(self._job_keys, self._job_parts.decode(opening), strict=True)
        text = b"{%s}" % b",".join([key + bytes(part) for key, part in parts if part is not UNSET])
        found = self._job_hashes.get(text)
        if found is None:
            if len(self._job_hashes) >= _HASHES_KEPT:
                self._job_hashes.clear()
            fields = self._jobs.fields if isinstance(value, dict) else ()
            found = content_hash({name: value[name] for name in fields if name in value})
            self._job_hashes[text] = found
        return text, found

    def _identity_text(self, found: Raw | bytes | None) -> bytes:
        """The candidate's id as a member, nested as the candidate has it: `"CandidateRecordInfo":{"Id":…}`.

        The last name of the path is left out, so that what stands beside the value stays with it.
        """
        text = bytes(found) if found is not None else b"null"
        for name in reversed(self._identity[1:]):
            text = b'{"%s":%s}' % (name.encode(), text)
        return b'"%s":%s' % (self._identity[0].encode(), text)

    def _identity_value(self, candidate: Any) -> dict[str, Any]:
        """The value of what `_identity_text` gives."""
        value = value_at(candidate, self._identity)
        for name in reversed(self._identity[1:]):
            value = {name: value}
        return {self._identity[0]: value}


def unreadable_at(position: int, reason: str, text: str) -> Unreadable:
    """An element that cannot become a record, by its place in the list."""
    return Unreadable(position, reason, text, xxhash.xxh3_128_hexdigest(text.encode()))


def _items(value: Any) -> list[Any]:
    """As `item_slices`, of a value that is read already."""
    if isinstance(value, list):
        return value
    return [] if value is None or value == "" else [value]


def _id_of(record: Any, paths: Sequence[tuple[str, ...]]) -> str:
    """The id of a record, parts joined by ":"; "" where one is missing."""
    if len(paths) == 1:
        return _part_of_id(record, paths[0])
    parts = [_part_of_id(record, path) for path in paths]
    return ":".join(parts) if all(parts) else ""


def _part_of_id(record: Any, path: tuple[str, ...]) -> str:
    """An id as text; "" where there is none. Of a list of ids, the first."""
    value = value_at(record, path)
    while type(value) is list and value:
        value = value[0]
    if type(value) is str:
        return value.strip()
    return str(value) if type(value) is int else ""
