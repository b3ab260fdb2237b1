"""A warehouse in memory over a handful of records, made by the real transforms."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import duckdb
import pyarrow

from sources.endpoints import MODELS
from sources.pages import Record
from transforms.engine import DuckDbEngine
from transforms.runner import TransformSettings, run_transforms

_LOAD = "a sample"
_TEXTS = ("connection_id", "remote_id", "content_hash", "remote_data")


@contextmanager
def sample_warehouse(
    connection_id: str, samples: Mapping[str, Sequence[Record]], settings: TransformSettings
) -> Iterator[DuckDbEngine]:
    """The unified tables that records of one connection make.

    Args:
        connection_id: the connection.
        samples: records of each model; of one id the last counts.
        settings: what the working folder changes.

    Raises:
        ConfigurationError: a path or a mapping is wrong.
        TransformError: a check of the unified tables fails.
    """
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        engine = DuckDbEngine(connection)
        _load(engine, connection_id, samples)
        run_transforms(engine, settings)
        yield engine


def _load(engine: DuckDbEngine, connection_id: str, samples: Mapping[str, Sequence[Record]]) -> None:
    """Make the raw tables as a load would leave them."""
    tool = connection_id.partition(":")[0]
    schema = f"raw_{tool}"
    engine.execute(f"CREATE SCHEMA {schema}")
    engine.execute(f"CREATE TABLE {schema}._dlt_loads (load_id text, schema_name text, status bigint)")
    engine.execute(f"INSERT INTO {schema}._dlt_loads VALUES (?, ?, 0)", (_LOAD, tool))
    now = datetime.now(UTC)
    for model in MODELS[tool]:
        engine.execute(
            f"CREATE TABLE {schema}.{model} (connection_id text, remote_id text, content_hash text, "
            "remote_data json, is_deleted boolean, read_at timestamp with time zone, _dlt_load_id text)"
        )
        records = {one.remote_id: one for one in samples.get(model, ())}.values()
        rows = [(connection_id, one.remote_id, one.content_hash, one.data) for one in records]
        columns = [pyarrow.array(values, pyarrow.string()) for values in zip(*rows, strict=True)]
        if columns:
            engine.connection.register("sample", pyarrow.table(columns, names=_TEXTS))
            engine.execute(f"INSERT INTO {schema}.{model} SELECT *, false, ?, ? FROM sample", (now, _LOAD))
            engine.connection.unregister("sample")
