"""Persons who asked to be forgotten, as a read must know them: by keyed hashes of their ids alone.

An id is a small integer, so a bare hash of it is no secret; the key is kept apart from the warehouse.
"""

import hmac
from dataclasses import dataclass

from sources.pages import Record


def subject_of(key: bytes, connection_id: str, model: str, remote_id: str) -> str:
    """The keyed hash (HMAC-SHA-256, 64 hex digits) that stands for one record."""
    return hmac.digest(key, f"{model}|{connection_id}|{remote_id}".encode(), "sha256").hex()


@dataclass(frozen=True)
class Forgotten:
    """Whom the reads of one connection leave out.

    Args:
        key: the key of the hashes.
        connection_id: the connection.
        subjects: the hashes of candidates and applications.
    """

    key: bytes
    connection_id: str
    subjects: frozenset[str]

    def covers(self, model: str, record: Record) -> bool:
        """Whether a record is of a person who was forgotten, or belongs to one."""
        return self.covers_id(model, record.remote_id) or (
            bool(record.candidate_id) and self.covers_candidate(record.candidate_id)
        )

    def covers_candidate(self, remote_id: str) -> bool:
        """Whether a candidate was forgotten."""
        return self.covers_id("candidates", remote_id)

    def covers_id(self, model: str, remote_id: str) -> bool:
        """Whether the record with this id was forgotten."""
        return (
            bool(self.subjects)
            and subject_of(self.key, self.connection_id, model, remote_id) in self.subjects
        )


NOBODY = Forgotten(b"", "", frozenset())
