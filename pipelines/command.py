"""The command `ats`. What is slow to import is imported where it is used, so that `ats --help` is quick."""

import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.command_actions import add_action_commands
from pipelines.command_fields import fields
from pipelines.command_forget import forget
from pipelines.command_remove import remove
from pipelines.process_memory import let_duckdb_give_back_soon
from pipelines.quick_imports import without_pandas_and_numpy
from pipelines.terminal import INTERRUPTED, TERMINATED, carry_out
from sources.errors import ConfigurationError

application = typer.Typer(
    name="ats",
    help="Applicant-tracking systems in your own warehouse: Coveto and Compleet Persy as unified tables.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@dataclass
class _Invocation:
    """What holds for every command; the folder is known once the arguments are read."""

    folder: Path = Path()


_invocation = _Invocation()


class Tool(StrEnum):
    """A tool that can be read."""

    COVETO = "coveto"
    COMPLEETPERSY = "compleetpersy"


def main() -> None:
    """Run `ats` with the arguments of the process, and end the process with its exit code."""
    let_duckdb_give_back_soon()
    with without_pandas_and_numpy():
        code = carry_out(_run, lambda: _invocation.folder)
    if code in {INTERRUPTED, TERMINATED}:
        sys.stdout.flush()
        os._exit(code)  # a thread that still waits for a vendor must not keep the process
    sys.exit(code)


def _run() -> int:
    try:
        code = application(standalone_mode=False)
    except typer.Abort:
        # Typer makes this of Control-C.
        raise KeyboardInterrupt from None
    except typer.TyperException as error:
        known = "Type `ats --help` for the commands, `ats COMMAND --help` for what one takes"
        raise ConfigurationError(error.format_message(), known) from None
    if code == INTERRUPTED:
        raise KeyboardInterrupt  # Typer makes this code of Control-C, without a word
    return code if isinstance(code, int) else 0


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ats {version('ats-warehouse')}")
        raise typer.Exit


@application.callback()
def _for_all_commands(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Option("--folder", help="The working folder, which holds .dlt and warehouse.duckdb.")
    ] = Path(),
    show_version: Annotated[  # noqa: ARG001 - its callback does the work
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    _invocation.folder = folder
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(ConfigurationError.exit_code)


@application.command()
def init(
    tool: Annotated[
        list[Tool] | None, typer.Option("--tool", help="Write a connection of this tool alone; repeatable.")
    ] = None,
) -> None:
    """Write the two configuration files, with explanations."""
    from pipelines.initial_files import write_initial_files

    for path in write_initial_files(_invocation.folder, tool or list(Tool)):
        typer.echo(f"Wrote {path}")
    typer.echo("Fill in what is empty, take out what you do not need, then type: ats sync")


@application.command()
def sync(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Connections to read; all by default.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Read everything, also where a delta would do.")
    ] = False,
    delta: Annotated[
        bool, typer.Option("--delta", help="Read changes alone, where the tool has deltas.")
    ] = False,
    due: Annotated[
        bool, typer.Option("--due", help="Read what full_every and delta_every ask for by now, and no more.")
    ] = False,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", metavar="MODEL", help="Read this model alone, such as jobs; repeatable."),
    ] = None,
    accept_deletes: Annotated[
        bool, typer.Option("--accept-deletes", help="Mark as deleted what a guard held back before.")
    ] = False,
    parallel: Annotated[
        int | None,
        typer.Option("--parallel", metavar="N", min=1, max=64, help="Read so many connections at once."),
    ] = None,
) -> int:
    """Read the vendors, load what changed, transform it, publish it to the readers."""
    from pipelines.printing import print_sync
    from pipelines.progress import shown_progress

    if full + delta + due > 1:
        raise ConfigurationError("--full, --delta and --due exclude each other", "Keep one of them")
    kind: Literal["auto", "full", "delta", "due"] = (
        "full" if full else "delta" if delta else "due" if due else "auto"
    )
    from pipelines.syncing import sync as run

    with shown_progress() as progress:
        result = run(
            _invocation.folder,
            names=names or (),
            kind=kind,
            models=model or (),
            accept_deletes=accept_deletes,
            progress=progress,
            parallel=parallel,
        )
    print_sync(result, _invocation.folder)
    return result.exit_code


@application.command()
def transform(
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Rebuild every table from raw, whatever changed.")
    ] = False,
) -> int:
    """Make the unified tables from what was loaded, without reading any vendor."""
    from pipelines.printing import print_transforms
    from pipelines.progress import shown_progress
    from pipelines.transforming import exit_code_of
    from pipelines.transforming import transform as run

    with shown_progress() as progress:
        result, published = run(_invocation.folder, full_refresh=full_refresh, progress=progress)
    print_transforms(result, _invocation.folder, published=published)
    return exit_code_of(result)


@application.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Show a line for each connection: last success, last outcome, rows, age, next due."""
    from pipelines.printing import print_json, print_statuses
    from pipelines.status import connection_statuses, status_values

    statuses = connection_statuses(_invocation.folder)
    if as_json:
        print_json(status_values(statuses))
    else:
        print_statuses(statuses)


@application.command()
def sandbox(
    coveto_port: Annotated[int, typer.Option(help="The port of the Coveto API; 0 takes any.")] = 8080,
    persy_port: Annotated[int, typer.Option(help="The port of the Persy API; 0 takes any.")] = 8081,
    candidates: Annotated[int, typer.Option(min=1, help="Candidates of each tenant.")] = 300,
    seed: Annotated[int, typer.Option(help="The same seed makes the same tenants.")] = 1,
) -> None:
    """Serve both vendor APIs on this machine, over made-up tenants, until stopped."""
    from pipelines.demo_sandbox import serve

    serve(coveto_port=coveto_port, persy_port=persy_port, candidates=candidates, seed=seed)


@application.command()
def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Where to put it; made anew.")] = Path("demo"),
) -> int:
    """Show the whole story on made-up tenants: read, edit at the source, read again, ask."""
    from pipelines.demo import run_demo

    return run_demo(_invocation.folder / folder)


add_action_commands(application, lambda: _invocation.folder)


application.command()(fields)
application.command()(forget)
application.command()(remove)
