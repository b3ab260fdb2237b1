"""The fault catalogue, entry by entry: real syncs over HTTP against servers that misbehave."""

from collections.abc import Callable

import pytest

from tests.reliability.bench import OTHER, Bench, edit
from tests.reliability.cases import Case, Failed
from tests.reliability.catalogue import CASES
from tests.reliability.conftest import Reference
from tests.reliability.verdicts import check


def _entries() -> list[object]:
    """Every case on each of its tools; the quick tests take every seventh case, on one tool, in turns."""
    return [
        pytest.param(
            case,
            tool,
            id=f"{tool}: {case.name}",
            marks=[pytest.mark.slow] if case.is_slow or turn or number % 7 else [],
        )
        for number, case in enumerate(CASES)
        for turn, tool in enumerate(case.tools if number % 2 else reversed(case.tools))
    ]


@pytest.mark.parametrize(("case", "tool"), _entries())
def test_what_the_catalogue_says_holds(
    case: Case, tool: str, bench_of: Callable[[str], Bench], reference: Reference
) -> None:
    bench = bench_of(tool)
    if isinstance(case.holds, Failed):  # then the other connection's changes must come through
        edit(bench, OTHER[tool])
    bench.settings = dict(case.settings)
    case.prepare(bench)
    result = bench.sync(kind=case.kind)
    assert all(read.outcome == "success" for read in bench.reads(result, OTHER[tool]))
    if case.also is not None:
        case.also(bench, result)
    check(case, bench, result, reference.before, reference.after)


def test_the_catalogue_has_at_least_eighty_entries_and_no_name_twice() -> None:
    entries = [(case.name, tool) for case in CASES for tool in case.tools]
    assert len(entries) >= 80
    assert len(set(entries)) == len(entries)
