"""What a configuration may say of one tool, and what becomes of it at the connections of the other."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.configuration import load_configuration
from pipelines.configuration_layers import configuration_layers, connection_table, merged
from pipelines.results import ModelRead
from pipelines.run_records import add_late
from pipelines.status import connection_statuses
from sources.connections import PersyConnection
from sources.errors import ConfigurationError

Folder = Callable[..., Path]


def refusal(folder: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(folder)
    return f"{caught.value.message} | {caught.value.remedy}"


def test_a_default_for_a_model_is_left_out_where_the_tool_has_no_such_model(working_folder: Folder) -> None:
    folder = working_folder(first="[defaults.endpoints.screening_questions]\nenabled = false\n")
    acme, leihwerk = load_configuration(folder).connections
    assert (list(acme.endpoints), list(leihwerk.endpoints)) == (["screening_questions"], [])


def test_a_default_for_an_action_is_left_out_where_the_tool_has_no_such_action(
    working_folder: Folder,
) -> None:
    folder = working_folder(first='[defaults.actions.operations]\ncreate_candidate = "neu"\n')
    acme, leihwerk = load_configuration(folder).connections
    assert (acme.actions, leihwerk.actions) == ({"operations": {"create_candidate": "neu"}}, {})


@pytest.mark.parametrize(
    ("section", "line", "problem"),
    [
        ("defaults.endpoints.screenings", "enabled = false", '[defaults.endpoints] has the unknown key "scr'),
        ("defaults.actions.operation", 'x = "y"', '[defaults.actions] has the unknown key "operation"'),
        ("defaults.actions.operations", 'make = "y"', '[defaults.actions.operations] has the unknown key "m'),
    ],
)
def test_a_default_that_no_tool_has_is_refused(
    working_folder: Folder, section: str, line: str, problem: str
) -> None:
    assert problem in refusal(working_folder(first=f"[{section}]\n{line}\n"))


def test_a_word_of_an_action_that_the_connections_tool_does_not_have_is_refused(
    working_folder: Folder,
) -> None:
    folder = working_folder(more='[connections.leihwerk.actions.operations]\ncreate_candidate = "x"\n')
    assert '[connections.leihwerk.actions] has the unknown key "operations"' in refusal(folder)


def test_a_page_size_that_the_vendor_never_serves_is_refused(working_folder: Folder) -> None:
    assert refusal(working_folder(more="page_size = 201")) == (
        '.dlt/config.toml: [connections.leihwerk] "page_size" is 201, but compleetpersy serves pages of 200 '
        "at most | Write page_size = 200 or less; if it serves more there, raise page_size of its endpoints"
    )


def test_a_tenant_that_serves_larger_pages_may_be_asked_for_them(working_folder: Folder) -> None:
    more = "page_size = 400\n[connections.leihwerk.endpoints.candidates]\npage_size = 400\n"
    assert load_configuration(working_folder(more=more)).connections[1].page_size == 400


@pytest.mark.parametrize("wrong", ['"last week"', "20260101", "true"])
def test_what_is_no_date_is_told_in_one_sentence(working_folder: Folder, wrong: str) -> None:
    assert refusal(working_folder(more=f"candidates_modified_after = {wrong}")).partition(" | ")[0] == (
        '.dlt/config.toml: [connections.leihwerk] "candidates_modified_after" must be a date like 2026-01-31'
        " or a time like 2026-01-31T08:00:00+01:00"
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"2026-01-31"', date(2026, 1, 31)),
        ("2026-01-31", date(2026, 1, 31)),
        ('"2026-01-31T08:00:00+00:00"', datetime(2026, 1, 31, 8, tzinfo=UTC)),
    ],
)
def test_a_date_may_be_text(working_folder: Folder, written: str, meant: date) -> None:
    folder = working_folder(more=f"candidates_modified_after = {written}")
    leihwerk = load_configuration(folder).connections[1]
    assert isinstance(leihwerk, PersyConnection)
    assert leihwerk.candidates_modified_after == meant


def test_basic_authentication_at_persy_needs_a_user(working_folder: Folder) -> None:
    assert 'has auth = "basic" and no username' in refusal(working_folder(more='auth = "basic"'))


def test_defaults_and_a_connection_are_put_together_table_by_table(working_folder: Folder) -> None:
    folder = working_folder(
        first="[defaults.endpoints.jobs]\nenabled = false\n",
        more="[connections.leihwerk.endpoints.candidates]\npage_size = 50\n",
    )
    layers = configuration_layers(folder)
    table = connection_table(layers, "leihwerk", merged(layers, "defaults"))
    assert table["endpoints"] == {"jobs": {"enabled": False}, "candidates": {"page_size": 50}}


def test_status_waits_for_no_model_that_the_defaults_switch_off(working_folder: Folder) -> None:
    now = datetime.now(UTC)
    folder = working_folder(
        first="[defaults.endpoints.jobs]\nenabled = false\n",
        more="[connections.leihwerk.endpoints.candidates]\npage_size = 50\n",
    )
    add_late(
        folder,
        [
            ModelRead(model, "compleetpersy:leihwerk", "compleetpersy", model, "full", at, at, "success")
            for model, at in (("jobs", now - timedelta(days=9)), ("candidates", now))
        ],
    )
    leihwerk = next(one for one in connection_statuses(folder) if one.connection_id.endswith("leihwerk"))
    assert leihwerk.next_due is not None
    assert leihwerk.next_due > now
