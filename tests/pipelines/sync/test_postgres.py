"""`destination = "postgres"`: every command against a real server, with the tables that a file would hold."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from psycopg2 import extensions

from pipelines import check, create_candidate, forget, lift, open_warehouse, traces
from pipelines.forgetting import Whom
from pipelines.removal import erase
from pipelines.shared_warehouse import open_shared_warehouse
from pipelines.status import connection_statuses
from pipelines.transforming import transform
from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from sources.errors import ConfigurationError, WarehouseError
from tests.pipelines.actions.conftest import OPEN_JOB, made_coveto, made_persy
from tests.pipelines.sync.erased_files import CANARY
from tests.pipelines.sync.interrupted import contents, edit
from tests.pipelines.sync.server_folder import ServerFolder
from tests.pipelines.sync.test_removal import take_out
from tests.pipelines.sync.working_folder import Folder
from tests.postgres_server import connect, empty_database
from transforms.schemas import SCHEMAS

Ats = Callable[..., "CompletedProcess[str]"]


@pytest.fixture
def database(postgres_server: str) -> Iterator[extensions.connection]:
    with empty_database(postgres_server) as connection:
        yield connection


@pytest.fixture
def candidates() -> int:
    return 6


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[ServerFolder]:
    """A folder that has read both tenants; nothing serves them any more."""
    coveto, persy = CovetoTenant.generate(candidates=6), PersyTenant.generate(candidates=6)
    with empty_database(postgres_server) as connection:
        with Sandbox(coveto, persy) as running:
            folder = tmp_path_factory.mktemp("read") / "server"
            server = ServerFolder(folder, running.connection_settings(), connection)
            server.sync()
        yield server


@pytest.fixture
def server(tmp_path: Path, sandbox: Sandbox, database: extensions.connection) -> ServerFolder:
    return ServerFolder(tmp_path / "server", sandbox.connection_settings(), database)


@pytest.mark.slow
def test_edits_end_in_the_tables_that_a_file_holds(
    server: ServerFolder, folder: Folder, coveto: CovetoTenant, persy: PersyTenant
) -> None:
    for one in (folder, server):
        assert one.sync().exit_code == 0
    assert contents(server) == contents(folder)
    edit(coveto, persy)
    for one in (folder, server):
        assert one.sync().exit_code == 0
    assert contents(server) == contents(folder)
    transform(server.path, full_refresh=True)
    assert contents(server) == contents(folder)
    assert [one.rows for one in connection_statuses(server.path)] == [
        one.rows for one in connection_statuses(folder.path)
    ]


def candidate(server: ServerFolder, columns: str, key: int = 1) -> tuple[object, ...]:
    (row,) = server.rows(
        f"select {columns} from unified.candidates where tool = 'coveto' and remote_id = '{key}'"
    )
    return row


def test_a_forgotten_person_is_in_no_file_of_the_server_and_is_not_read_again(
    server: ServerFolder, coveto: CovetoTenant
) -> None:
    coveto.change("candidates", 1, {"nachname": CANARY, "email": "xqzvik@example.org"})
    server.sync()
    assert holds(server, CANARY)
    assert traces(server.path, Whom("acme", "1"))[0].rows["unified.candidates"] == 1
    (trace,) = forget(server.path, Whom(email="xqzvik@example.org"))
    assert trace.rows["raw_coveto.candidates"] == 1
    assert not holds(server, CANARY)
    server.sync(kind="full")
    assert candidate(server, "last_name, remote_deleted_at is not null") == (None, True)
    assert server.rows("select rewritten_at is null, published_at is null from ats.erasures") == [
        (False, False)
    ]


@pytest.mark.slow
def test_a_forgotten_person_is_read_again_once_that_is_lifted(
    server: ServerFolder, coveto: CovetoTenant
) -> None:
    coveto.change("candidates", 1, {"nachname": "Zurück"})
    server.sync()
    forget(server.path, Whom("acme", "1"))
    lift(server.path, "acme", "remote:1")
    server.sync(kind="full")
    assert candidate(server, "last_name, remote_deleted_at is null") == ("Zurück", True)


def test_what_was_created_is_recorded_on_the_server(tmp_path: Path, database: extensions.connection) -> None:
    with Sandbox(made_coveto(), made_persy()) as running:
        server = ServerFolder(tmp_path / "server", running.connection_settings(), database)
        server.sync("acme")
        person = {"first_name": "Nina", "last_name": "Neu", "email_address": "nina@mail.example"}
        request = {"candidate": person, "application": {"job_id": f"remote:{OPEN_JOB}"}}
        answer = create_candidate(server.path, "acme", request, idempotency_key="k-1")
        assert check(server.path, "acme").works
    assert answer.exit_code == 0
    created = "select model, remote_id, idempotency_key from ats.created_records order by model"
    assert server.rows(created) == [("applications", "37", "k-1"), ("candidates", "26", "k-1")]


def test_an_erasure_is_not_proved_while_somebody_still_sees_the_rows(
    server: ServerFolder, coveto: CovetoTenant
) -> None:
    coveto.change("candidates", 1, {"nachname": CANARY})
    server.sync()
    with closing(connect(server.dsn)) as reader, reader.cursor() as cursor:
        reader.set_session(isolation_level="REPEATABLE READ", autocommit=False)
        cursor.execute("select 1")  # one snapshot, and no lock of our tables
        with pytest.raises(WarehouseError, match="still holds rows that were erased"):
            forget(server.path, Whom("acme", "1"))
    assert server.value("select published_at is null from ats.erasures")
    server.sync("acme")
    assert not server.value("select published_at is null from ats.erasures")
    assert not holds(server, CANARY)


def holds(server: ServerFolder, text: str) -> bool:
    """Whether a text is in any byte of a table's files, TOAST included."""
    server.rows("checkpoint")
    rows = server.rows(
        "select pg_read_binary_file(pg_relation_filepath(oid)) from pg_class "
        "where relkind in ('r', 't') and relfilenode <> 0 and oid >= 16384"
    )
    return any(text.encode() in bytes(file) for (file,) in rows)


