"""`ats check`: whether a sync would work and what it would fill, on both vendors and on the second WSDL."""

import json
from collections.abc import Callable
from dataclasses import asdict
from subprocess import CompletedProcess
from typing import Any

import pytest

from pipelines.check_report import CheckReport, ModelReport
from pipelines.checking import check
from sandbox import fault_actions as go
from sandbox.coveto_tenant import CovetoTenant
from sandbox.faults import Fault, On
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from sources.errors import ConfigurationError
from tests.pipelines.sync.working_folder import Folder

Ats = Callable[..., "CompletedProcess[str]"]


def model(report: CheckReport, name: str) -> ModelReport:
    return next(one for one in report.models if one.model == name)


def column(report: CheckReport, name: str) -> tuple[int, int, str]:
    one = next(one for one in report.columns if f"{one.table}.{one.column}" == name)
    return one.filled, one.rows, one.source


@pytest.fixture
def other(sandbox: Sandbox, coveto: CovetoTenant, make_folder: Callable[..., Folder]) -> Folder:
    """A folder that knows of the second WSDL's tenant nothing but where it is."""
    url = sandbox.coveto_url
    config = f'[connections.acme]\ntool = "coveto"\nbase_url = "{url}"\nwsdl = "{url}/ws?wsdl"\n'
    secrets = (
        f'[connections.acme]\ncustomer_number = "{coveto.customer_number}"\napi_key = "{coveto.api_key}"\n'
    )
    return make_folder("other", (config + f'service_url = "{url}/ws"\n', secrets))


@pytest.mark.parametrize(("name", "models"), [("acme", 6), ("leihwerk", 3)])
def test_a_connection_that_is_right_would_work(folder: Folder, name: str, models: int) -> None:
    report = check(folder.path, name)
    assert (report.works, len(report.models), report.settings) == (True, models, ())


def test_each_name_is_found_or_unknown(folder: Folder) -> None:
    jobs = model(check(folder.path, "acme"), "jobs")
    assert jobs.names["arguments"] == {"limit": "found", "offset": "found"}
    assert jobs.names["answer"] == {"stellen.stelle": "found", "gesamt": "found", "stelle.id": "found"}
    assert {name for name, state in jobs.names["elements"].items() if state != "found"} == {
        "mandant",
        "bewerbungUrl",
    }


def test_a_few_records_of_each_model_are_read_and_no_more(folder: Folder, coveto: CovetoTenant) -> None:
    check(folder.path, "acme")
    asked = [one for one in coveto.requests if one.operation != "wsdl"]
    assert {one.arguments.get("limit", "none") for one in asked} == {"5", "none"}
    assert len(asked) == 6


def test_each_column_says_from_where_it_is_filled(folder: Folder) -> None:
    report = check(folder.path, "acme")
    assert column(report, "jobs.name") == (5, 5, "titel")
    assert column(report, "candidates.phone_numbers")[2] == "telefon, mobil"


def test_a_column_is_filled_for_persy_as_a_sync_fills_it(folder: Folder) -> None:
    assert column(check(folder.path, "leihwerk"), "candidates.remote_id") == (
        5,
        5,
        "CandidateRecordInfo.Id.IdValue",
    )


def test_columns_that_a_tool_has_nothing_for_are_named(folder: Folder) -> None:
    assert "candidates.company" in check(folder.path, "acme").never_filled


def test_nothing_is_written(folder: Folder) -> None:
    check(folder.path, "acme")
    assert sorted(path.name for path in folder.path.iterdir()) == [".dlt"]


@pytest.mark.parametrize("name", ["acme", "leihwerk"])
def test_no_name_of_a_candidate_is_in_the_report(folder: Folder, name: str) -> None:
    folder.sync()
    text = json.dumps({**asdict(check(folder.path, name))}, ensure_ascii=False, default=str)
    values = folder.rows(
        "select unnest([first_name, last_name, phone_numbers[1], email_addresses[1]])"
        " from (select first_name, last_name,"
        " phone_numbers ->> '$[*].phone_number' as phone_numbers,"
        " email_addresses ->> '$[*].email_address' as email_addresses from unified.candidates)"
    )
    names = {str(value) for (value,) in values if value and len(str(value)) > 3}
    assert names
    assert [name for name in names if f"{name}" in text.replace('"', " ").split()] == []


def test_refused_credentials_are_said_once_and_not_tried_six_times(
    folder: Folder, coveto: CovetoTenant
) -> None:
    secrets = folder.path / ".dlt" / "secrets.toml"
    secrets.write_text(secrets.read_text().replace(coveto.api_key, "wrong"))
    report = check(folder.path, "acme")
    assert not report.works
    assert "refused the credentials" in report.steps[0].text
    assert len(coveto.requests) == 1


def test_an_address_without_a_wsdl_is_said(folder: Folder, sandbox: Sandbox) -> None:
    folder.configure("")
    config = folder.path / ".dlt" / "config.toml"
    url = sandbox.coveto_url
    config.write_text(config.read_text().replace(f'base_url = "{url}"', f'base_url = "{url}/nowhere"'))
    report = check(folder.path, "acme")
    assert (report.works, report.steps[0].is_good) == (False, False)
    assert "no WSDL at this address (HTTP 404)" in report.steps[0].text


def test_a_model_without_the_right_to_it_is_named(folder: Folder, coveto: CovetoTenant) -> None:
    coveto.unreachable_models = {"applications"}
    report = check(folder.path, "acme")
    assert {one.model for one in report.models if not one.is_good} == {"applications"}


