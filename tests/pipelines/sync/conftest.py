"""Working folders that are connected to a sandbox."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from tests.pipelines.sync.interrupted import contents, edit, tenants, versions
from tests.pipelines.sync.working_folder import Folder


@pytest.fixture
def candidates() -> int:
    """How many candidates each tenant has; a module may say another number."""
    return 25


@pytest.fixture
def coveto(candidates: int) -> CovetoTenant:
    return CovetoTenant.generate(candidates=candidates)


@pytest.fixture
def persy(candidates: int) -> PersyTenant:
    return PersyTenant.generate(candidates=candidates)


@pytest.fixture
def sandbox(coveto: CovetoTenant, persy: PersyTenant) -> Iterator[Sandbox]:
    with Sandbox(coveto, persy) as running:
        yield running
        assert running.failures == []


@pytest.fixture
def folder(tmp_path: Path, sandbox: Sandbox) -> Folder:
    return Folder(tmp_path / "working", sandbox.connection_settings())


@pytest.fixture
def make_folder(tmp_path: Path) -> Callable[..., Folder]:
    """Makes a further working folder of a name."""

    def make(name: str, settings: tuple[str, str], **options: str) -> Folder:
        return Folder(tmp_path / name, settings, **options)

    return make


@dataclass(frozen=True)
class Undisturbed:
    """What syncs that nothing disturbed leave: of the tenants as they are made, and again after `edit`."""

    files: Path
    """The folder after the first."""
    first: dict[str, object]
    second: dict[str, object]
    versions: dict[str, int]
    """Of each raw table after the second."""


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """The tables after a first sync, and after edits and a second one, of runs that nobody disturbed."""
    coveto, persy = tenants()
    with Sandbox(coveto, persy) as sandbox:
        folder = Folder(tmp_path_factory.mktemp("undisturbed") / "working", sandbox.connection_settings())
        folder.sync()
        files = folder.path.with_name("kept")
        shutil.copytree(folder.path, files)
        first = contents(folder)
        edit(coveto, persy)
        folder.sync()
        return Undisturbed(files, first, contents(folder), versions(folder))


@pytest.fixture
def read_once(folder: Folder, undisturbed: Undisturbed) -> Folder:
    """A folder that has read the tenants as they are made."""
    ignored = shutil.ignore_patterns(".dlt")
    shutil.copytree(undisturbed.files, folder.path, dirs_exist_ok=True, ignore=ignored)
    return folder
