"""Retention: the values of what has been gone for long enough are in no table and no byte any more."""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pandas
import pytest

from pipelines import open_warehouse, transforming, warehouse
from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from sources.errors import ConfigurationError
from tests.pipelines.sync.erased_files import CANARY, broken_off_before_rewriting, files_with
from tests.pipelines.sync.working_folder import Folder

MakeFolder = Callable[..., Folder]


@pytest.fixture
def candidates() -> int:
    return 6


def days_pass(folder: Folder, days: int) -> None:
    """Make every read so much older."""
    with duckdb.connect(str(folder.path / ".ats" / "work.duckdb")) as connection:
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.columns"
            " where column_name = 'read_at' and table_schema like 'raw_%'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(f"update {table} set read_at = read_at - to_days(?)", [days])
    transforming.transform(folder.path, full_refresh=True)


EDITS: Sequence[Callable[[CovetoTenant], None]] = (
    lambda tenant: tenant.change("candidates", 1, {"nachname": CANARY}),
    lambda tenant: tenant.change("candidates", 1, {"vorname": "Neu"}),
    lambda tenant: tenant.remove("candidates", 1),
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a folder that has read each edit."""
    coveto, persy = CovetoTenant.generate(candidates=6), PersyTenant.generate(candidates=6)
    with Sandbox(coveto, persy) as running:
        folder = Folder(tmp_path_factory.mktemp("read") / "working", running.connection_settings())
        for edit, names in zip(EDITS, ([], ["acme"], ["acme"]), strict=True):
            edit(coveto)
            folder.sync(*names)
    return folder.path


@pytest.fixture
def gone(folder: Folder, coveto: CovetoTenant, files: Path) -> Folder:
    """A folder in which one candidate, whose name is unmistakable, was read, changed and deleted."""
    for edit in EDITS:
        edit(coveto)
    shutil.copytree(files, folder.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".dlt"))
    return folder


def names(folder: Folder) -> list[str]:
    return [
        str(name)
        for (name,) in folder.rows(
            "select last_name from unified.candidates"
            " where remote_deleted_at is not null and last_name is not null"
        )
    ]


def test_before_its_time_the_row_keeps_its_values(gone: Folder) -> None:
    days_pass(gone, 13)
    gone.sync("acme")
    assert names(gone) == [CANARY]


def test_after_fourteen_days_the_name_is_in_no_byte_of_any_file(gone: Folder) -> None:
    assert ".ats/work.duckdb" in files_with(gone.path)
    days_pass(gone, 14)
    gone.sync("acme")
    assert (names(gone), files_with(gone.path)) == ([], [])


def test_nor_in_files_that_are_not_compressed(
    folder: Folder, coveto: CovetoTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = warehouse._set_up

    def uncompressed(connection: duckdb.DuckDBPyConnection, *rest: object) -> None:
        plain(connection, *rest)  # type: ignore[arg-type]
        connection.execute("SET force_compression = 'uncompressed'")

    monkeypatch.setattr(warehouse, "_set_up", uncompressed)
    for key in coveto.keys("candidates"):
        coveto.change("candidates", key, {"nachname": f"{CANARY}{key}"})
    folder.sync()
    assert "warehouse.duckdb" in files_with(folder.path)
    for key in list(coveto.keys("candidates")):
        coveto.remove("candidates", key)
    folder.sync("acme", accept_deletes=True)
    days_pass(folder, 14)
    folder.sync("acme")
    assert files_with(folder.path) == []


def test_the_row_stays_with_what_is_not_personal(gone: Folder) -> None:
    before = gone.rows("select id, remote_created_at, changed_at from unified.candidates order by id")
    days_pass(gone, 14)
    gone.sync("acme")
    after = gone.rows("select id, remote_created_at, changed_at from unified.candidates order by id")
    assert [row[:2] for row in after] == [row[:2] for row in before]


def test_a_whole_rebuild_gives_the_same_tables(gone: Folder) -> None:
    days_pass(gone, 14)
    gone.sync("acme")
    before = gone.tables()
    transforming.transform(gone.path, full_refresh=True)
    assert gone.tables() == before


def test_it_is_noted_by_counts(gone: Folder) -> None:
    days_pass(gone, 14)
    gone.sync("acme")
    ((connection_id, kind, rows),) = gone.rows("select connection_id, kind, rows from ats.erasures")
    assert (connection_id, kind) == ("coveto:acme", "retention")
    assert json.loads(rows)["raw_coveto.candidates"] == 2


def test_it_is_done_once(gone: Folder) -> None:
    days_pass(gone, 14)
    gone.sync("acme")
    result = gone.sync("acme")
    assert (result.published, gone.value("select count(*) from ats.erasures")) == (False, 1)


def test_it_is_done_where_nothing_is_due(gone: Folder) -> None:
    days_pass(gone, 14)
    result = gone.sync("leihwerk", kind="due")
    assert (result.reads, names(gone)) == ((), [])


def test_it_is_done_by_a_transform(gone: Folder) -> None:
    days_pass(gone, 14)
    assert names(gone) == []


def test_before_the_erasing_ids_and_references_are_left(
    sandbox: Sandbox, coveto: CovetoTenant, make_folder: MakeFolder
) -> None:
    folder = make_folder("own", sandbox.connection_settings(), defaults="retention_days = 0")
    folder.sync("acme")
    ((then,),) = folder.rows("select max(read_at) from raw_coveto.applications")
    key = coveto.keys("applications")[0]
    coveto.remove("applications", key)
    folder.sync("acme")
    with open_warehouse(folder.path).at(then) as past:
        frame = past.query(f"select * from unified.applications where remote_id = '{key}'")
    (row,) = frame.to_dict("records")
    assert [pandas.isna(row[one]) for one in ("outcome", "remote_candidate_id", "remote_deleted_at")] == [
        True,
        False,
        True,
    ]


def test_who_comes_back_has_values_again(gone: Folder, coveto: CovetoTenant) -> None:
    days_pass(gone, 14)
    gone.sync("acme")
    coveto.bring_back("candidates", 1)
    gone.sync("acme")
    row = gone.rows("select last_name, remote_deleted_at from unified.candidates where remote_id = '1'")
    assert row == [(CANARY, None)]


def test_days_are_configured_by_model(
    sandbox: Sandbox, coveto: CovetoTenant, make_folder: MakeFolder
) -> None:
    folder = make_folder("own", sandbox.connection_settings(), defaults="retention_days = {applications = 3}")
    folder.sync("acme")
    for model in ("candidates", "applications"):
        coveto.remove(model, coveto.keys(model)[0])
    folder.sync("acme")
    days_pass(folder, 4)
    folder.sync("acme")
    counts = {
        model: folder.value(
            f"select count(*) from unified.{model} where remote_deleted_at < now() and remote_data is null"
        )
        for model in ("candidates", "applications")
    }
    assert counts == {"candidates": 0, "applications": 1}


def test_with_all_the_outcome_of_an_application_goes_too(
    sandbox: Sandbox, coveto: CovetoTenant, make_folder: MakeFolder
) -> None:
    folder = make_folder(
        "own", sandbox.connection_settings(), defaults='retention = "all"\nretention_days = 0'
    )
    folder.sync("acme")
    coveto.remove("applications", coveto.keys("applications")[0])
    folder.sync("acme")
    rows = folder.rows(
        "select outcome, remote_candidate_id is not null from unified.applications"
        " where remote_deleted_at is not null"
    )
    assert rows == [(None, True)]


def test_persy_is_retained_likewise(folder: Folder, persy: PersyTenant) -> None:
    folder.sync("leihwerk")
    key = persy.keys()[0]
    persy.remove(key)
    folder.sync("leihwerk", kind="full")
    days_pass(folder, 14)
    counts = "select count(*) from {} where remote_data is not null and remote_id = '{}'"
    assert folder.value(counts.format("unified.candidates", key)) == 0
    assert folder.value(counts.format("raw_compleetpersy.candidates", key)) == 0


def test_a_connection_that_is_no_longer_configured_is_retained_by_the_defaults(gone: Folder) -> None:
    for file in ("config.toml", "secrets.toml"):
        path = gone.path / ".dlt" / file
        path.write_text(path.read_text().replace("[connections.acme]", "[connections.other]"))
    days_pass(gone, 14)
    assert names(gone) == []


def test_what_was_broken_off_is_finished_by_the_next_run(gone: Folder) -> None:
    with broken_off_before_rewriting():
        days_pass(gone, 14)
    gone.sync("leihwerk")
    assert files_with(gone.path) == []


def test_a_model_that_nothing_retains_is_refused(folder: Folder) -> None:
    folder.replace("retries = 0", "retries = 0\nretention_days = {people = 3}")
    with pytest.raises(ConfigurationError, match="retention_days"):
        folder.sync()
