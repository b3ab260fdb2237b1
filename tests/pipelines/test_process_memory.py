"""What a large read and DuckDB took goes back to the system."""

import os
import subprocess
import sys

import pytest

_KEEP_A_FEW = """
import sys, urllib.parse
kept = lambda place: urllib.parse.urlsplit(f"http://h/{place}")
many = []
for place in range(400_000):
    many.append(str(place) * 2)  # as large as an address: Python puts them side by side
    if place % 4_000 == 0:
        kept(place)
from pipelines.process_memory import give_back
del many
"""
_HELD = """
def held():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux tells of a process")
def test_objects_that_caches_hold_do_not_keep_the_memory_of_all_others() -> None:
    program = f"{_KEEP_A_FEW}{_HELD}before = held(); give_back(); print(before - held() > 15)"
    assert _output_of(program) == "True"


@pytest.mark.skipif(sys.platform != "linux", reason="only packages for Linux hold that allocator")
def test_duckdb_reads_the_settings_of_its_allocator_from_the_variable_that_we_set() -> None:
    program = "import duckdb; duckdb.sql('SELECT 1').fetchall()"
    told = _run(program, DUCKDB_JE_MALLOC_CONF="no_such_setting:1").stderr
    assert "no_such_setting" in told


@pytest.mark.skipif(sys.platform != "linux", reason="only packages for Linux hold that allocator")
def test_duckdbs_allocator_knows_each_of_our_settings() -> None:
    program = (
        "from pipelines.process_memory import let_duckdb_give_back_soon\n"
        "let_duckdb_give_back_soon()\n"
        "import duckdb; duckdb.sql('SELECT 1').fetchall()"
    )
    assert _run(program).stderr == ""


def test_a_command_has_duckdb_give_memory_back_soon() -> None:
    program = (
        "import os, sys; from pipelines.command import main; sys.argv = ['ats', '--version']\n"
        "print('duckdb' in sys.modules)\n"
        "try:\n    main()\nexcept SystemExit:\n    print(os.environ['DUCKDB_JE_MALLOC_CONF'])"
    )
    told = _output_of(program)
    assert told.startswith("False"), "DuckDB was imported before, and looks no more"
    assert "dirty_decay_ms:300" in told


def test_what_the_user_set_for_the_allocator_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines.process_memory import let_duckdb_give_back_soon

    monkeypatch.setenv("DUCKDB_JE_MALLOC_CONF", "narenas:1")
    let_duckdb_give_back_soon()
    assert os.environ["DUCKDB_JE_MALLOC_CONF"] == "narenas:1"


def _output_of(program: str) -> str:
    return _run(program).stdout.strip()


def _run(program: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "DUCKDB_JE_MALLOC_CONF"}
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=True,
    )
