"""`ats forget`: a person who asked for it is erased and kept out, or, with --lift, read again."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipelines.forgetting import Trace


def forget(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="The connection; not needed with --email.")] = None,
    candidate_id: Annotated[
        str | None, typer.Argument(help="A unified id, the vendor's id, or remote:<id>.")
    ] = None,
    email: Annotated[
        str | None, typer.Option("--email", help="Everybody with this address, of all connections.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it at once, without asking first.")] = False,
    lift: Annotated[bool, typer.Option("--lift", help="Let a forgotten candidate be read again.")] = False,
) -> int:
    """Erase a person everywhere, and keep them out of later reads; shows first what would be erased."""
    from pipelines.forgetting import Whom, traces
    from pipelines.forgetting import forget as forget_persons
    from pipelines.forgetting import lift as lift_candidate
    from pipelines.progress import shown_progress
    from sources.errors import ConfigurationError

    folder = Path(context.find_root().params["folder"])
    if lift:
        if name is None or candidate_id is None:
            raise ConfigurationError("--lift needs a connection and a candidate", "ats forget acme 17 --lift")
        question = f"Let candidate {candidate_id} of {name} be read again?"
        if not yes and not typer.confirm(question):
            typer.echo("Nothing was changed.")
            return 1
        person = lift_candidate(folder, name, candidate_id)
        typer.echo(f"{person.connection_id} candidate {person.remote_id} is kept out no more;")
        typer.echo("the next full read brings back what the source has. What was erased here stays erased.")
        return 0
    whom = Whom(name, candidate_id, email)
    if not yes:
        found = traces(folder, whom)
        _show(found)
        if not found:
            return 0
        if not sys.stdin.isatty():
            typer.echo("Nothing was erased. To erase all of this, type the same with --yes.")
            return 0
        if not typer.confirm("Erase all of this for good, and keep them out?"):
            typer.echo("Nothing was erased.")
            return 1
    with shown_progress() as progress:
        erased = forget_persons(folder, whom, progress)
    if yes:
        _show(erased)
    if erased:
        typer.echo("Erased. The files were written anew, so no byte of it is left in this folder.")
        typer.echo("ats.erasures holds the proof. Backups, exports and copies elsewhere are yours to erase.")
    return 0


def _show(traces: "tuple[Trace, ...]") -> None:
    for trace in traces:
        counted = ", ".join(f"{count:,} of {place}" for place, count in trace.rows.items())
        person = trace.person
        typer.echo(f"{person.connection_id} candidate {person.remote_id} ({person.id}):")
        typer.echo(f"  {counted or 'nothing is stored'}")
    if not traces:
        typer.echo("Nobody with this address is in the warehouse.")
