"""`ats check`: whether a sync of a connection would work, and what it would fill."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer


def check(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The connection.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> int:
    """Ask a vendor for a few records, and say whether a sync would work and which columns it would fill."""
    from pipelines.check_printing import print_check
    from pipelines.checking import check as run
    from pipelines.printing import print_json

    folder: Path = context.find_root().params["folder"]
    report = run(folder, name)
    if as_json:
        print_json({**asdict(report), "works": report.works})
    else:
        print_check(report)
    return 0 if report.works else 1
