"""`ats status`: how each connection stands, told from the warehouse and the configuration alone."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from pipelines.configuration_layers import Table, configuration_layers, connection_table, merged, tables
from pipelines.due import (
    LatestReads,
    Schedule,
    add_records,
    due_times,
    latest_reads,
    schedule_of,
)
from pipelines.last_outcomes import rejected_counts
from pipelines.opening import open_freshest
from pipelines.results import BY_GRAVITY, GOOD_OUTCOMES, Outcome
from pipelines.run_records import late_rows
from transforms.engine import Engine
from transforms.schemas import columns_of, table_exists

UNIFIED = ("jobs", "candidates", "applications", "screening_questions", "job_screening_questions")


@dataclass(frozen=True)
class RunOfConnection:
    """One run of one connection, all its models together."""

    run_id: str
    kind: str
    started_at: datetime
    ended_at: datetime
    outcome: Outcome
    error_message: str | None
    note: str | None


@dataclass(frozen=True)
class ConnectionStatus:
    """One line of `ats status`."""

    connection_id: str
    configured: bool
    last_success: datetime | None = None
    last_run: datetime | None = None
    last_outcome: str | None = None
    last_error: str | None = None
    note: str | None = None
    age_seconds: int | None = None
    """Seconds since the last success."""
    next_due: datetime | None = None
    rows: Mapping[str, int] = field(default_factory=dict)
    """Rows of each unified table that the source still has."""
    deleted_rows: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    """Records of each model that could not be read, as `ats.rejected_records` keeps them."""


def connection_statuses(folder: Path, now: datetime | None = None) -> tuple[ConnectionStatus, ...]:
    """How every connection stands that is configured or has ever been read."""
    moment = now or datetime.now(UTC)
    configured = _configured(folder)
    late = [_typed(row) for row in late_rows(folder)]
    with open_freshest(folder) as engine:
        has_runs = engine is not None and table_exists(engine, "ats", "runs")
        runs = _runs(_records(engine) + late if engine and has_runs else late)
        latest = latest_reads(engine) if engine and has_runs else {}
        rows = _row_counts(engine) if engine else {}
        rejected = rejected_counts(engine) if engine else {}
    add_records(latest, late)
    known = dict.fromkeys([*configured, *sorted({*runs, *rows})])
    statuses = (
        _status(one, configured.get(one), runs.get(one, []), latest.get(one, {}), rows.get(one, {}), moment)
        for one in known
    )
    return tuple(replace(one, rejected=rejected.get(one.connection_id, {})) for one in statuses)


def _configured(folder: Path) -> dict[str, Schedule]:
    """The configured connections by their id.

    A configuration that a sync would refuse is no reason to say nothing, so it is not checked here, and no
    secret is asked for.
    """
    layers = configuration_layers(folder, vaults=False)
    defaults = merged(layers, "defaults")
    return {
        f"{tool}:{name}": schedule_of(str(tool), connection_table(layers, name, defaults))
        for name, own in tables(merged(layers, "connections")).items()
        if (tool := own.get("tool", defaults.get("tool")))
    }


def _records(engine: Engine) -> list[Table]:
    names = ("run_id", "connection_id", "kind", "started_at", "ended_at", "outcome", "error_message", "note")
    columns = columns_of(engine, "ats", "runs")
    # a table of an earlier release has fewer
    values = ", ".join(name if name in columns else f"NULL AS {name}" for name in names)
    return [dict(zip(names, row, strict=True)) for row in engine.fetch(f"SELECT {values} FROM ats.runs")]


def _typed(row: Table) -> Table:
    times = {key: datetime.fromisoformat(str(row[key])) for key in ("started_at", "ended_at")}
    return row | times


def _runs(records: Iterable[Table]) -> dict[str, list[RunOfConnection]]:
    """The runs of each connection, the latest last."""
    grouped: dict[tuple[str, str], list[Table]] = {}
    for record in records:
        grouped.setdefault((str(record["connection_id"]), str(record["run_id"])), []).append(record)
    runs: dict[str, list[RunOfConnection]] = {}
    for (connection_id, run_id), rows in grouped.items():
        runs.setdefault(connection_id, []).append(_run(run_id, rows))
    for of_connection in runs.values():
        of_connection.sort(key=lambda run: run.started_at)
    return runs


def _run(run_id: str, rows: list[Table]) -> RunOfConnection:
    outcomes = [one for one in BY_GRAVITY if any(row["outcome"] == one for row in rows)]
    return RunOfConnection(
        run_id=run_id,
        kind="full" if all(row["kind"] == "full" for row in rows) else "delta",
        started_at=min(_time(row["started_at"]) for row in rows),
        ended_at=max(_time(row["ended_at"]) for row in rows),
        outcome=outcomes[-1],
        error_message=next((str(row["error_message"]) for row in rows if row["error_message"]), None),
        note=next((str(row["note"]) for row in rows if row["note"]), None),
    )


def _time(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} is no time")
    return value.astimezone(UTC)


def _row_counts(engine: Engine) -> dict[str, dict[str, tuple[int, int]]]:
    """Rows there and rows deleted, of each connection and each unified table."""
    counts: dict[str, dict[str, tuple[int, int]]] = {}
    for table in UNIFIED:
        if not table_exists(engine, "unified", table):
            continue
        rows = engine.fetch(
            f"""
            SELECT connection_id, count(*) FILTER (WHERE remote_deleted_at IS NULL), count(remote_deleted_at)
            FROM unified.{table} GROUP BY connection_id
            """
        )
        for connection_id, there, deleted in rows:
            counts.setdefault(str(connection_id), {})[table] = (int(str(there)), int(str(deleted)))
    return counts


def _status(
    connection_id: str,
    schedule: Schedule | None,
    runs: list[RunOfConnection],
    latest: LatestReads,
    rows: Mapping[str, tuple[int, int]],
    now: datetime,
) -> ConnectionStatus:
    good = [run for run in runs if run.outcome in GOOD_OUTCOMES]
    last = runs[-1] if runs else None
    success = good[-1].ended_at if good else None
    return ConnectionStatus(
        connection_id=connection_id,
        configured=schedule is not None,
        last_success=success,
        last_run=last.ended_at if last else None,
        last_outcome=last.outcome if last else None,
        last_error=last.error_message if last else None,
        note=last.note if last else None,
        age_seconds=int((now - success).total_seconds()) if success else None,
        next_due=due_times(schedule, latest).next_after(now) if schedule else None,
        rows={table: there for table, (there, _) in rows.items()},
        deleted_rows={table: deleted for table, (_, deleted) in rows.items() if deleted},
    )


def status_values(statuses: Iterable[ConnectionStatus]) -> list[dict[str, object]]:
    """The statuses as plain values, times in ISO 8601."""
    return [{key: _plain(value) for key, value in asdict(one).items()} for one in statuses]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
