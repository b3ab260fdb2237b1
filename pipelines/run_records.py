"""`ats.runs`: what each run did to each model of each connection, and what went wrong."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from pathlib import Path

import orjson

from pipelines.places import Places
from pipelines.results import ModelRead
from transforms.engine import Engine
from transforms.schemas import create_schemas, create_table
from transforms.writing import delete_rows, insert_rows

_TYPES = {
    "run_id": "text",
    "connection_id": "text",
    "tool": "text",
    "model": "text",
    "kind": "text",
    "started_at": "timestamp with time zone",
    "ended_at": "timestamp with time zone",
    "outcome": "text",
    "pages": "bigint",
    "records_read": "bigint",
    "new": "bigint",
    "changed": "bigint",
    "deleted": "bigint",
    "complete": "boolean",
    "rejected": "bigint",
    "cursor": "text",
    "error_class": "text",
    "error_message": "text",
    "note": "text",
}
_KEY = ("run_id", "connection_id", "model")
_TIMES = ("started_at", "ended_at")


class RunRecords:
    """The table `ats.runs`, made where it is missing, with all records that had to wait for it."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._places = Places(folder)
        create_schemas(engine, ["ats"])
        create_table(engine, "runs", _TYPES)
        self._take_late()

    def add(self, rows: Iterable[ModelRead]) -> None:
        """Write records, all or none; a record with the same run, connection and model is replaced."""
        latest = {(row.run_id, row.connection_id, row.model): row for row in rows}
        names = ", ".join(f'"{name}"' for name in _TYPES)
        values = [[getattr(row, name) for name in _TYPES] for row in latest.values()]
        with self._engine.transaction():
            delete_rows(self._engine, "ats.runs", _KEY, list(latest))
            insert_rows(self._engine, f"ats.runs ({names})", values)

    def _take_late(self) -> None:
        """Move what `.ats/runs.jsonl` holds into the table; the file goes once the table has it."""
        try:
            waiting = _rows(self._places.late_runs.read_bytes())
        except OSError:  # there is none, or none that can be read: then it waits for a run that can
            return
        self.add([_record(row) for row in waiting])
        self._places.late_runs.unlink()


def add_late(folder: Path, rows: Iterable[ModelRead]) -> None:
    """Keep records in `.ats/runs.jsonl` while the database takes none; the next run moves them."""
    places = Places(folder)
    places.make()
    with places.late_runs.open("ab") as file:
        places.late_runs.chmod(0o600)
        for row in rows:
            file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


def late_rows(folder: Path) -> list[dict[str, object]]:
    """The records that wait in `.ats/runs.jsonl`, as they stand there; none where they cannot be read."""
    try:
        return _rows(Places(folder).late_runs.read_bytes())
    except (FileNotFoundError, PermissionError):
        return []


def _rows(text: bytes) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for line in text.splitlines():
        # The last line of a run that was killed may be half a line, and says nothing.
        with suppress(orjson.JSONDecodeError):
            rows.append(orjson.loads(line))
    return rows


def _record(told: dict[str, object]) -> ModelRead:
    known = {one.name for one in fields(ModelRead)}
    values = {key: value for key, value in told.items() if key in known}
    for name in _TIMES:
        values[name] = datetime.fromisoformat(str(values[name]))
    return ModelRead(**values)  # type: ignore[arg-type]
