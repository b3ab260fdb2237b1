"""Writes docs/reliability.md from the fault catalogue: `python -m tests.reliability.document`."""

from pathlib import Path

from tests.reliability.cases import Case
from tests.reliability.catalogue import SECTIONS

PATH = Path(__file__).parents[2] / "docs" / "reliability.md"

_HEAD = """# What holds when a vendor misbehaves

Written from the fault catalogue (`tests/reliability/catalogue*.py`) by
`python -m tests.reliability.document`; do not edit. Each line is a test: two real syncs of both tools over
HTTP into one working folder; between them records change, are added and removed at the vendor; in the
second one the server does what the line says to one tool. Then every row of every raw and unified table is
compared with those of syncs that nothing disturbed. The other tool's connection is done each time, with
changes of its own where the first one fails.

"Fails" means: exit code 1, a row in `ats.runs` with the error's class and two lines (what is wrong, what to
do), and tables of that connection as they were, down to the row. {count} entries.
"""
_COLUMNS = "| case | tool | what the server does | what holds |\n|---|---|---|---|\n"
_TOOLS = {"coveto": "Coveto", "compleetpersy": "Compleet Persy", "both": "both"}


def document() -> str:
    """The whole text."""
    count = sum(len(case.tools) for cases in SECTIONS.values() for case in cases)
    parts = [_HEAD.format(count=count)]
    for section, cases in SECTIONS.items():
        parts.append(
            f"\n## {section}\n\n| case | tool | what the server does | what holds |\n|---|---|---|---|\n"
        )
        parts.extend(_line(case) for case in cases)
    return "".join(parts)


def _line(case: Case) -> str:
    cells = (case.name, _TOOLS[case.tool], case.does, case.holds.words)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    PATH.write_text(document(), encoding="utf-8")
