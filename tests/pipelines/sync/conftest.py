"""Working folders that are connected to a sandbox."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from tests.pipelines.sync.working_folder import Folder


@pytest.fixture
def coveto() -> CovetoTenant:
    return CovetoTenant.generate(candidates=25)


@pytest.fixture
def persy() -> PersyTenant:
    return PersyTenant.generate(candidates=25)


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
