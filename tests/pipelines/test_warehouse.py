"""The work database: what opening it does, and how each thing that can be wrong with it is told."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.places import Places
from pipelines.publishing import Publisher
from pipelines.warehouse import open_to_read, open_warehouse
from sources.errors import WarehouseError

_HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def test_times_are_utc_and_memory_is_limited(tmp_path: Path) -> None:
    with open_warehouse(tmp_path, "300MB") as engine:
        rows = engine.fetch("SELECT current_setting('TimeZone'), current_setting('memory_limit')")
        assert rows == [("UTC", "286.1 MiB")]


def test_what_does_not_fit_into_memory_goes_below_the_folder_of_the_owner(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as engine:
        assert engine.fetch("SELECT current_setting('temp_directory')") == [
            (str(tmp_path / ".ats/temporary"),)
        ]
    assert Places(tmp_path).work_database.stat().st_mode & 0o777 == 0o600


def test_long_texts_may_be_packed_with_zstd_in_a_file_that_duckdb_1_2_reads(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as engine:
        rows = engine.fetch(
            "SELECT current_setting('zstd_min_string_length'), tags['storage_version'] "
            "FROM duckdb_databases() WHERE NOT internal"
        )
    assert rows == [(256, "v1.2.0+")]


def test_a_lost_work_database_starts_from_the_published_copy(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as engine:
        publisher = Publisher(engine, tmp_path)
        engine.execute("CREATE TABLE raw_coveto.jobs AS SELECT 17 AS id")
        publisher.publish()
    Places(tmp_path).work_database.unlink()
    with open_warehouse(tmp_path) as engine:
        assert engine.fetch("SELECT id FROM raw_coveto.jobs") == [(17,)]


@pytest.mark.parametrize("content", [b"", b"no database at all" * 1000])
def test_a_damaged_database_is_told(tmp_path: Path, content: bytes) -> None:
    Places(tmp_path).make()
    Places(tmp_path).work_database.write_bytes(content)
    with pytest.raises(WarehouseError) as raised, open_warehouse(tmp_path):
        pass
    assert raised.value.message.endswith("is damaged, or no DuckDB file of a version that is known here")
    assert "ats sync --full" in raised.value.remedy


def test_a_database_that_is_open_elsewhere_is_told_with_the_process(tmp_path: Path) -> None:
    with open_warehouse(tmp_path):
        pass
    database = Places(tmp_path).work_database
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(WarehouseError) as raised, open_warehouse(tmp_path):
            pass
    assert raised.value.message == f"{database} is open in the process {holder.pid}"


def test_a_query_beyond_the_memory_limit_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(WarehouseError, match="duckdb_memory_limit"),
        open_warehouse(tmp_path, "20MB") as engine,
    ):
        engine.execute("SELECT list(range) FROM range(50000000)")


def test_reading_what_is_not_there_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(WarehouseError, match="is not there\nRun `ats sync` first"),
        open_to_read(tmp_path / "x"),
    ):
        pass


@pytest.mark.parametrize(
    ("loads", "merges"),
    [(0, False), (1, False), (13, False), (14, True), (15, True), (16, False), (31, True)],
)
def test_row_groups_are_merged_after_some_loads_and_not_at_each(
    tmp_path: Path, loads: int, merges: bool
) -> None:
    with open_warehouse(tmp_path) as engine:
        engine.execute("CREATE SCHEMA ats")
        engine.execute(f"CREATE TABLE ats.transformed_loads AS SELECT range AS load_id FROM range({loads})")

    with open_warehouse(tmp_path) as engine:
        assert (engine.fetch("SELECT current_setting('max_vacuum_tasks')") != [(0,)]) is merges
