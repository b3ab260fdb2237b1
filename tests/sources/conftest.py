"""Sources run on their own, over HTTP, into a DuckDB file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from sources.connections import CovetoConnection, PersyConnection
from tests.sources.raw_log import RawLog

QUICK = {"retries": 1, "retry_after_max_seconds": 0, "read_timeout_seconds": 5}


@pytest.fixture
def coveto() -> CovetoTenant:
    return CovetoTenant.generate(candidates=30)


@pytest.fixture
def persy() -> PersyTenant:
    return PersyTenant.generate(candidates=30)


@pytest.fixture
def sandbox(coveto: CovetoTenant, persy: PersyTenant) -> Iterator[Sandbox]:
    with Sandbox(coveto, persy) as running:
        yield running
        assert running.failures == []


@pytest.fixture
def coveto_connection(sandbox: Sandbox, coveto: CovetoTenant) -> Callable[..., CovetoConnection]:
    """A connection to the sandbox's Coveto tenant; keys given to it win."""

    def connection(**keys: Any) -> CovetoConnection:
        known = {
            "name": "acme",
            "base_url": sandbox.coveto_url,
            "customer_number": coveto.customer_number,
            "api_key": coveto.api_key,
        }
        return CovetoConnection.model_validate(QUICK | known | keys)

    return connection


@pytest.fixture
def persy_connection(sandbox: Sandbox, persy: PersyTenant) -> Callable[..., PersyConnection]:
    """A connection to the sandbox's Persy tenant; keys given to it win."""

    def connection(**keys: Any) -> PersyConnection:
        known = {"name": "leihwerk", "base_url": sandbox.persy_url, "api_key": persy.api_key}
        return PersyConnection.model_validate(QUICK | known | keys)

    return connection


@pytest.fixture
def raw_log(tmp_path: Path) -> Iterator[RawLog]:
    log = RawLog(tmp_path)
    yield log
    log.connection.close()
