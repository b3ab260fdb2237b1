"""The yml files say what the contract says, and the documents say what the yml files say."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.configuration_custom_fields import TOOLS_OF
from transforms import style
from transforms.documentation import tables_document
from transforms.models import Table, load_tables

ROOT = Path(__file__).parents[2]
CONTRACT: dict[str, Any] = yaml.safe_load((ROOT / "tests/reference/unified.yml").read_text(encoding="utf-8"))
TOOLS = ["coveto", "compleetpersy"]


BINDING = [table for table in load_tables() if table.name in CONTRACT["tables"]]


def test_the_tables_are_those_of_the_contract_and_the_catalogue_of_fields() -> None:
    names = [*CONTRACT["tables"], "integration_fields_catalogue"]
    assert [table.name for table in load_tables()] == names


def test_the_models_with_custom_fields_are_those_that_a_configuration_may_name() -> None:
    columns = {table.name: {column.name: column for column in table.columns} for table in BINDING}
    assert {
        name: tuple(one["custom_fields"].filled_by) for name, one in columns.items() if "custom_fields" in one
    } == TOOLS_OF


@pytest.mark.parametrize("table", BINDING, ids=lambda table: table.name)
def test_grain_key_and_columns_are_those_of_the_contract(table: Table) -> None:
    contract = CONTRACT["tables"][table.name]
    key = contract["primary_key"]
    assert table.grain == contract["grain"]
    assert list(table.primary_key) == (key if isinstance(key, list) else [key])
    expected = [
        {
            "name": column["name"],
            "type": column["type"],
            "tools": TOOLS if column["tools"] == "all" else column["tools"],
            "values": column.get("values", []),
            "pii": column.get("pii", False),
            "reference": contract.get("references", {}).get(column["name"]),
        }
        for column in contract["columns"]
    ]
    assert [
        {
            "name": column.name,
            "type": column.kind,
            "tools": list(column.filled_by),
            "values": list(column.values),
            "pii": column.personal,
            "reference": next((test.to for test in column.tests if test.to), None),
        }
        for column in table.columns
    ] == expected


@pytest.mark.parametrize("table", load_tables(), ids=lambda table: table.name)
def test_every_check_has_a_known_severity(table: Table) -> None:
    for column in table.columns:
        assert {test.severity for test in column.tests} <= {"fail", "warn", "info"}


def test_the_tables_document_is_what_the_yml_files_give() -> None:
    assert (ROOT / "docs/tables.md").read_text(encoding="utf-8") == tables_document(), (
        "run python -m transforms.documentation"
    )


def test_the_sql_keeps_its_style() -> None:
    assert style.problems() == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("with a as (\n    SELECT 1\n)\n\nselect * from a\n", "keyword SELECT is not lower-case"),
        ("with a as (\n    select 1\n)\n\nselect 1 from a\n", "does not end with select * from a"),
        ("with a as (\n   select 1\n)\n\nselect * from a\n", "indented by something else than fours"),
        ("with a as (\n    select 1 \n)\n\nselect * from a\n", "blanks at the end"),
        ("with a as (\n    select duckdb\n)\n\nselect * from a\n", "names a dialect"),
        ("with a as (\n    select 1\n    , 2\n)\n\nselect * from a\n", "a comma begins the line"),
    ],
)
def test_a_breach_of_style_is_found(text: str, problem: str) -> None:
    assert any(problem in found for found in style.problems_of("unified/jobs.sql", text))
