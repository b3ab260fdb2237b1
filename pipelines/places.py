"""Where things lie in a working folder, and that what is ours is for the owner alone."""

import os
from dataclasses import dataclass
from pathlib import Path

from sources.errors import WarehouseError


@dataclass(frozen=True)
class Places:
    """The paths of one working folder."""

    folder: Path

    @property
    def own(self) -> Path:
        """Everything that no reader needs."""
        return self.folder / ".ats"

    @property
    def work_database(self) -> Path:
        """Where loads and transforms happen."""
        return self.own / "work.duckdb"

    @property
    def published_database(self) -> Path:
        """What readers open."""
        return self.folder / "warehouse.duckdb"

    @property
    def pipelines(self) -> Path:
        """Dlt's working files."""
        return self.own / "pipelines"

    @property
    def spool(self) -> Path:
        """What was read and does not fit into memory, a folder for each run."""
        return self.own / "spool"

    @property
    def temporary(self) -> Path:
        """Where DuckDB puts what does not fit into memory."""
        return self.own / "temporary"

    @property
    def templates(self) -> Path:
        """The SQL templates, compiled."""
        return self.own / "templates"

    @property
    def lock(self) -> Path:
        """The file that a run holds."""
        return self.own / "lock"

    @property
    def lock_holder(self) -> Path:
        """Who holds it, for messages alone."""
        return self.own / "lock.json"

    @property
    def late_runs(self) -> Path:
        """Run records of a time in which the database took none."""
        return self.own / "runs.jsonl"

    @property
    def erasure_key(self) -> Path:
        """The key of the hashes in `ats.erasures`."""
        return self.own / "erasure.key"

    @property
    def downloads(self) -> Path:
        """Which files were downloaded of whom."""
        return self.own / "downloads.jsonl"

    @property
    def error_log(self) -> Path:
        """Tracebacks of what nobody expected."""
        return self.own / "errors.log"

    def make(self) -> None:
        """Make `.ats`, for the owner alone; a WarehouseError where the folder does not allow it."""
        try:
            self.own.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.own.chmod(0o700)
            writable = os.access(self.own, os.W_OK | os.X_OK) and os.access(self.folder, os.W_OK | os.X_OK)
        except OSError as error:
            raise self._unwritable(error.strerror or type(error).__name__) from error
        if not writable:
            raise self._unwritable("no right to write")

    def _unwritable(self, reason: str) -> WarehouseError:
        return WarehouseError(
            f"The working folder {self.folder} cannot be written: {reason}",
            "Give yourself the right to write there and to its .ats, or name another folder with --folder",
        )
