"""`ats.rejected_records`: what vendors served that cannot be a record, kept so that nothing is lost."""

from collections.abc import Iterable

from sources.reading import ModelReading
from transforms.engine import Engine

_DELETE = "DELETE FROM ats.rejected_records WHERE connection_id = ? AND model = ?"


class RejectedRecords:
    """The table `ats.rejected_records`, made where it is missing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        engine.execute("CREATE SCHEMA IF NOT EXISTS ats")
        engine.execute(
            "CREATE TABLE IF NOT EXISTS ats.rejected_records (run_id varchar(64), tool varchar(32), "
            "connection_id varchar(64), model varchar(64), position bigint, reason varchar(2000), data text)"
        )

    def add(self, run_id: str, readings: Iterable[ModelReading]) -> None:
        """Keep what this run met; a full read replaces all that was kept of its model, a delta adds to it."""
        with self._engine.transaction():
            for reading in readings:
                if reading.error is not None:
                    continue
                of_model = (reading.connection.connection_id, reading.model)
                if reading.kind == "full":
                    self._engine.execute(_DELETE, of_model)
                for record in reading.rejected.values():
                    self._engine.execute(f"{_DELETE} AND data = ?", (*of_model, record.data))
                    self._engine.execute(
                        "INSERT INTO ats.rejected_records VALUES (?, ?, ?, ?, ?, ?, ?)",
                        (
                            run_id,
                            record.tool,
                            record.connection_id,
                            record.model,
                            record.position,
                            record.reason,
                            record.data,
                        ),
                    )
