"""`python -m benchmarks`: all benchmarks at full size, with docs/performance.md at the end."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.bench import Bench
from benchmarks.cases import CASES
from benchmarks.report import document, print_report
from benchmarks.sizes import FULL, QUICK

_DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"


def main(
    quick: Annotated[bool, typer.Option(help="Small sizes; writes no document.")] = False,
    peers: Annotated[bool, typer.Option(help="Let other tools run as well.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="A case; may be given more than once.")] = None,
    output: Annotated[Path | None, typer.Option(help="Where the document goes.")] = None,
) -> None:
    """Measure, print, and write the document after a whole run at full size."""
    console = Console(highlight=False)
    unknown = set(only or ()) - set(CASES)
    if unknown:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}; there are {', '.join(CASES)}")
    folder = Path(tempfile.mkdtemp(prefix="ats-bench-"))
    sizes = QUICK if quick else FULL
    sizes = replace(sizes, command=sizes.command + "".join(f" --only {name}" for name in only or ()))
    bench = Bench(sizes, folder, console.print, with_peers=peers)
    try:
        for name, case in CASES.items():
            if not only or name in only:
                case(bench)
                bench.forget_folders()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print_report(bench, console)
    path = output or (None if quick or only else _DOCUMENT)
    if path is not None:
        path.write_text(document(bench), encoding="utf-8")
        console.print(f"Written to {path}")


if __name__ == "__main__":
    typer.run(main)
