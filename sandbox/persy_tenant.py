"""A made-up Persy tenant: its candidates, in the order of their last change, and what may be done to them."""

import json
from bisect import bisect_left, insort
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from sandbox.exchange import Page, PageQuery
from sandbox.persy_attachments import Attachment, make_attachments
from sandbox.persy_dates import seconds_of
from sandbox.persy_openings import opening_id, opening_list
from sandbox.persy_records import FIRST_ID, make_candidate, modified_at
from sandbox.record_store import RawRecord, Record, RecordStore, with_changes
from sandbox.tenant import Tenant


class PersyTenant(Tenant):
    """The candidates of one customer, by their id as a number. Records are the JSON as plain structures."""

    def __init__(
        self,
        *,
        api_key: str = "persy-sandbox-key",
        auth: str = "bearer",
        username: str = "sandbox",
        auth_header: str = "X-Api-Key",
    ) -> None:
        """An empty tenant; `auth` is "bearer", "basic" (of `username`) or "header" (named `auth_header`)."""
        super().__init__()
        self.api_key = api_key
        self.auth = auth
        self.username = username
        self.auth_header = auth_header
        self._order: list[tuple[int, int]] = []
        self._modified: dict[int, int] = {}
        self._store: RecordStore[int] = RecordStore(_nothing)
        self._attachments: dict[int, list[Attachment]] = {}
        self._generated: range = range(0)
        self._seed = 0
        self._next_id = FIRST_ID

    @classmethod
    def generate(cls, *, seed: int = 1, candidates: int = 200, **settings: Any) -> "PersyTenant":
        """A tenant of so many candidates; one seed, one outcome. `settings` are the constructor's."""
        tenant = cls(**settings)
        tenant._seed = seed
        tenant._generated = range(FIRST_ID, FIRST_ID + candidates)
        tenant._next_id = FIRST_ID + candidates
        tenant._store = RecordStore(lambda key: make_candidate(seed, key - FIRST_ID, candidates))
        tenant._modified = {key: modified_at(seed, key - FIRST_ID, candidates) for key in tenant._generated}
        tenant._order = sorted((modified, key) for key, modified in tenant._modified.items())
        return tenant

    def prepare(self) -> None:
        """Render every record now, so that a benchmark measures its caller alone."""
        self.page(PageQuery("candidates", limit=len(self._order), offset=0))

    # reading

    def keys(self) -> list[int]:
        """The ids of the current candidates, in the served order."""
        with self.lock:
            return [key for _, key in self._order]

    def records(self) -> Iterator[tuple[int, Record]]:
        """The current candidates in the served order, as copies; raw ones are left out."""
        for key in self.keys():
            with self.lock:
                if isinstance(self._store.get(key), RawRecord):
                    continue
                record = self._store.structure(key)
            yield key, record

    def get(self, key: int) -> Record:
        """A copy of one current candidate; a KeyError where there is none."""
        with self.lock:
            self._check(key)
            return self._store.structure(key)

    def rendered(self, key: int) -> bytes | None:
        """One current candidate as it is served, None where there is none."""
        with self.lock:
            return self._store.rendered(key, "", _render) if key in self._modified else None

    def page(self, query: PageQuery, modified_since: datetime | None = None) -> Page:
        """The rows that a query wants, of those changed at or after a moment, and how many those are."""
        with self.lock:
            first = (
                0
                if modified_since is None
                else bisect_left(self._order, (int(modified_since.timestamp()), 0))
            )
            start = first + query.offset
            rows = [
                self._store.rendered(key, "", _render) for _, key in self._order[start : start + query.limit]
            ]
            return Page(rows, len(self._order) - first, query)

    # changing

    def add(self, record: Record) -> int:
        """Add a candidate; an id and dates that it lacks are given to it. Gives its id."""
        with self.lock:
            info = dict(record.get("CandidateRecordInfo", {}))
            key = _id_of(info.get("Id")) or self._next_id
            self._next_id = max(self._next_id, key + 1)
            info = {"Id": {"IdValue": str(key)}, "CreationDate": self.timestamp(), **info}
            info.setdefault("LastModificationDate", self.timestamp())
            self._insert(
                key, record | {"CandidateRecordInfo": info}, seconds_of(info["LastModificationDate"])
            )
            return key

    def add_raw(self, body: bytes, *, modified: datetime | None = None) -> int:
        """Add a row of any bytes, at the end or at the place of a moment; gives its key."""
        with self.lock:
            key = self._next_id
            self._next_id += 1
            self._insert(key, RawRecord(body), int((modified or self.clock.now()).timestamp()))
            return key

    def change(self, key: int, changes: dict[str, Any], *, touch: bool = True) -> None:
        """Set values by path ("UserArea.Größe"; `ABSENT` takes one away).

        `touch` moves `LastModificationDate` to the tenant's time, and so the candidate to the end.
        """
        with self.lock:
            self._check(key)
            record = with_changes(self._store.structure(key), changes)
            if touch:
                record["CandidateRecordInfo"] = record["CandidateRecordInfo"] | {
                    "LastModificationDate": self.timestamp()
                }
                self._move(key, int(self.clock.now().timestamp()))
            self._store.put(key, record)

    def replace_raw(self, key: int, body: bytes) -> None:
        """Let a row be any bytes from now on, at its place."""
        with self.lock:
            self._check(key)
            self._store.put(key, RawRecord(body))

    def remove(self, key: int) -> None:
        """Take a candidate away; a KeyError where there is none."""
        with self.lock:
            self._check(key)
            del self._order[bisect_left(self._order, (self._modified.pop(key), key))]
            self._store.remove(key)

    def bring_back(self, key: int, *, touch: bool = True) -> None:
        """Undo `remove`; `touch` moves `LastModificationDate` to now, else it stands where it stood."""
        with self.lock:
            if key in self._modified:
                raise ValueError(f"candidate {key} is there already")
            self._store.bring_back(key)
            record = self._store.get(key)
            now = int(self.clock.now().timestamp())
            modified = now
            if not isinstance(record, RawRecord):
                modified = seconds_of(record["CandidateRecordInfo"]["LastModificationDate"])
            self._modified[key] = modified
            insort(self._order, (modified, key))
            if touch and not isinstance(record, RawRecord):
                self.change(key, {})

    def openings(self) -> Iterator[tuple[int, str, Record]]:
        """Candidate id, opening id and opening of every application, in the served order."""
        for key, record in self.records():
            for opening in opening_list(record.get("PositionOpening")):
                yield key, opening_id(opening), opening

    def add_opening(self, key: int, opening: Record) -> None:
        """Let a candidate apply; the candidate moves to the end."""
        with self.lock:
            openings = opening_list(self.get(key).get("PositionOpening"))
            self.change(key, {"PositionOpening": [*openings, opening]})

    def remove_opening(self, key: int, opening: str) -> None:
        """Take the application to an opening off a candidate; the candidate moves to the end."""
        with self.lock:
            openings = opening_list(self.get(key).get("PositionOpening"))
            self.change(key, {"PositionOpening": [one for one in openings if opening_id(one) != opening]})

    def attachments(self, key: int) -> list[Attachment]:
        """What is attached to a candidate."""
        with self.lock:
            if key not in self._attachments:
                generated = key in self._generated
                self._attachments[key] = make_attachments(self._seed, key, self.get(key)) if generated else []
            return self._attachments[key]

    def attach(self, key: int, attachment: Attachment) -> None:
        """Attach one more file to a candidate."""
        with self.lock:
            self.attachments(key).append(attachment)

    def timestamp(self) -> str:
        """The tenant's time as the vendor writes it."""
        return self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def _secret_headers(self) -> set[str]:
        return super()._secret_headers() | {self.auth_header.lower()}

    def _insert(self, key: int, record: Record | RawRecord, modified: int) -> None:
        if key in self._modified:
            raise ValueError(f"candidate {key} is there already")
        self._modified[key] = modified
        insort(self._order, (modified, key))
        self._store.put(key, record)

    def _move(self, key: int, modified: int) -> None:
        del self._order[bisect_left(self._order, (self._modified[key], key))]
        self._modified[key] = modified
        insort(self._order, (modified, key))

    def _check(self, key: int) -> None:
        if key not in self._modified:
            raise KeyError(f"candidate {key} is not there")


def _nothing(key: int) -> Record:
    raise KeyError(key)


def _render(record: Record) -> bytes:
    try:
        return bytes(memoryview(orjson.dumps(record)))  # a copy: orjson's own keeps three times its size
    except TypeError:  # an integer beyond 64 bits, which JSON allows
        return json.dumps(record, ensure_ascii=False).encode()


def _id_of(identifier: Any) -> int | None:
    first = identifier[0] if isinstance(identifier, list) and identifier else identifier
    return int(first["IdValue"]) if isinstance(first, dict) else None
