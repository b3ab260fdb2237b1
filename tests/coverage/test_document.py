"""docs/coverage.md has every line of the seeds, and everything that it names is there."""

import pytest

from tests.coverage.document import PATH, TITLES, created_by, document
from tests.coverage.done import done_of
from tests.coverage.places import (
    Column,
    Command,
    Element,
    Field,
    Function,
    Key,
    Limit,
    Place,
    Section,
    Table,
    Test,
)
from tests.coverage.seeds import TOOLS, Line, all_lines, lines_of

COUNTS = {
    ("coveto", "Models"): 68,
    ("coveto", "Actions"): 36,
    ("coveto", "Features"): 6,
    ("compleetpersy", "Models"): 33,
    ("compleetpersy", "Actions"): 1,
    ("compleetpersy", "Features"): 5,
}
"""How many lines the connectors' own pages have."""


def shown_lines(tool: str) -> list[str]:
    """The lines of a tool's part of the document: notes, and first cells of rows."""
    texts = PATH.read_text(encoding="utf-8").split("\n## ")
    (part,) = [text for text in texts if text.startswith(TITLES[tool])]
    rows = [text for text in part.splitlines() if text.startswith(("| ", "> "))]
    cells = [text.removeprefix("> ") if text.startswith(">") else text.split(" | ")[0][2:] for text in rows]
    return [cell for cell in cells if cell != "line"]


def test_the_document_is_up_to_date() -> None:
    assert PATH.read_text(encoding="utf-8") == document(), "type: python -m tests.coverage.document"


@pytest.mark.parametrize("tool", TOOLS)
def test_every_line_of_the_seed_is_in_the_document_in_its_order(tool: str) -> None:
    expected = [f"{line.name} ({line.note})" if line.note else line.name for line in lines_of(tool)]
    assert shown_lines(tool) == expected


def test_the_seeds_have_as_many_lines_as_the_pages_that_they_are_taken_from() -> None:
    counts = {
        (tool, tab): len([line for line in all_lines(tab) if line.tool == tool])
        for tool in TOOLS
        for tab in ("Models", "Actions", "Features")
    }
    assert counts == COUNTS


@pytest.mark.parametrize("tool", TOOLS)
def test_every_place_and_every_test_that_the_document_names_is_there(tool: str) -> None:
    places: list[tuple[Line, Place]] = [
        (line, place) for line in lines_of(tool) for place in (*done_of(line).places, *done_of(line).tests)
    ]
    assert [(line.name, place.words()) for line, place in places if not place.is_there()] == []


@pytest.mark.parametrize("action", ["create_candidate", "create_application"])
def test_the_command_and_the_function_of_an_action_are_there(action: str) -> None:
    line = next(line for line in all_lines("Actions") if line.action == action)
    assert [place.words() for place in created_by(line) if not place.is_there()] == []


def test_of_every_column_a_case_expects_a_value() -> None:
    assert [
        (line.tool, line.model, line.name) for line in all_lines("Models") if not done_of(line).cases
    ] == []


@pytest.mark.parametrize(
    "place",
    [
        Column("coveto", "jobs", "renamed"),
        Column("compleetpersy", "jobs", "description"),
        Table("renamed"),
        Command("renamed"),
        Command("call", ("--renamed",)),
        Function("renamed"),
        Function("call", "renamed"),
        Limit("sources.coveto.actions", "MOST_ATTACHMENTS", 6),
        Field("Candidate", "renamed"),
        Field("Renamed", "first_name"),
        Element((("arguments", "renamed"),)),
        Key("coveto", "renamed"),
        Key("coveto", "candidates_window_days"),
        Section("renamed.md"),
        Section("actions.md", "Renamed"),
        Test("coverage/test_document.py", "test_renamed"),
    ],
    ids=str,
)
def test_what_is_gone_is_found_to_be_gone(place: Place) -> None:
    assert not place.is_there()
