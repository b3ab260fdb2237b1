"""The work database: opened for one run, with what DuckDB must know to stay small."""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.file_copy import copy_file
from pipelines.places import Places
from sources.errors import WarehouseError
from transforms.engine import ROWS_A_GROUP, DuckDbEngine, concerns_files_or_memory
from transforms.memory import MemoryAllowance
from transforms.schemas import table_exists

_PATIENCE_SECONDS = 3.0
_OPEN_ELSEWHERE = "Could not set lock"
_SIGNS_OF_A_FULL_DISK = ("No space left", "quota exceeded", "File too large", "max_temp_directory_size")
_ROW_GROUPS_IN_MEMORY = 1
"""Row groups that a bulk write buffers; of documents of kilobytes each, the default of 5 costs gigabytes."""
_LOADS_A_MERGE = 16
"""After so many loads a checkpoint may make fewer row groups of those that have room.

It writes them anew, with their documents: at each checkpoint, that would cost more than a small delta itself.
"""
_KEPT_FREE = "32MB"
"""How much memory DuckDB may hold on to when it needs it no more; by default 128 and 512 MB."""
STORAGE: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": "v1.2.0",
    "zstd_min_string_length": 256,
}
"""How our files are written: DuckDB 1.2 and later read them, and texts of this length on average (the default
asks for 4,096) may be packed with zstd, by which records take a third to a sixth of the space."""


@contextmanager
def open_warehouse(folder: Path, most_memory: str = "50%") -> Iterator[DuckDbEngine]:
    """The work database of `folder` as an Engine, made where there is none; closed on leaving.

    `engine.connection` is a plain DuckDB connection, to be handed to dlt as
    `dlt.destinations.duckdb(credentials=engine.connection)`. Call it while holding the lock of the folder.
    """
    places = Places(folder)
    places.make()
    if not places.work_database.exists():
        _start_from_published(places)
    connection = _connected_patiently(places.work_database)
    try:
        _set_up(connection, places)
        yield DuckDbEngine(connection, MemoryAllowance(connection, most_memory))
    except duckdb.Error as error:
        if not concerns_files_or_memory(error):
            raise
        raise _broken_off(places.work_database, str(error)) from error
    finally:
        connection.close()


@contextmanager
def open_to_read(database: Path) -> Iterator[DuckDbEngine]:
    """A database file as an Engine that only reads; a WarehouseError where it is missing or unreadable."""
    connection = _connected(database, read_only=True)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield DuckDbEngine(connection)
    except duckdb.Error as error:
        if not concerns_files_or_memory(error):
            raise
        raise _broken_off(database, str(error)) from error
    finally:
        connection.close()


def _connected_patiently(database: Path) -> duckdb.DuckDBPyConnection:
    """Connect to write; `ats status` may have the file open to read for a moment."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return _connected(database, read_only=False)
        except WarehouseError as error:
            if time.monotonic() > until or _OPEN_ELSEWHERE not in str(error.__cause__):
                raise
            time.sleep(0.1)


def _start_from_published(places: Places) -> None:
    """The published copy holds all that the work database held, so losing `.ats` costs nothing.

    One that cannot be read is told: to begin anew beside it would lose what it knows of the past.
    """
    if not places.published_database.exists():
        _refuse_to_forget_the_forgotten(places)
        # What dlt still wants to load are changes of rows that are gone with the database.
        shutil.rmtree(places.pipelines, ignore_errors=True)
        return
    with open_to_read(places.published_database) as engine:
        is_copy = table_exists(engine, "ats", "publication")
    if is_copy:
        copy_file(places.published_database, places.work_database)


def _refuse_to_forget_the_forgotten(places: Places) -> None:
    """The key of forgotten persons without a database: who they were is lost, and a read brings them back."""
    if places.erasure_key.exists():
        raise WarehouseError(
            f"The databases of {places.folder.resolve()} are gone, and with them who was forgotten",
            f"Put one back from a backup; or delete {places.erasure_key}, sync anew, and forget them again",
        )


def is_ours(database: Path) -> bool:
    """Whether a file is a DuckDB database that this product made."""
    try:
        with open_to_read(database) as engine:
            return table_exists(engine, "ats", "publication")
    except WarehouseError:
        return False


def _set_up(connection: duckdb.DuckDBPyConnection, places: Places) -> None:
    places.temporary.mkdir(mode=0o700, exist_ok=True)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET temp_directory = {quoted_path(places.temporary)}")
    for setting in ("allocator_flush_threshold", "allocator_bulk_deallocation_flush_threshold"):
        connection.execute(f"SET {setting} = '{_KEPT_FREE}'")
    connection.execute(f"SET write_buffer_row_group_count = {_ROW_GROUPS_IN_MEMORY}")
    if not _is_time_to_merge(connection):
        connection.execute("SET max_vacuum_tasks = 0")


def _is_time_to_merge(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether enough was loaded since the last time; with two tools, a run can bring two loads."""
    try:
        ((loads,),) = connection.execute("SELECT count(*) FROM ats.transformed_loads").fetchall()
    except duckdb.CatalogException:  # nothing was loaded ever
        return False
    return bool(loads % _LOADS_A_MERGE >= _LOADS_A_MERGE - 2)


