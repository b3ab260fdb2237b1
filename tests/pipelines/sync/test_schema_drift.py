"""A source that changes its mind: fields of other types at each read, names that mean things elsewhere."""

import json
from typing import Any

import pytest

from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from tests.pipelines.sync.working_folder import Folder

pytestmark = pytest.mark.slow

HOSTILE = (
    "",
    "__class__",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "'; drop table unified.jobs; --",
    '"quoted"',
    "a.b.c",
    "$[0]",
    "Сonfidential",  # a Cyrillic letter first
    "\u202egnihtemos",
    "x" * 300,
)


@pytest.fixture
def coveto() -> CovetoTenant:
    return CovetoTenant.generate(candidates=3, jobs=3)


@pytest.fixture
def persy() -> PersyTenant:
    return PersyTenant.generate(candidates=3)


def gaps(folder: Folder, column: str) -> list[tuple[Any, ...]]:
    return folder.rows(
        f"select table_name, kind, source_value from unified.mapping_gaps where column_name = '{column}'"
    )


def test_a_number_of_coveto_that_becomes_something_else_is_null_or_a_gap(
    folder: Folder, coveto: CovetoTenant
) -> None:
    forms = {
        "<wochenstunden>38,5</wochenstunden>": 38.5,
        "<wochenstunden><von>20</von><bis>30</bis></wochenstunden>": None,
        "<wochenstunden>30</wochenstunden><wochenstunden>40</wochenstunden>": 30.0,
        '<wochenstunden einheit="h">35</wochenstunden>': 35.0,
        "<wochenstunden>nach Absprache</wochenstunden>": None,
    }
    found = {}
    for form in forms:
        coveto.replace_raw("jobs", 1, f"<stelle><id>1</id>{form}</stelle>".encode())
        assert folder.sync("acme").exit_code == 0
        found[form] = folder.value("select weekly_hours from unified.jobs where remote_id = '1'")
    assert found == forms
    assert gaps(folder, "weekly_hours") == [("jobs", "unreadable", "nach Absprache")]


def test_every_form_of_it_is_a_version_of_its_own_in_raw(folder: Folder, coveto: CovetoTenant) -> None:
    for form in ("<neu>1</neu>", "<neu><a>1</a></neu>", "<neu>1</neu><neu>2</neu>", ""):
        coveto.replace_raw("jobs", 1, f"<stelle><id>1</id>{form}</stelle>".encode())
        folder.sync("acme")
    versions = folder.rows("select remote_data from raw_coveto.jobs where remote_id = '1' order by read_at")
    assert [json.loads(text).get("neu") for (text,) in versions] == ["1", {"a": "1"}, ["1", "2"], None]


def test_a_boolean_of_persy_that_becomes_something_else_is_null_or_a_gap(
    folder: Folder, persy: PersyTenant
) -> None:
    key = persy.keys()[0]
    forms: list[tuple[Any, bool | None]] = [
        (True, True),
        ("nein", False),
        ({"Value": True}, None),
        ([True], True),
        (1, True),
        ("jein", None),
    ]
    found = []
    for form, _ in forms:
        persy.change(key, {"Confidential": form})
        folder.sync("leihwerk")
        found.append(
            (form, folder.value(f"select confidential from unified.candidates where remote_id = '{key}'"))
        )
    assert found == forms
    assert ("candidates", "unreadable", "jein") in gaps(folder, "confidential")


def test_hostile_names_are_fields_like_any_other(folder: Folder, persy: PersyTenant) -> None:
    key = persy.keys()[0]
    area = {name: f"value {place}" for place, name in enumerate(HOSTILE)}
    persy.change(key, {"UserArea": area})
    assert folder.sync("leihwerk").exit_code == 0
    fields = json.loads(
        folder.value(f"select integration_fields from unified.candidates where remote_id = '{key}'")
    )
    assert {one["key"]: one["value"] for one in fields if one["type"] == "CUSTOM"} == area


def test_ten_thousand_fields_of_a_record_are_kept(folder: Folder, persy: PersyTenant) -> None:
    key = persy.keys()[0]
    persy.change(key, {"UserArea": {f"field {number}": number for number in range(10_000)}})
    assert folder.sync("leihwerk").exit_code == 0
    count = "select json_array_length(integration_fields) from unified.candidates where remote_id = '{}'"
    assert folder.value(count.format(key)) >= 10_000
