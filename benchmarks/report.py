"""The result as tables: on the terminal, and as docs/performance.md."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from benchmarks.bench import Bench, Finding, Measured
from benchmarks.machine import machine

_TARGETS = ("what", "measured", "by CPU time", "reach", "beyond", "", "note")
_RUNS = ("case", "contender", "rows", "seconds", "CPU s", "rows/s", "MB/s", "peak MB", "runs")
_WORDS = {"beyond": "reached, and beyond", "reached": "reached", "missed": "missed", "": ""}

_HEAD = """# How fast it is

Written by `{command}` on {date}; do not edit. It measures this product, the plain way and the limit side by
side, on both made-up vendors. `make bench` runs it at full size (200,000 candidates, for some of it
800,000) in up to 45 minutes; `make bench-quick` at a fortieth of that in two, where fixed costs weigh far
more: a sync takes a second or two however little there is to read.

- **plain** is what a competent person writes in an afternoon with the same libraries: for Coveto zeep's
  objects, `serialize_object` and dict rows, for Persy `rest_api_source`, both with dlt's defaults and `merge`
  by primary key. It gives raw tables alone. It runs at a tenth of the size, scaled by rows; the note says how
  it grows from half of that.
- **limit** is lxml's bare parse for parsing, DuckDB's `INSERT … SELECT` from NDJSON of the same records for
  loading, the same SELECT as one statement for transforming, and pages × latency ÷ pages in flight for the
  network.
- **floor** is requests into NDJSON and one INSERT: a whole REST sync without history, deletes or unified
  tables.
- **ours** is `ats sync`, to published unified tables, unless it says otherwise.

Each run is a process of its own; imports do not count, the contenders take turns, and of several runs the
median is shown. The vendors serve ready-made bytes from another process on the same cores. Peak memory is
that of all processes of a contender. Contenders that are compared must end with the same rows.

Other work on the machine disturbs wall-clock times; the ratio by CPU time says what each contender did. A
target counts as reached where both say so, and at full size alone: at small sizes fixed costs decide, and
plain's, which are large, are scaled along with its rows.

## The machine

{machine}

"""


def print_report(bench: Bench, console: Console) -> None:
    """Both tables on the terminal."""
    for title, columns, rows in _tables(bench):
        table = Table(title=title, title_justify="left", header_style="bold", border_style="dim")
        for column in columns:
            table.add_column(column)
        for row in rows:
            table.add_row(*row)
        console.print(table)


def document(bench: Bench) -> str:
    """The text of docs/performance.md."""
    facts = "\n".join(f"- {name}: {value}" for name, value in machine().items())
    parts = [_HEAD.format(command=bench.sizes.command, date=datetime.now(UTC).date(), machine=facts)]
    for title, columns, rows in _tables(bench):
        lines = [columns, ["---"] * len(columns), *rows]
        parts.append(f"## {title}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n")
    return "".join(parts).rstrip() + "\n"


def _tables(bench: Bench) -> Iterable[tuple[str, Sequence[str], list[Sequence[str]]]]:
    yield "Targets", _TARGETS, [_target(one, judged=bench.sizes.is_full) for one in bench.findings]
    yield "Runs", _RUNS, [_run(one) for one in bench.measured]


def _target(one: Finding, *, judged: bool) -> Sequence[str]:
    sign = "≥" if one.more_is_better else "≤"

    def limit(target: float | None) -> str:
        return "" if target is None else f"{sign} {target:g} {one.unit}"

    by_cpu = "" if one.value_by_cpu is None else f"{_number(one.value_by_cpu)} {one.unit}"
    measured = f"{_number(one.value)} {one.unit}"
    verdict = _WORDS[one.verdict] if judged else ""
    return one.what, measured, by_cpu, limit(one.reach), limit(one.beyond), verdict, one.note


def _run(one: Measured) -> Sequence[str]:
    return (
        one.case,
        one.contender,
        f"{one.rows:,}",
        _number(one.seconds),
        _number(one.cpu_seconds),
        f"{one.rows / one.seconds:,.0f}",
        f"{one.bytes / one.seconds / 1e6:,.1f}" if one.bytes else "",
        f"{one.peak_bytes / 1e6:,.0f}",
        str(one.runs),
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
