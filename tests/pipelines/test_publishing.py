"""Readers see whole copies, the newest, and nothing in between."""

import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from pipelines import publishing
from pipelines.places import Places
from pipelines.publishing import Publisher
from pipelines.warehouse import open_warehouse
from sources.errors import WarehouseError
from transforms.engine import DuckDbEngine
from transforms.schemas import SCHEMAS


def published_rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(Places(folder).published_database, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def write(engine: DuckDbEngine, publisher: Publisher, number: int) -> None:
    publisher.announce()
    with engine.transaction():
        engine.execute("CREATE TABLE IF NOT EXISTS unified.jobs (number bigint)")
        engine.execute("DELETE FROM unified.jobs")
        engine.execute("INSERT INTO unified.jobs SELECT ? FROM range(20000)", (number,))


def test_a_published_copy_has_all_schemas_even_without_a_table(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as engine:
        Publisher(engine, tmp_path).publish()
    rows = published_rows(tmp_path, "SELECT DISTINCT schema_name FROM information_schema.schemata")
    assert set(SCHEMAS) <= {name for (name,) in rows}


def test_the_published_copy_has_the_configured_mode(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as engine:
        Publisher(engine, tmp_path, 0o604).publish()
    assert Places(tmp_path).published_database.stat().st_mode & 0o777 == 0o604


def test_what_is_announced_and_written_is_published(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as engine:
        publisher = Publisher(engine, tmp_path)
        write(engine, publisher, 1)
        assert publisher.publish_if_behind()
        assert not publisher.publish_if_behind()
    assert published_rows(tmp_path, "SELECT DISTINCT number FROM unified.jobs") == [(1,)]


def test_nothing_is_published_where_nothing_changed(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as engine:
        Publisher(engine, tmp_path).publish()
        publisher = Publisher(engine, tmp_path)
        publisher.announce()
        publisher.withdraw()
        assert not publisher.publish_if_behind()


def test_a_run_that_ended_between_commit_and_copy_is_mended_by_the_next(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as engine:
        Publisher(engine, tmp_path).publish()
        write(engine, Publisher(engine, tmp_path), 2)
    with open_warehouse(tmp_path) as engine:
        publisher = Publisher(engine, tmp_path)
        publisher.announce()
        publisher.withdraw()
        assert publisher.publish_if_behind()
    assert published_rows(tmp_path, "SELECT DISTINCT number FROM unified.jobs") == [(2,)]


def test_a_published_copy_that_somebody_removed_comes_back(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as engine:
        publisher = Publisher(engine, tmp_path)
        publisher.publish()
        Places(tmp_path).published_database.unlink()
        assert publisher.publish_if_behind()


def test_a_damaged_published_copy_is_replaced(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as engine:
        publisher = Publisher(engine, tmp_path)
        write(engine, publisher, 3)
        Places(tmp_path).published_database.write_bytes(b"damaged")
        assert publisher.publish_if_behind()
    assert published_rows(tmp_path, "SELECT DISTINCT number FROM unified.jobs") == [(3,)]


def test_a_database_of_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    with duckdb.connect(Places(tmp_path).published_database) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 1 AS number")
    with (
        pytest.raises(WarehouseError, match="did not make"),
        open_warehouse(tmp_path) as engine,
    ):
        Publisher(engine, tmp_path).publish()
    assert published_rows(tmp_path, "SELECT number FROM mine") == [(1,)]


def test_leftovers_of_killed_runs_are_removed(tmp_path: Path) -> None:
    leftovers = [tmp_path / ".warehouse.duckdb.1.new", tmp_path / "..warehouse.duckdb.1.new.1.partial"]
    for leftover in leftovers:
        leftover.touch()
    with open_warehouse(tmp_path) as engine:
        Publisher(engine, tmp_path).publish()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".ats", "warehouse.duckdb"]


def test_a_copy_that_is_not_whole_leaves_the_copy_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_warehouse(tmp_path) as engine:
        publisher = Publisher(engine, tmp_path)
        write(engine, publisher, 1)
        publisher.publish()
        write(engine, publisher, 2)
        monkeypatch.setattr(publishing, "copy_file", lambda _, target: target.write_bytes(b"half"))
        with pytest.raises(WarehouseError, match="is not whole"):
            publisher.publish()
    assert published_rows(tmp_path, "SELECT DISTINCT number FROM unified.jobs") == [(1,)]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".ats", "warehouse.duckdb"]


def test_the_work_database_stays_locked_for_others_after_publishing(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as engine:
        Publisher(engine, tmp_path).publish()
        script = f"import duckdb; duckdb.connect({str(Places(tmp_path).work_database)!r})"
        other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "Could not set lock" in other.stderr


def test_a_reader_never_sees_a_missing_or_a_mixed_copy(tmp_path: Path) -> None:
    """A reader opens the published file again and again while it is replaced twenty times."""
    seen: list[tuple[object, ...]] = []
    failures: list[BaseException] = []
    done = threading.Event()
    sql = "SELECT min(number), max(number), count(*) FROM unified.jobs"

    def read() -> None:
        while not done.is_set():
            try:
                seen.extend(published_rows(tmp_path, sql))
            except duckdb.Error as error:
                failures.append(error)
                return

    with open_warehouse(tmp_path) as engine:
        publisher = Publisher(engine, tmp_path)
        write(engine, publisher, 0)
        publisher.publish()
        reader = threading.Thread(target=read)
        reader.start()
        for number in range(1, 21):
            write(engine, publisher, number)
            publisher.publish()
        done.set()
        reader.join()
    assert failures == []
    assert len(seen) > 5
    assert all(low == high and count == 20000 for low, high, count in seen)
    assert [low for low, _, _ in seen] == sorted(low for low, _, _ in seen)  # type: ignore[type-var]
