"""Erasing that is killed (`kill -9`): the next sync finishes it, with the same tables and no byte left."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from pipelines import forget
from pipelines.forgetting import Whom
from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from tests.pipelines.sync.erased_files import CANARY, files_with
from tests.pipelines.sync.interrupted import Point, contents, interrupted, versions
from tests.pipelines.sync.working_folder import Folder

END: dict[str, Point] = {
    "erased and committed, files as before": ("pipelines.erasing", "", "_remove_working_files", "before", 1),
    "dlt's files removed": ("pipelines.erasing", "", "rewrite_database", "before", 1),
    "half the new file written": ("pipelines.rewriting", "", "_counts", "before", 1),
    "the new file written, not in place": ("pipelines.rewriting", "", "flush", "after", 1),
    "the new file in place, not noted": ("pipelines.erasing", "", "rewrite_database", "after", 1),
    "before publishing": ("pipelines.publishing", "Publisher", "publish", "before", 1),
    "copied, not yet in place": ("pipelines.publishing", "", "copy_file", "after", 1),
    "published, not noted": ("pipelines.publishing", "Publisher", "publish", "after", 1),
    "noted": ("pipelines.erasures", "Erasures", "mark", "after", 2),
}
POINTS: dict[str, dict[str, Point]] = {
    "sync": {
        "before it is committed": ("pipelines.retaining", "", "erase_contents", "after", 1),
        "erased and committed": ("pipelines.retaining", "", "erase_all", "after", 1),
        **END,
    },
    "forget acme 1 --yes": {
        "before it is committed": ("pipelines.erasures", "Erasures", "add", "after", 1),
        "the key made": ("pipelines.forgetting", "", "erasure_key", "after", 1),
        **END,
    },
}
"""By the command that is killed."""
QUICK = {
    ("forget acme 1 --yes", "erased and committed, files as before"),
}
KILLED = [
    pytest.param(command, point, marks=() if (command, point) in QUICK else pytest.mark.slow)
    for command, points in POINTS.items()
    for point in points
]


@pytest.fixture
def candidates() -> int:
    return 6


EDITS: Sequence[Callable[[CovetoTenant], None]] = (
    lambda tenant: tenant.change("candidates", 1, {"nachname": CANARY}),
    lambda tenant: tenant.change("candidates", 1, {"vorname": "Neu"}),
)


def let_expire(folder: Folder, coveto: CovetoTenant) -> None:
    """Candidate 1 is gone, and from now on what is gone is erased at once."""
    coveto.remove("candidates", 1)
    folder.replace("retries = 0", "retries = 0\nretention_days = 0")


def start(folder: Folder, coveto: CovetoTenant, files: Path, command: str) -> None:
    for edit in EDITS:
        edit(coveto)
    shutil.copytree(files, folder.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".dlt"))
    if command == "sync":
        let_expire(folder, coveto)


@dataclass(frozen=True)
class Reference:
    """A folder that has read both edits, and what each command leaves that nobody kills."""

    files: Path
    tables: dict[str, dict[str, object]]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    base = tmp_path_factory.mktemp("erasing")
    coveto, persy = CovetoTenant.generate(candidates=6), PersyTenant.generate(candidates=6)
    with Sandbox(coveto, persy) as running:
        read = Folder(base / "read", running.connection_settings())
        for edit in EDITS:
            edit(coveto)
            read.sync()
        tables = {}
        for command in ("forget acme 1 --yes", "sync"):
            folder = Folder(base / command.split()[0], running.connection_settings())
            start(folder, coveto, read.path, command)
            if command != "sync":
                forget(folder.path, Whom("acme", "1"))
            folder.sync()
            tables[command] = contents(folder) | {"versions": versions(folder)}
    return Reference(read.path, tables)


@pytest.mark.parametrize(("command", "point"), KILLED)
def test_erasing_that_was_killed_is_finished_by_the_next_sync(
    command: str, point: str, folder: Folder, coveto: CovetoTenant, reference: Reference
) -> None:
    start(folder, coveto, reference.files, command)
    assert files_with(folder.path)
    interrupted(folder, "kill", POINTS[command][point], *command.split())
    if point in {"before it is committed", "the key made"} and command != "sync":
        forget(folder.path, Whom("acme", "1"))  # nothing was done, and nobody was told that it was
    assert folder.sync().exit_code == 0
    assert files_with(folder.path) == []
    assert contents(folder) | {"versions": versions(folder)} == reference.tables[command]
    with duckdb.connect(str(folder.path / ".ats" / "work.duckdb"), read_only=True) as work:
        noted = work.execute("select count(*), count(published_at) from ats.erasures").fetchall()
    assert noted == [(1, 1)]
