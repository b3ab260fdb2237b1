"""`ats remove`: a connection that was taken from the configuration, and what becomes of its rows."""

from pathlib import Path
from typing import Annotated

import typer


def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The connection's name, or its id such as coveto:acme.")],
    erase: Annotated[
        bool, typer.Option("--erase", help="Delete its rows everywhere, and every byte of them.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before erasing.")] = False,
) -> int:
    """Say what is left of a connection that is no longer configured, or erase it."""
    from pipelines.progress import shown_progress
    from pipelines.removal import erase as erase_connection
    from pipelines.removal import remains_of

    folder = Path(context.find_root().params["folder"])
    remains = remains_of(folder, name)
    counted = ", ".join(f"{count:,} {table}" for table, count in remains.rows.items() if count)
    if not erase:
        typer.echo(f"{remains.connection_id} is no longer configured, and is not read any more.")
        typer.echo(f"Its rows stay ({counted or 'none'}); `ats status` shows them.")
        typer.echo(f"To erase them, type: ats remove {remains.connection_id} --erase")
        return 0
    question = f"Erase {remains.connection_id} for good ({counted or 'no unified rows'})?"
    if not yes and not typer.confirm(question):
        typer.echo("Nothing was erased.")
        return 1
    with shown_progress() as progress:
        done = erase_connection(folder, remains.connection_id, progress)
    typer.echo(
        f"{done.connection_id} is erased: {sum(done.rows.values()):,} rows of {len(done.rows)} tables."
    )
    typer.echo("The database was written anew, so no byte of them is left in this folder.")
    typer.echo(
        "Backups and copies elsewhere are yours to erase. ats.erasures keeps a record, with counts alone."
    )
    return 0
