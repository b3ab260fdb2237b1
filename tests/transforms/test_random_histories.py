"""Random histories of edits to the raw log: runs step by step make of them what one rebuild makes."""

import random
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.warehouse import Warehouse
from transforms.models import load_tables
from transforms.rendering import raw_tables
from transforms.retained import Erasable, Erases, is_erased_by
from transforms.runner import TransformSettings

CONNECTIONS = ("one", "two")
WORDS = [
    "",
    None,
    "Aktiv",
    "Besetzt",
    "Ja",
    "Nein",
    "JANEIN",
    "AUSWAHL",
    "TEXT",
    "EINGESTELLT",
    "2026-02-31",
    "Eingestellt",
]
PROMOTED = {
    "jobs": {"": {"k": ["none", "k"]}},
    "candidates": {"": {"k": ["k"]}, "compleetpersy:two": {"k": ["j", "k"], "l": ["j"]}},
}
DATES = ["2026-10-25 02:30:00", "0000-00-00", "31.02.2026", None, "2026-08-01T08:00:00+02:00"]


def coveto_record(model: str, remote_id: str, chance: random.Random) -> dict[str, Any]:
    """A record whose references meet, so that what depends on others changes with them."""
    if model == "job_screening_questions":
        job, question = remote_id.split(":")
        return {
            "stelleId": job,
            "frageId": question,
            "position": chance.choice(["1", "2", "", "x"]),
            "pflicht": chance.choice(["Ja", "Nein", "?"]),
            "bedingung": chance.choice(
                [
                    "",
                    {
                        "frageId": str(chance.randint(1, 3)),
                        "antworten": {"wert": chance.choice([["Ja"], ["1"], "Nein", ["Ja", "x"]])},
                    },
                ]
            ),
        }
    return {
        "id": remote_id,
        "titel": chance.choice(["a", "b"]),
        "typ": chance.choice(WORDS),
        "bezeichnung": chance.choice(WORDS),
        "status": chance.choice(
            [None, "Aktiv", {"id": str(chance.randint(1, 3)), "bezeichnung": chance.choice(WORDS)}]
        ),
        "stelleId": str(chance.randint(1, 3)),
        "bewerberId": str(chance.randint(1, 3)),
        "email": chance.choice(["a@example.org", "keine"]),
        "adresse": chance.choice(["", {"land": chance.choice(["DE", "Nirgends"])}]),
        "erstelltAm": chance.choice(DATES),
        "freitextfelder": chance.choice(
            ["", {"freitextfeld": [{"@name": "k", "#text": chance.choice("vw ")}] * 2}]
        ),
    }


def persy_record(model: str, chance: random.Random) -> dict[str, Any]:
    if model == "jobs":
        return {"PositionProfile": {"PositionDetail": {"PositionTitle": chance.choice(["a", "b"])}}}
    if model == "applications":
        return {
            "PositionOpening": {
                "ApplicationStatus": chance.choice(WORDS),
                "ApplicationDate": chance.choice(DATES),
            }
        }
    method = {"Use": "personal", "InternetEmailAddress": chance.choice(["a@example.org", "keine"])}
    return {
        "Confidential": chance.choice([True, "Ja", "jein", None]),
        "CandidateProfile": {
            "PersonalData": {"ContactMethod": chance.choice([method, [method, method], None])}
        },
        "UserArea": chance.choice([{}, {"k": 1}, {"k": [1], "j": None}, {"j": {"k": "ü"}}]),
    }


def remote_ids(tool: str, model: str) -> list[str]:
    if model == "job_screening_questions" or (tool, model) == ("compleetpersy", "applications"):
        return [f"{one}:{other}" for one in (1, 2) for other in (1, 2, 3)]
    return ["1", "2", "3"]


def edit(warehouse: Warehouse, load: int, chance: random.Random) -> None:
    """One load: some records new or changed, some gone, some written twice."""
    for tool, model in chance.sample(raw_tables(), chance.randint(1, 4)):
        for connection in CONNECTIONS:
            for remote_id in chance.sample(remote_ids(tool, model), chance.randint(0, 2)):
                row: dict[str, Any] = {
                    "connection_id": f"{tool}:{connection}",
                    "remote_id": remote_id,
                    "load": load,
                }
                if chance.random() < 0.7:
                    row["remote_data"] = (
                        coveto_record(model, remote_id, chance)
                        if tool == "coveto"
                        else persy_record(model, chance)
                    )
                row["complete"] = chance.random() < 0.9
                for _ in range(chance.choice([1, 1, 1, 2])):
                    warehouse.write(tool, model, row)


def erase_some(warehouse: Warehouse, chance: random.Random) -> None:
    """What retention does: the contents of some records that are gone, at either level."""
    for table in chance.sample([one for one in load_tables() if one.operations], 2):
        erases: Erases = chance.choice(["personal", "all"])
        if not is_erased_by(table, erases):
            continue
        gone = [row for row in warehouse.rows(table.name) if row["remote_deleted_at"]]
        for row in chance.sample(gone, min(2, len(gone))):
            warehouse.erase(
                Erasable(row["tool"], table.name, row["connection_id"], [row["remote_id"]], erases)
            )


@pytest.mark.slow
@settings(max_examples=15)
@given(seed=st.integers(0, 2**32), runs=st.lists(st.integers(1, 2), min_size=1, max_size=4))
def test_runs_step_by_step_give_what_one_rebuild_gives(seed: int, runs: list[int]) -> None:
    chance = random.Random(seed)
    with duckdb.connect() as connection:
        warehouse = Warehouse(connection)
        warehouse.settings = TransformSettings(custom_fields=PROMOTED)
        load = 0
        for edits in runs:
            for _ in range(edits):
                load += 1
                edit(warehouse, load, chance)
            warehouse.transform()
            erase_some(warehouse, chance)
        step_by_step = warehouse.everything()
        findings = warehouse.findings()
        warehouse.transform(full_refresh=True)
        assert step_by_step == warehouse.everything()
        assert findings == warehouse.findings()


@pytest.mark.slow
@settings(max_examples=5)
@given(seed=st.integers(0, 2**32))
def test_the_log_in_another_order_gives_the_same_tables(seed: int) -> None:
    chance = random.Random(seed)
    with duckdb.connect() as connection:
        warehouse = Warehouse(connection)
        for load in range(1, 4):
            edit(warehouse, load, chance)
        warehouse.transform()
        before = warehouse.everything()
        for tool, model in raw_tables():
            warehouse.create_raw(tool, model)
            connection.execute(
                f"create or replace table raw_{tool}.{model} as from raw_{tool}.{model} order by random()"
            )
        warehouse.transform(full_refresh=True)
        assert warehouse.everything() == before
