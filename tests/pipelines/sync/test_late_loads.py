"""Loads that are complete and not transformed when a run begins: nothing twice, nobody who was forgotten."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from dlt.pipeline.pipeline import Pipeline

from pipelines import forget, late_loads
from pipelines.forgetting import Whom
from pipelines.transforming import transform
from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from sources.errors import TransformError
from tests.pipelines.sync.erased_files import CANARY
from tests.pipelines.sync.interrupted import versions
from tests.pipelines.sync.server_folder import ServerFolder
from tests.pipelines.sync.test_catching_up import failing_transforms
from tests.pipelines.sync.test_postgres import holds
from tests.pipelines.sync.working_folder import Folder
from tests.postgres_server import connect, empty_database

Machine = Callable[[str], ServerFolder]


@pytest.fixture
def candidates() -> int:
    return 6


@pytest.fixture
def machine(tmp_path: Path, sandbox: Sandbox, postgres_server: str) -> Iterator[Machine]:
    """Makes working folders that share one database of a server."""
    with empty_database(postgres_server) as connection:
        yield lambda name: ServerFolder(tmp_path / name, sandbox.connection_settings(), connection)


def stopped_at(owner: object, name: str, folder: Folder) -> None:
    """A sync that is stopped where a function begins."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(owner, name, stop)
        with pytest.raises(KeyboardInterrupt):
            folder.sync()


def apply_again(coveto: CovetoTenant, candidate: int) -> int:
    """A further application of a candidate."""
    record = coveto.get("applications", coveto.keys("applications")[0])
    return int(str(coveto.add("applications", {**record, "id": "900", "bewerberId": str(candidate)})))


@pytest.mark.parametrize("was_loaded", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_forgotten_person_does_not_come_back_by_what_another_machine_had_read(
    was_loaded: bool, machine: Machine, coveto: CovetoTenant
) -> None:
    here, there = machine("here"), machine("there")
    here.sync()
    coveto.change("candidates", 1, {"nachname": CANARY})
    further = apply_again(coveto, 1)
    stopped_at(Pipeline, "load", there)
    forget(here.path, Whom("acme", "1"))
    shutil.copy(here.path / ".ats" / "erasure.key", there.path / ".ats")
    if was_loaded:
        stopped_at(late_loads, "_erase_forgotten", there)
        assert holds(there, CANARY)
    there.sync("leihwerk")
    assert not holds(there, CANARY)
    person = "select last_name, remote_deleted_at is not null from unified.candidates where remote_id = '1'"
    assert here.rows(person) == [(None, True)]
    application = "select remote_data, remote_deleted_at is not null from unified.applications"
    assert here.rows(f"{application} where remote_id = '{further}' and tool = 'coveto'") == [(None, True)]
    assert not here.value("select count(*) from ats.erasures where rewritten_at is null")


def test_a_forgotten_person_of_persy_does_not_come_back_by_a_further_opening(
    machine: Machine, persy: PersyTenant
) -> None:
    here, there = machine("here"), machine("there")
    here.sync()
    key = persy.keys()[0]
    persy.add_opening(
        key, {"PositionRecordInfo": {"Id": {"IdValue": "J-1"}}, "ApplicationStatus": "neu", "Note": CANARY}
    )
    stopped_at(Pipeline, "load", there)
    forget(here.path, Whom("leihwerk", str(key)))
    shutil.copy(here.path / ".ats" / "erasure.key", there.path / ".ats")
    transform(there.path)
    assert not holds(there, CANARY)


@pytest.mark.slow
def test_nobody_else_is_erased_with_a_forgotten_person(machine: Machine, coveto: CovetoTenant) -> None:
    here, there = machine("here"), machine("there")
    here.sync()
    coveto.change("candidates", 2, {"nachname": CANARY})
    stopped_at(Pipeline, "load", there)
    forget(here.path, Whom("acme", "1"))
    shutil.copy(here.path / ".ats" / "erasure.key", there.path / ".ats")
    there.sync("leihwerk")
    names = "select last_name from unified.candidates where remote_id = '2' and tool = 'coveto'"
    assert here.rows(names) == [(CANARY,)]
    assert here.value("select count(*) from ats.erasures") == 1


def double_jobs(folder: Folder) -> None:
    """Write what is loaded once more, as a file is that was committed and not noted."""
    sql = "insert into raw_coveto.jobs select * from raw_coveto.jobs"
    if isinstance(folder, ServerFolder):
        with closing(connect(folder.dsn)) as server, server.cursor() as cursor:
            cursor.execute(sql)
        return
    with duckdb.connect(str(folder.path / ".ats" / "work.duckdb")) as file:
        file.execute(sql)


@pytest.mark.parametrize("kind", ["file", "server"])
def test_what_a_load_holds_twice_is_taken_out_before_it_is_transformed(
    kind: str, folder: Folder, machine: Machine, coveto: CovetoTenant
) -> None:
    one = folder if kind == "file" else machine("server")
    with failing_transforms(), pytest.raises(TransformError):
        one.sync()
    double_jobs(one)
    one.sync()
    assert versions(one)["raw_coveto.jobs"] == len(coveto.keys("jobs"))
