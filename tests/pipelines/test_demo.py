"""The demo is the first thing that anybody sees: it must run, and what it says must be so."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

pytestmark = pytest.mark.slow


def run_demo(folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "from pipelines.command import main; main()", "demo"]
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "COLUMNS": "110"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("clone")
    done = run_demo(folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "demo", done.stdout


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(folder / "warehouse.duckdb", read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_demo_fills_every_unified_table_of_both_tools(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    assert rows(folder, "SELECT tool, count(*) FROM unified.candidates GROUP BY ALL ORDER BY ALL") == [
        ("compleetpersy", 301),
        ("coveto", 301),
    ]
    for table in ("jobs", "applications", "screening_questions", "job_screening_questions"):
        assert rows(folder, f"SELECT count(*) > 0 FROM unified.{table}") == [(True,)]


def test_the_second_sync_writes_what_was_edited_and_nothing_else(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    versions = """
        SELECT count(*) FROM raw_coveto.{table}
        WHERE read_at > (SELECT min(read_at) FROM raw_coveto.jobs)
    """
    assert rows(folder, versions.format(table="candidates")) == [(2,)]
    assert rows(folder, versions.format(table="applications")) == [(1,)]
    assert rows(folder, versions.format(table="jobs")) == [(2,)]
    assert rows(folder, versions.format(table="screening_questions")) == [(0,)]


def test_the_job_that_came_back_is_there_under_its_old_id(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    sql = """
        SELECT count(*), count(remote_deleted_at) FROM unified.jobs
        WHERE connection_id = 'coveto:acme' AND remote_id = '3'
    """
    assert rows(folder, sql) == [(1, 0)]


def test_the_demo_tells_its_story_with_questions_and_answers(demo: tuple[Path, str]) -> None:
    _, told = demo
    for heading in ("First sync", "Second sync", "Third sync", "A few questions"):
        assert heading in told
    assert told.count("┏") == 5
    assert told.splitlines()[-2] == "The tables are in demo/warehouse.duckdb, schema unified."


def test_the_demo_leaves_a_folder_of_somebody_else_alone(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "thesis.txt").write_text("mine", encoding="utf-8")
    done = run_demo(tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "demo is not empty, and no demo made it",
        "Name another folder: ats demo --folder NAME",
    ]
    assert (tmp_path / "demo" / "thesis.txt").read_text(encoding="utf-8") == "mine"
