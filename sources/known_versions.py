"""What the warehouse knows of each record: read from the destination at the start of a run, never a file."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from sources.errors import WarehouseError

_IDS_A_QUERY = 5_000
_FEW_ROWS = 1_000
"""A connection of at most so many rows in a table is asked for together with others."""
_ROWS_A_LOT = 50_000
_LOADS = "_dlt_loads"
_ROWS_A_CHUNK = 100_000

_LATEST = """
select {record}, content_hash
from (
    select
        {record},
        content_hash,
        row_number() over (partition by {record} order by read_at desc, is_deleted) as newest
    from {table}
    where {condition}
        and _dlt_load_id in (select load_id from {loads} where status = 0)
) as versions
where newest = 1
"""


_CONTENTS = """
select remote_id, remote_data
from (
    select
        remote_id,
        cast(remote_data as varchar) as remote_data,
        row_number() over (partition by remote_id order by read_at desc) as newest
    from {table}
    where connection_id = {connection_id} and not is_deleted and remote_id in ({ids})
        and _dlt_load_id in (select load_id from {loads} where status = 0)
) as versions
where newest = 1
"""


class Queries(Protocol):
    """Asks the destination; its raw tables are in one schema."""

    def rows(self, sql: str) -> Sequence[tuple[Any, ...]]:
        """All rows of a query."""

    def tables(self, sql: str) -> Iterator[pa.Table]:
        """The rows of a query in Arrow tables, a part after the other."""

    def name_of(self, table: str) -> str:
        """A raw table as SQL writes it."""

    def literal(self, value: str) -> str:
        """A text as SQL writes it."""


class DltQueries:
    """Asks through dlt, whatever the destination is; `client` is an open SQL client of it."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def rows(self, sql: str) -> Sequence[tuple[Any, ...]]:
        """All rows of a query."""
        return list(self._client.execute_sql(sql) or ())

    def tables(self, sql: str) -> Iterator[pa.Table]:
        """The rows of a query in Arrow tables."""
        with self._client.execute_query(sql) as cursor:
            yield from cursor.iter_arrow(chunk_size=_ROWS_A_CHUNK)

    def name_of(self, table: str) -> str:
        """A raw table as SQL writes it."""
        return str(self._client.make_qualified_table_name(table))

    def literal(self, value: str) -> str:
        """A text as SQL writes it."""
        return str(self._client.capabilities.escape_literal(value))


