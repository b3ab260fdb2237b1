"""`python -m benchmarks`: all benchmarks at full size, with docs/performance.md at the end."""

import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.bench import Bench, DifferentTablesError
from benchmarks.cases import CASES
from benchmarks.processes import ContenderFailedError
from benchmarks.report import document, print_report
from benchmarks.sizes import FULL, QUICK

_DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"
_FAILED, _INTERRUPTED = 1, 130
_WIDTH_OF_A_FILE = 200


def main(
    quick: Annotated[bool, typer.Option(help="Small sizes; writes no document.")] = False,
    peers: Annotated[bool, typer.Option(help="Let other tools run as well.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="A case; may be given more than once.")] = None,
    output: Annotated[Path | None, typer.Option(help="Where the document goes.")] = None,
) -> None:
    """Measure, print, and write the document after a whole run at full size."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH_OF_A_FILE)
    unknown = set(only or ()) - set(CASES)
    if unknown:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}; there are {', '.join(CASES)}")
    folder = Path(tempfile.mkdtemp(prefix="ats-bench-"))
    sizes = QUICK if quick else FULL
    options = (" --peers" if peers else "") + "".join(f" --only {name}" for name in only or ())
    sizes = replace(sizes, command=sizes.command + options)
    bench = Bench(sizes, folder, console.print, with_peers=peers)
    try:
        exit_code = carry_out_cases(bench, [name for name in CASES if not only or name in only])
    finally:
        bench.tenants.close()
        shutil.rmtree(folder, ignore_errors=True)
    print_report(bench, console)
    path = output or (None if quick or only else _DOCUMENT)
    if path is not None:
        path.write_text(document(bench), encoding="utf-8")
        console.print(f"Written to {path}")
    raise typer.Exit(exit_code)


def carry_out_cases(bench: Bench, names: Sequence[str]) -> int:
    """The cases in turn; one that fails does not stop the others, an interruption stops all.

    What was not measured is noted as left out. Gives the exit code.
    """
    exit_code = 0
    for other in (name for name in CASES if name not in names):
        bench.leave_out(f"{other}: not asked for")
    for place, name in enumerate(names):
        began = time.monotonic()
        try:
            CASES[name](bench)
        except (ContenderFailedError, DifferentTablesError, RuntimeError) as error:
            bench.leave_out(f"{name}, or what was left of it: {type(error).__name__}")
            bench.tell(str(error))
            exit_code = _FAILED
        except KeyboardInterrupt:
            later = ", ".join(names[place + 1 :])
            bench.leave_out(f"{name}, or what was left of it: interrupted")
            if later:
                bench.leave_out(f"{later}: the run was interrupted before")
            return _INTERRUPTED
        finally:
            bench.minutes_by_case[name] = (time.monotonic() - began) / 60
        bench.forget_folders()
    return exit_code


if __name__ == "__main__":
    typer.run(main)
