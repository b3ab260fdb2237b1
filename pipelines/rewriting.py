"""A DuckDB file written anew, so that no byte of what was deleted stays in it.

Deleting rows, and a checkpoint after it, frees blocks of the file without overwriting them. So all that is
left is copied to a new file, which takes the old one's place at once.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

import duckdb

from pipelines.file_copy import flush
from pipelines.warehouse import STORAGE, quoted_path
from sources.errors import WarehouseError
from transforms.memory import MemoryAllowance, with_enough_memory

Counts = dict[tuple[str, str], int]


def rewrite_database(database: Path, most_memory: str = "50%") -> None:
    """Write `database` anew; it must be closed, and the lock of its folder held.

    Raises:
        WarehouseError: it could not be written; the file before stays as it was.
    """
    _remove_leftovers(database)
    fresh = database.with_name(f".{database.name}.{os.getpid()}.rewritten")
    try:
        _copy(database, fresh, most_memory)
        fresh.chmod(database.stat().st_mode & 0o777)
        flush(fresh)
        # A log of the old file would be replayed into the new one.
        database.with_name(f"{database.name}.wal").unlink(missing_ok=True)
        fresh.replace(database)
        flush(database.parent)
    except (duckdb.Error, OSError) as error:
        raise WarehouseError(
            f"{database} could not be written anew ({type(error).__name__})",
            "Free as much disk space as the file takes, close whatever has it open, and run the same again",
        ) from error
    finally:
        _remove_leftovers(database)


def _copy(database: Path, fresh: Path, most_memory: str) -> None:
    with duckdb.connect(config=STORAGE) as connection:
        memory = MemoryAllowance(connection, most_memory)
        connection.execute(f"SET temp_directory = {quoted_path(fresh.with_name(fresh.name + '.temporary'))}")
        # A log that is still to be replayed needs the right to write.
        connection.execute(f"ATTACH {quoted_path(database)} AS before")
        connection.execute("CHECKPOINT before")
        with_enough_memory(memory, lambda: _fill(connection, database, fresh))
        connection.execute("DETACH before")


def _fill(connection: duckdb.DuckDBPyConnection, database: Path, fresh: Path) -> None:
    """Make the new file, of which nothing is left where that fails."""
    for leftover in (fresh, fresh.with_name(f"{fresh.name}.wal")):
        leftover.unlink(missing_ok=True)
    connection.execute(f"ATTACH {quoted_path(fresh)} AS fresh")
    try:
        fresh.chmod(0o600)
        connection.execute("COPY FROM DATABASE before TO fresh")
        _refuse_difference(connection, database)
    except BaseException:
        with suppress(duckdb.Error):  # what went wrong first is what must be told
            connection.execute("DETACH fresh")
        raise
    connection.execute("DETACH fresh")


def _refuse_difference(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    if _counts(connection, "before") != _counts(connection, "fresh"):
        raise WarehouseError(
            f"The new file for {database} does not hold what the old one does",
            "Run the same again; if it happens once more, report it. The file before stays as it was",
        )


def _counts(connection: duckdb.DuckDBPyConnection, name: str) -> Counts:
    """The rows of every table, and 0 for every view."""
    tables = connection.execute(
        "SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE table_catalog = ?",
        [name],
    ).fetchall()
    counts: Counts = {}
    for schema, table, kind in tables:
        counts[schema, table] = 0
        if kind == "BASE TABLE":
            found = connection.execute(f'SELECT count(*) FROM {name}."{schema}"."{table}"').fetchone()
            counts[schema, table] = int(found[0]) if found else 0
    return counts


def _remove_leftovers(database: Path) -> None:
    """What a run that was killed left beside the file."""
    for leftover in database.parent.glob(f".{database.name}.*.rewritten*"):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)
