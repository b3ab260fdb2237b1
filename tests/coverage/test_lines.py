"""Each line of the seeds that is a column or an input field works, over HTTP, from end to end."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import configuration_layers, create_application, create_candidate
from pipelines.mapping_lines import gaps_of, mapping_files
from pipelines.syncing import sync
from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from tests.coverage.seeds import Line, all_lines
from transforms.engine import DuckDbEngine

COLUMNS = all_lines("Models")
INPUTS = [line for line in all_lines("Actions") if line.action.startswith("create_")]
PROMOTED = """
[custom_fields.jobs]
schedule = "schichtmodell"
[custom_fields.candidates]
note = ["vermerk", "Notiz"]
[custom_fields.applications]
note = "vermerk"
"""
OWN_FIELD = {"freitextfeld": [{"@name": "vermerk", "#text": "x"}, {"@name": "schichtmodell", "#text": "y"}]}

REQUEST = {
    "candidate": {
        "first_name": "Nina",
        "last_name": "Neu",
        "email_address": "nina@mail.example",
        "phone_number": "+49 221 1",
        "location": {"city": "Köln", "country": "DE", "zip_code": "50667"},
        "gender": "FEMALE",
    },
    "screening_question_answers": [{"question_id": "remote:1", "answer": "Gern"}],
    "attachments": [
        {"name": "cv.pdf", "content_type": "application/pdf", "data": "JVBERg=="},
        {"name": "note.txt", "data_url": "data:text/plain;base64,eA=="},
    ],
    "source": {"name": "Messe", "unified_key": "fair", "id": "4"},
}
AT_THE_VENDOR = {
    "candidate.first_name": ("bewerber.vorname", "Nina"),
    "candidate.last_name": ("bewerber.nachname", "Neu"),
    "candidate.email_address": ("bewerber.email", "nina@mail.example"),
    "candidate.phone_number": ("bewerber.telefon", "+49 221 1"),
    "candidate.location.city": ("bewerber.adresse.ort", "Köln"),
    "candidate.location.country": ("bewerber.adresse.land", "DE"),
    "candidate.location.zip_code": ("bewerber.adresse.plz", "50667"),
    "candidate.gender": ("bewerber.geschlecht", "weiblich"),
    "screening_question_answers.question_id": ("antworten.antwort.frageId", "1"),
    "screening_question_answers.answer": ("antworten.antwort.wert", "Gern"),
    "attachments.name": ("anhaenge.anhang.0.name", "cv.pdf"),
    "attachments.content_type": ("anhaenge.anhang.0.contentType", "application/pdf"),
    "attachments.data": ("anhaenge.anhang.0.daten", "JVBERg=="),
    "attachments.data_url": ("anhaenge.anhang.1.daten", "eA=="),
    "source.name": ("quelle.name", "Messe"),
    "source.unified_key": ("quelle.schluessel", "fair"),
    "source.id": ("quelle.id", "4"),
}
"""By input field where its value of the request must arrive, and as what."""
ACTIONS: dict[str, Callable[..., Any]] = {
    "create_candidate": create_candidate,
    "create_application": create_application,
}


@dataclass(frozen=True)
class Outcome:
    """What readers get after both syncs, and by action what reached the vendor, each for a job of its own."""

    warehouse: duckdb.DuckDBPyConnection
    sent: Mapping[str, Any]
    jobs: Mapping[str, str]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    """Two small tenants, read, written to, and read again; in between a record of each model went."""
    coveto, persy = CovetoTenant.generate(candidates=25), PersyTenant.generate(candidates=25)
    folder = tmp_path_factory.mktemp("coverage")
    jobs = dict(zip(ACTIONS, [str(key) for key in coveto.keys("jobs")[1:]], strict=False))
    for model in ("jobs", "candidates", "applications"):
        coveto.change(model, coveto.keys(model)[-1], {"freitextfelder": OWN_FIELD})
    for job in jobs.values():
        coveto.change("jobs", int(job), {"status": "Aktiv", "gueltigBis": None})
    persy.change(max(persy.keys()), {"UserArea": {"Notiz": "x"}})
    with pytest.MonkeyPatch.context() as patch, Sandbox(coveto, persy) as running:
        patch.setattr(configuration_layers, "_global_folder", lambda: folder / "nobody")
        connect(folder, running)
        sync(folder)
        for action, create in ACTIONS.items():
            create(folder, "acme", REQUEST | {"application": {"job_id": f"remote:{jobs[action]}"}})
        for model in ("jobs", "candidates", "applications", "screening_questions", "job_screening_questions"):
            coveto.remove(model, coveto.keys(model)[0])
        for key in sorted(persy.keys())[:3]:
            persy.remove(key)
        sync(folder, kind="full")
    sent = {one["content"]["stelleId"]: one["content"] for one in coveto.created}
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        yield Outcome(connection, {action: sent[job] for action, job in jobs.items()}, jobs)


def connect(folder: Path, running: Sandbox) -> None:
    (folder / ".dlt").mkdir()
    config, secrets = running.connection_settings()
    (folder / ".dlt" / "config.toml").write_text(config + PROMOTED, encoding="utf-8")
    (folder / ".dlt" / "secrets.toml").write_text(secrets, encoding="utf-8")


@pytest.mark.parametrize("line", COLUMNS, ids=lambda line: f"{line.tool}.{line.model}.{line.name}")
def test_each_column_is_filled(outcome: Outcome, line: Line) -> None:
    ((filled,),) = outcome.warehouse.execute(
        f'SELECT count(*) FROM unified.{line.model} WHERE tool = ? AND "{line.name}" IS NOT NULL '
        f"""AND CAST("{line.name}" AS varchar) NOT IN ('', '[]', '{{}}')""",
        [line.tool],
    ).fetchall()
    assert filled > 0


def test_the_id_of_an_application_of_persy_is_made_of_candidate_and_opening(outcome: Outcome) -> None:
    other = outcome.warehouse.execute(
        "SELECT count(*) FROM unified.applications WHERE tool = 'compleetpersy' AND "
        "(remote_id <> remote_candidate_id || ':' || remote_job_id "
        "OR id <> md5('applications|' || connection_id || '|' || remote_id))"
    )
    assert other.fetchall() == [(0,)]


def test_the_query_of_the_document_gives_the_lines_that_a_mapping_lacks(outcome: Outcome) -> None:
    text = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
    (query,) = [sql for sql in re.findall(r"```sql\n(.*?)```", text, re.DOTALL) if "mapping_gaps" in sql]
    found = outcome.warehouse.execute(query).fetchall()
    files = mapping_files(
        "coveto:acme", Path("nowhere"), gaps_of(DuckDbEngine(outcome.warehouse), "coveto:acme")
    )
    expected = [(file.file, *next(csv.reader([line]))) for file in files for line in file.lines[1:]]
    shown = [(f"mappings/{file}", *next(csv.reader([line]))) for file, line in found]
    assert sorted(one for one in shown if one[1] == "coveto") == sorted(expected)


@pytest.mark.parametrize("line", INPUTS, ids=lambda line: f"{line.action}.{line.name}")
def test_each_input_field_reaches_the_vendor(outcome: Outcome, line: Line) -> None:
    job = ("stelleId", outcome.jobs[line.action])
    path, value = job if line.name == "application.job_id" else AT_THE_VENDOR[line.name]
    found = reduce(
        lambda inner, name: inner[int(name) if name.isdigit() else name],
        path.split("."),
        outcome.sent[line.action],
    )
    assert found == value
