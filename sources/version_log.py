"""Which versions a read adds to the raw log: what is new, what differs from the last version, what is gone.

A record is written when its content is new or differs from the last version known, and once more, as a
tombstone, when a complete read no longer holds it. Of a record read twice in one scan the later reading
counts.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sources.pages import Record
from sources.version_spool import VersionSpool

Known = dict[str, str | None]
"""`remote_id` → last `content_hash`; None for a deleted record."""

_LOOK_UP_AT = 5_000


@dataclass(frozen=True)
class DeletionLimits:
    """How many deletions one read may mark without being told to."""

    max_deleted_share: float
    at_least: int = 20

    def hold_back(self, deleted: int, live: int) -> bool:
        """Whether `deleted` of `live` records are too many: a share and a number, or all of at least two."""
        if live >= 2 and deleted >= live:
            return True
        return deleted > self.at_least and deleted > self.max_deleted_share * live


class VersionLog:
    """The log of one model of one connection during one read.

    Args:
        spool: takes the rows.
        known: what is known of every record, for a full read.
        look_up: what is known of some ids, for a delta read; then `known` is empty.
    """

    def __init__(
        self,
        spool: VersionSpool,
        known: Known | None = None,
        look_up: Callable[[Sequence[str]], Known] | None = None,
    ) -> None:
        self.spool = spool
        self.new = 0
        self.changed = 0
        self.deleted = 0
        self._unseen: Known = known if known is not None else {}
        self._look_up = look_up
        self._waiting: dict[str, Record] = {}
        self._unchanged: dict[str, str] = {}
        self._written: dict[str, str] = {}
        self._before: Known = {}
        self._reread: set[str] = set()
        self._passed_over: set[str] = set()
        self._read_in_all: int | None = None

    @property
    def records_read(self) -> int:
        """How many different records this read met."""
        if self._read_in_all is not None:
            return self._read_in_all
        kept = len(self._unchanged) + len(self._written) + len(self._waiting) - self.deleted
        return kept + len(self._passed_over)

    @property
    def live_before(self) -> int:
        """How many records were known and not deleted, of those that this log knows of."""
        unseen = sum(1 for content_hash in self._unseen.values() if content_hash is not None)
        return (
            unseen + len(self._unchanged) + sum(1 for before in self._before.values() if before is not None)
        )

    def is_live(self, remote_id: str) -> bool:
        """Whether the record is known, not deleted, and was not met yet; for a full read, which knows all."""
        return self._unseen.get(remote_id) is not None

    def was_read(self, remote_id: str) -> bool:
        """Whether this read met the record."""
        return (
            remote_id in self._unchanged
            or remote_id in self._written
            or remote_id in self._waiting
            or remote_id in self._passed_over
        )

    def pass_over(self, remote_id: str) -> None:
        """Note that this read met a record which must not be kept."""
        self._passed_over.add(remote_id)

    def read(self, records: Iterable[Record]) -> None:
        """Take records as they were read, in order."""
        if self._look_up is None:
            for record in records:
                self._take(record)
            return
        for record in records:
            self._waiting[record.remote_id] = record
        if len(self._waiting) >= _LOOK_UP_AT:
            self.look_up_waiting()

    def look_up_waiting(self) -> None:
        """Ask for what is known of the records met since the last time, and take them."""
        if self._look_up is None or not self._waiting:
            return
        waiting, self._waiting = self._waiting, {}
        asked = [remote_id for remote_id in waiting if not self.was_read(remote_id)]
        self.add_known(self._look_up(asked))
        for record in waiting.values():
            self._take(record)

    def add_known(self, known: Known) -> None:
        """Learn what is known of further records, those already met left aside."""
        for remote_id, content_hash in known.items():
            if remote_id not in self._unchanged and remote_id not in self._written:
                self._unseen[remote_id] = content_hash

    def unmet(self) -> list[str]:
        """The ids that are known, not deleted, and were not met by this read."""
        return [remote_id for remote_id, content_hash in self._unseen.items() if content_hash is not None]

    def withdraw(self, remote_id: str) -> None:
        """Treat a record that this read met as not met: a later answer of the same read no longer held it."""
        self._waiting.pop(remote_id, None)
        if remote_id in self._unchanged:
            self._unseen[remote_id] = self._unchanged.pop(remote_id)
        elif remote_id in self._written:
            self._reread.add(remote_id)
            del self._written[remote_id]
            if remote_id in self._before:
                self._unseen[remote_id] = self._before.pop(remote_id)

    def mark_deleted(self, remote_ids: Iterable[str]) -> None:
        """Write a tombstone for each."""
        for remote_id in remote_ids:
            del self._unseen[remote_id]
            self._written[remote_id] = ""
            self.spool.add(remote_id, None, None)
            self.deleted += 1

    def close(self) -> None:
        """Take no more records: from here on there are `spool.tables()`, what to append, and the counts.

        What is known of each record is forgotten, as it takes more memory than anything else.
        """
        dropped = set()
        for remote_id in self._reread:
            final = self._written.get(remote_id)
            if final is None or (final and final == self._before.get(remote_id)):
                dropped.add(remote_id)
                self._written.pop(remote_id, None)
        self.spool.close(dropped, self._reread - dropped)
        self.changed = sum(
            1
            for remote_id, before in self._before.items()
            if before is not None and self._written.get(remote_id)
        )
        self.new = sum(1 for content_hash in self._written.values() if content_hash) - self.changed
        self._read_in_all = self.records_read
        self._unseen, self._unchanged, self._written, self._before = {}, {}, {}, {}

    def _take(self, record: Record) -> None:
        remote_id, content_hash = record.remote_id, record.content_hash
        if remote_id in self._written:
            if self._written[remote_id] == content_hash:
                return
            self._reread.add(remote_id)
        elif remote_id in self._unchanged:
            if self._unchanged[remote_id] == content_hash:
                return
            self._before[remote_id] = self._unchanged.pop(remote_id)
        elif remote_id in self._unseen:
            before = self._unseen.pop(remote_id)
            if before == content_hash:
                self._unchanged[remote_id] = content_hash
                return
            self._before[remote_id] = before
        self._written[remote_id] = content_hash
        self.spool.add(remote_id, content_hash, record.data)
