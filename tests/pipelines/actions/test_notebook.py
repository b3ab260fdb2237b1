"""The warehouse in a notebook: right types, and the tables as they were."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pandas
import pytest

from pipelines import open_warehouse
from pipelines.notebook import PastTables
from pipelines.syncing import sync
from sandbox.coveto_tenant import CovetoTenant
from sources.errors import ConfigurationError, WarehouseError


def moments(folder: Path, table: str, column: str = "read_at") -> list[datetime]:
    """The distinct times in a table, oldest first."""
    with duckdb.connect(folder / "warehouse.duckdb", read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        rows = connection.execute(f"SELECT DISTINCT {column} FROM {table} ORDER BY 1").fetchall()
    return [moment.astimezone(UTC) for (moment,) in rows]


def test_a_table_has_the_columns_of_the_contract(folder) -> None:
    assert list(open_warehouse(folder).table("applications").columns[:9]) == [
        "id",
        "connection_id",
        "tool",
        "remote_id",
        "changed_at",
        "remote_deleted_at",
        "outcome",
        "rejected_at",
        "job_id",
    ]


def test_a_table_has_all_rows(folder) -> None:
    warehouse = open_warehouse(folder)
    counted = warehouse.query("SELECT count(*) AS rows FROM unified.applications")
    assert len(warehouse.table("applications")) == counted["rows"][0]


@pytest.mark.parametrize(
    ("table", "column", "kind"),
    [
        ("applications", "changed_at", "datetime64[us, UTC]"),
        ("jobs", "remote_deleted_at", "datetime64[us, UTC]"),
        ("jobs", "weekly_hours", "float64"),
        ("candidates", "confidential", "boolean"),
        ("job_screening_questions", "index", "Int32"),
        ("jobs", "name", "str"),
    ],
)
def test_columns_have_the_right_types(folder, table: str, column: str, kind: str) -> None:
    assert str(open_warehouse(folder).table(table)[column].dtype) == kind


def test_a_json_column_holds_python_objects(folder) -> None:
    questions = open_warehouse(folder).table("screening_questions").set_index("remote_id")
    assert questions.loc["20", "format"] == {
        "type": "NUMBER",
        "display_type": "SLIDER",
        "min": None,
        "max": 12,
    }


def test_a_json_column_holds_none_where_there_is_nothing(folder) -> None:
    asked = open_warehouse(folder).table("job_screening_questions")
    assert {type(one) for one in asked["precondition_options"]} == {type(None), list}


def test_booleans_are_true_false_or_missing(folder) -> None:
    known = open_warehouse(folder).table("candidates")["confidential"]
    assert (known.isna().any(), set(known.dropna())) == (True, {True, False})


def test_a_table_of_another_schema_is_named_with_it(folder) -> None:
    gone = open_warehouse(folder).table("jobs")["remote_deleted_at"].notna().sum()
    current = open_warehouse(folder).table("unified_current.jobs")
    assert len(current) == len(open_warehouse(folder).table("jobs")) - gone


def test_a_query_has_the_same_types(folder) -> None:
    frame = open_warehouse(folder).query("SELECT format, changed_at FROM unified.screening_questions LIMIT 1")
    assert (type(frame["format"][0]), str(frame["changed_at"].dtype)) == (dict, "datetime64[us, UTC]")


def test_nothing_can_be_written(folder) -> None:
    with pytest.raises(ConfigurationError, match="read-only"):
        open_warehouse(folder).query("CREATE TABLE x (a int)")


@pytest.mark.parametrize("name", ["application", "nowhere.jobs", 'jobs"; DROP TABLE x; --'])
def test_a_table_that_is_not_there_is_named(folder, name: str) -> None:
    with pytest.raises(ConfigurationError, match="There is no table"):
        open_warehouse(folder).table(name)


def test_a_folder_that_was_never_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="ats sync"):
        open_warehouse(tmp_path)


def test_a_run_is_not_held_up(folder, coveto: CovetoTenant) -> None:
    warehouse = open_warehouse(folder)
    warehouse.table("jobs")
    coveto.change("jobs", 1, {"titel": "Neu"})
    sync(folder, ["acme"], models=["jobs"])
    assert "Neu" in set(warehouse.table("jobs")["name"])


# at a moment


def test_before_the_first_read_there_was_nothing(folder) -> None:
    with open_warehouse(folder).at("2020-01-01") as past:
        assert [len(past.table(table)) for table in ("jobs", "candidates", "applications")] == [0, 0, 0]


def test_at_the_end_of_today_all_is_as_it_is(folder) -> None:
    warehouse = open_warehouse(folder)
    today = datetime.now(UTC).date() + timedelta(days=1)
    with warehouse.at(today) as past:
        for table in ("jobs", "applications", "job_screening_questions"):
            now, then = (one.table(table).sort_values("id", ignore_index=True) for one in (warehouse, past))
            pandas.testing.assert_frame_equal(now, then)


def test_what_was_gone_later_was_still_there(folder) -> None:
    first, *_ = moments(folder, "raw_coveto.jobs")
    warehouse = open_warehouse(folder)
    with warehouse.at(first) as past:
        deleted = [one.table("jobs")["remote_deleted_at"].notna().sum() for one in (past, warehouse)]
    assert deleted == [0, 1]


def test_what_changed_later_is_as_it_was(folder, coveto: CovetoTenant) -> None:
    before = datetime.now(UTC)
    coveto.change("jobs", 1, {"titel": "Später"})
    sync(folder, ["acme"], models=["jobs"])
    warehouse = open_warehouse(folder)
    with warehouse.at(before) as past:
        names = [set(one.table("jobs")["name"]) for one in (past, warehouse)]
    assert ["Später" in one for one in names] == [False, True]


def test_a_read_at_the_moment_itself_counts(folder) -> None:
    first, *_ = moments(folder, "raw_coveto.jobs")
    counts = []
    for moment in (first - timedelta(microseconds=1), first):
        with open_warehouse(folder).at(moment) as past:
            counts.append(len(past.query("SELECT id FROM unified.jobs WHERE tool = 'coveto'")))
    assert counts == [0, 40]


def test_mappings_of_the_folder_hold_for_the_past(folder) -> None:
    (folder / "mappings").mkdir()
    (folder / "mappings" / "status.csv").write_text(
        "tool,connection_id,source_value,unified_value\ncoveto,coveto:acme,Aktiv,DRAFT\n", encoding="utf-8"
    )
    with open_warehouse(folder).at(datetime.now(UTC)) as past:
        jobs = past.table("jobs").set_index(["tool", "remote_id"])
    assert jobs.loc[("coveto", "1"), "status"] == "DRAFT"


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("2026-10-01", "2026-10-01T21:59:59.999999+00:00"),
        ("2026-10-25", "2026-10-25T22:59:59.999999+00:00"),
        (date(2026, 1, 31), "2026-01-31T22:59:59.999999+00:00"),
        ("2026-10-01T12:00", "2026-10-01T10:00:00+00:00"),
        ("2026-10-01T12:00:00Z", "2026-10-01T12:00:00+00:00"),
        (datetime(2026, 10, 1, 12, tzinfo=UTC), "2026-10-01T12:00:00+00:00"),
    ],
)
def test_a_date_is_the_end_of_that_day_in_berlin(folder, given, moment: str) -> None:
    past = open_warehouse(folder).at(given)
    assert (type(past), past.moment.isoformat()) == (PastTables, moment)


@pytest.mark.parametrize("given", ["gestern", "01.10.2026", "2026-13-01", ""])
def test_what_is_no_moment_is_told(folder, given: str) -> None:
    with pytest.raises(ConfigurationError, match="is no date and no time"):
        open_warehouse(folder).at(given)
