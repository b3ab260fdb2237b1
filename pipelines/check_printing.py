"""What `ats check` prints: first whether a sync would work, then names, columns and what to add."""

from collections.abc import Iterator, Mapping
from itertools import groupby

import typer

from pipelines.check_report import CheckReport, ModelReport, Step
from pipelines.mapping_lines import header_line

_WIDTH = 110


def print_check(report: CheckReport) -> None:
    """Print a report."""
    for line in _lines(report):
        typer.echo(line)


def _lines(report: CheckReport) -> Iterator[str]:
    yield f"{report.connection_id} at {report.address}"
    for step in report.steps:
        yield from _step(step)
    yield from _of_states("operations", report.operations)
    for model in report.models:
        yield ""
        yield from _model(model)
    yield from _columns(report)
    yield from _mappings(report)
    yield from _settings(report)
    yield ""
    yield "A sync would work." if report.works else "A sync would not work yet."


def _step(step: Step) -> Iterator[str]:
    first, *rest = step.text.splitlines()
    yield f"{'ok' if step.is_good else 'FAILED':6}  {step.name}: {first}"
    yield from (f"        {line}" for line in rest)


def _model(model: ModelReport) -> Iterator[str]:
    if model.error:
        yield from _step(Step(f"{model.model}, {model.place}", is_good=False, text=model.error))
    else:
        count = f"{model.records} records read"
        count += f" of {model.total:,}" if model.total is not None else ""
        yield from _step(Step(f"{model.model}, {model.place}", is_good=True, text=count))
    for kind, states in model.names.items():
        yield from _of_states(kind, states)
    if "unknown" in model.names.get("elements", {}).values():
        yield "        (what is unknown is kept in remote_data, and shown in integration_fields)"


def _of_states(kind: str, states: Mapping[str, str]) -> Iterator[str]:
    """The names of a kind, those of each state on lines of their own."""
    for state in ("found", "missing", "unknown"):
        names = [name for name, one in states.items() if one == state]
        if names:
            yield from _wrapped(f"        {kind} {state}: ", names)


def _wrapped(head: str, names: list[str]) -> Iterator[str]:
    line = head
    for place, name in enumerate(names):
        word = name + ("," if place < len(names) - 1 else "")
        if len(line) + len(word) > _WIDTH and line.strip():
            yield line.rstrip()
            line = " " * 12
        line += word + " "
    yield line.rstrip()


def _columns(report: CheckReport) -> Iterator[str]:
    if not report.columns:
        return
    yield ""
    guessed = report.settings_work is not None
    yield f"Columns that the records just read fill{', by the guesses below' if guessed else ''}:"
    width = max(len(f"{one.table}.{one.column}") for one in report.columns)
    for one in report.columns:
        share = f"{one.filled} of {one.rows}" if one.filled else "-"
        yield f"  {f'{one.table}.{one.column}':{width}}  {share:>7}  {one.source}"
    tool = report.connection_id.partition(":")[0]
    if report.never_filled:
        yield from _wrapped(f"  {tool} has nothing for: ", list(report.never_filled))


def _mappings(report: CheckReport) -> Iterator[str]:
    if not report.mapping_lines:
        return
    yield ""
    yield "Words that map nowhere yet. Add these lines, with the unified value after the last comma:"
    for file, lines in groupby(report.mapping_lines, key=lambda one: one.file):
        yield ""
        yield f"# {file}"
        yield header_line()
        yield from (one.line for one in lines)


def _settings(report: CheckReport) -> Iterator[str]:
    if not report.settings:
        return
    name = report.connection_id.partition(":")[2]
    yield ""
    if report.settings_work is None:
        yield "Guesses at what some elements are called here; look at each."
    elif report.settings_work:
        yield "Guesses at how this WSDL names things; tried: every model can be read with them. Look at each."
    else:
        yield "Guesses at how this WSDL names things; tried, and they are not enough. Correct them by hand."
    yield f"Put them at the end of [connections.{name}] in .dlt/config.toml:"
    yield ""
    yield from report.settings
