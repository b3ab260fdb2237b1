"""What `ats fields` prints: a table on a terminal, plain lines elsewhere."""

import json
import sys
from collections.abc import Sequence

import typer

from pipelines.source_fields import SourceField

_HEAD = ("model", "key", "label", "type", "values", "filled", "distinct", "promoted as")
_LONGEST_EXAMPLE = 40


def print_fields(connection_id: str, fields: Sequence[SourceField], *, examples: bool, live: bool) -> None:
    """Print the fields of a connection, or that there are none."""
    if not fields:
        where = "The first records" if live else "The tables"
        typer.echo(f"{where} hold no field of {connection_id} beside the unified columns.")
        if not live:
            typer.echo("If it was never read, type: ats sync, or add --live")
        return
    head = (*_HEAD, "examples") if examples else _HEAD
    rows = [_cells(one, examples=examples) for one in fields]
    if sys.stdout.isatty():
        _print_table(head, rows)
    else:
        for row in (head, *rows):
            typer.echo("\t".join(row))


def _cells(one: SourceField, *, examples: bool) -> tuple[str, ...]:
    cells = (
        one.model,
        _visible(one.key),
        _visible(one.label or "-"),
        one.type,
        one.value_types or "-",
        f"{one.share_filled:.0%} of {one.rows:,}",
        f"{one.distinct_values:,}",
        one.promoted_as or "-",
    )
    return (*cells, " | ".join(map(_shown, one.examples))) if examples else cells


def _shown(value: object) -> str:
    text = _visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST_EXAMPLE else f"{text[: _LONGEST_EXAMPLE - 1]}…"


def _visible(text: str) -> str:
    """On one line, without what a terminal would act on."""
    return "".join(one if one.isprintable() else " " for one in text) or '""'


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for name in head:
        table.add_column(name, justify="right" if name in {"filled", "distinct"} else "left")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
