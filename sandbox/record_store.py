"""Records of one model: made when asked for, rendered once, changed in place."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Generic, TypeVar

Key = TypeVar("Key")
Record = dict[str, Any]


class Absent:
    """Marks a key that a record does not have."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


class RawRecord:
    """The bytes of a record that no structure could hold: broken, hostile, or of another kind."""

    __slots__ = ("body",)

    def __init__(self, body: bytes) -> None:
        self.body = body


class RecordStore(Generic[Key]):
    """What a tenant knows of one model, by key; the order of rows is the tenant's business.

    A record that nobody changed is not kept, only its rendered bytes are: `make` makes it again.
    """

    def __init__(self, make: Callable[[Key], Record]) -> None:
        self._make = make
        self._changed: dict[Key, Record | RawRecord] = {}
        self._removed: dict[Key, Record | RawRecord] = {}
        self._rendered: dict[str, dict[Key, bytes]] = {}

    def get(self, key: Key) -> Record | RawRecord:
        """The record as it is now; the caller must not change it."""
        changed = self._changed.get(key)
        return self._make(key) if changed is None else changed

    def structure(self, key: Key) -> Record:
        """A copy of the record that may be changed; a TypeError where it is raw bytes."""
        record = self.get(key)
        if isinstance(record, RawRecord):
            raise TypeError(f"record {key} is raw bytes and has no fields")
        return deepcopy(record)

    def put(self, key: Key, record: Record | RawRecord) -> None:
        """Replace the record."""
        self._changed[key] = record
        self._forget_rendered(key)

    def remove(self, key: Key) -> None:
        """Take the record away, to be brought back perhaps."""
        self._removed[key] = self.get(key)
        self._changed.pop(key, None)
        self._forget_rendered(key)

    def bring_back(self, key: Key) -> None:
        """Undo `remove`; a KeyError where nothing was removed."""
        self.put(key, self._removed.pop(key))

    def rendered(self, key: Key, flavour: str, render: Callable[[Record], bytes]) -> bytes:
        """The record's bytes in a flavour of the API, rendered at most once."""
        cache = self._rendered.setdefault(flavour, {})
        body = cache.get(key)
        if body is None:
            record = self.get(key)
            body = record.body if isinstance(record, RawRecord) else render(record)
            cache[key] = body
        return body

    def _forget_rendered(self, key: Key) -> None:
        for cache in self._rendered.values():
            cache.pop(key, None)


def with_changes(record: Record, changes: dict[str, Any]) -> Record:
    """`record` with some values replaced: a key can be a path ("gehalt.von"); `ABSENT` takes the key away."""
    for path, value in changes.items():
        *parents, last = path.split(".")
        place = record
        for name in parents:
            inner = place.get(name)
            if not isinstance(inner, dict):
                inner = place[name] = {}
            place = inner
        if value is ABSENT:
            place.pop(last, None)
        else:
            place[last] = value
    return record
