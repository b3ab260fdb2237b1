"""Each folder in cases/ is a test: raw rows in given/, unified rows in expect/, and what they prove.

A row of `given` has remote_id, remote_data (or remote_text), and where they matter connection_id, read_at
and load; the loads are transformed one after the other. A row of `expect` names the columns it proves; the
rows of a table must be exactly those expected, and a column that a row leaves out is not looked at. Files
`settings.yaml` and `mappings/` are the working folder's. A whole rebuild must then give the same tables.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.transforms.warehouse import Warehouse
from transforms.models import load_tables
from transforms.runner import TransformSettings

CASES = sorted(folder for folder in (Path(__file__).parent / "cases").iterdir() if folder.is_dir())
KEYS = {table.name: table.primary_key for table in load_tables()}


def read(file: Path) -> Any:
    """A YAML file in which dates stay text."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=TextDates)  # noqa: S506 - a SafeLoader


class TextDates(yaml.SafeLoader):
    """YAML whose timestamps are not turned into dates."""


TextDates.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def given_rows(case: Path) -> list[tuple[str, str, dict[str, Any]]]:
    """(tool, model, row) of every given file, in the order of their loads."""
    rows = []
    for file in sorted((case / "given").glob("*.yaml")):
        tool, model = file.stem.removeprefix("raw_").split(".")
        rows += [(tool, model, row) for row in read(file)]
    return sorted(rows, key=lambda row: int(row[2].get("load", 1)))


def compare(actual: list[dict[str, Any]], expected: list[dict[str, Any]], table: str) -> None:
    """The rows, each matched by the columns of `expected` that identify it."""
    names = [
        name
        for name in ("connection_id", "remote_id", *KEYS[table])
        if expected and all(name in row for row in expected)
    ]
    found = {tuple(str(row[name]) for name in names): row for row in actual}
    wanted = {tuple(str(row.get(name)) for name in names): row for row in expected}
    assert sorted(found) == sorted(wanted)
    assert len(actual) == len(expected)
    for key, row in wanted.items():
        assert {name: found[key][name] for name in row} == row, f"{table} {key}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_given_raw_rows_become_the_expected_unified_rows(case: Path, warehouse: Warehouse) -> None:
    settings = read(case / "settings.yaml") if (case / "settings.yaml").exists() else {}
    warehouse.settings = TransformSettings(
        settings.get("paths", {}), case / "mappings", settings.get("custom_fields", {})
    )
    load = 1
    for tool, model, row in given_rows(case):
        if int(row.get("load", 1)) != load:
            warehouse.transform()
            load = int(row["load"])
        warehouse.write(tool, model, row)
    warehouse.transform()
    for file in sorted((case / "expect").glob("*.yaml")):
        table = file.stem.removeprefix("unified.")
        compare(warehouse.rows(table), read(file), table)
    incremental = warehouse.everything()
    warehouse.transform(full_refresh=True)
    assert incremental == warehouse.everything()
