"""Working folders that were read once, over tenants of their own: what a test creates is for it alone."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines import configuration_layers
from pipelines.syncing import sync
from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox

OPEN_JOB, CLOSED_JOB, PAST_JOB, GONE_JOB, ARCHIVED_JOB = 1, 2, 3, 5, 6
"""Jobs of the tenant. The open one asks questions 1 to 23, none of them required, but not question 24."""

Write = Callable[..., Path]


def made_coveto(**settings: Any) -> CovetoTenant:
    tenant = CovetoTenant.generate(candidates=25, **settings)
    for job, status, until in (
        (OPEN_JOB, "Aktiv", None),
        (CLOSED_JOB, "Geschlossen", None),
        (PAST_JOB, "Aktiv", "2020-05-31"),
        (ARCHIVED_JOB, "Archiviert", None),
    ):
        tenant.change("jobs", job, {"status": status, "gueltigBis": until})
    for key in tenant.keys("job_screening_questions"):
        if isinstance(key, tuple) and key[0] in {OPEN_JOB, PAST_JOB}:
            tenant.remove("job_screening_questions", key)
    for question in range(1, 24):
        asked = {"stelleId": str(OPEN_JOB), "frageId": str(question), "pflicht": "Nein"}
        tenant.add("job_screening_questions", asked | {"position": str(question)})
    required = {"stelleId": str(PAST_JOB), "frageId": "7", "position": "1", "pflicht": "Ja"}
    tenant.add("job_screening_questions", required)
    return tenant


def made_persy(**settings: Any) -> PersyTenant:
    return PersyTenant.generate(candidates=25, **settings)


def write_settings(folder: Path, settings: tuple[str, str], first: str = "", acme: str = "") -> Path:
    """A working folder of these settings; `acme` is added to the connection of that name."""
    (folder / ".dlt").mkdir(parents=True, exist_ok=True)
    config = first + settings[0].replace("[connections.acme]\n", f"[connections.acme]\n{acme}\n", 1)
    (folder / ".dlt" / "config.toml").write_text(config, encoding="utf-8")
    (folder / ".dlt" / "secrets.toml").write_text(settings[1], encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def read_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published database of both tenants, in which one job has gone."""
    folder = tmp_path_factory.mktemp("read")
    coveto = made_coveto()
    with pytest.MonkeyPatch.context() as patch, Sandbox(coveto, made_persy()) as running:
        patch.setattr(configuration_layers, "_global_folder", lambda: folder / "nobody")
        write_settings(folder, running.connection_settings())
        sync(folder)
        coveto.remove("jobs", GONE_JOB)
        sync(folder)
    return folder / "warehouse.duckdb"


@pytest.fixture
def coveto() -> CovetoTenant:
    return made_coveto()


@pytest.fixture
def persy() -> PersyTenant:
    return made_persy()


@pytest.fixture
def sandbox(coveto: CovetoTenant, persy: PersyTenant) -> Iterator[Sandbox]:
    with Sandbox(coveto, persy) as running:
        yield running
        assert running.failures == []


@pytest.fixture
def write(tmp_path: Path, sandbox: Sandbox, read_warehouse: Path) -> Write:
    """Writes a working folder that is connected to the sandbox and was read before."""

    def written(settings: tuple[str, str] | None = None, **more: str) -> Path:
        quick = "[defaults]\nretries = 1\nretry_after_max_seconds = 0\nread_timeout_seconds = 5\n"
        folder = write_settings(
            tmp_path / "working", settings or sandbox.connection_settings(), quick, **more
        )
        shutil.copyfile(read_warehouse, folder / "warehouse.duckdb")
        return folder

    return written


@pytest.fixture
def folder(write: Write) -> Path:
    return write()


@pytest.fixture
def request_of() -> Callable[..., dict[str, Any]]:
    """A good request; what is given replaces its parts."""

    def made(**parts: Any) -> dict[str, Any]:
        candidate = {"first_name": "Nina", "last_name": "Neu", "email_address": "nina@mail.example"}
        whole = {"candidate": candidate, "application": {"job_id": f"remote:{OPEN_JOB}"}} | parts
        return {key: value for key, value in whole.items() if value is not None}

    return made


@pytest.fixture
def unified() -> Callable[..., str]:
    """A unified id by the rule of the contract, made without the product's own code."""

    def made(model: str, remote_id: object, connection: str = "coveto:acme") -> str:
        return hashlib.md5(f"{model}|{connection}|{remote_id}".encode()).hexdigest()  # noqa: S324

    return made
