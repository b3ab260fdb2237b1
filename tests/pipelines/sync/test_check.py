"""`ats check`: whether a sync would work and what it would fill, on both vendors and on the second WSDL."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from pipelines import CheckReport, check
from pipelines.check_printing import print_check
from pipelines.check_report import ModelReport
from sandbox import fault_actions as go
from sandbox.coveto_flavours import CONTRACTS
from sandbox.coveto_tenant import CovetoTenant
from sandbox.faults import Fault, On
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from sources.errors import (
    ConfigurationError,
    CredentialsError,
    PermissionDeniedError,
    VendorAnswerError,
    VendorUnavailableError,
)
from tests.pipelines.sync.working_folder import Folder

Ats = Callable[..., "CompletedProcess[str]"]
Check = Callable[[str], CheckReport]


def second_wsdl(sandbox: Sandbox, name: str) -> tuple[str, str]:
    """What is written of the second WSDL's tenant by a person who knows nothing but where it is."""
    url = sandbox.coveto_url
    config = f'\n[connections.{name}]\ntool = "coveto"\nbase_url = "{url}"\nwsdl = "{url}/ws?wsdl"\n'
    secrets = (
        sandbox.connection_settings()[1].split("\n\n")[0].replace("connections.acme", f"connections.{name}")
    )
    return config + f'service_url = "{url}/ws"\n', secrets


@pytest.fixture
def other(sandbox: Sandbox, make_folder: Callable[..., Folder]) -> Folder:
    """A folder whose `acme` has the second WSDL."""
    return make_folder("other", second_wsdl(sandbox, "acme"))


@pytest.fixture(scope="module")
def tenants() -> tuple[CovetoTenant, PersyTenant]:
    """Tenants that no test changes."""
    return CovetoTenant.generate(candidates=25), PersyTenant.generate(candidates=25)


@pytest.fixture(scope="module")
def shared(
    tenants: tuple[CovetoTenant, PersyTenant], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, dict[str, CheckReport]]]:
    """A folder that no test writes to, and what checks found in it; its `other` has the second WSDL."""
    with Sandbox(*tenants) as sandbox:
        both = zip(sandbox.connection_settings(), second_wsdl(sandbox, "other"), strict=True)
        config, secrets = (f"{one}\n{another}" for one, another in both)
        yield Folder(tmp_path_factory.mktemp("shared") / "working", (config, secrets)).path, {}
        assert sandbox.failures == []


@pytest.fixture
def checked(shared: tuple[Path, dict[str, CheckReport]]) -> Check:
    """What a check of a connection found; each is checked once."""
    folder, reports = shared

    def report(name: str) -> CheckReport:
        if name not in reports:
            reports[name] = check(folder, name)
        return reports[name]

    return report


def model(report: CheckReport, name: str) -> ModelReport:
    return next(one for one in report.models if one.model == name)


def column(report: CheckReport, name: str) -> tuple[int, int, str]:
    one = next(one for one in report.columns if f"{one.table}.{one.column}" == name)
    return one.filled, one.rows, one.source


def mapping_lines(report: CheckReport, file: str) -> tuple[str, ...]:
    return next((one.lines for one in report.mappings if one.file == file), ())


def configure_acme(folder: Folder, text: str) -> None:
    """Put a section behind those of acme."""
    config = folder.path / ".dlt" / "config.toml"
    before, _, after = config.read_text().partition("[connections.leihwerk]")
    config.write_text(f"{before}{text}\n[connections.leihwerk]{after}")


def serve_wsdl(coveto: CovetoTenant, wsdl: str) -> None:
    coveto.arm(Fault("odd", go.Respond(200, wsdl.encode(), "text/xml"), On(operation="wsdl"), times=None))


def as_text(report: CheckReport) -> str:
    return json.dumps(asdict(report), ensure_ascii=False)


@pytest.mark.parametrize(("name", "models"), [("acme", 6), ("leihwerk", 3)])
def test_a_sync_of_a_connection_that_is_right_would_work(checked: Check, name: str, models: int) -> None:
    report = checked(name)
    assert (report.works, len(report.models), report.guess.lines) == (True, models, ())


def test_host_wsdl_and_credentials_are_said_to_work(checked: Check) -> None:
    assert [step.partition(" was ")[2] or step for step in checked("acme").steps] == [
        "reached",
        "loaded: 11 operations",
        "the credentials were accepted",
    ]


def test_each_name_is_found_or_unknown(checked: Check) -> None:
    jobs = model(checked("acme"), "jobs")
    assert jobs.names["arguments"] == {"limit": "found", "offset": "found"}
    assert jobs.names["answer"] == {"stellen.stelle": "found", "gesamt": "found", "stelle.id": "found"}
    others = {name for name, state in jobs.names["elements"].items() if state != "found"}
    assert others == {"mandant", "bewerbungUrl"}