def test_a_wrong_path_of_persy_is_said(folder: Folder) -> None:
    folder.configure('\n[connections.leihwerk.endpoints.candidates]\npath = "/people"\n')
    report = check(folder.path, "leihwerk")
    assert (report.works, report.steps[0].name) == (False, "GET /people")


def test_a_vendor_that_is_down_is_said(folder: Folder, persy: PersyTenant) -> None:
    persy.arm(Fault("down", go.status(503), On(), times=None))
    assert "kept failing (HTTP 503)" in check(folder.path, "leihwerk").steps[0].text


def test_a_model_that_is_switched_off_is_not_asked_for(folder: Folder) -> None:
    folder.configure("\n[connections.acme.endpoints.screening_questions]\nenabled = false\n")
    assert "screening_questions" not in {one.model for one in check(folder.path, "acme").models}


def test_one_wrong_operation_is_guessed_without_touching_the_others(folder: Folder) -> None:
    config = folder.path / ".dlt" / "config.toml"
    text = config.read_text()
    place = text.index("[connections.leihwerk]")
    wrong = '[connections.acme.endpoints.candidates]\noperation = "listPersonen"\n'
    config.write_text(text[:place] + wrong + text[place:])
    report = check(folder.path, "acme")
    assert report.settings[1:] == (
        "",
        "[connections.acme.endpoints.candidates]",
        'operation = "listBewerber"',
    )
    assert (report.works, report.settings_work) == (False, True)


def test_a_list_in_another_place_of_the_answer_is_guessed(folder: Folder) -> None:
    config = folder.path / ".dlt" / "config.toml"
    text = config.read_text()
    place = text.index("[connections.leihwerk]")
    wrong = '[connections.acme.endpoints.jobs]\nrecords = "liste.job"\n'
    config.write_text(text[:place] + wrong + text[place:])
    report = check(folder.path, "acme")
    assert model(report, "jobs").names["answer"]["liste.job"] == "missing"
    assert report.settings[-1] == 'records = "stellen.stelle"'


def test_of_another_wsdl_each_expected_operation_is_missing(other: Folder) -> None:
    report = check(other.path, "acme")
    assert (report.operations["listStellen"], report.operations["FindVacancies"]) == ("missing", "unknown")
    assert not report.works


def test_the_guesses_at_another_wsdl_are_tried(other: Folder) -> None:
    assert check(other.path, "acme").settings_work is True


def test_with_the_printed_lines_the_other_wsdl_gives_the_same_tables(folder: Folder, other: Folder) -> None:
    folder.sync("acme")
    other.configure("\n".join(check(other.path, "acme").settings))
    result = other.sync()
    assert {read.outcome for read in result.reads} == {"success"}
    apart = "changed_at, integration_fields, remote_data"
    for name in ("jobs", "candidates", "applications"):
        assert other.table(name, apart) == folder.table(name, apart), name
    for name in ("screening_questions", "job_screening_questions"):
        assert other.table(name, "changed_at").keys() == folder.table(name, "changed_at").keys()


def test_with_the_printed_lines_the_check_is_content(other: Folder) -> None:
    other.configure("\n".join(check(other.path, "acme").settings))
    report = check(other.path, "acme")
    assert (report.works, report.settings) == (True, ())
    assert column(report, "jobs.name") == (5, 5, "headline")


def test_words_that_map_nowhere_are_lines_to_add(folder: Folder, coveto: CovetoTenant) -> None:
    coveto.change("jobs", next(key for key, _ in coveto.records("jobs")), {"status": 'Ruht, "vorerst"'})
    folder.sync("acme")
    lines = [
        one.line for one in check(folder.path, "acme").mapping_lines if one.file == "mappings/status.csv"
    ]
    assert 'coveto,coveto:acme,"Ruht, ""vorerst""",' in lines


def test_a_line_that_was_added_with_its_value_is_asked_for_no_more(
    folder: Folder, coveto: CovetoTenant
) -> None:
    coveto.change("jobs", next(key for key, _ in coveto.records("jobs")), {"status": "Ruht"})
    folder.sync("acme")
    (folder.path / "mappings").mkdir()
    (folder.path / "mappings" / "status.csv").write_text(
        "tool,connection_id,source_value,unified_value\ncoveto,coveto:acme,Ruht,CLOSED\n"
    )
    folder.sync("acme")
    assert "Ruht" not in str(check(folder.path, "acme").mapping_lines)


def test_an_unknown_name_is_refused_before_any_request(folder: Folder, coveto: CovetoTenant) -> None:
    with pytest.raises(ConfigurationError, match='No connection is called "acne"'):
        check(folder.path, "acne")
    assert coveto.requests == []


def test_the_command_prints_what_it_found_and_ends_with_0(folder: Folder, ats: Ats) -> None:
    done = ats("check", "acme", folder=folder.path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "A sync would work."


def test_the_command_prints_the_guesses_and_ends_with_1(other: Folder, ats: Ats) -> None:
    done = ats("check", "acme", folder=other.path)
    assert done.returncode == 1
    assert 'operation = "FindVacancies"' in done.stdout.splitlines()
    assert "Guesses at how this WSDL names things; tried" in done.stdout


def test_the_command_gives_json_to_programs(folder: Folder, ats: Ats) -> None:
    told: dict[str, Any] = json.loads(ats("check", "leihwerk", "--json", folder=folder.path).stdout)
    assert (told["works"], told["connection_id"]) == (True, "compleetpersy:leihwerk")
