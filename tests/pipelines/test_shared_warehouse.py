"""A warehouse on a server: its credentials are dlt's, and one run at a time is in it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
from psycopg2 import extensions

from pipelines.shared_warehouse import open_shared_warehouse
from sources.errors import ConfigurationError, LockedError, WarehouseError
from tests.postgres_server import empty_database


@pytest.fixture
def folder(postgres_server: str, tmp_path: Path) -> Iterator[Path]:
    """A working folder with the credentials of an empty database."""
    with empty_database(postgres_server) as connection:
        info = connection.info
        (tmp_path / ".dlt").mkdir()
        (tmp_path / ".dlt" / "secrets.toml").write_text(
            f'[destination.postgres.credentials]\ndatabase = "{info.dbname}"\nusername = "{info.user}"\n'
            f'password = "canary"\nhost = "localhost"\nquery = {{ host = "{info.host}" }}\n',
            encoding="utf-8",
        )
        yield tmp_path


def test_the_credentials_of_the_working_folder_open_it(folder: Path) -> None:
    with open_shared_warehouse(folder) as engine:
        assert engine.fetch("select 1") == [(1,)]


def test_a_second_run_is_refused_while_one_is_at_work(folder: Path) -> None:
    with (
        open_shared_warehouse(folder),
        pytest.raises(LockedError, match="Another run is at work"),
        open_shared_warehouse(folder, lock_wait_seconds=0.2),
    ):
        pass


def test_the_next_run_comes_in_when_one_has_ended(folder: Path) -> None:
    for _ in range(2):
        with open_shared_warehouse(folder) as engine:
            engine.execute("select 1")


def test_the_lock_is_free_before_the_server_notices_that_the_connection_ended(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    still_open = []

    def left_open(connection: extensions.connection) -> AbstractContextManager[extensions.connection]:
        still_open.append(connection)
        return nullcontext(connection)

    monkeypatch.setattr("pipelines.shared_warehouse.closing", left_open)
    with open_shared_warehouse(folder):
        pass
    with open_shared_warehouse(folder) as engine:
        assert engine.fetch("select 1") == [(1,)]
    for connection in still_open:
        connection.close()


def test_missing_credentials_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="needs the credentials"), open_shared_warehouse(tmp_path):
        pass


def test_a_server_that_is_not_there_is_told_without_the_password(folder: Path) -> None:
    secrets = folder / ".dlt" / "secrets.toml"
    secrets.write_text(
        secrets.read_text(encoding="utf-8").replace("ats-postgres", "nowhere"), encoding="utf-8"
    )
    with pytest.raises(WarehouseError, match="takes no connection") as raised, open_shared_warehouse(folder):
        pass
    assert "canary" not in str(raised.value)