def test_each_top_level_key_of_persy_that_no_column_takes_is_unknown(checked: Check) -> None:
    elements = model(checked("leihwerk"), "candidates").names["elements"]
    assert {name for name, state in elements.items() if state == "unknown"} == {"RelatedPositionPostings"}


def test_a_few_records_of_each_model_are_read_and_no_more(folder: Folder, coveto: CovetoTenant) -> None:
    report = check(folder.path, "acme")
    asked = [one.arguments.get("limit") for one in coveto.requests if one.operation != "wsdl"]
    assert asked == ["5"] * 5 + [None]
    assert [one.records for one in report.models] == [5, 5, 5, 5, 5, 10]


def test_each_column_says_from_where_it_is_filled(checked: Check) -> None:
    assert column(checked("acme"), "jobs.name") == (5, 5, "titel")


def test_of_a_path_with_alternatives_the_column_names_the_one_that_is_there(folder: Folder) -> None:
    name = "CandidateProfile.PersonalData.PersonName"
    folder.configure(
        f'\n[paths.compleetpersy.candidates]\n"{name}.GivenName" = ["{name}.Nick", "{name}.FormattedName"]\n'
    )
    report = check(folder.path, "leihwerk")
    assert column(report, "candidates.first_name")[2] == f"{name}.FormattedName, several joined by a space"


def test_columns_that_a_tool_has_nothing_for_are_named(checked: Check) -> None:
    assert "candidates.company" in checked("acme").never_filled


def test_nothing_is_written(shared: tuple[Path, dict[str, CheckReport]], checked: Check) -> None:
    checked("acme")
    assert [path.name for path in shared[0].iterdir()] == [".dlt"]


def test_no_name_of_a_candidate_of_coveto_is_in_the_report(
    checked: Check, tenants: tuple[CovetoTenant, PersyTenant]
) -> None:
    records = [record for _, record in tenants[0].records("candidates")]
    names = {str(record.get(key)) for record in records for key in ("nachname", "email", "telefon", "mobil")}
    words = set(as_text(checked("acme")).replace('"', " ").replace(",", " ").split())
    assert len(names) > 40
    assert names & words == set()


def test_no_name_of_a_candidate_of_persy_is_in_the_report(
    checked: Check, tenants: tuple[CovetoTenant, PersyTenant]
) -> None:
    text = as_text(checked("leihwerk"))
    names = {
        str(record["CandidateProfile"]["PersonalData"]["PersonName"].get("FamilyName") or "-")
        for _, record in tenants[1].records()
    }
    assert len(names) > 10
    assert {name for name in names if f" {name} " in text.replace('"', " ")} == set()


def test_a_personal_word_that_maps_nowhere_is_no_line_to_add(folder: Folder, coveto: CovetoTenant) -> None:
    for key, record in list(coveto.records("candidates"))[:5]:
        coveto.change("candidates", key, {"adresse": {**record.get("adresse", {}), "land": "Nimmerland"}})
    assert "Nimmerland" not in as_text(check(folder.path, "acme"))


def test_refused_credentials_are_an_error_after_one_request(folder: Folder, coveto: CovetoTenant) -> None:
    secrets = folder.path / ".dlt" / "secrets.toml"
    secrets.write_text(secrets.read_text().replace(coveto.api_key, "wrong"))
    with pytest.raises(CredentialsError):
        check(folder.path, "acme")
    assert len(coveto.requests) == 1


def test_refused_credentials_at_another_wsdl_are_said_beside_the_guesses(
    other: Folder, coveto: CovetoTenant
) -> None:
    secrets = other.path / ".dlt" / "secrets.toml"
    secrets.write_text(secrets.read_text().replace(coveto.api_key, "wrong"))
    report = check(other.path, "acme")
    assert not report.works
    assert all("refused the credentials" in error for error in report.guess.errors.values())
    assert len(report.guess.errors) == 6


def test_an_address_without_a_wsdl_is_an_error(folder: Folder, sandbox: Sandbox) -> None:
    config = folder.path / ".dlt" / "config.toml"
    url = sandbox.coveto_url
    config.write_text(config.read_text().replace(f'base_url = "{url}"', f'base_url = "{url}/nowhere"'))
    with pytest.raises(VendorAnswerError, match=r"no WSDL at this address \(HTTP 404\)"):
        check(folder.path, "acme")


def test_a_vendor_that_is_down_is_an_error(folder: Folder, persy: PersyTenant) -> None:
    persy.arm(Fault("down", go.status(503), On(), times=None))
    with pytest.raises(VendorUnavailableError, match=r"kept failing \(HTTP 503\)"):
        check(folder.path, "leihwerk")


