"""`ats.erasures`, the proof of what was erased, and `ats.forgotten`, who is kept out of later reads.

Both hold counts, times and keyed hashes alone, so that they may outlive what they speak of.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from transforms.engine import Engine
from transforms.schemas import create_schemas, create_table

Kind = Literal["connection", "retention", "candidate"]

_COLUMNS = {
    "connection_id": "text",
    "kind": "text",
    "subject": "text",
    "key_id": "text",
    "erased_at": "timestamp with time zone",
    "rows": "text",
    "rewritten_at": "timestamp with time zone",
    "published_at": "timestamp with time zone",
    "lifted_at": "timestamp with time zone",
}
_FORGOTTEN = {
    "connection_id": "text",
    "model": "text",
    "subject": "text",
    "candidate": "text",
    "key_id": "text",
}


@dataclass(frozen=True)
class ForgottenRecord:
    """One record that is kept out: the hash of it, and of the candidate whom it belongs to."""

    model: str
    subject: str
    candidate: str


class Erasures:
    """The two tables, made where they are missing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        create_schemas(engine, ["ats"])
        create_table(engine, "erasures", _COLUMNS)
        create_table(engine, "forgotten", _FORGOTTEN)

    def add(
        self, connection_id: str, kind: Kind, rows: Mapping[str, int], subject: str = "", key_id: str = ""
    ) -> None:
        """Note an erasure whose bytes are still to be taken out of the files; to be committed with it."""
        values = [connection_id, kind, subject or None, key_id or None, datetime.now(UTC), json.dumps(rows)]
        self._engine.execute(
            "INSERT INTO ats.erasures (connection_id, kind, subject, key_id, erased_at, rows) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            values,
        )

    def is_unfinished(self) -> bool:
        """Whether a file may still hold bytes of what was erased."""
        return bool(self._engine.fetch("SELECT 1 FROM ats.erasures WHERE published_at IS NULL LIMIT 1"))

    def unfinished_tables(self) -> set[str]:
        """The tables, such as `unified.jobs`, that may still hold bytes of rows that were erased."""
        rows = self._engine.fetch("SELECT rows FROM ats.erasures WHERE published_at IS NULL")
        return {table for (told,) in rows for table in json.loads(str(told))}

    def mark(self, step: Literal["rewritten_at", "published_at"]) -> None:
        """Note that the work database was written anew, or that readers have a copy of that."""
        self._engine.execute(
            f"UPDATE ats.erasures SET {step} = ? WHERE published_at IS NULL", (datetime.now(UTC),)
        )

    def keep_out(self, connection_id: str, key_id: str, records: Iterable[ForgottenRecord]) -> None:
        """Keep records out of later reads."""
        for one in records:
            key = (connection_id, one.subject)
            self._engine.execute("DELETE FROM ats.forgotten WHERE connection_id = ? AND subject = ?", key)
            self._engine.execute(
                "INSERT INTO ats.forgotten VALUES (?, ?, ?, ?, ?)",
                (connection_id, one.model, one.subject, one.candidate, key_id),
            )

    def lift(self, connection_id: str, candidate: str) -> bool:
        """Let a candidate be read again; whether that candidate was kept out."""
        key = (connection_id, candidate)
        found = self._engine.fetch(
            "SELECT 1 FROM ats.forgotten WHERE connection_id = ? AND candidate = ? LIMIT 1", key
        )
        self._engine.execute("DELETE FROM ats.forgotten WHERE connection_id = ? AND candidate = ?", key)
        self._engine.execute(
            "UPDATE ats.erasures SET lifted_at = ? "
            "WHERE connection_id = ? AND subject = ? AND lifted_at IS NULL",
            (datetime.now(UTC), *key),
        )
        return bool(found)

    def kept_out(self) -> Sequence[tuple[str, str, str]]:
        """Everything that is kept out, as (connection_id, subject, key_id)."""
        rows = self._engine.fetch("SELECT connection_id, subject, key_id FROM ats.forgotten")
        return [(str(connection_id), str(subject), str(key)) for connection_id, subject, key in rows]
