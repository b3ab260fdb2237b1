"""What actions call things at a tenant: defaults as data, and what a connection has otherwise."""

import pytest

from sources.action_names import default_action_names, resolve_action_names
from sources.coveto.actions import NewAnswer, NewApplication, NewAttachment, arguments_of
from sources.errors import ConfigurationError

COVETO, PERSY = "sources.coveto", "sources.persy"


def test_without_settings_the_defaults_hold(coveto_connection) -> None:
    assert resolve_action_names(COVETO, coveto_connection()) == default_action_names(COVETO)


def test_a_word_of_a_connection_wins_and_the_others_stay(persy_connection) -> None:
    connection = persy_connection(actions={"attachments": {"records": "data.files"}})
    names = resolve_action_names(PERSY, connection)["attachments"]
    assert names == {**default_action_names(PERSY)["attachments"], "records": "data.files"}


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ({"argument": {}}, "connections.acme.actions.argument: coveto has no such section"),
        ({"values": {"ja": "Yes"}}, "connections.acme.actions.values.ja: there is no such word"),
    ],
)
def test_what_nobody_reads_is_named(coveto_connection, actions: dict, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        resolve_action_names(COVETO, coveto_connection(actions=actions))
    assert caught.value.message == message


def test_arguments_are_nested_as_the_names_say() -> None:
    new = NewApplication(
        {"first_name": "Nina", "city": "Köln"},
        [NewAnswer("9", ("11", "12"))],
        [NewAttachment("cv.pdf", "application/pdf", b"%PDF")],
    )
    assert arguments_of(default_action_names(COVETO), new) == {
        "bewerber": {"vorname": "Nina", "adresse": {"ort": "Köln"}},
        "antworten": {"antwort": [{"frageId": "9", "wert": ["11", "12"]}]},
        "anhaenge": {"anhang": [{"name": "cv.pdf", "contentType": "application/pdf", "daten": b"%PDF"}]},
    }


def test_a_word_without_a_place_is_left_out(coveto_connection) -> None:
    connection = coveto_connection(actions={"arguments": {"idempotency_key": ""}})
    names = resolve_action_names(COVETO, connection)
    assert arguments_of(names, NewApplication({"idempotency_key": "k", "job_id": "1"})) == {"stelleId": "1"}