def test_a_key_without_the_right_to_candidates_is_an_error(folder: Folder, persy: PersyTenant) -> None:
    persy.unreachable_models = {"candidates"}
    with pytest.raises(PermissionDeniedError):
        check(folder.path, "leihwerk")


def test_a_model_without_the_right_to_it_is_named(folder: Folder, coveto: CovetoTenant) -> None:
    coveto.unreachable_models = {"applications"}
    report = check(folder.path, "acme")
    assert ({one.model for one in report.models if one.error}, report.works) == ({"applications"}, False)


def test_a_model_that_is_switched_off_is_not_asked_for(folder: Folder) -> None:
    folder.configure("\n[connections.acme.endpoints.screening_questions]\nenabled = false\n")
    report = check(folder.path, "acme")
    assert (report.works, "screening_questions" in {one.model for one in report.models}) == (True, False)


def test_other_paths_of_persy_are_an_error_that_says_what_to_set(
    sandbox: Sandbox, make_folder: Callable[..., Folder]
) -> None:
    config, secrets = sandbox.alternative_settings()
    known = config.partition("[connections.leihwerk.endpoints.candidates]")[0]
    with pytest.raises(VendorAnswerError, match="check base_url and the path of this model's endpoint"):
        check(make_folder("other", (known, secrets)).path, "leihwerk")


def test_with_other_paths_of_persy_in_the_configuration_a_sync_would_work(
    sandbox: Sandbox, make_folder: Callable[..., Folder]
) -> None:
    report = check(make_folder("other", sandbox.alternative_settings()).path, "leihwerk")
    candidates = model(report, "candidates")
    assert (report.works, candidates.place) == (True, "GET /applicants")
    assert candidates.names["answer"] == {"data.items": "found", "data.count": "found"}


def test_one_wrong_operation_is_guessed_without_touching_the_others(folder: Folder) -> None:
    configure_acme(folder, '[connections.acme.endpoints.candidates]\noperation = "listPersonen"')
    report = check(folder.path, "acme")
    section = "[connections.acme.endpoints.candidates]"
    assert report.guess.lines[1:] == ("", section, 'operation = "listBewerber"')
    assert (report.works, report.guess.errors) == (False, {})


def test_a_list_in_another_place_of_the_answer_is_guessed(folder: Folder) -> None:
    configure_acme(folder, '[connections.acme.endpoints.jobs]\nrecords = "liste.job"')
    report = check(folder.path, "acme")
    assert model(report, "jobs").names["answer"]["liste.job"] == "missing"
    assert report.guess.lines[-1] == 'records = "stellen.stelle"'


def test_types_that_hold_themselves_do_no_harm(folder: Folder, coveto: CovetoTenant) -> None:
    wsdl = (CONTRACTS / "coveto.wsdl").read_text(encoding="utf-8")
    first = '<xsd:element name="mandant" type="xsd:int" minOccurs="0" nillable="true"/>'
    assert first in wsdl
    more = [f'<xsd:element name="like{number}" type="tns:Stelle" minOccurs="0"/>' for number in range(20)]
    serve_wsdl(coveto, wsdl.replace(first, first + "".join(more), 1))
    assert model(check(folder.path, "acme"), "jobs").names["elements"]["like19"] == "unknown"


def test_operations_that_ask_or_answer_nothing_are_unknown_and_do_no_harm(
    folder: Folder, coveto: CovetoTenant
) -> None:
    wsdl = (CONTRACTS / "coveto.wsdl").read_text(encoding="utf-8")
    for name, tag in (("portType", "wsdl"), ("binding", "soap")):
        body = '<soap:body use="literal"/>' if tag == "soap" else ""
        message = "" if body else ' message="tns:nothing"'
        notify = f'<wsdl:operation name="notify"><wsdl:input{message}>{body}</wsdl:input></wsdl:operation>'
        wsdl = wsdl.replace(f"</wsdl:{name}>", f"{notify}</wsdl:{name}>")
    serve_wsdl(coveto, wsdl.replace("<wsdl:portType", '<wsdl:message name="nothing"/><wsdl:portType'))
    report = check(folder.path, "acme")
    assert (report.works, report.operations["notify"]) == (True, "unknown")


def test_of_another_wsdl_each_expected_operation_is_missing(checked: Check) -> None:
    report = checked("other")
    assert (report.operations["listStellen"], report.operations["FindVacancies"]) == ("missing", "unknown")
    assert not report.works


def test_the_guesses_at_another_wsdl_are_tried(checked: Check) -> None:
    report = checked("other")
    assert (report.guess.errors, column(report, "jobs.name")) == ({}, (5, 5, "headline"))


