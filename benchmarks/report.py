"""The result as tables: on the terminal, and as docs/performance.md."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.bench import Bench
from benchmarks.machine import machine
from benchmarks.results import Finding, Measured

_TARGETS = ("what", "measured", "by CPU time", "reach", "beyond", "", "note")
_RUNS = ("case", "contender", "rows", "seconds", "CPU s", "rows/s", "MB/s", "peak MB", "runs")
_MINUTES = ("case", "minutes, with making its tenants")
_WORDS = {
    "beyond": "reached, and beyond",
    "reached": "reached",
    "by the clock": "reached by the clock",
    "missed": "missed",
    "": "",
}
_WHERE_TIME_GOES = Path(__file__).with_name("where_time_goes.md")
"""Written by hand, from profiles; belongs to the last whole run."""

_HEAD = """# How fast it is

Written by `{command}` on {date}; do not edit. It measures this product, the plain way and the limit side by
side, on both made-up vendors. `make bench` runs it at full size (200,000 candidates, for some of it
800,000) in up to 45 minutes; `make bench-quick` at a fortieth of that in two, where fixed costs weigh far
more: a sync takes a second or two however little there is to read.

- **plain** is what a competent person writes in an afternoon with the same libraries: for Coveto zeep's
  objects, `serialize_object` and dict rows, for Persy `rest_api_source`, both with dlt's defaults and `merge`
  by primary key. It gives raw tables alone. It runs at a twentieth and at a tenth of the size; what it
  would take at the full one is read off the straight line through the two, so that its fixed cost counts
  once ("plain, reckoned"). Where that line would begin below nothing, the larger run is scaled by its rows
  instead, which is the shorter of the two. The note says both runs, and how straight the line is.
- **limit** is lxml's bare parse for parsing, DuckDB's `INSERT … SELECT` from NDJSON of the same records for
  loading, the same SELECT as one statement a table for transforming, without a runner, its checks and its
  list of mapping gaps, and pages × latency ÷ pages in flight for the network.
- **floor** is requests into NDJSON and one INSERT: a whole REST sync without history, deletes or unified
  tables.
- **the network alone** is the requests of a sync of many small connections, sent again by plain requests with
  a session a connection, as many at once: that is what the target on connections is beyond.
- **ours** is `ats sync`, to published unified tables, unless it says otherwise. Nothing is configured: a
  large read parses in two processes, and transforms take two cores and some 500 MB (`transform_threads`,
  `duckdb_memory_limit`).
- **peers** (`make bench PEERS=1`) read the same Persy tenant, each in an environment of its own, which the
  benchmark makes with pip: dlt's `rest_api_source` tuned (no compression, Parquet, no child tables,
  appended), and a tap made with singer-sdk piped into target-duckdb, on DuckDB 1.1.3, as with a newer one
  that target loses rows. Neither keeps history, sees deletes, or has unified tables.

Each run is a process of its own (at small sizes forked from one that has imported everything, so that its
memory counts the imports of all); imports do not count, the contenders take turns, and of several runs the
median is shown; who takes more than a minute (half an hour after the start: ten seconds) runs once. The
vendors serve ready-made bytes from another process on the same cores. Bytes are those of the vendors'
answers, of recorded answers, or, for transforms, of the raw records' JSON. Peak memory is that of all
processes of a contender while the clock runs. Contenders that are compared must end with the same rows.

Targets are about the clock, and judged at full size alone: at small sizes fixed costs decide. The ratio by
CPU time stands beside it, as other work on the machine disturbs that less. Where it alone misses a target,
the line says "by the clock": then ours is sooner because it works on both cores, not because it does less.

## The machine

{machine}

## What was left out

{left_out}

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
    left_out = "\n".join(f"- {one}" for one in bench.left_out) or "Nothing."
    date = datetime.now(UTC).date()
    parts = [_HEAD.format(command=bench.sizes.command, date=date, machine=facts, left_out=left_out)]
    for title, columns, rows in _tables(bench):
        lines = [columns, ["---"] * len(columns), *rows]
        parts.append(f"## {title}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n")
        if title == "Targets" and bench.sizes.is_full:
            parts.append(_WHERE_TIME_GOES.read_text("utf-8") + "\n")
    return "".join(parts).rstrip() + "\n"


def _tables(bench: Bench) -> Iterable[tuple[str, Sequence[str], list[Sequence[str]]]]:
    yield "Targets", _TARGETS, [_target(one, judged=bench.sizes.is_full) for one in bench.findings]
    yield "Runs", _RUNS, [_run(one) for one in bench.measured]
    minutes = [(name, f"{taken:.1f}") for name, taken in bench.minutes_by_case.items()]
    yield "How long it took", _MINUTES, [*minutes, ("all", f"{sum(bench.minutes_by_case.values()):.1f}")]


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
        f"{one.bytes / one.seconds / 1e6:,.1f}" if one.bytes else "–",
        f"{one.peak_bytes / 1e6:,.0f}",
        str(one.runs) if one.runs else "reckoned",
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
