"""What the reliability tests share: tables of syncs that nothing disturbed, and a folder to start from."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines import configuration_layers
from sandbox.server import Sandbox
from sources import vendor_http
from tests.reliability.bench import NAMES, Bench, Tables, edit, new_bench, tables


@dataclass(frozen=True)
class Reference:
    """A working folder after the first sync, and the tables before and after the edits."""

    folder: Path
    before: Tables
    after: Tables


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """Two syncs in peace; the folder is kept as it was after the first."""
    folder = tmp_path_factory.mktemp("reference")
    kept = tmp_path_factory.mktemp("kept") / "folder"
    bench = new_bench("coveto", folder)
    with bench.serving():
        assert bench.sync().exit_code == 0
        before = tables(folder)
        shutil.copytree(folder, kept)
        for tool in NAMES:
            edit(bench, tool)
        assert bench.sync().exit_code == 0
    return Reference(kept, before, tables(folder))


@pytest.fixture(autouse=True)
def _quick_and_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Waiting between tries takes no time worth the name, and no file of another project counts."""
    monkeypatch.setattr(vendor_http, "_LONGEST_BACKOFF_SECONDS", 0.02)
    monkeypatch.setattr(configuration_layers, "_global_folder", lambda: tmp_path / "nobody")


@pytest.fixture
def bench_of(reference: Reference, tmp_path: Path) -> Iterator[Callable[[str], Bench]]:
    """A served bench whose folder holds what the first sync left, with the edits of one tool made."""
    with ExitStack() as stack:

        def make(tool: str) -> Bench:
            folder = tmp_path / "working"
            shutil.copytree(reference.folder, folder)
            bench = new_bench(tool, folder)
            edit(bench, tool)
            stray = stack.enter_context(Sandbox(bench.stray, None))
            bench.stray_url = f"{stray.coveto_url}/public/soap/"
            return stack.enter_context(bench.serving())

        yield make
