"""One sync from both vendors to the published tables, and what the next one finds."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from pipelines import destinations, syncing
from pipelines.printing import print_sync
from pipelines.syncing import sync
from sandbox.coveto_tenant import CovetoTenant
from sandbox.fault_actions import Call, Refuse, Respond
from sandbox.faults import Fault, On
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from sources.errors import ConfigurationError
from tests.pipelines.sync.test_histories import settings_of
from tests.pipelines.sync.working_folder import UNIFIED, Folder

RAW = [
    *(
        f"raw_coveto.{model}"
        for model in (
            "jobs",
            "candidates",
            "applications",
            "screening_questions",
            "job_screening_questions",
            "application_statuses",
        )
    ),
    *(f"raw_compleetpersy.{model}" for model in ("candidates", "jobs", "applications")),
]


def raw_counts(folder: Folder) -> list[int]:
    return [folder.rows(f"select count(*) from {table}")[0][0] for table in RAW]


def test_every_record_of_both_vendors_is_one_row(
    folder: Folder, coveto: CovetoTenant, persy: PersyTenant
) -> None:
    result = folder.sync()
    counts = "select tool, count(*) from unified.{} group by tool order by tool desc"
    openings = list(persy.openings())
    assert result.exit_code == 0
    assert folder.rows(counts.format("candidates")) == [
        ("coveto", len(coveto.keys("candidates"))),
        ("compleetpersy", len(persy.keys())),
    ]
    assert folder.rows(counts.format("applications")) == [
        ("coveto", len(coveto.keys("applications"))),
        ("compleetpersy", len({(key, job) for key, job, _ in openings})),
    ]
    assert folder.rows(counts.format("jobs")) == [
        ("coveto", len(coveto.keys("jobs"))),
        ("compleetpersy", len({job for _, job, _ in openings})),
    ]
    assert folder.rows(counts.format("screening_questions")) == [
        ("coveto", len(coveto.keys("screening_questions")))
    ]
    assert folder.rows(counts.format("job_screening_questions")) == [
        ("coveto", len(coveto.keys("job_screening_questions")))
    ]


def test_a_candidate_of_coveto_is_unified_cell_by_cell(folder: Folder, coveto: CovetoTenant) -> None:
    coveto.add_raw(
        "candidates",
        b"<bewerber><id>900001</id><anrede>Frau</anrede><vorname>Zoe\xcc\x88</vorname>"
        b"<nachname> </nachname><telefon>+49 89 1</telefon><mobil>+49 89 1</mobil>"
        b"<email>kein</email><email2>zoe@example.org</email2><adresse><strasse>Weg 1</strasse>"
        b"<plz>01099</plz><ort>Dresden</ort><region/><land>Deutschland</land></adresse><freitextfelder>"
        b"<freitextfeld name='f1' bezeichnung='Feld'>Ja</freitextfeld></freitextfelder>"
        b"<aktiv>Nein</aktiv><erstelltAm>2026-10-25 02:30:00</erstelltAm>"
        b"<geaendertAm>2026-03-29 02:30:00</geaendertAm></bewerber>",
        after=coveto.keys("candidates")[-1],
    )
    folder.sync()
    (row,) = folder.rows(
        "select id, first_name, last_name, company, confidential, phone_numbers, email_addresses, location, "
        "custom_fields, integration_fields, remote_created_at::varchar, remote_updated_at::varchar, "
        "remote_deleted_at, remote_data ->> '$.listBewerber.aktiv' "
        "from unified.candidates where remote_id = '900001'"
    )
    location = {
        "city": "Dresden",
        "country": "DE",
        "raw": "Weg 1, 01099 Dresden, Deutschland",
        "state": None,
        "street_1": "Weg 1",
        "street_2": None,
        "zip_code": "01099",
    }
    fields = [(one["key"], one["type"], one["value"], one["label"]) for one in json.loads(row[9])]
    assert row[0] == duckdb.execute("select md5('candidates|coveto:acme|900001')").fetchall()[0][0]
    assert row[1:5] == ("Zoë", None, None, None)
    assert json.loads(row[5]) == [{"phone_number": "+49 89 1", "type": None}]
    assert json.loads(row[6]) == [{"email_address": "zoe@example.org", "type": None}]
    assert json.loads(row[7]) == location
    assert row[8] == "{}"
    assert fields == [
        ("anrede", "DEFAULT", "Frau", None),
        ("f1", "CUSTOM", "Ja", "Feld"),
        ("aktiv", "DEFAULT", "Nein", None),
    ]
    assert row[10:] == ("2026-10-25 00:30:00+00", "2026-03-29 01:30:00+00", None, "Nein")


def test_a_second_full_sync_without_changes_writes_nothing(folder: Folder) -> None:
    folder.sync()
    raw, published = raw_counts(folder), (folder.path / "warehouse.duckdb").stat()
    result = folder.sync(kind="full")
    assert raw_counts(folder) == raw
    assert (result.transforms, result.published, result.exit_code) == (None, False, 0)
    assert (folder.path / "warehouse.duckdb").stat().st_ino == published.st_ino


def test_a_change_of_one_candidate_moves_the_changed_at_of_that_one_alone(
    folder: Folder, coveto: CovetoTenant
) -> None:
    folder.sync()
    before = {name: folder.table(name) for name in UNIFIED}
    key = coveto.keys("candidates")[4]
    coveto.change("candidates", key, {"vorname": "Änne"})
    folder.sync()
    changed = {
        (name, row)
        for name in UNIFIED
        for row, values in folder.table(name).items()
        if before[name].get(row) != values
    }
    row_id = folder.value(f"select md5('candidates|coveto:acme|{key}')")
    assert changed == {("candidates", (row_id,))}


def test_a_vanished_record_is_marked_and_comes_back_under_the_same_id(
    folder: Folder, coveto: CovetoTenant
) -> None:
    key = coveto.keys("candidates")[0]
    sql = f"select id, remote_deleted_at is null from unified.candidates where remote_id = '{key}'"
    folder.sync()
    states = folder.rows(sql)
    coveto.remove("candidates", key)
    folder.sync()
    states += folder.rows(sql)
    coveto.bring_back("candidates", key)
    folder.sync()
    states += folder.rows(sql)
    assert [is_there for _, is_there in states] == [True, False, True]
    assert len({row_id for row_id, _ in states}) == 1


def test_a_deleted_row_keeps_its_last_content_and_leaves_the_current_view(
    folder: Folder, persy: PersyTenant
) -> None:
    key = persy.keys()[0]
    folder.sync()
    before = folder.rows(f"select last_name, remote_data from unified.candidates where remote_id = '{key}'")
    persy.remove(key)
    folder.sync(kind="full")
    assert (
        folder.rows(f"select last_name, remote_data from unified.candidates where remote_id = '{key}'")
        == before
    )
    assert folder.rows(f"select 1 from unified_current.candidates where remote_id = '{key}'") == []


def test_a_delta_brings_what_changed_at_persy(folder: Folder, persy: PersyTenant) -> None:
    folder.sync()
    persy.clock.advance(3600)
    key = persy.keys()[3]
    persy.change(key, {"CandidateProfile.PersonalData.PersonName.FamilyName": "Neumann"})
    result = folder.sync()
    kinds = {read.kind for read in result.reads if read.tool == "compleetpersy"}
    assert kinds == {"delta"}
    assert folder.rows(f"select last_name from unified.candidates where remote_id = '{key}'") == [
        ("Neumann",)
    ]


def test_a_delta_reads_only_what_changed_since(folder: Folder, persy: PersyTenant) -> None:
    folder.sync()
    persy.clock.advance(3600)
    persy.change(persy.keys()[3], {"Confidential": True})
    result = folder.sync()
    read = [one.records_read for one in result.reads if one.connection_id == "compleetpersy:leihwerk"]
    assert max(read) < len(persy.keys()) / 2


def test_each_run_is_recorded_model_by_model(folder: Folder, coveto: CovetoTenant) -> None:
    folder.sync("acme")
    rows = folder.rows(
        "select model, kind, outcome, records_read, new, complete from ats.runs order by model"
    )
    assert rows == sorted(
        (model, "full", "success", len(list(coveto.keys(model))), len(list(coveto.keys(model))), True)
        for model in (
            "jobs",
            "candidates",
            "applications",
            "screening_questions",
            "job_screening_questions",
            "application_statuses",
        )
    )


def test_one_model_can_be_read_alone(folder: Folder) -> None:
    result = folder.sync("acme", models=["jobs"])
    assert [read.model for read in result.reads] == ["jobs"]


def test_a_model_that_no_selected_connection_has_is_refused_before_any_request(
    folder: Folder, persy: PersyTenant
) -> None:
    with pytest.raises(ConfigurationError, match="no selected connection has a model screening_questions"):
        folder.sync("leihwerk", models=["screening_questions"])
    assert persy.requests == []


def test_refused_credentials_write_no_row_and_are_recorded_while_the_other_connection_is_done(
    folder: Folder, coveto: CovetoTenant
) -> None:
    coveto.api_key = "another"
    result = folder.sync()
    assert result.exit_code == 1
    assert folder.rows("select distinct outcome, error_class from ats.runs where tool = 'coveto'") == [
        ("failed", "CredentialsError")
    ]
    assert folder.rows("select count(*) from unified.candidates where tool = 'coveto'") == [(0,)]
    assert folder.rows("select count(*) > 0 from unified.candidates where tool = 'compleetpersy'") == [
        (True,)
    ]


def test_an_unreachable_host_is_recorded_as_such(
    sandbox: Sandbox, make_folder: Callable[..., Folder]
) -> None:
    config, secrets = sandbox.connection_settings()
    folder = make_folder("nowhere", (config.replace(sandbox.coveto_url, "http://127.0.0.1:9"), secrets))
    result = folder.sync()
    messages = {read.error_message for read in result.reads if read.tool == "coveto"}
    assert result.exit_code == 1
    assert messages == {
        "127.0.0.1:9 could not be reached (ConnectionError)\ncheck the address and the network, then run again"  # noqa: E501
    }


def test_a_connection_that_fails_half_way_adds_nothing(folder: Folder, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("broken", Respond(503), On(operation="listBewerbungen"), times=None))
    result = folder.sync()
    assert result.exit_code == 1
    assert raw_counts(folder)[:2] == [0, 0]


def test_a_model_without_the_right_to_it_fails_alone(folder: Folder, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("no right", Refuse("BERECHTIGUNG"), On(operation="listBewerber"), times=None))
    result = folder.sync("acme")
    outcomes = {read.model: read.outcome for read in result.reads}
    assert (result.exit_code, outcomes["candidates"], outcomes["jobs"]) == (1, "failed", "success")
    assert folder.rows("select count(*) > 0 from unified.jobs") == [(True,)]


def test_deletions_that_look_like_a_mistake_wait_and_end_as_a_warning(
    folder: Folder, coveto: CovetoTenant
) -> None:
    folder.sync()
    for key in list(coveto.keys("screening_questions")):
        coveto.remove("screening_questions", key)
    result = folder.sync("acme")
    assert result.exit_code == 3
    assert folder.rows(
        "select count(*) from unified.screening_questions where remote_deleted_at is not null"
    ) == [(0,)]


def test_deletions_that_are_accepted_are_marked(folder: Folder, coveto: CovetoTenant) -> None:
    folder.sync()
    for key in list(coveto.keys("screening_questions")):
        coveto.remove("screening_questions", key)
    result = folder.sync("acme", accept_deletes=True)
    assert result.exit_code == 0
    assert folder.rows("select count(*) from unified_current.screening_questions") == [(0,)]


def test_what_cannot_be_a_record_is_kept_apart_and_counted(folder: Folder, coveto: CovetoTenant) -> None:
    body = b"<bewerber><vorname>Ohne</vorname></bewerber>"
    coveto.add_raw("candidates", body, after=coveto.keys("candidates")[-1])
    result = folder.sync("acme")
    assert result.exit_code == 3
    assert folder.rows("select model, reason, data from ats.rejected_records") == [
        (
            "candidates",
            "no id at id",
            '<bewerber xmlns="https://www.coveto.de/soap/v1"><vorname>Ohne</vorname></bewerber>',
        )
    ]


def test_rows_that_vanish_between_two_pages_hide_no_other_row(
    sandbox: Sandbox, coveto: CovetoTenant, make_folder: Callable[..., Folder]
) -> None:
    folder = make_folder(
        "churn", sandbox.connection_settings(), defaults="retries = 0\npage_size = 5\nin_flight = 1"
    )
    folder.sync("acme")
    keys = list(coveto.keys("candidates"))
    gone = iter(keys[:3])

    def remove(_: object) -> None:
        key = next(gone, None)
        if key is not None:
            coveto.remove("candidates", key)

    coveto.arm(Fault("removed", Call(remove), On(operation="listBewerber"), nth=2, times=3))
    folder.sync("acme")
    deleted = folder.rows("select remote_id from unified.candidates where remote_deleted_at is not null")
    assert {remote_id for (remote_id,) in deleted} <= {str(key) for key in keys[:3]}


def test_losing_the_working_files_costs_nothing(folder: Folder, coveto: CovetoTenant) -> None:
    import shutil

    folder.sync()
    before = raw_counts(folder)
    shutil.rmtree(folder.path / ".ats")
    coveto.change("candidates", coveto.keys("candidates")[0], {"vorname": "Änne"})
    folder.sync(kind="full")
    assert sum(raw_counts(folder)) == sum(before) + 1


def test_two_connections_of_one_tool_with_the_same_ids_stay_apart(
    sandbox: Sandbox, make_folder: Callable[..., Folder], coveto: CovetoTenant
) -> None:
    def twice(text: str) -> str:
        return text + text.replace("connections.acme", "connections.berta").split("[connections.leihwerk]")[0]

    config, secrets = sandbox.connection_settings()
    both = (twice(config), twice(secrets))
    folder = make_folder("two", both)
    folder.sync()
    count = len(coveto.keys("jobs"))
    assert folder.rows(
        "select connection_id, count(distinct id) from unified.jobs where tool = 'coveto' "
        "group by all order by all"
    ) == [("coveto:acme", count), ("coveto:berta", count)]


def test_a_tenant_that_names_everything_otherwise_gives_the_same_tables_by_configuration_alone(
    sandbox: Sandbox, folder: Folder, make_folder: Callable[..., Folder]
) -> None:
    folder.sync()
    other = make_folder("other", sandbox.alternative_settings())
    other.sync()
    columns = {
        "jobs": "remote_data, changed_at, integration_fields",
        "candidates": "remote_data, changed_at, integration_fields",
        "applications": "remote_data, changed_at, integration_fields",
        "screening_questions": "remote_data, changed_at, format",
        "job_screening_questions": "changed_at",
    }
    for table, apart in columns.items():
        sql = f"select * exclude ({apart}) from unified.{table} order by all"
        assert other.rows(sql) == folder.rows(sql), table


def test_no_working_file_lies_outside_the_folder_and_no_spool_stays(folder: Folder) -> None:
    folder.sync()
    assert not (folder.path / ".ats" / "spool").exists()
    assert (folder.path / ".ats" / "pipelines").is_dir()
    assert not (Path.home() / ".dlt").exists()


def test_what_a_scheduler_imports_is_the_function_and_not_its_module(folder: Folder) -> None:
    import pipelines.syncing
    from pipelines import sync

    assert sync(folder.path, ["acme"], models=["jobs"]).exit_code == 0
    assert sync is pipelines.syncing.sync


def test_a_mapping_that_cannot_be_read_is_refused_before_any_request(
    folder: Folder, coveto: CovetoTenant
) -> None:
    mappings = folder.path / "mappings"
    mappings.mkdir()
    (mappings / "status.csv").write_text("tool,connection_id,source_value\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"status\.csv"):
        folder.sync()
    assert coveto.requests == []


def test_a_destination_that_is_not_supported_is_refused_before_any_request(
    folder: Folder, coveto: CovetoTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESTINATION", "snowflake")
    with pytest.raises(ConfigurationError, match='"snowflake" is not supported yet: it would need'):
        folder.sync()
    assert coveto.requests == []


def test_the_driver_of_postgres_is_named_where_it_is_missing(
    folder: Folder, coveto: CovetoTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESTINATION", "postgres")
    monkeypatch.setattr(destinations, "find_spec", lambda _: None)
    with pytest.raises(ConfigurationError, match="needs the driver psycopg2") as caught:
        folder.sync()
    assert str(caught.value).splitlines()[1] == 'Type: pip install "ats-warehouse[postgres]"'
    assert coveto.requests == []


def test_a_prefix_of_schemas_is_refused_where_the_file_is_of_one_team(folder: Folder) -> None:
    folder.first('schema_prefix = "hr_"')
    with pytest.raises(ConfigurationError, match="schema_prefix is for databases that teams share"):
        folder.sync()


@pytest.mark.parametrize(
    ("configured", "given", "at_once"), [("", None, 2), ("parallel = 1", None, 1), ("", 1, 1)]
)
def test_so_many_connections_are_read_at_once_as_parallel_says(
    configured: str,
    given: int | None,
    at_once: int,
    make_folder: Callable[..., Folder],
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pools: list[int] = []

    class Counted(ThreadPoolExecutor):
        def __init__(self, workers: int, name: str) -> None:
            pools.append(workers)
            super().__init__(workers, name)

    monkeypatch.setattr(syncing, "ThreadPoolExecutor", Counted)
    folder = make_folder("two", settings_of([sandbox, sandbox]))
    folder.first(configured)
    folder.sync("acme", "acme-1", parallel=given)
    assert pools == [at_once]


def test_what_befalls_one_connection_unexpectedly_does_not_stop_the_others(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = "-".join(["nobody", "may", "see"])

    def surprise(*_: object) -> None:
        raise ZeroDivisionError(value)

    monkeypatch.setattr("sources.coveto.reader.CovetoClient", surprise)
    result = folder.sync()
    messages = {read.error_message for read in result.reads if read.tool == "coveto"}
    assert result.exit_code == 1
    assert {str(message).splitlines()[0] for message in messages} == {
        "this should not have happened while reading: ZeroDivisionError"
    }
    assert value not in (folder.path / ".ats" / "errors.log").read_text(encoding="utf-8")
    assert folder.value("select count(*) from unified.candidates where tool = 'compleetpersy'") > 0


def test_readers_of_the_run_records_see_a_failure_that_changed_no_table(
    folder: Folder, coveto: CovetoTenant, persy: PersyTenant
) -> None:
    folder.sync()
    coveto.api_key = persy.api_key = "another"
    folder.sync()
    assert folder.value("select count(distinct connection_id) from ats.runs where outcome = 'failed'") == 2


def test_an_error_of_a_whole_connection_is_told_once(
    folder: Folder, coveto: CovetoTenant, capsys: pytest.CaptureFixture[str]
) -> None:
    coveto.api_key = "another"
    print_sync(folder.sync("acme"), folder.path)
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition("127.0.0.1")[0] for line in lines] == [
        "coveto:acme: ",
        "check customer_number and api_key in .dlt/secrets.toml",
    ]


def test_the_current_folder_is_the_working_folder_where_none_is_given(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.path)
    assert sync(names=["acme"], models=["jobs"]).exit_code == 0
