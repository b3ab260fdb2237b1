"""`ats.created_records`: what was created through us, by ids alone; nothing of a candidate is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from transforms.engine import Engine
from transforms.schemas import create_schemas, create_table

_COLUMNS = {
    **dict.fromkeys(("connection_id", "model", "id", "remote_id", "idempotency_key"), "text"),
    "created_at": "timestamp with time zone",
}


@dataclass(frozen=True)
class CreatedRecord:
    """One record that a vendor made for us."""

    model: str
    id: str
    remote_id: str


class CreatedRecords:
    """The table, made where it is missing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        create_schemas(engine, ["ats"])
        create_table(engine, "created_records", _COLUMNS)

    def has_key(self, connection_id: str, key: str) -> bool:
        """Whether something was created with an idempotency key before."""
        return bool(
            self._engine.fetch(
                "SELECT 1 FROM ats.created_records WHERE connection_id = ? AND idempotency_key = ?",
                [connection_id, key],
            )
        )

    def ids(self) -> dict[str, dict[str, set[str]]]:
        """By connection and model the vendor's ids of what was created."""
        found: dict[str, dict[str, set[str]]] = {}
        for connection_id, model, remote_id in self._engine.fetch(
            "SELECT connection_id, model, remote_id FROM ats.created_records"
        ):
            of_connection = found.setdefault(str(connection_id), {})
            of_connection.setdefault(str(model), set()).add(str(remote_id))
        return found

    def add(self, connection_id: str, key: str, records: Sequence[CreatedRecord]) -> None:
        """Note what was created, all or none; what is noted already stays as it is."""
        now = datetime.now(UTC)
        with self._engine.transaction():
            for one in records:
                known = self._engine.fetch(
                    "SELECT 1 FROM ats.created_records WHERE id = ? AND idempotency_key = ?", [one.id, key]
                )
                if not known:
                    self._engine.execute(
                        "INSERT INTO ats.created_records VALUES (?, ?, ?, ?, ?, ?)",
                        [connection_id, one.model, one.id, one.remote_id, key, now],
                    )
