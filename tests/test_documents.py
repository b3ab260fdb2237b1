"""What the documents say is there: commands, options, files."""

import re
from inspect import signature
from pathlib import Path

import pytest
from typer.main import get_command

import pipelines
from pipelines.command import application
from sources.connections import TOOLS

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    path
    for path in [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("*/README.md"),
        *ROOT.glob("sources/*/README.md"),
    ]
    if ".venv" not in path.parts
)
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
COMMANDS = get_command(application).commands  # type: ignore[attr-defined]
SHOWN = re.compile(r"(?:^|[`&;]\s*)(?:\S*/)?ats ([a-z][a-z-]+)((?:[^`\n#|]|\\\|)*)", re.MULTILINE)


def shown_commands(path: Path) -> list[tuple[str, list[str]]]:
    """Each command of a document with its options."""
    text = path.read_text(encoding="utf-8")
    return [(name, re.findall(r"(?<![\w-])--[a-z][a-z-]+", rest)) for name, rest in SHOWN.findall(text)]


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_to_a_file(name: str) -> None:
    path = ROOT / name
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_command_shown_exists_with_its_options(name: str) -> None:
    unknown = [
        (command, option)
        for command, options in shown_commands(ROOT / name)
        for option in ["", *options]
        if command not in COMMANDS
        or (option and option not in {text for one in COMMANDS[command].params for text in one.opts})
    ]
    assert unknown == []


@pytest.mark.parametrize("name", NAMES)
def test_what_a_document_imports_is_there(name: str) -> None:
    shown = re.findall(r"from pipelines import ([a-z_A-Z, ]+)", (ROOT / name).read_text(encoding="utf-8"))
    names = {one.strip() for line in shown for one in line.split(",")}
    assert [one for one in names if one not in pipelines.__all__ or not hasattr(pipelines, one)] == []


def test_every_command_but_three_is_a_function_that_takes_the_folder_first() -> None:
    (shown,) = re.findall(r"`from pipelines import ([a-z_, ]+)`", (ROOT / "README.md").read_text("utf-8"))
    first = {one: next(iter(signature(getattr(pipelines, one)).parameters)) for one in shown.split(", ")}
    commands = {
        "connection_statuses": "status",
        "remains_of": "remove",
        "erase": "remove",
        "traces": "forget",
        "lift": "forget",
    }
    named = {commands.get(one, one.replace("_", "-")) for one in first}
    assert (named, set(first.values())) == (set(COMMANDS) - {"init", "sandbox", "demo"}, {"folder"})


def test_every_key_of_a_connection_is_in_the_document_of_the_configuration() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    keys = {key for tool in TOOLS.values() for key in tool.model_fields} - {"name"}
    assert [key for key in sorted(keys) if f"`{key}`" not in text and f".{key}." not in text] == []


def test_what_notify_command_is_told_is_in_the_document_of_operations() -> None:
    source = (ROOT / "pipelines" / "notifying.py").read_text(encoding="utf-8")
    told = re.findall(r'^ {16}"(\w+)": ', source, re.MULTILINE)
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert len(told) == 8
    assert [key for key in told if f"`{key}`" not in text] == []


def test_the_readme_names_every_command() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`ats {name}" not in text] == []


def test_every_command_has_help_for_itself_and_its_options() -> None:
    silent = [
        (name, one.name)
        for name, command in COMMANDS.items()
        for one in command.params
        if not command.help or not getattr(one, "help", None)
    ]
    assert silent == []


def test_every_first_line_that_the_operator_looks_up_is_one_that_the_code_says() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = text.partition("| the first line says |")[2].partition("\n\n")[0].splitlines()[2:]
    lines = [row.split(" | ")[0].removeprefix("| ") for row in rows]
    parts = [part.strip(" ,") for line in lines for part in line.split("…")]
    code = "".join(
        re.sub(r"\{[^{}]*\}|\"\s*\n\s*f?\"", "", path.read_text(encoding="utf-8"))
        for folder in ("sources", "transforms", "pipelines")
        for path in (ROOT / folder).rglob("*.py")
    )
    assert len(lines) > 10
    assert [part for part in parts if part and part not in code] == []
