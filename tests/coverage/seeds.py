"""The lines of tests/reference/seeds: what the two connectors are to offer, as data."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

SEEDS = Path(__file__).parents[1] / "reference" / "seeds"
TOOLS = ("coveto", "compleetpersy")


@dataclass(frozen=True)
class Line:
    """One line of a seed; `tab` and `table` say where it stands there."""

    tool: str
    tab: str
    table: str
    """Empty where a tab is a table by itself."""
    name: str
    note: str = ""
    is_note: bool = False
    """Whether it is a note on the whole table; `name` is its text."""

    @property
    def model(self) -> str:
        """The unified table that a table of the tab "Models" is about."""
        return self.table.replace("Job-specific", "job").lower().replace(" ", "_")

    @property
    def action(self) -> str:
        """The function that a table of the tab "Actions" is about."""
        return self.table.lower().replace(" ", "_")


@cache
def lines_of(tool: str) -> tuple[Line, ...]:
    """Every line of a seed, in its order."""
    tab = table = ""
    lines = []
    for text in (SEEDS / f"{tool}.txt").read_text(encoding="utf-8").splitlines():
        if text.startswith("### "):
            table = text.removeprefix("### ")
        elif text.startswith("## "):
            tab, table = text.removeprefix("## "), ""
        elif text.startswith("! "):
            lines.append(Line(tool, tab, table, text.removeprefix("! "), is_note=True))
        elif text and not text.startswith("# "):
            name, _, note = text.partition(" | ")
            lines.append(Line(tool, tab, table, name, note))
    return tuple(lines)


def all_lines(tab: str) -> list[Line]:
    """The lines of one tab of both seeds, without the notes on tables."""
    return [line for tool in TOOLS for line in lines_of(tool) if line.tab == tab and not line.is_note]