class KnownVersions:
    """The last version of each record in the raw tables of one tool. Safe to use from several threads.

    Rows of a load that was broken off and cannot be finished count as unknown, as the transforms pass over
    them: so the next read writes them once more.

    Args:
        queries: asks the destination.
        schema: the dataset that the tool's raw tables are in.
    """

    def __init__(self, queries: Queries, schema: str) -> None:
        self._queries = queries
        self._lock = threading.RLock()
        self._expected: tuple[str, ...] = ()
        self._latest_read_at: dict[str, datetime | None] = {}
        self._lots: dict[str, list[list[str]]] = {}
        self._together: dict[tuple[str, str], dict[str, str | None]] = {}
        rows = queries.rows(
            "select table_name from information_schema.tables "
            f"where lower(table_schema) = {queries.literal(schema.lower())}"
        )
        self.tables = {str(name).lower() for (name,) in rows}

    def expect(self, connection_ids: Sequence[str]) -> None:
        """Be ready to be asked for these connections: those with few rows are then asked for together."""
        self._expected = tuple(connection_ids)

    def all_of(self, model: str, connection_id: str) -> dict[str, str | None]:
        """`remote_id` → last `content_hash` of every record of a connection; None for a deleted one."""
        with self._lock:
            self._ask_together(model, connection_id)
            found = self._together.pop((model, connection_id), None)
        return self._latest(model, connection_id, "") if found is None else found

    def of_ids(self, model: str, connection_id: str, remote_ids: Sequence[str]) -> dict[str, str | None]:
        """The same for some ids; what is not known is left out."""
        found: dict[str, str | None] = {}
        for ids in _portions(remote_ids):
            condition = f" and remote_id in ({self._literals(ids)})"
            found |= self._latest(model, connection_id, condition)
        return found

    def of_owners(self, model: str, connection_id: str, owners: Sequence[str]) -> dict[str, str | None]:
        """The same for every id `<owner>:<other>` of some owners, such as a candidate's applications."""
        found: dict[str, str | None] = {}
        wanted = set(owners)
        for first_parts in _portions(sorted({owner.partition(":")[0] for owner in owners})):
            # A list of texts would be compared one by one with what is no plain column.
            wanted_parts = ", ".join(f"({self._queries.literal(part)})" for part in first_parts)
            condition = (
                " and split_part(remote_id, ':', 1) in "
                f"(select owner from (values {wanted_parts}) as wanted(owner))"
            )
            candidates = self._latest(model, connection_id, condition)
            found |= {
                remote_id: content_hash
                for remote_id, content_hash in candidates.items()
                if any(remote_id[:place] in wanted for place in colons(remote_id))
            }
        return found

    def contents(
        self, model: str, connection_id: str, remote_ids: Sequence[str]
    ) -> Iterator[tuple[str, str | None]]:
        """The last content of some ids, as (remote_id, JSON text)."""
        if not self._has(model):
            return
        for ids in _portions(remote_ids):
            sql = _CONTENTS.format(
                table=self._queries.name_of(model),
                connection_id=self._queries.literal(connection_id),
                ids=self._literals(ids),
                loads=self._queries.name_of(_LOADS),
            )
            for remote_id, data in self._fetch(sql):
                yield str(remote_id), None if data is None else str(data)

    def live_count(self, model: str, connection_id: str) -> int:
        """How many records of a connection are known and not deleted."""
        return sum(
            1 for content_hash in self.all_of(model, connection_id).values() if content_hash is not None
        )

    def latest_read_at(self, connection_id: str) -> datetime | None:
        """The greatest `read_at` of a connection in any raw table; None where nothing was read yet."""
        with self._lock:
            if connection_id not in self._latest_read_at:
                self._ask_latest_read_at({connection_id, *self._expected})
            return self._latest_read_at[connection_id]

    def _ask_latest_read_at(self, connection_ids: Iterable[str]) -> None:
        self._latest_read_at = dict.fromkeys(connection_ids)
        tables = [self._queries.name_of(one) for one in sorted(self.tables) if not one.startswith("_dlt")]
        if not tables:
            return
        # One connection at a time, so that a server finds each by its index.
        latest = ", ".join(
            f"(select max(read_at) from {table} as log where log.connection_id = wanted.connection_id)"
            for table in tables
        )
        values = ", ".join(f"({self._queries.literal(one)})" for one in self._latest_read_at)
        rows = self._fetch(f"select connection_id, {latest} from (values {values}) as wanted(connection_id)")
        for connection_id, *moments in rows:
            known = [moment for moment in moments if moment is not None]
            self._latest_read_at[str(connection_id)] = max(known, default=None)

    def _ask_together(self, model: str, connection_id: str) -> None:
        """Have what is known of a connection at hand, where it is one of several that have few rows."""
        if len(self._expected) < 2 or not self._has(model):
            return
        if model not in self._lots:
            self._lots[model] = self._lots_of(model)
        for lot in self._lots[model]:
            if connection_id in lot:
                self._lots[model].remove(lot)
                self._together |= {(model, one): {} for one in lot}
                sql = self._latest_sql(
                    model, "connection_id, remote_id", f"connection_id in ({self._literals(lot)})"
                )
                for one, remote_id, content_hash in self._fetch(sql):
                    self._together[model, one][remote_id] = content_hash
                return

    def _lots_of(self, model: str) -> list[list[str]]:
        """The expected connections with few rows, in lots of not too many."""
        rows = self._fetch(
            f"select connection_id, count(*) from {self._queries.name_of(model)} "
            f"where connection_id in ({self._literals(self._expected)}) group by connection_id"
        )
        counts = {str(connection_id): int(count) for connection_id, count in rows}
        lots: list[list[str]] = [[]]
        size = 0
        for connection_id in self._expected:
            count = counts.get(connection_id, 0)
            if count > _FEW_ROWS:
                continue
            if size + count > _ROWS_A_LOT:
                lots.append([])
                size = 0
            lots[-1].append(connection_id)
            size += count
        return lots

    def _latest_sql(self, model: str, record: str, condition: str) -> str:
        return _LATEST.format(
            record=record,
            table=self._queries.name_of(model),
            condition=condition,
            loads=self._queries.name_of(_LOADS),
        )

    def _latest(self, model: str, connection_id: str, condition: str) -> dict[str, str | None]:
        if not self._has(model):
            return {}
        of_connection = f"connection_id = {self._queries.literal(connection_id)}{condition}"
        sql = self._latest_sql(model, "remote_id", of_connection)
        found: dict[str, str | None] = {}
        with self._lock, _plainly():
            for table in self._queries.tables(sql):
                found.update(zip(table.column(0).to_pylist(), table.column(1).to_pylist(), strict=True))
        return found

    def _has(self, model: str) -> bool:
        return {model, _LOADS} <= self.tables

    def _fetch(self, sql: str) -> Sequence[tuple[Any, ...]]:
        with self._lock, _plainly():
            return self._queries.rows(sql)

    def _literals(self, values: Sequence[str]) -> str:
        return ", ".join(map(self._queries.literal, values))


@contextmanager
def _plainly() -> Iterator[None]:
    """Failures as two lines; each destination has errors of its own, and their messages can quote rows."""
    try:
        yield
    except Exception as error:
        raise WarehouseError(
            f"What is known of earlier reads could not be read from the database ({type(error).__name__})",
            "With a server, see that it runs, and sync again; with DuckDB, if .ats/work.duckdb is damaged, "
            "put back a copy, or move it away and sync again",
        ) from error


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _IDS_A_QUERY):
        yield ids[start : start + _IDS_A_QUERY]


def colons(text: str) -> list[int]:
    """Where the colons are in an id; ids joined by ":" may hold some of their own."""
    return [place for place, character in enumerate(text) if character == ":"]
