"""What the warehouse knows of each record: read from the destination at the start of a run, never a file."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from sources.errors import WarehouseError

_IDS_A_QUERY = 5_000
_LOADS = "_dlt_loads"
_ROWS_A_CHUNK = 100_000

_LATEST = """
select remote_id, content_hash
from (
    select
        remote_id,
        content_hash,
        row_number() over (partition by remote_id order by read_at desc, is_deleted) as newest
    from {table}
    where connection_id = {connection_id}{condition}
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
        self._lock = threading.Lock()
        rows = queries.rows(
            "select table_name from information_schema.tables "
            f"where lower(table_schema) = {queries.literal(schema.lower())}"
        )
        self.tables = {str(name).lower() for (name,) in rows}

    def all_of(self, model: str, connection_id: str) -> dict[str, str | None]:
        """`remote_id` → last `content_hash` of every record of a connection; None for a deleted one."""
        return self._latest(model, connection_id, "")

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
        latest: list[datetime] = []
        for table in sorted(self.tables):
            if not table.startswith("_dlt"):
                sql = f"select max(read_at) from {self._queries.name_of(table)} where connection_id = "
                sql += self._queries.literal(connection_id)
                latest.extend(moment for (moment,) in self._fetch(sql) if moment is not None)
        return max(latest, default=None)

    def _latest(self, model: str, connection_id: str, condition: str) -> dict[str, str | None]:
        if not self._has(model):
            return {}
        sql = _LATEST.format(
            table=self._queries.name_of(model),
            connection_id=self._queries.literal(connection_id),
            condition=condition,
            loads=self._queries.name_of(_LOADS),
        )
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
