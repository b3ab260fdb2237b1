"""The raw tables as dlt resources: append-only logs of versions, one table a model."""

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import dlt
import pyarrow as pa

from sources.connections import Connection
from sources.known_versions import DltQueries, KnownVersions
from sources.observing import Observer, SilentObserver
from sources.reading import Kind, ModelReading, ReadPlan
from sources.version_spool import SCHEMA

AnyConnection = TypeVar("AnyConnection", bound=Connection)
ReadConnection = Callable[[AnyConnection, ReadPlan, KnownVersions, Observer], list[ModelReading]]

_COLUMNS: Any = {
    "connection_id": {"data_type": "text", "nullable": False},
    "remote_id": {"data_type": "text", "nullable": False},
    "content_hash": {"data_type": "text"},
    "remote_data": {"data_type": "json"},
    "is_deleted": {"data_type": "bool", "nullable": False},
    "read_at": {"data_type": "timestamp", "nullable": False},
}


def raw_resources(
    models: Sequence[str], tables: Callable[[str], Iterator[pa.Table]], *, as_dicts: bool = False
) -> list[Any]:
    """One dlt resource a model, each of which makes its table even where there is no row.

    Args:
        models: the raw tables.
        tables: gives the rows of one of them.
        as_dicts: rows as dictionaries, for destinations that cannot take json in parquet.
    """

    def rows(model: str) -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema() if as_dicts else SCHEMA.empty_table()
        for table in tables(model):
            yield table.to_pylist() if as_dicts else table

    return [
        dlt.resource(rows, name=model, write_disposition="append", columns=_COLUMNS)(model)
        for model in models
    ]


def next_read_at(known: KnownVersions, connection_id: str) -> datetime:
    """Now in UTC, but later than every `read_at` of the connection, also where the clock went back."""
    now = datetime.now(UTC)
    latest = known.latest_read_at(connection_id)
    return now if latest is None else max(now, latest.astimezone(UTC) + timedelta(microseconds=1))


class LazyReadings:
    """Reads connections when the first of a group's tables is asked for: for sources that run on their own.

    What is known of each record is asked of the destination of the dlt pipeline that runs the source.

    Args:
        connections: what to read.
        read: the tool's `read_connection`.
        groups: models that one scan gives together.
        kind: "full" or "delta"; a delta takes `since`.
    """

    def __init__(
        self,
        connections: Sequence[AnyConnection],
        read: "ReadConnection[AnyConnection]",
        groups: Sequence[Sequence[str]],
        kind: Kind = "full",
        since: datetime | None = None,
        *,
        accept_deletions: bool = False,
    ) -> None:
        self._connections = connections
        self._read: Any = read
        self._group_of = {model: tuple(group) for group in groups for model in group}
        self._kind: Kind = kind
        self._since = since
        self._accept_deletions = accept_deletions
        self._readings: dict[tuple[str, ...], list[ModelReading]] = {}
        self._folder = Path(tempfile.mkdtemp(prefix="ats-"))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)

    def tables(self, model: str) -> Iterator[pa.Table]:
        """The rows to append to one raw table.

        Raises:
            SourceError: a connection could not be read; then dlt loads nothing.
        """
        group = self._group_of[model]
        if group not in self._readings:
            self._readings[group] = list(self._read_group(group))
        for reading in self._readings[group]:
            if reading.model == model:
                if reading.error is not None:
                    raise reading.error
                yield from reading.log.spool.tables()

    def _read_group(self, group: Sequence[str]) -> Iterator[ModelReading]:
        pipeline = dlt.current.pipeline()
        with pipeline.sql_client() as client:
            known = KnownVersions(DltQueries(client), pipeline.dataset_name)
            for connection in self._connections:
                plan = ReadPlan(
                    kind=self._kind,
                    read_at=next_read_at(known, connection.connection_id),
                    models=group,
                    spool_folder=self._folder,
                    since=self._since,
                    accept_deletions=self._accept_deletions,
                )
                yield from self._read(connection, plan, known, SilentObserver())
