"""`ats demo`: the whole story in half a minute, on made-up tenants, with nothing but this machine."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from duckdb import DuckDBPyConnection
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table

from pipelines.demo_sandbox import made_up_vendors
from pipelines.demo_story import Question, first_edits, questions, second_edits
from pipelines.places import Places
from pipelines.printing import print_sync
from pipelines.progress import Silent, shown_progress
from pipelines.results import SyncResult
from pipelines.warehouse import open_to_read
from sources.errors import AtsError, ConfigurationError

_MARKER = ".made-by-ats-demo"
_CANDIDATES = 300
_LOOPBACK = "127.0.0.1,localhost"


def run_demo(folder: Path) -> int:
    """Make `folder` anew, read two made-up tenants into it, edit them, read again, ask; the exit code."""
    console = Console(width=min(Console().width, 120), highlight=False)
    _make_anew(folder)
    # A proxy that the environment names could not reach this machine's own servers.
    os.environ["NO_PROXY"] = ",".join(filter(None, (os.environ.get("NO_PROXY"), _LOOPBACK)))
    sandbox, coveto, persy = made_up_vendors(candidates=_CANDIDATES, seed=1)
    with sandbox:
        console.print("Two made-up vendors are being served on this machine:")
        console.print(f"  Coveto, SOAP         {sandbox.coveto_url}")
        console.print(f"  Compleet Persy, REST {sandbox.persy_url}")
        _write_configuration(folder, *sandbox.connection_settings())
        console.print(f"Their settings are in {folder}/.dlt/config.toml and secrets.toml.")
        _heading(console, "First sync: everything is new")
        _sync(folder)
        _heading(console, "At the sources, some records change")
        _say(console, first_edits(coveto, persy))
        _heading(console, "Second sync: only those are written")
        second = _sync(folder)
        _heading(console, "What was gone comes back")
        _say(console, second_edits(coveto))
        _heading(console, "Third sync: it has its old id again")
        _sync(folder)
    database = Places(folder).published_database
    _heading(console, f"A few questions to {database}")
    with open_to_read(database) as engine:
        began = min(read.started_at for read in second.reads).isoformat(timespec="seconds")
        for question in questions(began):
            _ask(console, question, engine.connection.execute(question.sql))
    console.print(f"\nThe tables are in [bold]{database}[/bold], schema unified.")
    console.print("Every column is described in docs/tables.md. For your own tenants, type: ats init")
    return 0


def _make_anew(folder: Path) -> None:
    """An empty folder with our marker; a ConfigurationError where somebody else's files are in it."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / _MARKER).exists():
            raise ConfigurationError(
                f"{folder} is not empty, and no demo made it", "Name another folder: ats demo --folder NAME"
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / _MARKER).write_text("`ats demo` makes this folder anew each time.\n", encoding="utf-8")


def _write_configuration(folder: Path, config: str, secrets: str) -> None:
    settings = folder / ".dlt"
    settings.mkdir(mode=0o700)
    for name, text in (("config.toml", config), ("secrets.toml", secrets)):
        path = settings / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")


def _sync(folder: Path) -> SyncResult:
    from pipelines.syncing import sync

    with shown_progress(otherwise=Silent()) as progress:
        result = sync(folder, progress=progress)
    print_sync(result, folder)
    failed = [read for read in result.reads if read.outcome == "failed"]
    if failed:
        raise AtsError(
            f"The demo's sync of {failed[0].connection_id} failed: {failed[0].error_message}",
            "Run the demo again; if it fails once more, report what it printed",
        )
    return result


def _ask(console: Console, question: Question, answer: DuckDBPyConnection) -> None:
    console.print(f"\n[bold]{question.title}[/bold]")
    console.print(Syntax(question.sql, "sql", background_color="default"))
    table = Table(header_style="bold", border_style="dim")
    for column in answer.description:
        table.add_column(str(column[0]))
    for row in answer.fetchall():
        table.add_row(*("" if value is None else str(value) for value in row))
    console.print(table)


def _heading(console: Console, text: str) -> None:
    console.print()
    console.rule(f"[bold]{text}[/bold]", align="left")


def _say(console: Console, sentences: Sequence[str]) -> None:
    for sentence in sentences:
        console.print(f"  {sentence}")
