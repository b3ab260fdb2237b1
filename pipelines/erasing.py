"""The end of every erasure: files written anew, so that no byte of what was erased stays in the folder."""

import shutil

from pipelines.configuration import Configuration
from pipelines.erasures import Erasures
from pipelines.places import Places
from pipelines.publishing import Publisher
from pipelines.rewriting import rewrite_database
from pipelines.warehouse import is_ours, open_warehouse
from transforms.engine import DuckDbEngine


def finish_erasing(configuration: Configuration) -> bool:
    """Write the work database anew and give readers a copy of it; whether there is a copy for readers.

    The database must be closed, and the lock of the folder held. What a run that was killed left undone, the
    next one does.

    Raises:
        WarehouseError: a file could not be written; the ones before stay, and the next run tries again.
    """
    places = Places(configuration.folder)
    _remove_working_files(places)
    rewrite_database(places.work_database, configuration.duckdb_memory_limit)
    with open_warehouse(configuration.folder, configuration.duckdb_memory_limit) as engine:
        erasures = Erasures(engine)
        erasures.mark("rewritten_at")
        published = _publish(engine, configuration)
        erasures.mark("published_at")
    return published


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
