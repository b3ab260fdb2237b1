"""One sync at a given moment, and every table as plain values; by the command line for another environment.

python -m tests.conformance.step FOLDER MOMENT KIND > tables.json
"""

import json
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipelines import syncing
from pipelines.opening import open_unified
from pipelines.transforming import transform
from transforms.engine import Engine
from transforms.schemas import columns_of, tables_of

Tables = dict[str, list[str]]
"""Every row of every table as a line of JSON, in one order."""

_OF_THE_RUN = {"run_id", "started_at", "ended_at", "_dlt_load_id"}
"""Columns that no two runs have alike."""
_OF_THE_MAKING = {"ats.transformed_models", "ats.transformed_loads", "ats.publication"}
"""Tables that tell how a warehouse was made, which differs between them."""


def step(folder: Path, moment: datetime, kind: str) -> dict[str, Tables]:
    """Sync, and give the tables as they are then, and after a whole rebuild."""
    with read_at(moment):
        result = syncing.sync(folder, kind=kind, accept_deletes=True)  # type: ignore[arg-type]
    assert {read.outcome for read in result.reads} <= {"success", "warning"}, result.reads
    incremental = tables(folder)
    transform(folder, full_refresh=True)
    return {"incremental": incremental, "rebuilt": tables(folder)}


@contextmanager
def read_at(moment: datetime) -> Iterator[None]:
    """Let every read of a run happen at one moment."""
    original = syncing.next_read_at
    syncing.next_read_at = lambda *_: moment
    try:
        yield
    finally:
        syncing.next_read_at = original


def tables(folder: Path) -> Tables:
    """Every table that is the same in every warehouse."""
    with open_unified(folder) as engine:
        names = sorted(
            (schema, table)
            for schema, table in tables_of(engine)
            if not table.startswith("_dlt") and f"{schema}.{table}" not in _OF_THE_MAKING
        )
        return {f"{schema}.{table}": _rows(engine, schema, table) for schema, table in names}


def _rows(engine: Engine, schema: str, table: str) -> list[str]:
    kinds = {
        name: kind.lower()
        for name, kind in sorted(columns_of(engine, schema, table).items())
        if name not in _OF_THE_RUN
    }
    names = ", ".join(f'"{name}"' for name in kinds)
    rows = engine.fetch(f'select {names} from {schema}."{table}"')
    return sorted(
        json.dumps(
            [
                f"{name}={json.dumps(_plain(value, kind), sort_keys=True)}"
                for (name, kind), value in zip(kinds.items(), row, strict=True)
            ]
        )
        for row in rows
    )


def _plain(value: Any, kind: str) -> Any:
    if kind in {"json", "jsonb"} and value is not None:
        return json.loads(value, parse_float=_number)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _number(digits: str) -> float | str:
    """A number that no double holds is compared as text, which it is where jsonb keeps it."""
    return digits if math.isinf(float(digits)) else float(digits)


if __name__ == "__main__":
    print(json.dumps(step(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), sys.argv[3])))  # noqa: T201
