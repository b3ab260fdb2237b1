"""`ats fields`: which fields of a connection could be promoted."""

from pathlib import Path
from typing import Annotated

import typer


def fields(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The connection.")],
    model: Annotated[
        list[str] | None,
        typer.Option("--model", metavar="MODEL", help="Of this model alone, such as jobs; repeatable."),
    ] = None,
    examples: Annotated[
        bool, typer.Option("--examples", help="Show values too; they may be personal.")
    ] = False,
    live: Annotated[
        bool, typer.Option("--live", help="Ask the vendor for the first records; needs no warehouse.")
    ] = False,
    pages: Annotated[
        int, typer.Option("--pages", min=1, help="With --live: how many pages of each model to read.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Show what records hold beside the unified columns: key, label, kind, share filled, whether promoted."""
    from pipelines.field_printing import print_fields
    from pipelines.printing import print_json
    from pipelines.source_fields import fields as run

    folder = Path(context.find_root().params["folder"])
    found = run(folder, name, model or (), examples=examples, live=live, pages=pages)
    if as_json:
        print_json([one.values for one in found])
    else:
        print_fields(name, found, examples=examples, live=live)
