"""Where dlt writes the raw tables that an engine reads, and the files that go there fastest."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import dlt
from dlt.destinations.impl.postgres.factory import PostgresTypeMapper

from transforms.engine import DuckDbEngine

if TYPE_CHECKING:  # needs a driver that only its users have
    from transforms.postgres_engine import PostgresEngine

_SAID_OTHERWISE = ("user", "dbname", "host", "port", "passfile")
"""Parameters of a connection that dlt has names of its own for, or no use."""


@dataclass(frozen=True)
class RawDestination:
    """A dlt destination, and the files by which it takes Arrow tables fastest."""

    destination: Any
    file_format: Literal["parquet", "csv"]


class RawTypes(PostgresTypeMapper):
    """dlt's types, but `json`, which keeps a record as it came; `jsonb` loses the order of its keys."""

    sct_to_unbound_dbt = PostgresTypeMapper.sct_to_unbound_dbt | {"json": "json"}


def raw_destination(engine: "DuckDbEngine | PostgresEngine") -> RawDestination:
    """The destination of the warehouse that an engine speaks to."""
    if isinstance(engine, DuckDbEngine):
        return RawDestination(dlt.destinations.duckdb(credentials=engine.connection), "parquet")
    info = engine.connection.info
    given = {name: value for name, value in info.dsn_parameters.items() if name not in _SAID_OTHERWISE}
    # A folder of sockets is no host of an address, but may stand among its parameters.
    where = {"host": info.host} if info.host.startswith("/") else {}
    credentials = {
        "database": info.dbname,
        "username": info.user,
        "password": info.password or "",
        "host": "localhost" if where else info.host,
        "port": info.port,
        "query": given | where,
    }
    return RawDestination(dlt.destinations.postgres(credentials=credentials, type_mapper=RawTypes), "csv")
