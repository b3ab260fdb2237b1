"""Memory that grows when it was too little: what failed is done anew from its start, up to a limit."""

from pathlib import Path

import duckdb
import pytest

from pipelines.warehouse import open_warehouse
from sources.errors import WarehouseError
from transforms import memory
from transforms.engine import DuckDbEngine
from transforms.memory import MemoryAllowance
from transforms.runner import TransformSettings, run_transforms

_SORTS_MUCH = (
    "CREATE OR REPLACE TABLE sorted AS SELECT list(range ORDER BY -range) AS numbers FROM range(1000000)"
)


def _limit(engine: DuckDbEngine) -> object:
    ((limit,),) = engine.fetch("SELECT current_setting('memory_limit')")
    return limit


@pytest.fixture
def little_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "FIRST_BYTES", 20_000_000)


@pytest.mark.usefixtures("little_at_first")
def test_a_statement_that_ran_out_of_memory_is_repeated_with_more(tmp_path: Path) -> None:
    with open_warehouse(tmp_path, "2GB") as engine:
        assert _limit(engine) == "19.0 MiB"
        engine.execute(_SORTS_MUCH)
        assert engine.fetch("SELECT len(numbers) FROM sorted") == [(1_000_000,)]
        assert _limit(engine) != "19.0 MiB"


@pytest.mark.usefixtures("little_at_first")
def test_a_transform_that_ran_out_of_memory_is_made_again_from_the_start(tmp_path: Path) -> None:
    told: list[str] = []
    attempts: list[object] = []
    with open_warehouse(tmp_path, "2GB") as engine:
        engine.execute("CREATE TABLE made (attempt integer)")

        def first() -> None:
            attempts.append(_limit(engine))
            engine.execute(f"INSERT INTO made VALUES ({len(attempts)})")
            engine.execute(_SORTS_MUCH)

        run_transforms(engine, TransformSettings(), first=first, progress=told.append)
        assert engine.fetch("SELECT attempt FROM made") == [(len(attempts),)]
    assert len(attempts) > 1
    assert "DuckDB ran out of memory; nothing was changed, and it tries again with 40 MB" in told


@pytest.mark.usefixtures("little_at_first")
def test_what_the_greatest_limit_does_not_suffice_for_is_told_in_two_lines(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError) as raised, open_warehouse(tmp_path, "40MB") as engine:
        run_transforms(engine, TransformSettings(), first=lambda: engine.execute(_SORTS_MUCH))
    assert raised.value.message == "DuckDB needed more memory than duckdb_memory_limit allows"


def test_the_limit_never_exceeds_what_is_allowed() -> None:
    with duckdb.connect() as connection:
        allowance = MemoryAllowance(connection, "1GiB")
        given = [allowance.allow_more_memory() for _ in range(3)]
    assert given == ["1,000 MB", "1,074 MB", None]


def test_a_share_is_one_of_the_memory_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "FIRST_BYTES", 10**15)
    with duckdb.connect() as connection:
        of_all = _mebibytes(connection)
        MemoryAllowance(connection, "40%")
        assert _mebibytes(connection) == pytest.approx(of_all / 2, rel=0.02)


def _mebibytes(connection: duckdb.DuckDBPyConnection) -> float:
    ((limit,),) = connection.execute("SELECT current_setting('memory_limit')").fetchall()
    size, unit = limit.split()
    return float(size) * {"MiB": 1, "GiB": 1024}[unit]


def test_a_limit_below_the_first_is_the_first() -> None:
    with duckdb.connect() as connection:
        assert MemoryAllowance(connection, "300MB").allow_more_memory() is None


def test_threads_are_few_for_as_long_as_it_is_said(tmp_path: Path) -> None:
    query = "select current_setting('threads')"
    with open_warehouse(tmp_path) as engine:
        usual = engine.fetch(query)
        with engine.threads(1):
            during = engine.fetch(query)
        assert (during, engine.fetch(query)) == ([(1,)], usual)


def test_what_was_committed_is_done_where_the_limit_cannot_be_lowered_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transforms.memory.FIRST_BYTES", 1_000_000)
    with open_warehouse(tmp_path, "2GB") as engine:
        engine.allow_more_memory()
        engine.connection.execute("set memory_limit = '2GB'")
        engine.execute("create table made (number integer)")
        pinned = engine.connection.cursor()
        query = "select range, list(md5(range::text)) from range(400000) group by range"
        pinned.execute(query).fetchone()  # which holds on to what it has grouped
        with engine.transaction():
            engine.execute("insert into made values (1)")
        assert engine.fetch("select * from made") == [(1,)]
