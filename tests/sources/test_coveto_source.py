"""Coveto over HTTP into DuckDB by the source alone."""

import json
import tomllib
from collections.abc import Callable
from contextlib import closing

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed

from sandbox.coveto_tenant import CovetoTenant
from sandbox.fault_actions import Refuse, Respond
from sandbox.faults import Fault, On
from sandbox.server import Sandbox
from sources.connections import CovetoConnection
from sources.coveto.client import CovetoClient
from sources.coveto.pages import CovetoPages
from sources.coveto.source import MODELS
from sources.endpoints import resolve_endpoints
from sources.errors import CredentialsError, PermissionDeniedError, SourceError, VendorFaultError
from sources.pages import Window
from tests.sources.raw_log import RawLog

Connect = Callable[..., CovetoConnection]


def cause(error: BaseException) -> SourceError:
    """The product's own error below dlt's."""
    while not isinstance(error, SourceError):
        assert error.__cause__ is not None
        error = error.__cause__
    return error


def test_every_record_of_every_model_is_loaded_once(
    coveto: CovetoTenant, coveto_connection: Connect, raw_log: RawLog
) -> None:
    raw_log.load_coveto(coveto_connection())
    loaded = {model: raw_log.count(f"raw_coveto.{model}") for model in MODELS}
    assert loaded == {model: len(list(coveto.keys(model))) for model in MODELS}


def test_small_pages_give_the_same_records_as_large_ones(coveto_connection: Connect, raw_log: RawLog) -> None:
    raw_log.load_coveto(coveto_connection(page_size=7))
    raw_log.load_coveto(coveto_connection(page_size=500, in_flight=1))
    assert {model: len(raw_log.rows(f"raw_coveto.{model}")) for model in MODELS} == {
        model: raw_log.count(f"raw_coveto.{model}") for model in MODELS
    }
    assert raw_log.connection.execute(
        "select count(distinct read_at) from raw_coveto.candidates"
    ).fetchone() == (1,)


def test_a_second_read_without_changes_appends_nothing(coveto_connection: Connect, raw_log: RawLog) -> None:
    raw_log.load_coveto(coveto_connection())
    before = {model: raw_log.count(f"raw_coveto.{model}") for model in MODELS}
    raw_log.load_coveto(coveto_connection())
    assert {model: raw_log.count(f"raw_coveto.{model}") for model in MODELS} == before


def test_a_changed_record_is_appended_alone(
    coveto: CovetoTenant, coveto_connection: Connect, raw_log: RawLog
) -> None:
    raw_log.load_coveto(coveto_connection())
    before = raw_log.count("raw_coveto.candidates")
    coveto.change("candidates", coveto.keys("candidates")[3], {"vorname": "Neuer Name"})
    raw_log.load_coveto(coveto_connection())
    appended = raw_log.rows("raw_coveto.candidates", "remote_id, remote_data ->> '$.vorname'")[before:]
    assert appended == [(str(coveto.keys("candidates")[3]), "Neuer Name")]


def test_a_vanished_record_becomes_a_tombstone_without_content(
    coveto: CovetoTenant, coveto_connection: Connect, raw_log: RawLog
) -> None:
    raw_log.load_coveto(coveto_connection())
    before = raw_log.count("raw_coveto.candidates")
    gone = coveto.keys("candidates")[0]
    coveto.remove("candidates", gone)
    raw_log.load_coveto(coveto_connection())
    appended = raw_log.rows("raw_coveto.candidates", "remote_id, is_deleted, remote_data, content_hash")[
        before:
    ]
    assert appended == [(str(gone), True, None, None)]


def test_a_record_that_comes_back_is_written_again(
    coveto: CovetoTenant, coveto_connection: Connect, raw_log: RawLog
) -> None:
    raw_log.load_coveto(coveto_connection())
    key = coveto.keys("candidates")[0]
    for step in (coveto.remove, coveto.bring_back):
        step("candidates", key)
        raw_log.load_coveto(coveto_connection())
    versions = [
        deleted for remote_id, deleted in raw_log.rows("raw_coveto.candidates") if remote_id == str(key)
    ]
    assert versions == [False, True, False]


def test_an_emptied_list_is_held_back(
    coveto: CovetoTenant, coveto_connection: Connect, raw_log: RawLog
) -> None:
    raw_log.load_coveto(coveto_connection())
    for key in list(coveto.keys("jobs")):
        coveto.remove("jobs", key)
    raw_log.load_coveto(coveto_connection())
    assert not any(deleted for _, deleted in raw_log.rows("raw_coveto.jobs"))


def test_an_emptied_list_is_marked_when_that_is_accepted(
    coveto: CovetoTenant, coveto_connection: Connect, raw_log: RawLog
) -> None:
    raw_log.load_coveto(coveto_connection())
    jobs = list(coveto.keys("jobs"))
    for key in jobs:
        coveto.remove("jobs", key)
    raw_log.load_coveto(coveto_connection(), accept_deletions=True)
    assert sum(deleted for _, deleted in raw_log.rows("raw_coveto.jobs")) == len(jobs)


def test_elements_that_the_contract_does_not_know_are_kept(
    coveto: CovetoTenant, coveto_connection: Connect, raw_log: RawLog
) -> None:
    key = coveto.keys("jobs")[0]
    body = (
        f'<stelle><id>{key}</id><neu wichtig="ja"><tief>1</tief><tief>2</tief></neu>'
        "<titel>  Koch &amp; Köchin </titel></stelle>"
    )
    coveto.replace_raw("jobs", key, body.encode())
    raw_log.load_coveto(coveto_connection())
    data = dict(raw_log.rows("raw_coveto.jobs", "remote_id, remote_data"))[str(key)]
    assert json.loads(data) == {
        "id": str(key),
        "neu": {"@wichtig": "ja", "tief": ["1", "2"]},
        "titel": "  Koch & Köchin ",
    }


