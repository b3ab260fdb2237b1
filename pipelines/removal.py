"""A connection that was taken from the configuration: what is left of it, and how all of it is erased."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.configuration import Configuration, load_configuration
from pipelines.configuration_layers import Layer, configuration_layers, merged, tables
from pipelines.configuration_problems import meant
from pipelines.configuration_sections import checked_whole
from pipelines.erasing import finish_erasing
from pipelines.erasures import Erasures
from pipelines.lock import locked
from pipelines.opening import open_for, open_freshest
from pipelines.progress import Progress, Silent
from pipelines.publishers import publisher_for
from pipelines.run_records import RunRecords
from pipelines.status import connection_statuses
from sources.errors import ConfigurationError
from transforms.engine import Engine
from transforms.schemas import table_exists, tables_with_column

_KEPT = {("ats", "erasures"), ("ats", "forgotten"), ("ats", "mappings")}
"""The record of the erasure itself, who asked to be forgotten, should the connection be configured again, and
what the working folder's own files say."""


@dataclass(frozen=True)
class Remains:
    """What a connection that is no longer configured has left in the warehouse."""

    connection_id: str
    rows: Mapping[str, int]
    """Rows of each unified table, deleted ones included."""


@dataclass(frozen=True)
class Erasure:
    """What was erased of a connection."""

    connection_id: str
    rows: Mapping[str, int]
    """Rows of each table, such as `raw_coveto.jobs`."""
    published: bool


def remains_of(folder: Path, name: str) -> Remains:
    """What is left of a connection, called by its name or its id.

    Raises:
        ConfigurationError: it is still configured, nothing is left of it, or two connections had that name.
        LockedError: a run is at work.
    """
    layers = configuration_layers(folder)
    _refuse_configured(layers, name)
    statuses = {one.connection_id: one for one in connection_statuses(folder) if not one.configured}
    unfinished = _unfinished(folder, checked_whole(layers, []).lock_wait_seconds)
    found = [one for one in dict.fromkeys([*statuses, *unfinished]) if name in (one, one.partition(":")[2])]
    if not found:
        raise ConfigurationError(f'Nothing is left of a connection "{name}"', _known(statuses, name))
    if len(found) > 1:
        raise ConfigurationError(
            f'More than one connection was called "{name}"', f"Name one of {', '.join(found)}"
        )
    status = statuses.get(found[0])
    rows = (
        {table: count + status.deleted_rows.get(table, 0) for table, count in status.rows.items()}
        if status
        else {}
    )
    return Remains(found[0], rows)


def erase(folder: Path, connection_id: str, progress: Progress | None = None) -> Erasure:
    """Delete everything of a connection from every table, and every byte of it from the working folder.

    What a run that was killed left undone, the next one does.

    Raises:
        ConfigurationError: the configuration is wrong, or still has the connection.
        LockedError: another run holds the lock.
        WarehouseError: the database or its folder cannot be used.
    """
    from pipelines.dlt_project import dlt_project
    from pipelines.transforming import check_transforms

    _refuse_configured(configuration_layers(folder), connection_id)
    configuration = load_configuration(folder, may_be_empty=True)
    check_transforms(configuration)
    with locked(folder, configuration.lock_wait_seconds), dlt_project(folder):
        with open_for(configuration) as engine:
            rows = _erase_rows(engine, configuration, connection_id, progress or Silent())
        published = finish_erasing(configuration)
    return Erasure(connection_id, rows, published)


def _erase_rows(
    engine: Engine, configuration: Configuration, connection_id: str, progress: Progress
) -> dict[str, int]:
    from pipelines.loading import drain_all
    from pipelines.transforming import transform_announced

    RunRecords(engine, configuration.folder)
    publisher = publisher_for(engine, configuration)
    publisher.announce()
    # What waits to be loaded may hold the connection's records; loaded, it is deleted with the rest.
    drain_all(engine, configuration.folder, publisher.announce)
    rows = _delete(engine, connection_id)
    transform_announced(engine, publisher, configuration, full_refresh=True, progress=progress)
    return rows


def _delete(engine: Engine, connection_id: str) -> dict[str, int]:
    """Delete the rows of a connection everywhere, and record how many there were, all or nothing."""
    rows: dict[str, int] = {}
    with engine.transaction():
        erasures = Erasures(engine)
        for schema, table in tables_with_column(engine, "connection_id"):
            if (schema, table) in _KEPT:
                continue
            place = f'{schema}."{table}"'
            condition = "WHERE connection_id = ?"
            ((count,),) = engine.fetch(f"SELECT count(*) FROM {place} {condition}", (connection_id,))
            if count:
                engine.execute(f"DELETE FROM {place} {condition}", (connection_id,))
                rows[f"{schema}.{table}"] = int(str(count))
        if rows:
            erasures.add(connection_id, "connection", rows)
    return rows


def _refuse_configured(layers: list[Layer], name: str) -> None:
    tool, _, bare = name.rpartition(":")
    found = tables(merged(layers, "connections")).get(bare)
    if found is None or (tool and found.get("tool", tool) != tool):
        return
    places = [layer.label for layer in layers if layer.value(("connections", bare)) is not None]
    raise ConfigurationError(
        f'The connection "{bare}" is still configured in {" and ".join(places)}',
        f"Take [connections.{bare}] out of there first, then run this again",
    )


def _unfinished(folder: Path, wait_seconds: float) -> list[str]:
    """Connections whose rows are deleted while their bytes may still be in the file."""
    with locked(folder, wait_seconds), open_freshest(folder, is_locked_here=True) as engine:
        if engine is None or not table_exists(engine, "ats", "erasures"):
            return []
        rows = engine.fetch(
            "SELECT connection_id FROM ats.erasures WHERE published_at IS NULL AND kind = 'connection'"
        )
        return [str(connection_id) for (connection_id,) in rows]


def _known(statuses: Mapping[str, object], name: str) -> str:
    if not statuses:
        return "Type `ats status`: it lists every connection that has rows, and says which are not configured"
    return meant(name, statuses)
