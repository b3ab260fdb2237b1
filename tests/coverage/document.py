"""Writes docs/coverage.md from the seeds and the code: `python -m tests.coverage.document`."""

from itertools import groupby

from tests.coverage.done import done_of
from tests.coverage.places import ROOT, Command, Function
from tests.coverage.seeds import TOOLS, Line, lines_of

PATH = ROOT / "docs" / "coverage.md"
TITLES = {"coveto": "Coveto (legacy SOAP API)", "compleetpersy": "Compleet (Persy)"}
_HEAD = """# What the two connectors offer, and where it is done

Written by `python -m tests.coverage.document` from the lines to cover (`tests/reference/seeds/`) and the
code; do not edit. `tests/coverage` fails where a line lacks a place, or where a column, command, option,
function, key, heading or test that is named here is gone. It also syncs both tools over HTTP and finds a
value in every column below, and sends every input field below and finds it at the vendor.

What the columns hold: [tables.md](tables.md). Not every tenant has every field: `ats check NAME` tells.
"""
_COLUMNS = "| line | where | filled from | exact values in `tests/transforms/cases` |\n|---|---|---|---|\n"
_INPUTS = "| line | where, in `pipelines/action_requests.py` | element of the request |\n|---|---|---|\n"
_FEATURES = "| line | where | proved by |\n|---|---|---|\n"


def document() -> str:
    """The whole text."""
    parts = [_HEAD]
    for tool in TOOLS:
        parts.append(f"\n## {TITLES[tool]}\n")
        for (tab, table), lines in groupby(lines_of(tool), lambda line: (line.tab, line.table)):
            parts.append(f"\n### {tab}: {table}\n\n" if table else f"\n### {tab}\n\n")
            parts += _table(list(lines))
    return "".join(parts)


def _table(lines: list[Line]) -> list[str]:
    notes = [line for line in lines if line.is_note]
    rows = [line for line in lines if not line.is_note]
    parts = []
    if rows[0].action.startswith("create_"):
        command, function = created_by(rows[0])
        parts.append(f"{command.words()}, {function.words()}; each field below is sent by both.\n\n")
    parts += [f"> {line.name}\n\nWhere: {_where(line)}. Proved by {_proofs(line)}.\n\n" for line in notes]
    if rows[0].tab == "Models":
        return [*parts, _COLUMNS, *(_column(line) for line in rows)]
    if rows[0].action.startswith("create_"):
        return [*parts, _INPUTS, *(_input(line) for line in rows)]
    return [*parts, _FEATURES, *(_row(_name(line), _where(line), _proofs(line)) for line in rows)]


def created_by(line: Line) -> tuple[Command, Function]:
    """The command and the function that take the request of an action."""
    return Command(line.action.replace("_", "-"), ("--file",)), Function(line.action, "request")


def _column(line: Line) -> str:
    done = done_of(line)
    return _row(_name(line), _where(line), done.vendor, next(iter(done.cases), ""))


def _input(line: Line) -> str:
    done = done_of(line)
    fetched = ", once it is fetched" if line.name.endswith("data_url") else ""
    return _row(_name(line), done.places[0].words(), done.vendor + fetched)


def _name(line: Line) -> str:
    return f"{line.name} ({line.note})" if line.note else line.name


def _where(line: Line) -> str:
    return ", ".join(place.words() for place in done_of(line).places)


def _proofs(line: Line) -> str:
    files = groupby(done_of(line).tests, lambda test: test.file)
    return "; ".join(
        f"`tests/{file}`: {', '.join(f'`{test.name}`' for test in tests)}" for file, tests in files
    )


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    PATH.write_text(document(), encoding="utf-8")
