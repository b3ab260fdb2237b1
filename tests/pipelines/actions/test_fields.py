"""`ats fields`: what records hold beside the unified columns, from the tables and live."""

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines import fields
from pipelines.source_fields import SourceField
from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from sources.errors import ConfigurationError, CredentialsError, WarehouseError
from tests.pipelines.actions.conftest import Write

PERMIT = {"freitextfeld": [{"@name": "ausweis", "@bezeichnung": "Ausweis", "#text": "ja"}]}
PROMOTED = '[custom_fields.candidates]\npermit = ["ausweis"]\n'


def field_of(found: tuple[SourceField, ...], key: str, model: str = "candidates") -> SourceField:
    (one,) = [one for one in found if (one.model, one.key) == (model, key)]
    return one


def test_fields_from_the_tables_are_the_rows_of_the_catalogue(folder: Path) -> None:
    found = fields(folder, "acme")
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select id, filled_rows, distinct_values from unified.integration_fields_catalogue "
            "where connection_id = 'coveto:acme'"
        ).fetchall()
    assert len(found) > 5
    assert {(one.id, one.filled_rows, one.distinct_values) for one in found} == set(rows)


def test_fields_from_the_tables_ask_no_vendor(folder: Path, coveto: CovetoTenant, persy: PersyTenant) -> None:
    fields(folder, "acme")
    fields(folder, "leihwerk")
    assert (coveto.requests, persy.requests) == ([], [])


def test_the_tables_and_the_vendor_give_the_same_fields(folder: Path, read_warehouse: Path) -> None:
    assert read_warehouse.exists()
    assert fields(folder, "leihwerk", examples=True) == fields(folder, "leihwerk", examples=True, live=True)


def test_a_field_that_is_new_at_the_vendor_shows_live(folder: Path, coveto: CovetoTenant) -> None:
    coveto.change("candidates", coveto.keys("candidates")[0], {"freitextfelder": PERMIT})
    found = field_of(fields(folder, "acme", live=True), "ausweis")
    assert (found.label, found.type, found.value_types) == ("Ausweis", "CUSTOM", "text")
    assert (found.rows, found.filled_rows, found.distinct_values) == (25, 1, 1)
    assert (found.share_filled, found.promoted_as, found.examples) == (0.04, None, ())
    assert all(one.key != "ausweis" for one in fields(folder, "acme"))


def test_live_says_what_the_configuration_promotes(
    write: Write, sandbox: Sandbox, coveto: CovetoTenant
) -> None:
    config, secrets = sandbox.connection_settings()
    folder = write((config + PROMOTED, secrets))
    coveto.change("candidates", coveto.keys("candidates")[0], {"freitextfelder": PERMIT})
    assert field_of(fields(folder, "acme", live=True), "ausweis").promoted_as == "permit"


def test_examples_are_values_and_the_most_frequent_come_first(folder: Path, persy: PersyTenant) -> None:
    for number, key in enumerate(persy.keys()[:4]):
        persy.change(key, {"UserArea": {"schicht": "Nacht" if number else "Früh", "stunden": 38.5}})
    found = fields(folder, "leihwerk", examples=True, live=True)
    assert field_of(found, "schicht").examples[:2] == ("Nacht", "Früh")
    assert field_of(found, "stunden").examples == (38.5,)


def test_one_page_is_read_of_each_model_or_as_many_as_are_asked_for(write: Write, sandbox: Sandbox) -> None:
    config, secrets = sandbox.connection_settings()
    folder = write((config.replace("[connections.acme]\n", "[connections.acme]\npage_size = 10\n"), secrets))
    rows = [
        {one.rows for one in fields(folder, "acme", ["candidates"], live=True, pages=pages)}
        for pages in (1, 2, 9)
    ]
    assert rows == [{10}, {20}, {25}]


def test_a_model_is_shown_alone(folder: Path, coveto: CovetoTenant) -> None:
    assert {one.model for one in fields(folder, "acme", ["jobs"], live=True)} == {"jobs"}
    assert {one.operation for one in coveto.requests} == {"wsdl", "listStellen"}


def test_live_needs_no_warehouse_and_leaves_nothing(folder: Path) -> None:
    (folder / "warehouse.duckdb").unlink()
    assert fields(folder, "leihwerk", live=True)
    assert sorted(path.name for path in folder.rglob("*")) == [".dlt", "config.toml", "secrets.toml"]


def test_without_tables_the_remedy_is_a_sync_or_live(folder: Path) -> None:
    (folder / "warehouse.duckdb").unlink()
    with pytest.raises(WarehouseError) as raised:
        fields(folder, "acme")
    assert raised.value.remedy == "Run `ats sync` first, or add --live"


def test_an_unknown_connection_is_named_with_the_nearest(folder: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        fields(folder, "acne")
    assert (raised.value.exit_code, 'Did you mean "acme"?' in raised.value.remedy) == (2, True)


@pytest.mark.parametrize(
    ("name", "model", "remedy"),
    [
        ("acme", "job", '"jobs"'),
        ("acme", "screening_questions", "There are: applications"),
        ("leihwerk", "jobs", "candidates"),
    ],
)
def test_a_model_without_fields_is_refused(folder: Path, name: str, model: str, remedy: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        fields(folder, name, [model], live=True)
    assert remedy in raised.value.remedy


def test_refused_credentials_are_told_as_such(write: Write, sandbox: Sandbox) -> None:
    config, secrets = sandbox.connection_settings()
    folder = write((config, secrets.replace('api_key = "', 'api_key = "wrong')))
    with pytest.raises(CredentialsError):
        fields(folder, "acme", live=True)


def test_the_command_prints_plain_lines_without_values(folder: Path, ats: Callable) -> None:
    done = ats("fields", "leihwerk", folder=folder)
    head, *lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert head.split("\t") == [
        "model",
        "key",
        "label",
        "type",
        "values",
        "filled",
        "distinct",
        "promoted as",
    ]
    assert len(lines) == len(fields(folder, "leihwerk"))
    assert {line.count("\t") for line in lines} == {7}


def test_the_command_gives_json_with_examples_where_asked_for(folder: Path, ats: Callable) -> None:
    plain = json.loads(ats("fields", "leihwerk", "--json", folder=folder).stdout)
    told = json.loads(ats("fields", "leihwerk", "--json", "--examples", folder=folder).stdout)
    assert [one.pop("examples") for one in plain] == [[]] * len(plain)
    assert any(one.pop("examples") for one in told)
    assert plain[0].keys() >= {"key", "label", "type", "share_filled", "distinct_values", "promoted_as"}


def test_the_command_ends_with_2_for_an_unknown_connection(folder: Path, ats: Callable) -> None:
    done = ats("fields", "nobody", folder=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 2
