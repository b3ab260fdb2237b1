"""The end of every erasure: tables written anew, so that no byte of what was erased stays in them."""

import shutil

from pipelines.configuration import Configuration
from pipelines.destinations import POSTGRES
from pipelines.erasures import Erasures
from pipelines.opening import open_for
from pipelines.places import Places
from pipelines.publishing import Publisher
from pipelines.rewriting import rewrite_database
from pipelines.warehouse import is_ours, open_warehouse
from transforms.engine import DuckDbEngine


def finish_erasing(configuration: Configuration) -> bool:
    """Write the work database anew and give readers a copy of it; whether there is a copy for readers.

    The database must be closed, and the lock of the folder held. What a run that was killed left undone, the
    next one does. On a server the tables concerned are written anew, and readers have no copy.

    Raises:
        WarehouseError: a file or a table could not be written; the ones before stay, and the next run tries
            again.
    """
    places = Places(configuration.folder)
    _remove_working_files(places)
    if configuration.destination == POSTGRES:
        return _finish_on_server(configuration)
    rewrite_database(places.work_database, configuration.duckdb_memory_limit)
    with open_warehouse(configuration.folder, configuration.duckdb_memory_limit) as engine:
        erasures = Erasures(engine)
        erasures.mark("rewritten_at")
        published = _publish(engine, configuration)
        erasures.mark("published_at")
    return published


def _finish_on_server(configuration: Configuration) -> bool:
    from pipelines.vacuuming import vacuum

    with open_for(configuration) as engine:
        erasures = Erasures(engine)
        vacuum(engine, erasures.unfinished_tables())
        erasures.mark("rewritten_at")
        erasures.mark("published_at")  # readers see the same tables
    return False


def _publish(engine: DuckDbEngine, configuration: Configuration) -> bool:
    """Bring up the readers' copy; one that is there must not keep the rows, also where publish is off."""
    places = Places(configuration.folder)
    if not configuration.publish and not is_ours(places.published_database):
        return False
    publisher = Publisher(engine, configuration.folder, configuration.publish_mode)
    publisher.announce()
    publisher.publish()
    return True


def _remove_working_files(places: Places) -> None:
    """Dlt's files and spooled rows; all that they know stands in the warehouse as well."""
    for folder in (places.pipelines, places.spool, places.temporary):
        shutil.rmtree(folder, ignore_errors=True)
