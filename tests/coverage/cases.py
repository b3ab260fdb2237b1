"""Which folders of tests/transforms/cases prove a column of a tool: those that expect a value in it."""

from functools import cache

from tests.transforms.test_cases import CASES, read

_EMPTY = (None, [], {})
Proved = dict[tuple[str, str, str], list[str]]
"""Tool, unified table and column, to the cases."""


@cache
def cases_by_column() -> Proved:
    """Every column of which a case expects a value that is not empty."""
    proved: Proved = {}
    for case in CASES:
        tools = {file.stem.removeprefix("raw_").partition(".")[0] for file in case.glob("given/*.yaml")}
        for file in sorted(case.glob("expect/unified.*.yaml")):
            for row in read(file):
                for column, value in row.items():
                    if value not in _EMPTY:
                        key = (_tool(row, tools), file.stem.removeprefix("unified."), column)
                        proved.setdefault(key, []).append(case.name)
    return proved


def _tool(row: dict[str, str], tools: set[str]) -> str:
    """The tool of an expected row: it says so itself where the case has rows of several."""
    named = row.get("connection_id", "").partition(":")[0] or row.get("tool", "")
    return named or (next(iter(tools)) if len(tools) == 1 else "")
