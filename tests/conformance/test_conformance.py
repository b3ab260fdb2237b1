"""The same tenants through the same three rounds end in the same tables in every warehouse, cell by cell."""

import json
import os
import subprocess
import sysconfig
import venv
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from sandbox.server import Sandbox
from tests.conformance.history import HOSTILE, ROUNDS, tenants
from tests.conformance.step import Tables, step
from tests.pipelines.sync.server_folder import ServerFolder
from tests.pipelines.sync.test_histories import settings_of
from tests.pipelines.sync.working_folder import Folder
from tests.postgres_server import empty_database

_ROOT = Path(__file__).parents[2]
_OTHER_DUCKDB = "2.0.0"
KINDS = ("auto", "auto", "auto")


@pytest.fixture(scope="module")
def other_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own with another DuckDB, and everything else as it is here."""
    folder = tmp_path_factory.mktemp("duckdb") / "environment"
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", f"duckdb=={_OTHER_DUCKDB}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("the package index cannot be reached")
    (own,) = folder.glob("lib/python*/site-packages")
    (own / "here.pth").write_text(f"{sysconfig.get_path('purelib')}\n{_ROOT}\n", encoding="utf-8")
    return python


@pytest.mark.slow
def test_duckdb_and_postgres_hold_the_same(tmp_path: Path, postgres_server: str) -> None:
    with ExitStack() as stack:
        coveto, persy = tenants()
        sandboxes = [stack.enter_context(Sandbox(*pair)) for pair in zip(coveto, persy, strict=True)]
        file = Folder(tmp_path / "file", settings_of(sandboxes))
        server = ServerFolder(
            tmp_path / "server",
            settings_of(sandboxes),
            stack.enter_context(empty_database(postgres_server)),
        )
        for moment, kind, change in zip(moments(), KINDS, ROUNDS, strict=True):
            change(coveto, persy)
            of_file, of_server = (step(one.path, moment, kind) for one in (file, server))
            compare(of_file["incremental"], of_file["rebuilt"])
            compare(of_server["incremental"], of_server["rebuilt"])
            compare(of_file["incremental"], of_server["incremental"])
        whole = "\n".join(of_server["incremental"]["raw_compleetpersy.candidates"])
        assert [one for one in HOSTILE if one not in whole] == []


@pytest.mark.slow
def test_an_older_and_a_newer_duckdb_hold_the_same(tmp_path: Path, other_python: Path) -> None:
    with ExitStack() as stack:
        coveto, persy = tenants()
        sandboxes = [stack.enter_context(Sandbox(*pair)) for pair in zip(coveto, persy, strict=True)]
        here, there = (Folder(tmp_path / name, settings_of(sandboxes)) for name in ("here", "there"))
        assert duckdb.__version__ != _OTHER_DUCKDB
        for moment, kind, change in zip(moments(), KINDS, ROUNDS, strict=True):
            change(coveto, persy)
            of_here = step(here.path, moment, kind)
            of_there = elsewhere(other_python, there.path, moment, kind)
            compare(of_there["incremental"], of_there["rebuilt"])
            compare(of_here["incremental"], of_there["incremental"])


def moments() -> list[datetime]:
    """One of each round, the last of them an hour ago."""
    last = datetime.now(UTC).replace(microsecond=123456) - timedelta(hours=1)
    return [last - timedelta(hours=back) for back in (2, 1, 0)]


def compare(one: Tables, other: Tables) -> None:
    """Table by table, so that a failure names the rows that differ and no more."""
    assert list(one) == list(other)
    different = {
        name: (sorted(set(one[name]) - set(other[name]))[:2], sorted(set(other[name]) - set(one[name]))[:2])
        for name in one
        if one[name] != other[name]
    }
    assert different == {}


def elsewhere(python: Path, folder: Path, moment: datetime, kind: str) -> dict[str, Tables]:
    """The same step in another environment."""
    program = f"import duckdb; assert duckdb.__version__ == '{_OTHER_DUCKDB}'; import runpy, sys; "
    program += "runpy.run_module('tests.conformance.step', run_name='__main__')"
    done = subprocess.run(
        [python, "-c", program, str(folder), moment.isoformat(), kind],
        cwd=_ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Tables] = json.loads(done.stdout)
    return found
