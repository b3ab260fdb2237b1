"""A warehouse with a raw log that tests write row by row, and its unified tables as plain values."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import duckdb

from transforms.engine import DuckDbEngine, Engine
from transforms.models import load_tables
from transforms.retained import Erasable, erase_contents
from transforms.runner import TransformResult, TransformSettings, run_transforms

START = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)


class Connection(Protocol):
    """What tests ask of a connection to a warehouse."""

    def execute(self, sql: str, parameters: Sequence[object] = ..., /) -> Any:
        """Carry out a statement; what it gives has `fetchall`."""


@dataclass
class Warehouse:
    """A warehouse whose raw tables look as dlt makes them; on DuckDB unless an engine is given."""

    connection: Connection
    given_engine: Engine | None = None

    def __post_init__(self) -> None:
        if self.given_engine is None:
            assert isinstance(self.connection, duckdb.DuckDBPyConnection)
            self.engine: Engine = DuckDbEngine(self.connection)
        else:
            self.engine = self.given_engine
        self.settings = TransformSettings()

    def create_raw(self, tool: str, model: str) -> None:
        self.connection.execute(f"create schema if not exists raw_{tool}")
        self.connection.execute(
            f"create table if not exists raw_{tool}._dlt_loads "
            "(load_id varchar, schema_name varchar, status bigint, inserted_at timestamptz)"
        )
        self.connection.execute(
            f"create table if not exists raw_{tool}.{model} (connection_id varchar, remote_id varchar, "
            "content_hash varchar, remote_data json, is_deleted boolean, read_at timestamptz, "
            "_dlt_load_id varchar)"
        )

    def complete_load(self, tool: str, load: int) -> None:
        self.connection.execute(
            f"insert into raw_{tool}._dlt_loads select ?, 'ats', 0, now() "
            f"where not exists (select 1 from raw_{tool}._dlt_loads where load_id = ?)",
            [str(load), str(load)],
        )

    def write(self, tool: str, model: str, row: Mapping[str, Any]) -> None:
        """One raw row; `remote_data` is any value, `remote_text` json as text; neither is a tombstone."""
        self.create_raw(tool, model)
        load = int(row.get("load", 1))
        text = row.get("remote_text")
        if text is None and "remote_data" in row and row["remote_data"] is not None:
            text = json.dumps(row["remote_data"], ensure_ascii=False)
        deleted = "remote_data" not in row and "remote_text" not in row
        values = [
            row.get("connection_id", f"{tool}:acme"),
            str(row["remote_id"]),
            None if text is None else str(hash(text)),
            text,
            deleted,
            row.get("read_at", START + timedelta(hours=load)),
            str(load),
        ]
        self.connection.execute(f"insert into raw_{tool}.{model} values (?, ?, ?, ?, ?, ?, ?)", values)
        if row.get("complete", True):
            self.complete_load(tool, load)

    def transform(self, **arguments: Any) -> TransformResult:
        return run_transforms(self.engine, self.settings, **arguments)

    def erase(self, erasable: Erasable) -> dict[str, int]:
        """Take the contents of records out of raw and unified, as retention does."""
        counts: dict[str, int] = {}
        self.transform(
            touched={f"{erasable.tool}.{erasable.model}": erasable.keys},
            first=lambda: counts.update(erase_contents(self.engine, erasable)),
        )
        return counts

    def rows(self, table: str, *columns: str) -> list[dict[str, Any]]:
        """Rows of a unified table in a fixed order; json parsed, timestamps as ISO text in UTC."""
        kinds = {
            column.name: column.kind for one in load_tables() if one.name == table for column in one.columns
        }
        names = list(columns) or list(kinds)
        found = [
            {name: plain(value, kinds[name]) for name, value in zip(names, row, strict=True)}
            for row in self.engine.fetch(f"select {', '.join(names)} from unified.{table}")
        ]
        return sorted(found, key=lambda row: json.dumps(list(row.values()), sort_keys=True))

    def findings(self) -> list[tuple[object, ...]]:
        """What every record has of gaps, in a fixed order."""
        return sorted(self.engine.fetch("select * from ats.findings"), key=repr)

    def row(self, table: str, remote_id: str = "1", connection_id: str = "coveto:acme") -> dict[str, Any]:
        """The one row of a record."""
        (row,) = [
            row
            for row in self.rows(table)
            if row["remote_id"] == remote_id and row["connection_id"] == connection_id
        ]
        return row

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        """Every unified table."""
        return {table.name: self.rows(table.name) for table in load_tables()}


def plain(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "json":
        return json.loads(value)
    if kind == "timestamp":
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value
