"""A warehouse on a PostgreSQL server: connected to with dlt's credentials, and one run in it at a time."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg2
from dlt.common.configuration.exceptions import ConfigurationException
from dlt.common.configuration.resolve import resolve_configuration
from dlt.destinations.impl.postgres.configuration import PostgresCredentials

from pipelines.dlt_project import dlt_project
from pipelines.places import Places
from sources.errors import ConfigurationError, LockedError, WarehouseError
from transforms.postgres_engine import PostgresEngine
from transforms.schemas import table_exists

_LOCK = "select pg_try_advisory_lock(hashtextextended(?, 0))"
_UNLOCK = "select pg_advisory_unlock(hashtextextended(?, 0))"
_PAUSE_SECONDS = 0.1


@contextmanager
def open_shared_warehouse(
    folder: Path, schema_prefix: str = "", lock_wait_seconds: float = 0
) -> Iterator[PostgresEngine]:
    """The warehouse that `[destination.postgres.credentials]` of a working folder names, as an Engine.

    It is locked while open, for runs from every machine; the server frees the lock when the connection ends,
    however it ends.

    Raises:
        ConfigurationError: the credentials are missing or incomplete.
        WarehouseError: the server cannot be reached, or refuses the credentials.
        LockedError: another run is at work on the same schemas.
    """
    with open_shared_to_read(folder, schema_prefix) as engine:
        _lock(engine, lock_wait_seconds)
        try:
            _refuse_to_forget_the_forgotten(engine, folder)
            yield engine
        finally:
            # The server notices the end of a connection a little later, when this run may have come back.
            with suppress(WarehouseError):  # a connection that is lost has no lock
                engine.fetch(_UNLOCK, [_locked_name(engine)])


@contextmanager
def open_shared_to_read(folder: Path, schema_prefix: str = "") -> Iterator[PostgresEngine]:
    """The same without the lock, for who changes nothing."""
    with closing(psycopg2_connection(folder)) as connection:
        yield PostgresEngine(connection, schema_prefix)


def psycopg2_connection(folder: Path) -> psycopg2.extensions.connection:
    """A connection with the credentials of a working folder."""
    try:
        with dlt_project(folder):
            credentials = resolve_configuration(
                PostgresCredentials(), sections=("destination", "postgres", "credentials")
            )
        return psycopg2.connect(
            credentials.to_native_representation(),
            keepalives_idle=60,  # a run says nothing to the server while it reads the vendors
        )
    except ConfigurationException:
        raise ConfigurationError(
            'destination = "postgres" needs the credentials of the server',
            "Put host, database, username and password there, in .dlt/secrets.toml",
        ) from None
    except psycopg2.Error:
        raise WarehouseError(
            "The PostgreSQL server of [destination.postgres.credentials] takes no connection",
            "See that it can be reached from here, and that database, username and password are right",
        ) from None


def _lock(engine: PostgresEngine, wait_seconds: float) -> None:
    until = time.monotonic() + wait_seconds
    while engine.fetch(_LOCK, [_locked_name(engine)]) != [(True,)]:
        if time.monotonic() >= until:
            raise LockedError(
                "Another run is at work in the warehouse, perhaps from another machine",
                "Wait for it to end, or let runs wait: lock_wait_seconds = 600 in .dlt/config.toml",
            )
        time.sleep(_PAUSE_SECONDS)


def _locked_name(engine: PostgresEngine) -> str:
    return f"ats {engine.schema_prefix}".strip()


def _refuse_to_forget_the_forgotten(engine: PostgresEngine, folder: Path) -> None:
    """The key of forgotten persons without the table of them: a read would bring them back."""
    key = Places(folder).erasure_key
    if key.exists() and not table_exists(engine, "ats", "forgotten"):
        raise WarehouseError(
            "The warehouse does not know who was forgotten, though the working folder has the key of it",
            f"Put the tables back from a backup; or delete {key}, sync anew, and forget them again",
        )
