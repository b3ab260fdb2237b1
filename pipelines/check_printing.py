"""What `ats check` prints: what works, then names, columns, what to add, and whether a sync would work."""

from collections.abc import Iterable, Iterator, Mapping
from textwrap import TextWrapper

import typer

from pipelines.check_report import CheckReport, ModelReport

_INDENT = " " * 8


def print_check(report: CheckReport) -> None:
    """Print a report."""
    for line in _lines(report):
        typer.echo(line)


def _lines(report: CheckReport) -> Iterator[str]:
    yield report.connection_id
    for step in report.steps:
        yield f"ok      {step}"
    yield from _of_states("operations", report.operations)
    for model in report.models:
        yield ""
        yield from _model(model)
    yield from _columns(report)
    yield from _mappings(report)
    yield from _guess(report)
    yield ""
    yield "A sync would work." if report.works else "A sync would not work yet."


def _model(model: ModelReport) -> Iterator[str]:
    if model.error:
        first, *rest = model.error.splitlines()
        yield f"FAILED  {model.model}, {model.place}: {first}"
        yield from (f"{_INDENT}{line}" for line in rest)
    else:
        of_all = f" of {model.total:,}" if model.total is not None else ""
        yield f"ok      {model.model}, {model.place}: {model.records} records read{of_all}"
    for kind, states in model.names.items():
        yield from _of_states(kind, states)


def _of_states(kind: str, states: Mapping[str, str]) -> Iterator[str]:
    """The names of a kind, those of each state on lines of their own."""
    for state in ("found", "missing", "unknown"):
        names = [name for name, one in states.items() if one == state]
        if names:
            yield from _wrapped(f"{_INDENT}{kind} {state}: ", names)


def _wrapped(head: str, names: Iterable[str]) -> list[str]:
    wrapper = TextWrapper(
        110, subsequent_indent=_INDENT + "    ", break_long_words=False, break_on_hyphens=False
    )
    return wrapper.wrap(head + ", ".join(names))


def _columns(report: CheckReport) -> Iterator[str]:
    if not report.columns:
        return
    yield ""
    guessed = ", by the guesses below" if any(one.error for one in report.models) else ""
    yield f"Columns that the records just read fill{guessed}:"
    width = max(len(f"{one.table}.{one.column}") for one in report.columns)
    for one in report.columns:
        share = f"{one.filled} of {one.rows}" if one.filled else "-"
        yield f"  {f'{one.table}.{one.column}':{width}}  {share:>7}  {one.source}"
    tool = report.connection_id.partition(":")[0]
    if report.never_filled:
        yield from _wrapped(f"  {tool} has nothing for: ", report.never_filled)


def _mappings(report: CheckReport) -> Iterator[str]:
    if not report.mappings:
        return
    yield ""
    yield "Words that map nowhere yet. Add these lines, each with a unified value after its last comma:"
    for one in report.mappings:
        yield ""
        yield f"# {one.file}: {one.values}"
        yield from one.lines


def _guess(report: CheckReport) -> Iterator[str]:
    if not report.guess.lines:
        return
    name = report.connection_id.partition(":")[2]
    yield ""
    yield f"Put these lines at the end of [connections.{name}] in .dlt/config.toml; what is in a section that"
    yield "is already there belongs into that section:"
    yield ""
    yield from report.guess.lines
    yield ""
    if report.guess.errors:
        yield "They were tried, and are not enough:"
        for model, error in report.guess.errors.items():
            yield from _wrapped(f"  {model}: ", [" / ".join(error.splitlines())])
    elif not report.works:
        yield "They were tried: with them every model can be read."