def _connected(database: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    try:
        connection = duckdb.connect(database, read_only=True) if read_only else _opened_to_write(database)
    except duckdb.IOException as error:
        raise _unopened(database, str(error)) from error
    except duckdb.Error as error:
        raise _damaged(database) from error
    if not read_only:
        database.chmod(0o600)
    return connection


def _opened_to_write(database: Path) -> duckdb.DuckDBPyConnection:
    """A connection that writes row groups of our size.

    That can be said on attaching alone, and what DuckDB opened first is what dlt's own cursors work in. So
    the file is opened, and attached anew by the same name.
    """
    connection = duckdb.connect(database, config=STORAGE)
    try:
        ((name,),) = connection.execute("SELECT current_database()").fetchall()
        for statement in (
            "ATTACH ':memory:' AS aside",
            "USE aside",
            f'DETACH "{name}"',
            f'ATTACH {quoted_path(database)} AS "{name}" (ROW_GROUP_SIZE {ROWS_A_GROUP})',
            f'USE "{name}"',
            "DETACH aside",
        ):
            connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection


def _unopened(database: Path, text: str) -> WarehouseError:
    holder = re.search(r"\(PID (\d+)\)", text)
    if _OPEN_ELSEWHERE in text:
        who = f"the process {holder[1]}" if holder else "another process"
        return WarehouseError(
            f"{database} is open in {who}",
            "Close it there; to look at the tables, open warehouse.duckdb instead, which no run locks",
        )
    if tells_of_damage(text):
        return _damaged(database)
    if not database.exists():
        return WarehouseError(f"{database} is not there", "Run `ats sync` first")
    return WarehouseError(
        f"{database} cannot be opened",
        f"Check that you may read and write it, and that the disk is not full; {database.parent} holds it",
    )


def tells_of_damage(text: str) -> bool:
    """Whether DuckDB means by an error that a file does not hold what it should."""
    return any(sign in text for sign in ("not a valid DuckDB", "Corrupt", "Could not read enough bytes"))


def _broken_off(database: Path, text: str) -> WarehouseError:
    if any(sign in text for sign in _SIGNS_OF_A_FULL_DISK):
        return WarehouseError(
            f"The disk that holds {database.parent} is full",
            "Free some space and run again; nothing half-done was kept",
        )
    if "Out of Memory" in text:
        return WarehouseError(
            "DuckDB needed more memory than duckdb_memory_limit allows",
            'Raise it in .dlt/config.toml, such as duckdb_memory_limit = "4GB", and run again',
        )
    return _unopened(database, text)


def _damaged(database: Path) -> WarehouseError:
    return WarehouseError(
        f"{database} is damaged, or no DuckDB file of a version that is known here",
        "Move it away and run `ats sync --full`, which makes it anew, or put back a copy of it",
    )


def quoted_path(path: Path) -> str:
    """A path as SQL writes it."""
    text = str(path).replace("'", "''")
    return f"'{text}'"
