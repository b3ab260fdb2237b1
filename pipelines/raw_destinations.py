"""Where dlt writes the raw tables that an engine reads, and the files that go there fastest."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Literal

import dlt
from dlt.destinations.impl.postgres.factory import PostgresTypeMapper

from pipelines.tools import Tool
from transforms.engine import DuckDbEngine, Engine

_TABLES = "select tablename from pg_catalog.pg_tables where schemaname = ?"
_INDEXES = "select indexname from pg_catalog.pg_indexes where schemaname = ?"
_INDEXED = {
    "by_record": "connection_id, remote_id",
    "by_owner": "connection_id, split_part(remote_id, ':', 1)",
    "by_time": "connection_id, read_at",
    "by_load": "_dlt_load_id",
}
"""The indexes of each raw table: by a record, by the candidate that a record is of, by a run, by a load."""
_SAID_OTHERWISE = ("user", "dbname", "host", "port", "passfile")
"""Parameters of a connection that dlt has names of its own for, or no use."""
_WITHOUT_LIMITS = " ".join(
    f"-c {name}=0"
    for name in (
        "statement_timeout",
        "lock_timeout",
        "idle_session_timeout",
        "idle_in_transaction_session_timeout",
    )
)
"""For dlt's connections as for ours: limits of a role or a database are meant for others."""


@dataclass(frozen=True)
class RawDestination:
    """A dlt destination, and the files by which it takes Arrow tables fastest."""

    destination: Any
    file_format: Literal["parquet", "csv"]
    settle: Callable[[Tool, Sequence[str]], None] = lambda _tool, _models: None
    """What a load leaves to do: a server wants indexes, and to know what is in the tables of these models."""
    index: Callable[[Tool], object] = lambda _tool: None
    """Make the indexes that a run which was killed did not come to."""


class _ResolvedOnce:
    """A destination of dlt that finds out once what it can do, and how it is reached for each dataset.

    dlt asks 13 times a run for the one and 9 times for the other, 5 to 20 ms each.
    """

    _partly: Any = None
    _wholly: Mapping[tuple[Any, ...], Any] = MappingProxyType({})
    """By dataset and schema; replaced and never changed, as it begins as that of the class."""

    def configuration(self, initial_config: Any, accept_partial: bool = False) -> Any:
        """Found out once: in part, which tells what the destination can do, and wholly for each dataset."""
        if not accept_partial:
            return self._whole_configuration(initial_config)
        if self._partly is None:
            self._partly = super().configuration(initial_config, accept_partial=True)  # type: ignore[misc]
        return self._partly

    def _whole_configuration(self, initial_config: Any) -> Any:
        dataset = (initial_config.dataset_name, initial_config.default_schema_name)
        if dataset not in self._wholly:
            found = super().configuration(initial_config)  # type: ignore[misc]
            self._wholly = {**self._wholly, dataset: found}
        return self._wholly[dataset]

    @property
    def destination_type(self) -> str:
        """By what dlt's working files call it."""
        return f"dlt.destinations.{type(self).__name__}"


class duckdb(_ResolvedOnce, dlt.destinations.duckdb):  # noqa: N801 - dlt tells destinations by their names
    """dlt's DuckDB."""


class postgres(_ResolvedOnce, dlt.destinations.postgres):  # noqa: N801
    """dlt's PostgreSQL."""


class RawTypes(PostgresTypeMapper):
    """dlt's types, but `json`, which keeps a record as it came; `jsonb` loses the order of its keys."""

    sct_to_unbound_dbt = PostgresTypeMapper.sct_to_unbound_dbt | {"json": "json"}


def raw_destination(engine: Engine) -> RawDestination:
    """The destination of the warehouse that an engine speaks to."""
    if isinstance(engine, DuckDbEngine):
        return RawDestination(duckdb(credentials=engine.connection), "parquet")
    from transforms.postgres_engine import PostgresEngine  # needs a driver that only its users have

    if not isinstance(engine, PostgresEngine):
        raise TypeError(f"dlt has no destination for {type(engine).__name__}")
    info = engine.connection.info
    given = {name: value for name, value in info.dsn_parameters.items() if name not in _SAID_OTHERWISE}
    # A folder of sockets is no host of an address, but may stand among its parameters.
    where = {"host": info.host} if info.host.startswith("/") else {}
    given["options"] = f"{given.get('options', '')} {_WITHOUT_LIMITS}".strip()
    credentials = {
        "database": info.dbname,
        "username": info.user,
        "password": info.password or "",
        "host": "localhost" if where else info.host,
        "port": info.port,
        "query": given | where,
    }
    # Without dlt's unique constraints on its own tables: a run that was killed between a commit and dlt's
    # note of it writes the same rows once more, which must do no harm.
    destination = postgres(credentials=credentials, type_mapper=RawTypes, create_indexes=False)
    return RawDestination(destination, "csv", partial(_settle, engine), partial(_index, engine))


def server_of(engine: Engine) -> str:
    """What tells the database of a server from any other, for names of files: 8 hex digits; "" for a file."""
    if isinstance(engine, DuckDbEngine):
        return ""
    from transforms.postgres_engine import PostgresEngine

    if not isinstance(engine, PostgresEngine):
        raise TypeError(f"{type(engine).__name__} is on no server that is known")
    info = engine.connection.info
    return hashlib.sha256(f"{info.host}|{info.port}|{info.dbname}".encode()).hexdigest()[:8]


def _settle(engine: Engine, tool: Tool, models: Sequence[str]) -> None:
    """Make the indexes that are missing, and count what the tables hold."""
    counted = _index(engine, tool)
    for model in models:
        if model not in counted:
            engine.execute(f"analyze {tool.raw_schema}.{model}")
    # Unknown, it would seem to leave few rows of complete loads: few enough to compare each with each.
    engine.execute(f"analyze {tool.raw_schema}._dlt_loads")


def _index(engine: Engine, tool: Tool) -> set[str]:
    """Make the indexes that a delta is found by, however large the table; gives who lacked one."""
    schema = engine.schema_prefix + tool.raw_schema
    tables = {name for (name,) in engine.fetch(_TABLES, [schema])}
    there = {name for (name,) in engine.fetch(_INDEXES, [schema])}
    lacking = set()
    for model in (one for one in tool.models if one in tables):
        table = f"{tool.raw_schema}.{model}"
        missing = {name: columns for name, columns in _INDEXED.items() if f"{model}_{name}" not in there}
        for name, columns in missing.items():
            engine.execute(f'create index "{model}_{name}" on {table} ({columns})')
        if missing:
            lacking.add(model)
            engine.execute(f"analyze {table}")
    return lacking
