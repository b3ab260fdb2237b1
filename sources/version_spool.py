"""Versions on their way to the raw log: in columns, in memory while few, in a file when many."""

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from sources.errors import WarehouseError

SCHEMA = pa.schema(
    [
        pa.field("connection_id", pa.string(), nullable=False),
        pa.field("remote_id", pa.string(), nullable=False),
        pa.field("content_hash", pa.string()),
        pa.field("remote_data", pa.string()),
        pa.field("is_deleted", pa.bool_(), nullable=False),
        pa.field("read_at", pa.timestamp("us", tz="UTC"), nullable=False),
    ]
)
ROWS_A_TABLE = 5_000
_BYTES_A_TABLE = 64_000_000
"""Of records that are large, fewer rows: a column of Arrow's takes 2 GiB, and tables wait in memory."""
_TABLES_IN_MEMORY = 2


class VersionSpool:
    """Rows of one raw table that one read of one connection wants to append.

    Args:
        connection_id: the connection.
        read_at: the start of the read.
        path: a file to hold what does not fit in memory; made when needed.
    """

    def __init__(self, connection_id: str, read_at: datetime, path: Path) -> None:
        self._connection_id = connection_id
        self._read_at = read_at
        self._path = path
        self._ids: list[str] = []
        self._hashes: list[str | None] = []
        self._data: list[bytes | None] = []
        self._bytes = 0
        self._tables: list[pa.Table] = []
        self._writer: pa.ipc.RecordBatchStreamWriter | None = None
        self._dropped: Collection[str] = ()
        self._last_only: Collection[str] = ()
        self.row_count = 0
        """How many rows `tables` gives."""

    def add(self, remote_id: str, content_hash: str | None, data: bytes | None) -> None:
        """Add one version; a tombstone has neither hash nor data."""
        self._ids.append(remote_id)
        self._hashes.append(content_hash)
        self._data.append(data)
        self.row_count += 1
        if data is not None:
            self._bytes += len(data)
        if len(self._ids) >= ROWS_A_TABLE or self._bytes >= _BYTES_A_TABLE:
            self._flush()

    def close(self, dropped: Collection[str] = (), last_only: Collection[str] = ()) -> None:
        """Take no more rows.

        Args:
            dropped: ids whose rows are not wanted after all.
            last_only: ids of which only the last row is wanted, as they were read more than once.
        """
        if self._ids:
            self._flush()
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self._dropped, self._last_only = set(dropped), set(last_only)
        if self._dropped or self._last_only:
            self.row_count = sum(table.num_rows for table in self.tables())

    def tables(self) -> Iterator[pa.Table]:
        """The rows that are wanted, as Arrow tables of the raw columns; call `close` before."""
        if not self._dropped and not self._last_only:
            yield from self._all_tables()
            return
        last = self._last_places()
        place = 0
        for table in self._all_tables():
            keep = []
            for remote_id in table.column("remote_id").to_pylist():
                keep.append(remote_id not in self._dropped and last.get(remote_id, place) == place)
                place += 1
            yield table.filter(pa.array(keep))

    def discard(self) -> None:
        """Forget every row, and the file."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self._tables, self._ids, self._hashes, self._data = [], [], [], []
        self.row_count = 0
        self._path.unlink(missing_ok=True)

    def _last_places(self) -> dict[str, int]:
        last: dict[str, int] = {}
        place = 0
        for table in self._all_tables():
            for remote_id in table.column("remote_id").to_pylist():
                if remote_id in self._last_only:
                    last[remote_id] = place
                place += 1
        return last

    def _all_tables(self) -> Iterator[pa.Table]:
        if self._path.exists():
            with pa.OSFile(str(self._path)) as file, pa.ipc.open_stream(file) as reader:
                for batch in reader:
                    yield pa.Table.from_batches([batch], SCHEMA)
        yield from self._tables

    def _flush(self) -> None:
        rows = len(self._ids)
        columns = [
            pa.array([self._connection_id] * rows, pa.string()),
            pa.array(self._ids, pa.string()),
            pa.array(self._hashes, pa.string()),
            pa.array(self._data, pa.binary()).view(pa.string()),  # readers made sure that it is UTF-8
            pa.array([content_hash is None for content_hash in self._hashes], pa.bool_()),
            pa.array([self._read_at] * rows, SCHEMA.field("read_at").type),
        ]
        self._ids, self._hashes, self._data, self._bytes = [], [], [], 0
        self._tables.append(pa.Table.from_arrays(columns, schema=SCHEMA))
        if len(self._tables) > _TABLES_IN_MEMORY or self._writer is not None:
            try:
                self._write()
            except OSError as error:
                raise WarehouseError(
                    f"{self._path.parent} takes no more of what was read ({type(error).__name__})",
                    "Free some space there or give yourself the right to write, and run again",
                ) from error

    def _write(self) -> None:
        if self._writer is None:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._writer = pa.ipc.new_stream(str(self._path), SCHEMA)
        for table in self._tables:
            self._writer.write_table(table)
        self._tables = []