def test_with_the_printed_lines_the_other_wsdl_gives_the_same_tables(folder: Folder, other: Folder) -> None:
    folder.sync("acme")
    other.configure("\n".join(check(other.path, "acme").guess.lines))
    assert {read.outcome for read in other.sync().reads} == {"success"}
    for name in ("jobs", "candidates", "applications"):
        apart = "changed_at, remote_data"
        assert other.table(name, apart) == folder.table(name, apart), name
    for name, apart in (("job_screening_questions", "changed_at"), ("mapping_gaps", "connection_id")):
        assert other.table(name, apart) == folder.table(name, apart), name
    # A question of a type that nobody knows is kept as the source gave it.
    known = "select id, title, format from unified.screening_questions where format ->> 'type' <> 'UNKNOWN'"
    assert other.rows(f"{known} order by id") == folder.rows(f"{known} order by id")


def test_with_the_printed_lines_there_is_nothing_more_to_change(other: Folder) -> None:
    other.configure("\n".join(check(other.path, "acme").guess.lines))
    report = check(other.path, "acme")
    assert (report.works, report.guess.lines) == (True, ())


def test_lines_that_are_pasted_and_filled_close_the_gaps(folder: Folder, coveto: CovetoTenant) -> None:
    last = [key for key, _ in coveto.records("jobs")][-1]
    coveto.change("jobs", last, {"status": 'Ruht, "vorerst"'})
    folder.sync("acme")
    gaps = (
        "select count(*) from unified.mapping_gaps where kind = 'unmapped'"
        " and source_value is not null and column_name <> 'format'"
    )
    before = folder.value(gaps)
    (folder.path / "mappings").mkdir()
    for one in check(folder.path, "acme").mappings:
        header, *lines = one.lines
        value = one.values.split("such as ")[-1].split(", ")[0]
        text = "\n".join([header, *(line + value for line in lines)])
        (folder.path / one.file).write_text(text + "\n", encoding="utf-8")
    folder.sync("acme")
    assert (before, folder.value(gaps), check(folder.path, "acme").mappings) == (13, 0, ())


def test_a_status_that_only_the_vocabulary_explains_is_no_gap(checked: Check) -> None:
    assert [one.file for one in checked("acme").mappings] == [
        "mappings/country.csv",
        "mappings/visibility.csv",
    ]


def test_a_mapping_that_is_there_gets_no_second_header(folder: Folder, coveto: CovetoTenant) -> None:
    first = next(key for key, _ in coveto.records("jobs"))
    coveto.change("jobs", first, {"status": "Ruht"})
    (folder.path / "mappings").mkdir()
    (folder.path / "mappings" / "status.csv").write_text("tool,connection_id,source_value,unified_value\n")
    lines = mapping_lines(check(folder.path, "acme"), "mappings/status.csv")
    assert lines == ("coveto,coveto:acme,Ruht,",)


def test_an_unknown_name_is_refused_before_any_request(folder: Folder, coveto: CovetoTenant) -> None:
    with pytest.raises(ConfigurationError, match='No connection is called "acne"'):
        check(folder.path, "acne")
    assert coveto.requests == []


def test_the_last_line_says_that_a_sync_would_work(
    checked: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    print_check(checked("acme"))
    lines = capsys.readouterr().out.splitlines()
    assert (lines[0], lines[-1]) == ("coveto:acme", "A sync would work.")
    assert "  jobs.name                                          5 of 5  titel" in lines


def test_guesses_are_printed_as_lines_for_the_configuration(
    checked: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    print_check(checked("other"))
    lines = capsys.readouterr().out.splitlines()
    assert "FAILED  jobs, listStellen: the tenant's WSDL has no such operation" in lines
    assert 'operation = "FindVacancies"' in lines
    assert lines[-3:] == [
        "They were tried: with them every model can be read.",
        "",
        "A sync would not work yet.",
    ]


def test_the_command_gives_json_and_ends_with_1_where_a_model_cannot_be_read(
    folder: Folder, ats: Ats
) -> None:
    folder.configure('\n[connections.leihwerk.endpoints.candidates]\nmodified_at = "Elsewhere"\n')
    done = ats("--folder", str(folder.path), "check", "leihwerk", "--json", folder=folder.path.parent)
    told: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode, done.stderr, told["works"]) == (1, "", False)
    assert "no record says when it was modified last" in told["models"][0]["error"]


def test_the_command_says_an_error_in_two_lines_and_ends_with_1(folder: Folder, ats: Ats) -> None:
    secrets = folder.path / ".dlt" / "secrets.toml"
    secrets.write_text(secrets.read_text().replace("api_key = ", 'api_key = "wrong" # '))
    done = ats("check", "leihwerk", folder=folder.path)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 2)
    assert "refused the credentials" in done.stderr
