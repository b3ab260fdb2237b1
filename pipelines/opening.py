"""The one way to the warehouse of a working folder: DuckDB's file in it, or the server that it names."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.configuration_layers import configuration_layers
from pipelines.destinations import POSTGRES, check_destination
from pipelines.lock import holder_is_alive
from pipelines.places import Places
from pipelines.warehouse import open_to_read, open_warehouse
from sources.errors import WarehouseError
from transforms.engine import Engine
from transforms.schemas import table_exists

if TYPE_CHECKING:  # takes longer to import than a status takes
    from pipelines.configuration import Configuration


@contextmanager
def open_for(configuration: "Configuration") -> Iterator[Engine]:
    """The warehouse of a configuration, to write to; made where there is none. Hold the lock of the folder.

    Raises:
        ConfigurationError: the credentials of a server are missing.
        LockedError: another run, perhaps from another machine, is at work on the server.
        WarehouseError: the file or the server cannot be used.
    """
    if configuration.destination != POSTGRES:
        with open_warehouse(configuration.folder, configuration.duckdb_memory_limit) as of_file:
            yield of_file
        return
    from pipelines.shared_warehouse import open_shared_warehouse

    with open_shared_warehouse(
        configuration.folder, configuration.schema_prefix, configuration.lock_wait_seconds
    ) as of_server:
        yield of_server


@contextmanager
def open_freshest(folder: Path, *, is_locked_here: bool = False) -> Iterator[Engine | None]:
    """The freshest tables that can be read without getting in a run's way; None where there are none.

    Args:
        folder: the working folder.
        is_locked_here: whether the caller holds the lock of the folder, so that no run is at work.

    Raises:
        WarehouseError: the server cannot be reached.
    """
    if (prefix := prefix_on_server(folder)) is not None:
        with _of_server(folder, prefix) as engine:
            yield engine
        return
    places = Places(folder)
    databases = [places.work_database, places.published_database]
    if not is_locked_here and holder_is_alive(folder):
        databases.reverse()
    with ExitStack() as opened:
        found = None
        for database in (one for one in databases if one.exists()):
            # A run may have just begun, or the file is not for this user: then the other one will do.
            with suppress(WarehouseError):
                found = opened.enter_context(open_to_read(database))
                break
        yield found


@contextmanager
def open_unified(folder: Path) -> Iterator[Engine]:
    """The unified tables of a working folder to read: of the published copy, or where none is, at work.

    Raises:
        WarehouseError: nothing was read into this folder yet, or the warehouse cannot be opened.
    """
    with ExitStack() as opened:
        if (prefix := prefix_on_server(folder)) is not None:
            engine: Engine = opened.enter_context(_of_server(folder, prefix))
        else:
            places = Places(folder)
            published = places.published_database
            engine = opened.enter_context(
                open_to_read(published if published.exists() else places.work_database)
            )
        if not table_exists(engine, "unified", "jobs"):
            raise WarehouseError(f"{folder} holds no tables yet", "Run `ats sync` first")
        yield engine


def prefix_on_server(folder: Path) -> str | None:
    """The prefix of the schemas on a server, without what a whole configuration takes; None for a file."""
    layers = configuration_layers(folder, vaults=False)
    destination = next((one for layer in layers if isinstance(one := layer.value(["destination"]), str)), "")
    if destination in {"", "duckdb"}:
        return None
    from pipelines.configuration_problems import Problem, raise_problems
    from pipelines.configuration_sections import checked_whole

    problems: list[Problem] = []
    whole = checked_whole(layers, problems)
    raise_problems(problems)
    check_destination(destination, whole.schema_prefix)
    return whole.schema_prefix


@contextmanager
def _of_server(folder: Path, prefix: str) -> Iterator[Engine]:
    from pipelines.shared_warehouse import open_shared_to_read

    with open_shared_to_read(folder, prefix) as engine:
        yield engine
