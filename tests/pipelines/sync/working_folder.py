"""A working folder that is connected to a sandbox, and what its readers get after a sync."""

import json
from pathlib import Path
from typing import Any

import duckdb

from pipelines.results import SyncResult
from pipelines.syncing import sync

Rows = list[tuple[Any, ...]]

UNIFIED = (
    "jobs",
    "candidates",
    "applications",
    "screening_questions",
    "job_screening_questions",
    "mapping_gaps",
    "integration_fields_catalogue",
)
TIMELESS = ("mapping_gaps", "integration_fields_catalogue")
"""Tables without a time of reading, of current rows alone."""


class Folder:
    """A working folder; `sync` runs in it, `rows` asks what readers get."""

    def __init__(self, path: Path, settings: tuple[str, str], defaults: str = "retries = 0") -> None:
        self.path = path
        (path / ".dlt").mkdir(parents=True)
        config, secrets = settings
        self._config = path / ".dlt" / "config.toml"
        self._config.write_text(f"[defaults]\n{defaults}\n{config}", encoding="utf-8")
        (path / ".dlt" / "secrets.toml").write_text(secrets, encoding="utf-8")

    def sync(self, *names: str, **options: Any) -> SyncResult:
        return sync(self.path, names, **options)

    def configure(self, text: str) -> None:
        """Add lines to config.toml."""
        self._config.write_text(self._config.read_text(encoding="utf-8") + text, encoding="utf-8")

    def first(self, text: str) -> None:
        """Put a line before all others of config.toml, where keys of no section stand."""
        self._config.write_text(f"{text}\n{self._config.read_text(encoding='utf-8')}", encoding="utf-8")

    def replace(self, old: str, new: str) -> None:
        """Replace the one place of a text in config.toml."""
        text = self._config.read_text(encoding="utf-8")
        assert text.count(old) == 1
        self._config.write_text(text.replace(old, new), encoding="utf-8")

    def rows(self, sql: str) -> Rows:
        return self._fetch(sql)[0]

    def value(self, sql: str) -> Any:
        """The one value that a query gives."""
        ((value,),) = self.rows(sql)
        return value

    def table(self, name: str, apart: str = "") -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """A unified table by its key, every other column but those `apart`; json compared parsed."""
        columns = f"* exclude ({apart})" if apart else "*"
        key = "id" if name != "mapping_gaps" else "connection_id, table_name, column_name, kind, source_value"
        width = key.count(",") + 1
        rows, is_json = self._fetch(f"select {key}, {columns} from unified.{name} order by all")
        return {
            row[:width]: tuple(
                json.dumps(json.loads(value), sort_keys=True)
                if is_json[place] and value is not None
                else value
                for place, value in enumerate(row)
            )
            for row in rows
        }

    def tables(self, apart: str = "") -> dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]:
        """Every unified table."""
        return {name: self.table(name, "" if name in TIMELESS else apart) for name in UNIFIED}

    def _fetch(self, sql: str) -> tuple[Rows, list[bool]]:
        with duckdb.connect(str(self.path / "warehouse.duckdb"), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            found = connection.execute(sql)
            return found.fetchall(), [str(column[1]) == "JSON" for column in found.description or ()]


def _in_one_form(text: str | None) -> str | None:
    """JSON that compares equal whatever the order of its keys."""
    return None if text is None else json.dumps(json.loads(text), sort_keys=True)
