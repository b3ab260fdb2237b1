"""What holds for every test: an environment that says nothing, and random tests that can be repeated."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
settings.register_profile("here", deadline=None, database=None, print_blob=True)
settings.load_profile("here")

_PREFIXES = ("CONNECTIONS__", "DEFAULTS__", "PROVIDERS__", "DESTINATION", "DLT_")
_NAMES = (
    "PARALLEL",
    "SCHEMA_PREFIX",
    "PUBLISH",
    "PUBLISH_MODE",
    "LOCK_WAIT_SECONDS",
    "DUCKDB_MEMORY_LIMIT",
    "NOTIFY_COMMAND",
)
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No configuration, no proxy and no home of the person who runs the tests."""
    for name in os.environ:
        if name.startswith(_PREFIXES) or name in _NAMES or name in _PROXIES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Where the databases of a real PostgreSQL server are; started when the first test asks for it."""
    from tests.postgres_server import started_server  # only where it is asked for

    with started_server() as server:
        yield server
