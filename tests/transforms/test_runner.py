"""What a run does, writes and says, apart from the values of the rows."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sources.errors import ConfigurationError, TransformError, WarehouseError
from tests.transforms.warehouse import Warehouse
from transforms import building, runner
from transforms.building import Builder, Built
from transforms.checks import CheckOutcome
from transforms.models import Table, load_tables
from transforms.runner import TransformSettings, check_settings

TABLES = [table.name for table in load_tables()]
COLUMNS_WITH_COMMENTS = (
    """select column_name, data_type, comment is not null from duckdb_columns()
    where schema_name = 'unified' and table_name = ? order by column_index""",
    """select attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum) is not null
    from pg_attribute where attrelid = ('unified.' || ?)::regclass and attnum > 0 order by attnum""",
)
UNFILTERED = ("mapping_gaps", "integration_fields_catalogue")


def kinds(result: runner.TransformResult) -> dict[str, str]:
    return {model.name: model.kind for model in result.models}


def write_job(warehouse: Warehouse, load: int = 1, **record: Any) -> None:
    warehouse.write("coveto", "jobs", {"remote_id": "1", "load": load, "remote_data": record})


def test_every_table_exists_when_nothing_was_ever_loaded(warehouse: Warehouse) -> None:
    result = warehouse.transform()
    assert result.changed
    assert warehouse.everything() == {name: [] for name in TABLES}
    views = warehouse.connection.execute(
        "select table_name from information_schema.tables where table_schema = 'unified_current' order by 1"
    ).fetchall()
    assert views == [(name,) for name in sorted(TABLES) if name not in UNFILTERED]


def test_empty_raw_tables_give_empty_tables(loaded: Warehouse) -> None:
    loaded.transform()
    assert loaded.everything() == {name: [] for name in TABLES}


def test_a_second_run_writes_nothing(tmp_path: Path) -> None:
    import duckdb

    file = tmp_path / "work.duckdb"
    with duckdb.connect(str(file)) as connection:
        warehouse = Warehouse(connection)
        write_job(warehouse, titel="Koch")
        warehouse.transform()
    before = file.read_bytes()
    with duckdb.connect(str(file)) as connection:
        result = Warehouse(connection).transform()
    assert not result.changed
    assert set(kinds(result).values()) == {"unchanged"}
    assert file.read_bytes() == before
    assert not file.with_suffix(".duckdb.wal").exists()


def test_a_load_without_records_of_ours_writes_nothing(warehouse: Warehouse) -> None:
    write_job(warehouse, titel="Koch")
    warehouse.transform()
    warehouse.complete_load("coveto", 2)
    assert not warehouse.transform().changed


def test_only_tables_with_new_records_are_written(warehouse: Warehouse) -> None:
    write_job(warehouse, titel="Koch")
    warehouse.transform()
    write_job(warehouse, load=2, titel="Köchin")
    result = warehouse.transform()
    assert kinds(result) == dict.fromkeys(TABLES, "unchanged") | {
        "jobs": "incremental",
        "mapping_gaps": "incremental",
    }
    assert {model.name: model.rows for model in result.models}["jobs"] == 1


def test_a_load_completed_after_a_later_one_is_still_seen(warehouse: Warehouse) -> None:
    warehouse.write("coveto", "jobs", {"remote_id": "1", "load": 1, "remote_data": {"titel": "a"}})
    warehouse.write(
        "coveto", "jobs", {"remote_id": "2", "load": 2, "remote_data": {"titel": "b"}, "complete": False}
    )
    warehouse.write("coveto", "jobs", {"remote_id": "3", "load": 3, "remote_data": {"titel": "c"}})
    warehouse.transform()
    warehouse.complete_load("coveto", 2)
    warehouse.transform()
    assert [row["name"] for row in warehouse.rows("jobs", "remote_id", "name")] == ["a", "b", "c"]


def test_a_raw_table_that_appears_later_rebuilds_nothing(warehouse: Warehouse) -> None:
    write_job(warehouse, titel="Koch")
    warehouse.transform()
    warehouse.write("compleetpersy", "candidates", {"remote_id": "1", "remote_data": {}})
    assert kinds(warehouse.transform())["candidates"] == "incremental"


def test_records_that_were_changed_in_raw_can_be_named(warehouse: Warehouse) -> None:
    warehouse.write("coveto", "candidates", {"remote_id": "1", "remote_data": {"vorname": "Jo"}})
    warehouse.write("coveto", "candidates", {"remote_id": "2", "remote_data": {"vorname": "Al"}})
    warehouse.transform()
    warehouse.connection.execute("update raw_coveto.candidates set remote_data = null where remote_id = '1'")
    warehouse.connection.execute("delete from raw_coveto.candidates where remote_id = '2'")
    keys = [("coveto:acme", "1"), ("coveto:acme", "2"), ("coveto:acme", "never was")]
    result = warehouse.transform(touched={"coveto.candidates": keys})
    assert kinds(result)["candidates"] == "incremental"
    assert warehouse.rows("candidates", "remote_id", "first_name", "remote_data") == [
        {"remote_id": "1", "first_name": None, "remote_data": None}
    ]


def test_a_full_refresh_rebuilds_everything_and_changes_no_row(warehouse: Warehouse) -> None:
    write_job(warehouse, titel="Koch", status="Besetzt")
    warehouse.transform()
    before = warehouse.everything()
    result = warehouse.transform(full_refresh=True)
    assert set(kinds(result).values()) == {"rebuilt"}
    assert {model.reason for model in result.models} == {"a full refresh was asked for"}
    assert warehouse.everything() == before


@pytest.mark.parametrize("limit", ["MOST_ROWS_A_PART", "MOST_BYTES_A_PART"])
def test_a_rebuild_in_parts_gives_the_same_rows(
    limit: str, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        warehouse.write(
            "coveto", "candidates", {"remote_id": number, "remote_data": {"vorname": str(number)}}
        )
    warehouse.transform()
    before = warehouse.everything()
    monkeypatch.setattr(f"transforms.building.{limit}", 3)
    monkeypatch.setattr("transforms.incremental.ROWS_A_GROUP", 2)
    warehouse.transform(full_refresh=True)
    assert warehouse.everything() == before


def test_a_part_of_a_rebuild_is_smaller_than_a_row_group_where_records_are_large(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        warehouse.write("coveto", "candidates", {"remote_id": number, "remote_data": {"vorname": "x" * 100}})
    monkeypatch.setattr("transforms.building.MOST_BYTES_A_PART", 500)
    counts: list[int] = []
    build = Builder._build

    def counted(builder: Builder, table: Table, *, replace: bool = False) -> Built:
        if table.name == "candidates":
            counts.append(builder.touched.count("coveto", "candidates"))
        return build(builder, table, replace=replace)

    monkeypatch.setattr(Builder, "_build", counted)
    warehouse.transform(full_refresh=True)
    assert sum(counts) == 20
    assert max(counts) < 10


def test_a_changed_mapping_rebuilds_what_uses_it_and_says_so(warehouse: Warehouse, tmp_path: Path) -> None:
    write_job(warehouse, status="Besetzt")
    warehouse.settings = TransformSettings(mappings_folder=tmp_path)
    warehouse.transform()
    (tmp_path / "status.csv").write_text(
        "tool,connection_id,source_value,unified_value\ncoveto,,Besetzt,CLOSED\n", encoding="utf-8"
    )
    result = warehouse.transform()
    assert kinds(result) == dict.fromkeys(TABLES, "unchanged") | {
        "jobs": "rebuilt",
        "mapping_gaps": "incremental",
        "integration_fields_catalogue": "rebuilt",
    }
    assert result.models[0].reason == (
        "its SQL, a mapping, a path, a promoted field or its description changed"
    )
    assert warehouse.rows("jobs", "status") == [{"status": "CLOSED"}]
    assert warehouse.rows("mapping_gaps") == []
    assert not warehouse.transform().changed


def test_a_changed_path_rebuilds_the_table(warehouse: Warehouse) -> None:
    write_job(warehouse, headline="Koch")
    warehouse.transform()
    warehouse.settings = TransformSettings(paths={"coveto.jobs": {"titel": ["titel", "headline"]}})
    assert kinds(warehouse.transform())["jobs"] == "rebuilt"
    assert warehouse.rows("jobs", "name") == [{"name": "Koch"}]


def test_a_changed_promotion_rebuilds_its_table_alone_and_says_so(warehouse: Warehouse) -> None:
    write_job(warehouse, stufe="Fachkraft")
    warehouse.transform()
    warehouse.settings = TransformSettings(custom_fields={"jobs": {"": {"level": ["stufe"]}}})
    result = warehouse.transform()
    assert kinds(result) == dict.fromkeys(TABLES, "unchanged") | {
        "jobs": "rebuilt",
        "mapping_gaps": "incremental",
        "integration_fields_catalogue": "rebuilt",
    }
    assert "a promoted field" in result.models[0].reason
    assert warehouse.rows("jobs", "custom_fields") == [{"custom_fields": {"level": "Fachkraft"}}]
    assert not warehouse.transform().changed


def test_a_promotion_that_is_taken_back_leaves_nothing(warehouse: Warehouse) -> None:
    write_job(warehouse, stufe="Fachkraft")
    warehouse.settings = TransformSettings(custom_fields={"jobs": {"": {"level": ["stufe"]}}})
    warehouse.transform()
    warehouse.settings = TransformSettings()
    warehouse.transform()
    assert warehouse.rows("jobs", "custom_fields") == [{"custom_fields": {}}]
    assert warehouse.rows("integration_fields_catalogue", "promoted_as") == [{"promoted_as": None}]


def test_promotions_in_another_order_rebuild_nothing(warehouse: Warehouse) -> None:
    write_job(warehouse, stufe="Fachkraft")
    fields = {"level": ["stufe"], "area": ["bereich"]}
    warehouse.settings = TransformSettings(custom_fields={"jobs": {"": fields, "coveto:b": {"x": ["y"]}}})
    warehouse.transform()
    turned = dict(reversed(fields.items()))
    warehouse.settings = TransformSettings(custom_fields={"jobs": {"coveto:b": {"x": ["y"]}, "": turned}})
    assert not warehouse.transform().changed


def test_a_key_that_may_fill_two_promoted_fields_names_both(warehouse: Warehouse) -> None:
    write_job(warehouse, stufe="Fachkraft")
    both = {"level": ["stufe"], "grade": ["note", "stufe"]}
    warehouse.settings = TransformSettings(custom_fields={"jobs": {"": both}})
    warehouse.transform()
    assert warehouse.rows("integration_fields_catalogue", "promoted_as") == [{"promoted_as": "grade, level"}]


def test_a_table_that_was_dropped_is_built_again(warehouse: Warehouse) -> None:
    write_job(warehouse, titel="Koch")
    warehouse.transform()
    warehouse.connection.execute("drop table unified.jobs cascade")
    result = warehouse.transform()
    assert result.models[0].reason == "it was not there yet"
    assert warehouse.rows("jobs", "name") == [{"name": "Koch"}]


def test_what_another_release_built_anew_is_built_anew_again(warehouse: Warehouse) -> None:
    write_job(warehouse, titel="neu")
    warehouse.transform()
    warehouse.connection.execute(
        "update ats.transformed_models set fingerprint = 'of another release' where model = 'jobs'"
    )
    result = warehouse.transform()
    assert kinds(result)["jobs"] == "rebuilt"


def test_a_run_with_unchanged_files_and_settings_renders_nothing(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_job(warehouse, titel="neu")
    warehouse.transform()
    monkeypatch.setattr(runner, "Renderer", None)
    assert not warehouse.transform().changed


def test_a_failing_check_rolls_everything_back(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    write_job(warehouse, titel="alt")
    warehouse.transform()
    before = warehouse.everything()
    write_job(warehouse, load=2, titel="neu")
    failed = (CheckOutcome("unique(id)", "jobs", "fail", 2),)
    with monkeypatch.context() as patch:
        patch.setattr(building, "run_checks", lambda *_: failed)
        with pytest.raises(TransformError, match="jobs: unique\\(id\\), 2 rows"):
            warehouse.transform()
    assert warehouse.everything() == before
    warehouse.transform()
    assert warehouse.rows("jobs", "name") == [{"name": "neu"}]


def test_a_null_key_fails_its_check(warehouse: Warehouse) -> None:
    warehouse.write("coveto", "jobs", {"remote_id": "1", "remote_data": {}, "connection_id": "coveto:a"})
    warehouse.connection.execute("update raw_coveto.jobs set read_at = null")
    with pytest.raises(TransformError, match="not_null\\(changed_at\\), 1 rows"):
        warehouse.transform()


def test_orphans_are_counted_and_kept(warehouse: Warehouse) -> None:
    warehouse.write(
        "coveto", "applications", {"remote_id": "1", "remote_data": {"stelleId": "9", "bewerberId": "8"}}
    )
    checks = {(check.table, check.name): check for check in warehouse.transform().checks}
    orphans = checks["applications", "relationships(job_id)"]
    assert (orphans.severity, orphans.failing_rows) == ("info", 1)
    assert len(warehouse.rows("applications")) == 1


def test_a_value_that_passes_through_is_counted_as_info(warehouse: Warehouse) -> None:
    write_job(warehouse, status="Besetzt")
    (check,) = [check for check in warehouse.transform().checks if check.failing_rows]
    assert check == CheckOutcome("accepted_values(status)", "jobs", "info", 1)


def test_current_views_leave_out_deleted_rows(warehouse: Warehouse) -> None:
    write_job(warehouse, titel="Koch")
    warehouse.write("coveto", "jobs", {"remote_id": "2", "remote_data": {"titel": "weg"}})
    warehouse.write("coveto", "jobs", {"remote_id": "2", "load": 2})
    warehouse.transform()
    assert warehouse.connection.execute("select name from unified_current.jobs").fetchall() == [("Koch",)]


def test_remote_data_holds_the_record_byte_for_byte(duckdb_warehouse: Warehouse) -> None:
    warehouse = duckdb_warehouse
    text = '{"id" : "1",  "titel":"Mu\\u0308ller", "n": 1.50, "n": 12345678901234567890}'
    warehouse.write("coveto", "jobs", {"remote_id": "1", "remote_text": text})
    warehouse.transform()
    query = "select remote_data::varchar from unified.jobs"
    assert warehouse.connection.execute(query).fetchall() == [('{"listStellen": ' + text + "}",)]


def test_what_keeps_no_bytes_keeps_every_value_of_the_record(postgres_database: Warehouse) -> None:
    text = '{"b" : "1",  "a":"Mu\\u0308ller", "n": 1.50, "m": 12345678901234567890, "l": [null, {}]}'
    postgres_database.write("coveto", "jobs", {"remote_id": "1", "remote_text": text})
    postgres_database.transform()
    raw = postgres_database.engine.fetch("select remote_data from raw_coveto.jobs")
    assert raw == [(text,)]
    assert postgres_database.rows("jobs", "remote_data") == [
        {"remote_data": {"listStellen": json.loads(text)}}
    ]


def test_the_session_time_zone_changes_no_value(warehouse: Warehouse) -> None:
    write_job(
        warehouse, erstelltAm="2026-08-05 11:43:06", gueltigBis="2026-10-25", geaendertAm="2026-08-05T11:43Z"
    )
    warehouse.connection.execute("set timezone = 'America/New_York'")
    warehouse.transform()
    names = ("remote_created_at", "closed_at", "remote_updated_at")
    assert warehouse.rows("jobs", *names) == [
        dict(
            zip(names, ("2026-08-05T09:43:06Z", "2026-10-25T23:00:00Z", "2026-08-05T11:43:00Z"), strict=True)
        )
    ]


def test_columns_have_the_types_and_comments_of_the_contract(warehouse: Warehouse) -> None:
    warehouse.transform()
    contract = yaml.safe_load(
        (Path(__file__).parents[1] / "reference" / "unified.yml").read_text(encoding="utf-8")
    )
    types = {
        "text": ("VARCHAR", "text"),
        "double": ("DOUBLE", "double precision"),
        "boolean": ("BOOLEAN", "boolean"),
        "timestamp": ("TIMESTAMP WITH TIME ZONE", "timestamp with time zone"),
        "integer": ("INTEGER", "integer"),
        "json": ("JSON", "jsonb"),
    }
    engine = ["duckdb", "postgres"].index(warehouse.engine.dialect)
    for table, content in contract["tables"].items():
        found = warehouse.engine.fetch(COLUMNS_WITH_COMMENTS[engine], [table])
        assert found == [
            (column["name"], types[column["type"]][engine], True) for column in content["columns"]
        ]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("tool,connection,source_value,unified_value\n", "line 1: the header is wrong"),
        (
            "tool,connection_id,source_value,unified_value\ncovetto,,Besetzt,CLOSED\n",
            'line 2: there is no tool "covetto"',
        ),
        (
            "tool,connection_id,source_value,unified_value\n\ncoveto,,Besetzt\n",
            "line 3: 3 values instead of 4",
        ),
        (
            "tool,connection_id,source_value,unified_value\ncoveto,,Besetzt,SHUT\n",
            'line 2: "SHUT" is no value of status',
        ),
        ("tool,connection_id,source_value,unified_value\ncoveto,,,CLOSED\n", "line 2: source_value is empty"),
        (
            "tool,connection_id,source_value,unified_value\ncoveto,acme,Besetzt,CLOSED\n",
            'line 2: "acme" is no connection',
        ),
        ('tool,connection_id,source_value,unified_value\ncoveto,,"Besetzt,CLOSED\n', "cannot be read"),
    ],
)
def test_a_wrong_mapping_names_file_and_line(
    lines: str, message: str, duckdb_warehouse: Warehouse, tmp_path: Path
) -> None:
    warehouse = duckdb_warehouse
    (tmp_path / "status.csv").write_text(lines, encoding="utf-8")
    warehouse.settings = TransformSettings(mappings_folder=tmp_path)
    with pytest.raises(ConfigurationError) as raised:
        warehouse.transform()
    assert "status.csv" in raised.value.message
    assert message in raised.value.message
    assert warehouse.connection.execute("select count(*) from duckdb_tables()").fetchall() == [(0,)]


def test_a_mapping_of_an_unknown_name_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "outcomes.csv").write_text("", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="Did you mean outcome"):
        check_settings(TransformSettings(mappings_folder=tmp_path))


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ({"coveto.job": {"titel": ["x"]}}, "Did you mean coveto.jobs"),
        ({"coveto.jobs": {"title": ["x"]}}, "Did you mean titel"),
        ({"coveto.jobs": {"titel": [""]}}, "cannot be read from"),
        (
            {"compleetpersy.candidates": {"CandidateProfile.PersonalData.ContactMethod.Use": ["Use"]}},
            'beginning with "CandidateProfile.PersonalData.ContactMethod."',
        ),
    ],
)
def test_a_wrong_path_says_what_is_right(paths: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        check_settings(TransformSettings(paths=paths))


def test_a_failing_statement_tells_no_value(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError) as raised:
        warehouse.engine.fetch("select cast('Jo Secret' as integer)")
    assert re.search("ConversionException|InvalidTextRepresentation", raised.value.message)
    assert "Secret" not in str(raised.value)
    assert raised.value.__cause__ is None
