"""Readers get a whole copy of the work database, replaced at once: it is never missing or half there."""

import os
from pathlib import Path
from uuid import uuid4

from pipelines.file_copy import copy_file, flush
from pipelines.last_outcomes import last_words
from pipelines.places import Places
from pipelines.warehouse import open_to_read
from sources.errors import WarehouseError
from transforms.engine import DuckDbEngine
from transforms.schemas import SCHEMAS, table_exists


class Publisher:
    """Says whether the published copy is behind the work database, and brings it up.

    `ats.publication` holds one id. It is renewed before anything is written, so a published copy with the
    same id holds the same tables; a run that was killed between commit and copy leaves different ids, and
    the next run publishes.
    """

    def __init__(self, engine: DuckDbEngine, folder: Path, mode: int = 0o640) -> None:
        self._engine = engine
        self._places = Places(folder)
        self._mode = mode
        self._before: str | None = None
        self.announced = False
        """Whether this run has said that tables are about to change."""
        for schema in SCHEMAS:  # a reader finds them in every copy, even while nothing is in it
            engine.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        engine.execute("CREATE TABLE IF NOT EXISTS ats.publication (publication_id text)")

    def announce(self) -> None:
        """Note that tables are about to change; to be called before the first write of a run."""
        if self.announced:
            return
        self._before = _publication(self._engine)
        self.announced = True
        self._write(uuid4().hex)

    def withdraw(self) -> None:
        """Note that after all nothing was changed since `announce`."""
        if self.announced and self._before is not None:
            self._write(self._before)
        self.announced = False

    def is_behind(self) -> bool:
        """Whether the published copy lacks something that the work database holds."""
        published = self._places.published_database
        if self.announced or not published.exists():
            return True
        return _published(published) != _publication(self._engine)

    def tells_other_outcomes(self) -> bool:
        """Whether readers find another outcome of a connection's last run, or other rejected records."""
        published = self._places.published_database
        if not published.exists():
            return False
        try:
            with open_to_read(published) as engine:
                told = last_words(engine)
        except WarehouseError:  # nobody can read it: then it is behind anyway
            return False
        return told != last_words(self._engine)

    def publish_if_behind(self) -> bool:
        """Publish where the copy is behind; whether it was."""
        behind = self.is_behind()
        if behind:
            self.publish()
        return behind

    def publish(self) -> None:
        """Replace the published copy by one of what is committed now."""
        published = self._places.published_database
        _refuse_foreign(published)
        _remove_leftovers(published)
        if _publication(self._engine) is None:
            self._write(uuid4().hex)
        self._engine.execute("CHECKPOINT")
        fresh = published.with_name(f".{published.name}.{os.getpid()}.new")
        copy_file(self._places.work_database, fresh)
        try:
            if _published(fresh) != _publication(self._engine):
                raise WarehouseError(
                    f"The copy of {self._places.work_database} for readers is not whole",
                    "Close whatever else has the work database open, and run again; the copy before stays",
                )
            fresh.chmod(self._mode)
            # A log that a reader with write access left behind belongs to the file that goes away.
            published.with_name(f"{published.name}.wal").unlink(missing_ok=True)
            fresh.replace(published)
        finally:
            fresh.unlink(missing_ok=True)
        flush(published.parent)  # the new name must last through a loss of power
        self.announced = False

    def _write(self, publication_id: str) -> None:
        with self._engine.transaction():
            self._engine.execute("DELETE FROM ats.publication")
            self._engine.execute("INSERT INTO ats.publication VALUES (?)", (publication_id,))


def _publication(engine: DuckDbEngine) -> str | None:
    rows = engine.fetch("SELECT publication_id FROM ats.publication")
    return str(rows[0][0]) if rows else None


def _published(database: Path) -> str | None:
    """The id that a published copy holds; None where it holds none or cannot be read."""
    try:
        with open_to_read(database) as engine:
            return _publication(engine) if table_exists(engine, "ats", "publication") else None
    except WarehouseError:
        return None


def _refuse_foreign(published: Path) -> None:
    """A database of that name that is not ours is somebody's, and must not be overwritten."""
    if not published.exists():
        return
    try:
        with open_to_read(published) as engine:
            foreign = not table_exists(engine, "ats", "publication")
    except WarehouseError:
        # Damaged, or held open for writing by a reader: the replacement is the cure.
        return
    if foreign:
        raise WarehouseError(
            f"{published} is a database that this product did not make",
            "Move it elsewhere and run again, or use another working folder with --folder",
        )


def _remove_leftovers(published: Path) -> None:
    for pattern in (f".{published.name}.*.new", f"..{published.name}.*.partial"):
        for leftover in published.parent.glob(pattern):
            leftover.unlink(missing_ok=True)
