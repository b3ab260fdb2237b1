"""`ats remove`: connections that were taken from the configuration, and erasing all that is left of them."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess
from threading import Event
from typing import Any

import duckdb
import pytest

from pipelines import forget
from pipelines.forgetting import Whom
from pipelines.loading import ToolLoader
from pipelines.removal import erase, remains_of
from pipelines.transforming import transform
from sandbox.coveto_tenant import CovetoTenant
from sources.errors import ConfigurationError
from tests.pipelines.sync.erased_files import CANARY, broken_off_before_rewriting, files_with
from tests.pipelines.sync.working_folder import Folder

Ats = Callable[..., "CompletedProcess[str]"]


def take_out(folder: Folder, name: str) -> None:
    """Take a connection out of both files."""
    for file in ("config.toml", "secrets.toml"):
        path = folder.path / ".dlt" / file
        blocks = path.read_text().split("[connections.")
        kept = [blocks[0], *(f"[connections.{block}" for block in blocks[1:] if not block.startswith(name))]
        path.write_text("".join(kept))


@pytest.fixture
def removed(folder: Folder, coveto: CovetoTenant) -> Folder:
    """A folder with both connections read, of which acme was taken out; one name is unmistakable."""
    coveto.change("candidates", coveto.keys("candidates")[0], {"nachname": CANARY})
    folder.sync()
    take_out(folder, "acme")
    return folder


def test_a_connection_that_is_configured_is_not_removed(folder: Folder) -> None:
    folder.sync()
    with pytest.raises(ConfigurationError) as caught:
        erase(folder.path, "coveto:acme")
    assert str(caught.value).splitlines() == [
        'The connection "acme" is still configured in .dlt/secrets.toml and .dlt/config.toml',
        "Take [connections.acme] out of there first, then run this again",
    ]


def test_while_a_sync_is_at_work_nothing_is_removed(removed: Folder, ats: Ats) -> None:
    began, may_end = Event(), Event()
    announced = ToolLoader.drain

    def wait(loader: ToolLoader) -> bool:
        began.set()
        may_end.wait(30)
        return announced(loader)

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as pool:
        patch.setattr(ToolLoader, "drain", wait)
        running = pool.submit(removed.sync)
        began.wait(30)
        done = ats("remove", "acme", folder=removed.path)
        may_end.set()
        assert running.result().exit_code == 0
    assert (done.returncode, "Another run holds the lock" in done.stderr) == (4, True)


def test_without_erase_the_rows_stay_and_the_command_says_so(removed: Folder, ats: Ats) -> None:
    done = ats("--folder", str(removed.path), "remove", "acme", folder=removed.path.parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert "coveto:acme is no longer configured" in done.stdout
    assert removed.value("select count(*) from unified.candidates where tool = 'coveto'") == 25


def test_status_shows_a_connection_that_is_no_longer_configured(removed: Folder, ats: Ats) -> None:
    assert "coveto:acme: no longer configured; its rows stay" in ats("status", folder=removed.path).stdout


def test_after_an_erasure_the_name_is_in_no_byte_of_any_file(removed: Folder) -> None:
    assert "warehouse.duckdb" in files_with(removed.path)
    erase(removed.path, "coveto:acme")
    assert files_with(removed.path) == []


def test_an_erasure_leaves_no_row_of_the_connection_but_the_record_of_it(removed: Folder) -> None:
    erase(removed.path, "coveto:acme")
    tables = removed.rows(
        "select table_schema || '.' || table_name from information_schema.columns"
        " where column_name = 'connection_id'"
    )
    holding = [
        table
        for (table,) in tables
        if removed.value(f"select count(*) from {table} where connection_id = 'coveto:acme'")
    ]
    assert holding == ["ats.erasures"]


def test_the_record_of_an_erasure_holds_counts(removed: Folder) -> None:
    erase(removed.path, "coveto:acme")
    counts = json.loads(removed.value("select rows from ats.erasures"))
    assert (counts["raw_coveto.candidates"], counts["unified.candidates"], counts["ats.runs"]) == (25, 25, 6)


def test_an_erasure_leaves_the_other_connection_as_it_was(removed: Folder) -> None:
    before = removed.rows("select * from unified.candidates where tool = 'compleetpersy' order by all")
    erase(removed.path, "coveto:acme")
    assert removed.rows("select * from unified.candidates order by all") == before


def test_after_an_erasure_a_whole_rebuild_gives_the_same_tables(removed: Folder) -> None:
    erase(removed.path, "coveto:acme")
    findings = "select * from ats.findings order by all"
    before = removed.tables(), removed.rows(findings)
    transform(removed.path, full_refresh=True)
    assert (removed.tables(), removed.rows(findings)) == before


def test_the_new_file_keeps_comments_and_views(removed: Folder) -> None:
    sql = (
        "select table_name, column_name, comment from duckdb_columns()"
        " where schema_name in ('unified', 'unified_current') order by all"
    )
    before = removed.rows(sql)
    erase(removed.path, "coveto:acme")
    assert removed.rows(sql) == before


def test_after_an_erasure_the_next_sync_reads_as_before(removed: Folder) -> None:
    erase(removed.path, "coveto:acme")
    result = removed.sync()
    assert {(read.outcome, read.new, read.changed, read.deleted) for read in result.reads} == {
        ("success", 0, 0, 0)
    }


def test_an_erased_connection_that_is_configured_again_is_read_anew(removed: Folder, sandbox: Any) -> None:
    erase(removed.path, "coveto:acme")
    for file, text in zip(("config.toml", "secrets.toml"), sandbox.connection_settings(), strict=True):
        (removed.path / ".dlt" / file).write_text(text)
    removed.sync()
    assert removed.value("select count(*) from unified_current.candidates where tool = 'coveto'") == 25


def test_who_asked_to_be_forgotten_stays_out_of_an_erased_connection_that_is_configured_again(
    folder: Folder,
) -> None:
    folder.sync("acme")
    forget(folder.path, Whom("acme", "1"))
    files = [folder.path / ".dlt" / name for name in ("config.toml", "secrets.toml")]
    before = [file.read_text() for file in files]
    take_out(folder, "acme")
    erase(folder.path, "coveto:acme")
    for file, text in zip(files, before, strict=True):
        file.write_text(text)
    folder.sync("acme")
    found = folder.rows("select remote_id from unified_current.candidates where remote_id in ('1', '2')")
    assert found == [("2",)]


def test_an_erasure_that_was_broken_off_is_finished_by_the_next(removed: Folder) -> None:
    with broken_off_before_rewriting():
        erase(removed.path, "coveto:acme")
    assert remains_of(removed.path, "acme").connection_id == "coveto:acme"
    erase(removed.path, "coveto:acme")
    assert files_with(removed.path) == []


def test_the_only_connection_can_be_erased(removed: Folder) -> None:
    take_out(removed, "leihwerk")
    erase(removed.path, "coveto:acme")
    erase(removed.path, "compleetpersy:leihwerk")
    assert removed.value("select count(*) from unified.candidates") == 0


def test_a_published_copy_is_replaced_also_where_publishing_was_switched_off(removed: Folder) -> None:
    config = removed.path / ".dlt" / "config.toml"
    config.write_text("publish = false\n" + config.read_text())
    erase(removed.path, "coveto:acme")
    assert files_with(removed.path) == []


def test_nothing_is_left_of_a_name_that_never_was(removed: Folder) -> None:
    with pytest.raises(ConfigurationError, match='Nothing is left of a connection "acmee"'):
        remains_of(removed.path, "acmee")


def test_the_command_asks_before_it_erases(removed: Folder, ats: Ats) -> None:
    done = ats("remove", "acme", "--erase", folder=removed.path)
    assert done.returncode != 0
    assert removed.value("select count(*) from unified.candidates where tool = 'coveto'") == 25


def test_the_command_erases_without_asking_where_it_was_told_to(removed: Folder, ats: Ats) -> None:
    done = ats("remove", "acme", "--erase", "--yes", folder=removed.path)
    assert done.returncode == 0
    assert "coveto:acme is erased" in done.stdout
    assert files_with(removed.path) == []


def test_the_permissions_of_the_database_stay(removed: Folder) -> None:
    erase(removed.path, "coveto:acme")
    assert oct((removed.path / ".ats" / "work.duckdb").stat().st_mode & 0o777) == "0o600"
    assert sorted(path.name for path in (removed.path / ".ats").glob(".work*")) == []


def test_the_new_file_is_a_database_of_the_same_tables(removed: Folder) -> None:
    database = Path(removed.path) / ".ats" / "work.duckdb"
    erase(removed.path, "coveto:acme")
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.execute("select count(*) from unified.candidates").fetchone() == (25,)
