"""What the command prints: short tables, plain enough for a log and for a screen."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from pipelines.opening import prefix_on_server
from pipelines.places import Places
from pipelines.results import ModelRead, SyncResult

if TYPE_CHECKING:
    from pipelines.status import ConnectionStatus
    from transforms.runner import TransformResult

_SYNC_HEAD = ("connection", "model", "outcome", "read", "new", "changed", "deleted")


def print_sync(result: SyncResult, folder: Path) -> None:
    """Print what a run read, transformed and published."""
    rows = [
        (
            read.connection_id,
            read.model or "-",
            read.outcome,
            *(f"{count:,}" for count in (read.records_read, read.new, read.changed, read.deleted)),
        )
        for read in result.reads
    ]
    if rows:
        _echo_table(_SYNC_HEAD, rows, right_from=3)
        typer.echo()
    for line in _remarks(result.reads):
        typer.echo(line, err=True)
    for one in result.not_due:
        typer.echo(f"{one.connection_id}: not due before {_time(one.due_at)}")
    if result.not_due and not result.reads:
        typer.echo("Nothing is due.")
    elif result.transforms:
        _print_models(result.transforms)
    elif not any(read.outcome == "failed" for read in result.reads):
        typer.echo("Nothing changed at the sources.")
    _print_place(folder, published=result.published)


def print_transforms(result: "TransformResult", folder: Path, *, published: bool) -> None:
    """Print what `ats transform` made."""
    _print_models(result)
    _print_place(folder, published=published)


def print_statuses(statuses: Sequence["ConnectionStatus"]) -> None:
    """Print a line for each connection."""
    now = datetime.now(UTC)
    if not statuses:
        typer.echo("No connection is configured. Type: ats init")
        return
    tables = list(dict.fromkeys(table for one in statuses for table in one.rows))
    head = ("connection", "last success", "last outcome", "age", "next due", *tables)
    rows = [
        (
            one.connection_id,
            _time(one.last_success),
            one.last_outcome or "never read",
            _duration(one.age_seconds),
            _due(one, now),
            *(f"{one.rows[table]:,}" if table in one.rows else "-" for table in tables),
        )
        for one in statuses
    ]
    _echo_table(head, rows, right_from=5)
    for one in statuses:
        if one.last_error:
            typer.echo(f"{one.connection_id}: {one.last_error}")
        if one.note:
            typer.echo(f"{one.connection_id}: {one.note}")
        for model, count in one.rejected.items():
            typer.echo(
                f"{one.connection_id}: {count:,} of {model} could not be read: see ats.rejected_records"
            )
        if not one.configured:
            typer.echo(
                f"{one.connection_id}: no longer configured; its rows stay until you type"
                f" `ats remove {one.connection_id} --erase`"
            )
    if all(one.last_run is None for one in statuses):
        typer.echo("Nothing was read yet. Type: ats sync")


def print_json(values: object) -> None:
    """Print values as JSON."""
    typer.echo(json.dumps(values, indent=2, ensure_ascii=False))


def _remarks(reads: Sequence[ModelRead]) -> list[str]:
    """What a person should know of the reads: each error once, as its two lines, and each note."""
    remarks: list[str] = []
    for read in reads:
        where = f"{read.connection_id} {read.model}".strip()
        if read.error_message:
            alike = [one.error_message == read.error_message for one in reads if _is_of(one, read)]
            remarks.append(f"{read.connection_id if all(alike) else where}: {read.error_message}")
        if read.note:
            remarks.append(f"{where}: {read.note}")
        if read.rejected:
            remarks.append(f"{where}: {read.rejected:,} records could not be read and were left out")
    return list(dict.fromkeys(remarks))


def _is_of(read: ModelRead, other: ModelRead) -> bool:
    return read.connection_id == other.connection_id


def _print_models(result: "TransformResult") -> None:
    written = [model for model in result.models if model.rows]
    rows = [(model.name, model.kind, f"{model.rows:,}", model.reason) for model in written]
    if rows:
        _echo_table(("table", "how", "rows written", "why"), rows, right_from=2, right_to=3)
        typer.echo()
    elif not result.changed:
        typer.echo("Every table was up to date.")
    found = [check for check in result.checks if check.failing_rows]
    for check in found:
        if check.severity != "info":
            typer.echo(f"check {check.severity}: {check.name} on {check.table}: {check.failing_rows:,} rows")
    if any(check.severity == "info" for check in found):
        typer.echo("Some values did not map or could not be read: see unified.mapping_gaps.")


def _print_place(folder: Path, *, published: bool) -> None:
    database = Places(folder).published_database
    if (prefix := prefix_on_server(folder)) is not None:
        typer.echo(f"The tables are on the server, schema {prefix}unified.")
    elif published:
        typer.echo(f"The tables are in {database}, schema unified.")
    elif database.exists():
        typer.echo(f"{database} stays as it was.")


def _echo_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], right_from: int, right_to: int | None = None
) -> None:
    """Columns apart by two spaces; those from `right_from` up to `right_to` hold numbers."""
    widths = [max(len(row[index]) for row in (head, *rows)) for index in range(len(head))]
    numbers = range(right_from, len(head) if right_to is None else right_to)
    for row in (head, *rows):
        cells = [
            text.rjust(width) if index in numbers else text.ljust(width)
            for index, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        typer.echo("  ".join(cells).rstrip())


def _time(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else "never"


def _due(one: "ConnectionStatus", now: datetime) -> str:
    if not one.configured:
        return "not configured"
    if one.next_due is None or one.next_due <= now:
        return "now"
    return f"in {_duration(int((one.next_due - now).total_seconds()))}"


def _duration(seconds: int | None) -> str:
    if seconds is None:
        return "-"
    for size, letter in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {letter}"
    return f"{seconds} s"
