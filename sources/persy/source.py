"""Compleet Persy's REST API as a dlt source."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import dlt

from sources.connections import PersyConnection
from sources.endpoints import default_endpoints
from sources.persy.reader import PACKAGE, read_connection
from sources.raw_log import LazyReadings, raw_resources

MODELS = tuple(default_endpoints(PACKAGE))
"""The raw tables; one scan of the candidates gives them all."""


@dlt.source(name="compleetpersy", section="compleetpersy")
def persy_source(
    connections: Sequence[PersyConnection], *, since: datetime | None = None, accept_deletions: bool = False
) -> Any:
    """New, changed and vanished records of Persy tenants, one resource a model, each an append-only log.

    Args:
        connections: the tenants.
        since: read only what was modified at or after this moment (a delta); everything where it is None.
        accept_deletions: mark deletions however many they are.

    Example:
        dlt.pipeline("persy", destination="duckdb", dataset_name="raw_compleetpersy").run(persy_source([...]))
    """
    readings = LazyReadings(
        connections,
        read_connection,
        [MODELS],
        kind="full" if since is None else "delta",
        since=since,
        accept_deletions=accept_deletions,
    )
    return raw_resources(MODELS, readings.tables)