def test_a_connection_that_was_taken_out_is_erased(server: ServerFolder, coveto: CovetoTenant) -> None:
    coveto.change("candidates", 1, {"nachname": CANARY})
    server.sync()
    take_out(server, "acme")
    erased = erase(server.path, "coveto:acme")
    assert (erased.rows["raw_coveto.candidates"], erased.rows["ats.runs"], erased.published) == (6, 6, False)
    assert not holds(server, CANARY)
    assert server.value("select count(*) from unified.candidates where tool = 'compleetpersy'") == 6


@pytest.mark.slow
def test_retention_erases_what_is_gone(server: ServerFolder, coveto: CovetoTenant) -> None:
    coveto.change("candidates", 1, {"nachname": CANARY})
    server.sync()
    coveto.remove("candidates", 1)
    server.sync("acme")
    with closing(connect(server.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("update raw_coveto.candidates set read_at = read_at - interval '30 days'")
    transform(server.path, full_refresh=True)
    assert not holds(server, CANARY)
    assert candidate(server, "last_name, remote_deleted_at is not null") == (None, True)


@pytest.mark.slow
def test_a_notebook_reads_the_server_now_and_as_it_was(server: ServerFolder, coveto: CovetoTenant) -> None:
    coveto.change("candidates", 1, {"nachname": "Alt"})
    server.sync()
    before = datetime.now(UTC)
    coveto.change("candidates", 1, {"nachname": "Neu"})
    server.sync("acme")
    warehouse = open_warehouse(server.path)
    query = "select last_name from unified.candidates where connection_id = 'coveto:acme' and remote_id = '1'"
    assert warehouse.query(query)["last_name"].tolist() == ["Neu"]
    with warehouse.at(before) as past:
        assert past.query(query)["last_name"].tolist() == ["Alt"]
        then, now = past.table("candidates"), warehouse.table("candidates")
        assert then.dtypes.to_dict() == now.dtypes.to_dict()
        assert len(then) == len(now)


def test_nothing_can_be_written_from_a_notebook(read: ServerFolder) -> None:
    warehouse = open_warehouse(read.path)
    for query in (
        "create table public.x (a int)",
        "select 1; commit; delete from unified.jobs",
        "commit; delete from unified.jobs returning 1",
        "delete from unified.jobs",
    ):
        with pytest.raises(ConfigurationError, match="no query"):
            warehouse.query(query)
    with pytest.raises(ConfigurationError, match="read-only"):
        warehouse.query("with gone as (delete from unified.jobs returning 1) select * from gone")
    assert read.value("select count(*) from unified.jobs") > 0


def test_a_notebook_query_may_hold_comments_quotes_and_a_last_semicolon(read: ServerFolder) -> None:
    query = "-- all\nselect '$$; 50 %' as text, count(*) as jobs from unified.jobs where name like '%';"
    frame = open_warehouse(read.path).query(query)
    assert frame["text"].tolist() == ["$$; 50 %"]
    assert frame["jobs"].tolist() == [read.value("select count(*) from unified.jobs where name like '%'")]


def test_what_is_wrong_with_a_notebook_query_is_told(read: ServerFolder) -> None:
    with pytest.raises(ConfigurationError, match='column "nam" does not exist'):
        open_warehouse(read.path).query("select nam from unified.jobs")


def test_while_a_run_is_at_work_elsewhere_a_sync_ends_with_4_and_is_no_failed_run(
    read: ServerFolder, ats: Ats
) -> None:
    with open_shared_warehouse(read.path):
        done = ats("sync", folder=read.path)
    assert (done.returncode, "Another run is at work" in done.stderr) == (4, True)
    assert [one.last_outcome for one in connection_statuses(read.path)] == ["success", "success"]


@pytest.mark.slow
def test_status_fields_and_what_is_due_are_told_of_a_server(read: ServerFolder, ats: Ats) -> None:
    status = ats("status", folder=read.path)
    assert (status.returncode, status.stdout.count("success")) == (0, 3)
    fields = ats("fields", "acme", "--examples", folder=read.path)
    assert (fields.returncode, fields.stderr) == (0, "")
    due = ats("sync", "--due", folder=read.path).stdout
    assert "Nothing is due." in due
    assert "The tables are on the server, schema unified." in due


@pytest.mark.slow
def test_two_teams_share_a_database_by_prefixes(
    tmp_path: Path,
    sandbox: Sandbox,
    database: extensions.connection,
    coveto: CovetoTenant,
    server: ServerFolder,
) -> None:
    one = ServerFolder(tmp_path / "hr", sandbox.connection_settings(), database, prefix="hr_")
    one.sync()
    coveto.change("candidates", 1, {"nachname": CANARY})
    server.sync()
    assert candidate(server, "last_name") == (CANARY,)
    assert candidate(one, "last_name") != (CANARY,)
    schemas = one.rows("select nspname from pg_namespace where nspname like 'hr!_%' escape '!' order by 1")
    assert schemas == [
        ("hr_ats",),
        ("hr_raw_compleetpersy",),
        ("hr_raw_coveto",),
        ("hr_unified",),
        ("hr_unified_current",),
    ]
    take_out(server, "acme")
    before = contents(one)
    erase(server.path, "coveto:acme")
    assert contents(one) == before
    one.sync("acme")
    assert candidate(one, "last_name") == (CANARY,)


def test_a_role_that_may_make_no_schema_works_where_they_are(
    tmp_path: Path, sandbox: Sandbox, database: extensions.connection
) -> None:
    with database.cursor() as cursor:
        cursor.execute("drop role if exists modest")
        cursor.execute("create role modest login")
    database.commit()
    modest = ServerFolder(tmp_path / "modest", sandbox.connection_settings(), database, user="modest")
    try:
        with pytest.raises(WarehouseError, match="is not there, and the role modest may not make it"):
            modest.sync()
        with database.cursor() as cursor:
            for schema in SCHEMAS:
                cursor.execute(f"create schema {schema} authorization modest")
        database.commit()
        assert modest.sync().exit_code == 0
        assert modest.sync().exit_code == 0
    finally:
        with database.cursor() as cursor:
            cursor.execute("drop owned by modest")
            cursor.execute("drop role modest")
        database.commit()


@pytest.mark.slow
def test_an_empty_server_beside_the_key_of_forgotten_persons_is_refused(server: ServerFolder) -> None:
    server.sync()
    forget(server.path, Whom("acme", "1"))
    with closing(connect(server.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("drop table ats.forgotten")
    with pytest.raises(WarehouseError, match="does not know who was forgotten"):
        server.sync()


def test_a_raw_table_that_was_dropped_by_hand_comes_back_with_its_indexes(server: ServerFolder) -> None:
    server.sync()
    indexes = "select indexname from pg_indexes where schemaname = 'raw_coveto' order by 1"
    before = contents(server), server.rows(indexes)
    with closing(connect(server.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("drop table raw_coveto.jobs cascade")
    assert server.sync(kind="full").exit_code == 0
    assert (contents(server), server.rows(indexes)) == before


def test_what_dlt_keeps_for_itself_can_be_written_once_more_after_a_kill(read: ServerFolder) -> None:
    unique = (
        "select conname from pg_constraint where contype = 'u' and conrelid::regclass::text like '%_dlt_%'"
    )
    assert read.rows(unique) == []


def test_a_record_is_found_by_an_index_in_every_large_table(server: ServerFolder) -> None:
    server.sync()
    indexed = server.rows(
        "select schemaname, count(distinct tablename) from pg_indexes "
        "where indexdef like '%(connection_id, remote_id)' group by 1 order by 1"
    )
    assert indexed == [("ats", 1), ("raw_compleetpersy", 3), ("raw_coveto", 6), ("unified", 5)]
