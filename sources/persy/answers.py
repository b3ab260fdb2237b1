"""What an answer of Persy holds: from its bytes to candidates with what is cut from them. Without HTTP."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sources.json_document import (
    JsonText,
    PathDecoder,
    Raw,
    clean_json,
    is_clean,
    item_slices,
    slice_at,
    text_of,
    value_of,
)
from sources.moments import moment_of
from sources.pages import Unreadable
from sources.persy.candidates import Candidate, CandidateReader, unreadable_at
from sources.resolved_endpoint import ResolvedEndpoint

_LARGEST_GUESSED = 16_000_000
"""In bytes: of larger pages, one at a time is enough for memory."""


class Candidates(NamedTuple):
    """The candidates of one list."""

    candidates: list[Candidate]
    unreadable: list[Unreadable]
    total: int | None
    """How many the vendor says there are; None where it says nothing readable."""
    replaced_characters: int


class CandidatesParser:
    """Parses answers that hold a list of candidates.

    Args:
        endpoints: those of the connection, by model.
        with_openings: whether what is cut from the candidates is wanted.
    """

    parsed_type = Candidates

    def __init__(self, endpoints: Mapping[str, ResolvedEndpoint], *, with_openings: bool = True) -> None:
        self._arguments = (endpoints, with_openings)
        self._endpoint = endpoints["candidates"]
        self.reader = CandidateReader(endpoints, with_openings=with_openings)
        records, total = self._endpoint.records, self._endpoint.total
        paths = [path for path in (records, total) if path]
        self._list = PathDecoder(*paths, items_of=records) if records else None

    def __reduce__(self) -> tuple[object, ...]:
        """Made anew in another process, as decoders do not travel."""
        return _parser, self._arguments

    def parse(self, body: bytes) -> Candidates | None:
        """What a list holds; None where the answer needs a closer look."""
        listed, total = self._listed(body) if is_clean(body) else (None, None)
        if listed is not None:  # then it is an object, and nothing in it must be mended
            return self._candidates(listed, total, JsonText(body, 0)) if listed else None
        document = clean_json(body)
        found = None if document.members is None else self.candidates(document)
        return found if found is not None and found.candidates else None

    def candidates(self, document: JsonText) -> Candidates:
        """What stands in a document where the list belongs."""
        total = document.at(self._endpoint.total) if self._endpoint.total else None
        return self._candidates(item_slices(document.at(self._endpoint.records)), total, document)

    def _candidates(
        self, items: Sequence[Raw | bytes], total: Raw | bytes | None, document: JsonText
    ) -> Candidates:
        candidates: list[Candidate] = []
        unreadable: list[Unreadable] = []
        has_long_number = None if document.has_long_number else False  # then each record is looked at
        for position, item in enumerate(items):
            candidate = self.reader.read(item, has_long_number=has_long_number)
            if isinstance(candidate, Candidate):
                candidates.append(candidate)
            else:
                unreadable.append(unreadable_at(position, candidate, text_of(item)))
        return Candidates(candidates, unreadable, _count(total), document.replaced_characters)

    def _listed(self, body: bytes) -> tuple[list[Raw] | None, Raw | bytes | None]:
        """The list of an object and what stands where the count belongs; no list where it is not plain."""
        listed, *total = self._list.decode(body) if self._list is not None else (None,)
        if not isinstance(listed, list):
            return None, None
        return listed, total[0] if total else None

    def last_second(self, body: bytes, length: int) -> datetime | None:
        """The second of the last change of the last candidate, of a list that fills its page of `length`.

        A guess where the next page begins, made long before the whole is parsed; None where there is none.
        There must be none for an answer that will be asked for again: then what is guessed would be read
        before it, and who was modified between the two could be on neither.
        """
        items, _ = self._listed(body) if len(body) <= _LARGEST_GUESSED else (None, None)
        try:
            found = (
                slice_at(items[-1], self._endpoint.modified_at) if items and len(items) == length else None
            )
            moment = None if found is None else moment_of(str(value_of(found)))
        except ValueError:
            return None
        return None if moment is None else moment.second


def _parser(endpoints: Mapping[str, ResolvedEndpoint], with_openings: bool) -> CandidatesParser:
    return CandidatesParser(endpoints, with_openings=with_openings)


def _count(found: Raw | bytes | None) -> int | None:
    plain = text_of(found).strip().strip('"') if found is not None else ""
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 19 else None
