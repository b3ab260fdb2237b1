"""Promoted fields from the configuration to the readers' tables, by `ats transform` and by `ats sync`."""

import json
from collections.abc import Callable

import pytest

from pipelines.transforming import transform
from tests.pipelines.sync.working_folder import Folder

PROMOTED = """
[custom_fields.candidates]
note = ["none", "Notiz", "fuehrerschein"]
[custom_fields.candidates.by_connection.leihwerk]
shift = ["Schicht"]
"""


@pytest.fixture
def read(folder: Folder, coveto, persy) -> Folder:
    fields = {"freitextfeld": [{"@name": "fuehrerschein", "#text": "B"}]}
    coveto.change("candidates", coveto.keys("candidates")[0], {"freitextfelder": fields})
    persy.change(min(persy.keys()), {"UserArea": {"Notiz": "gut", "Schicht": ["früh", "spät"]}})
    folder.sync()
    return folder


def promoted(folder: Folder, connection_id: str, key: object) -> object:
    text = folder.value(
        "select custom_fields from unified.candidates "
        f"where connection_id = '{connection_id}' and remote_id = '{key}'"
    )
    return json.loads(text)


def rebuilt(result: object) -> list[str]:
    return [model.name for model in result.models if model.kind == "rebuilt"]  # type: ignore[attr-defined]


def test_a_transform_rebuilds_what_is_promoted_and_publishes_it(read: Folder, coveto, persy) -> None:
    key, other = coveto.keys("candidates")[0], min(persy.keys())
    assert promoted(read, "coveto:acme", key) == {}
    read.configure(PROMOTED)
    result, published = transform(read.path)
    assert (rebuilt(result), published) == (["candidates", "integration_fields_catalogue"], True)
    assert promoted(read, "coveto:acme", key) == {"note": "B"}
    assert promoted(read, "compleetpersy:leihwerk", other) == {"note": "gut", "shift": ["früh", "spät"]}
    incremental = read.tables()
    transform(read.path, full_refresh=True)
    assert read.tables() == incremental


def test_a_sync_without_changes_at_the_source_rebuilds_too_and_the_next_does_nothing(
    read: Folder, coveto
) -> None:
    read.configure(PROMOTED)
    first, second = read.sync("acme"), read.sync("acme")
    assert first.transforms is not None
    assert rebuilt(first.transforms) == ["candidates", "integration_fields_catalogue"]
    assert second.transforms is None or not second.transforms.changed
    assert promoted(read, "coveto:acme", coveto.keys("candidates")[0]) == {"note": "B"}


def test_the_command_says_what_was_rebuilt_and_why(read: Folder, ats: Callable) -> None:
    read.configure(PROMOTED)
    done = ats("transform", folder=read.path)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("candidates ")]
    assert "rebuilt" in line
    assert "a promoted field" in line
    assert "Every table was up to date." in ats("transform", folder=read.path).stdout
