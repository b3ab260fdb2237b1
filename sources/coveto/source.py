"""Coveto's legacy SOAP API as a dlt source."""

from collections.abc import Sequence
from typing import Any

import dlt

from sources.connections import CovetoConnection
from sources.coveto.reader import PACKAGE, read_connection
from sources.endpoints import default_endpoints
from sources.raw_log import LazyReadings, raw_resources

MODELS = tuple(default_endpoints(PACKAGE))
"""The raw tables, in the order in which they are read."""


@dlt.source(name="coveto", section="coveto")
def coveto_source(connections: Sequence[CovetoConnection], *, accept_deletions: bool = False) -> Any:
    """New, changed and vanished records of Coveto tenants, one resource a model, each an append-only log.

    Args:
        connections: the tenants.
        accept_deletions: mark deletions however many they are.

    Example:
        dlt.pipeline("coveto", destination="duckdb", dataset_name="raw_coveto").run(coveto_source([...]))
    """
    readings = LazyReadings(
        connections, read_connection, [(model,) for model in MODELS], accept_deletions=accept_deletions
    )
    return raw_resources(MODELS, readings.tables)
