"""What the documents say is there: commands, options, files."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from pipelines.command import application

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