def test_a_list_of_one_is_a_list_where_the_schema_says_so(
    coveto: CovetoTenant, coveto_connection: Connect, raw_log: RawLog
) -> None:
    key = coveto.keys("jobs")[0]
    body = (
        f"<stelle><id>{key}</id><freitextfelder>"
        '<freitextfeld name="a" bezeichnung="A">x</freitextfeld></freitextfelder></stelle>'
    )
    coveto.replace_raw("jobs", key, body.encode())
    raw_log.load_coveto(coveto_connection())
    data = json.loads(dict(raw_log.rows("raw_coveto.jobs", "remote_id, remote_data"))[str(key)])
    assert data["freitextfelder"] == {"freitextfeld": [{"@name": "a", "@bezeichnung": "A", "#text": "x"}]}


def test_two_tenants_of_one_tool_share_a_table_and_nothing_else(
    coveto: CovetoTenant, coveto_connection: Connect, raw_log: RawLog
) -> None:
    raw_log.load_coveto(coveto_connection(), coveto_connection(name="other"))
    rows = raw_log.connection.execute(
        "select connection_id, count(*) from raw_coveto.candidates group by all order by all"
    ).fetchall()
    assert rows == [
        ("coveto:acme", len(coveto.keys("candidates"))),
        ("coveto:other", len(coveto.keys("candidates"))),
    ]


@pytest.mark.parametrize("auth", ["wsse"])
def test_credentials_go_as_ws_security_where_the_connection_says_so(
    auth: str, coveto: CovetoTenant, coveto_connection: Connect, raw_log: RawLog
) -> None:
    coveto.auth = auth
    raw_log.load_coveto(coveto_connection(auth=auth))
    assert raw_log.count("raw_coveto.jobs") == len(coveto.keys("jobs"))


def test_a_wsdl_that_names_everything_otherwise_is_read_by_configuration_alone(
    coveto: CovetoTenant, sandbox: Sandbox, raw_log: RawLog
) -> None:
    keys = tomllib.loads(sandbox.alternative_settings()[0])["connections"]["acme"]
    secrets = tomllib.loads(sandbox.alternative_settings()[1])["connections"]["acme"]
    raw_log.load_coveto(CovetoConnection.model_validate({"name": "acme", **keys, **secrets}))
    assert {model: raw_log.count(f"raw_coveto.{model}") for model in MODELS} == {
        model: len(list(coveto.keys(model))) for model in MODELS
    }


def test_refused_credentials_are_tried_once_more_and_then_an_error(
    coveto: CovetoTenant, coveto_connection: Connect, raw_log: RawLog
) -> None:
    with pytest.raises(PipelineStepFailed) as caught:
        raw_log.load_coveto(coveto_connection(api_key="wrong", retries=5))
    assert isinstance(cause(caught.value), CredentialsError)
    assert len(coveto.requests) == 2


def test_a_single_401_is_survived(coveto: CovetoTenant, coveto_connection: Connect, raw_log: RawLog) -> None:
    coveto.arm(Fault("one 401", Respond(401), On(operation="listBewerber")))
    raw_log.load_coveto(coveto_connection())
    assert raw_log.count("raw_coveto.candidates") == len(coveto.keys("candidates"))


def test_a_missing_right_is_an_error_of_its_own(
    coveto: CovetoTenant, coveto_connection: Connect, raw_log: RawLog
) -> None:
    coveto.arm(Fault("no right", Refuse("BERECHTIGUNG"), On(model="jobs"), times=None))
    with pytest.raises(PipelineStepFailed) as caught:
        raw_log.load_coveto(coveto_connection())
    assert isinstance(cause(caught.value), PermissionDeniedError)


def test_an_operation_that_the_wsdl_lacks_is_named(coveto_connection: Connect, raw_log: RawLog) -> None:
    connection = coveto_connection(endpoints={"jobs": {"operation": "listJobs"}})
    with pytest.raises(PipelineStepFailed) as caught:
        raw_log.load_coveto(connection)
    error = cause(caught.value)
    assert isinstance(error, VendorFaultError)
    assert "has no operation listJobs; it has createBewerber" in error.message


def test_a_list_that_is_looked_for_in_the_wrong_place_is_an_error_and_no_empty_table(
    coveto_connection: Connect, raw_log: RawLog
) -> None:
    connection = coveto_connection(endpoints={"jobs": {"records": "jobs.job", "total": "count"}})
    with pytest.raises(PipelineStepFailed) as caught:
        raw_log.load_coveto(connection)
    assert "holds neither a list at jobs.job nor a count at count" in cause(caught.value).message


def test_each_page_counts_the_characters_that_were_replaced_in_it(
    coveto: CovetoTenant, coveto_connection: Connect
) -> None:
    coveto.add_raw(
        "jobs",
        b"<stelle><id>900001</id><titel>a&#1;b&#2;c</titel></stelle>",
        after=coveto.keys("jobs")[-1],
    )
    with closing(CovetoClient(coveto_connection())) as client:
        pages = CovetoPages(client, resolve_endpoints("sources.coveto", client.connection)["jobs"])
        count = len(coveto.keys("jobs"))
        replaced = [pages.fetch(window).replaced_characters for window in (Window(0, 2), Window(2, count))]
    assert replaced == [0, 2]
