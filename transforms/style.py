"""The style of our SQL files: `python -m transforms.style` lists what is wrong, then exits with 1."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from transforms.rendering import FOLDER

LONGEST_LINE = 120
MOST_LINES = 115
KEYWORDS = re.compile(
    r"\b(SELECT|FROM|WHERE|WITH|AS|JOIN|LEFT|ON|AND|OR|NOT|NULL|CASE|WHEN|THEN|ELSE|END|GROUP|ORDER|BY|UNION|ALL|"
    r"DISTINCT|PARTITION|OVER|IN|IS|CAST|LIMIT|DESC|ASC|TRUE|FALSE)\b"
)
DIALECTS = re.compile(r"\b(duckdb|postgres|bigquery|snowflake|dialect)\b", re.IGNORECASE)
TEXTS = re.compile(r"'[^']*'|\"[^\"]*\"|\{#.*?#\}|--.*?$", re.DOTALL | re.MULTILINE)
CTE = re.compile(r"^(?:with )?(\w+) as \($", re.MULTILINE)
PARTS_FOLDERS = ("staging/compleetpersy/candidates/",)
"""Files here are parts of a model's list of CTEs."""


def problems_of(name: str, text: str) -> Iterator[str]:
    """What is wrong with one SQL file, a line each."""
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            yield f"{name}:{number}: longer than {LONGEST_LINE} characters"
        if line != line.rstrip() or "\t" in line:
            yield f"{name}:{number}: blanks at the end, or a tab"
        if re.match(r"\s*,", line):
            yield f"{name}:{number}: a comma begins the line"
        if (len(line) - len(line.lstrip())) % 4:
            yield f"{name}:{number}: indented by something else than fours"
    for found in KEYWORDS.finditer(TEXTS.sub(lambda match: " " * len(match[0]), text)):
        yield f"{name}: keyword {found[0]} is not lower-case"
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield f"{name}: does not end with one line break"
    if not name.startswith("macros/"):
        yield from _problems_of_model(name, text, len(lines))


def _problems_of_model(name: str, text: str, length: int) -> Iterator[str]:
    if length > MOST_LINES:
        yield f"{name}: more than {MOST_LINES} lines"
    if DIALECTS.search(text):
        yield f"{name}: names a dialect; give the macro files what differs"
    ctes = CTE.findall(text)
    if not ctes:
        yield f"{name}: no CTE"
    elif not name.startswith(PARTS_FOLDERS) and not text.endswith(f"\n)\n\nselect * from {ctes[-1]}\n"):
        yield f"{name}: does not end with select * from {ctes[-1]}"
    if len(ctes) != len(set(ctes)):
        yield f"{name}: two CTEs have the same name"


def problems(folder: Path = FOLDER) -> list[str]:
    """What is wrong with the SQL files of a folder."""
    files = sorted(folder.rglob("*.sql"))
    return [
        problem
        for file in files
        for problem in problems_of(file.relative_to(folder).as_posix(), file.read_text(encoding="utf-8"))
    ]


def main() -> int:
    """Print every problem; 1 where there is one."""
    found = problems()
    sys.stdout.writelines(f"{problem}\n" for problem in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
