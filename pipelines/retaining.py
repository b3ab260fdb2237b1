"""Retention: the values of records that are gone for long enough are erased, as the contract says."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pipelines.configuration import Configuration
from pipelines.erasures import Erasures
from pipelines.progress import Progress
from pipelines.publishers import AnyPublisher
from pipelines.transforming import transform_settings
from sources.connections import Retention
from transforms.engine import Engine
from transforms.models import Table, load_tables
from transforms.retained import Erasable, counted, erase_contents, is_erased_by
from transforms.runner import run_transforms
from transforms.schemas import tables_of


def erase_expired(
    engine: Engine, publisher: AnyPublisher, configuration: Configuration, progress: Progress
) -> int:
    """Erase what has been gone for longer than retention keeps it; gives the number of records.

    The unified tables must be up to date. Bytes stay in the files until they are written anew.
    """
    erasables = expired(engine, configuration, datetime.now(UTC))
    if not erasables:
        return 0
    records = sum(len(one.remote_ids) for one in erasables)
    progress.message(f"retention: erasing the values of {records:,} records that are gone for long enough")
    publisher.announce()
    erase_all(engine, configuration, erasables, Erasures(engine))
    return records


def erase_all(
    engine: Engine, configuration: Configuration, erasables: list[Erasable], erasures: Erasures
) -> None:
    """Erase records of retention, and note it, in one transaction."""

    def erase() -> None:
        for connection_id, of_connection in _by_connection(erasables).items():
            rows = counted([erase_contents(engine, one) for one in of_connection])
            erasures.add(connection_id, "retention", rows)

    run_transforms(engine, transform_settings(configuration), touched=touched_by(erasables), first=erase)


def touched_by(erasables: list[Erasable]) -> Mapping[str, list[tuple[str, str]]]:
    """The records of erasables, as the transforms take them."""
    touched: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in erasables:
        touched[f"{one.tool}.{one.model}"].extend(one.keys)
    return touched


def expired(engine: Engine, configuration: Configuration, now: datetime) -> list[Erasable]:
    """The records whose values are to go: deleted for long enough, and not erased since."""
    retentions = {one.connection_id: one for one in configuration.connections}
    found = []
    there = tables_of(engine)
    for table in load_tables():
        for tool in table.tools:
            if (f"raw_{tool}", table.name) in there:
                found += _expired(engine, configuration, retentions, table, tool, now)
    return found


def _expired(
    engine: Engine,
    configuration: Configuration,
    retentions: Mapping[str, Retention],
    table: Table,
    tool: str,
    now: datetime,
) -> list[Erasable]:
    rules = [*retentions.values(), configuration.default_retention]
    rules = [one for one in rules if is_erased_by(table, one.retention)]
    if not rules:
        return []
    latest = now - timedelta(days=min(one.retention_days_of(table.name) for one in rules))
    if not engine.fetch(_any_gone(table), (tool, latest)):  # the raw table need not be looked through
        return []
    rows = engine.fetch(_query(table, tool), (tool, latest))
    found: dict[str, list[str]] = defaultdict(list)
    for connection_id, remote_id, deleted_at, has_contents, erased in rows:
        rule = retentions.get(str(connection_id), configuration.default_retention)
        is_due = _moment(deleted_at) <= now - timedelta(days=rule.retention_days_of(table.name))
        is_left = bool(has_contents) or (rule.retention == "all" and erased == "personal")
        if is_due and is_left and is_erased_by(table, rule.retention):
            found[str(connection_id)].append(str(remote_id))
    return [
        Erasable(
            tool,
            table.name,
            connection_id,
            remote_ids,
            retentions.get(connection_id, configuration.default_retention).retention,
        )
        for connection_id, remote_ids in found.items()
    ]


def _any_gone(table: Table) -> str:
    return f"SELECT 1 FROM unified.{table.name} WHERE tool = ? AND remote_deleted_at <= ? LIMIT 1"


def _query(table: Table, tool: str) -> str:
    return f"""
        WITH gone AS (
            SELECT connection_id, remote_id, remote_deleted_at
            FROM unified.{table.name}
            WHERE tool = ? AND remote_deleted_at <= ?
        ),

        with_contents AS (
            SELECT DISTINCT log.connection_id, log.remote_id
            FROM raw_{tool}.{table.name} AS log
            JOIN gone ON gone.connection_id = log.connection_id AND gone.remote_id = log.remote_id
            WHERE log.content_hash IS NOT NULL
        )

        SELECT
            gone.connection_id,
            gone.remote_id,
            gone.remote_deleted_at,
            with_contents.remote_id IS NOT NULL,
            retained.erases
        FROM gone
        LEFT JOIN with_contents
            ON with_contents.connection_id = gone.connection_id AND with_contents.remote_id = gone.remote_id
        LEFT JOIN ats.retained_{table.name} AS retained
            ON retained.tool = '{tool}'
            AND retained.connection_id = gone.connection_id
            AND retained.remote_id = gone.remote_id
        WHERE with_contents.remote_id IS NOT NULL OR retained.erases = 'personal'
        ORDER BY gone.connection_id, gone.remote_id
    """


def _by_connection(erasables: list[Erasable]) -> dict[str, list[Erasable]]:
    found: dict[str, list[Erasable]] = defaultdict(list)
    for one in erasables:
        found[one.connection_id].append(one)
    return found


def _moment(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} is no time")
    return value.astimezone(UTC)
