"""Other tools that read the same tenant, each in an environment of its own; they run only where asked for."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.cases.tenants import over_rest
from benchmarks.results import Contender
from benchmarks.vendors import Vendors

_FOLDER = Path(__file__).parents[1] / ".venv-peers"
"""Kept from run to run; `make clean` takes it away."""
_INSTALLED = "installed.txt"


@dataclass(frozen=True)
class Peer:
    """A tool, the packages that it needs, and the contender that runs it."""

    name: str
    folder: str
    packages: Sequence[str]
    function: str
    runs_here: bool
    """Whether the contender runs in this environment and starts the tool as a command in its own."""


def _peers() -> Sequence[Peer]:
    same = [f"{name}=={version(name)}" for name in ("duckdb", "pyarrow", "orjson", "requests")]
    return (
        Peer(
            "dlt's rest_api_source, tuned",
            "dlt",
            [f"dlt[duckdb]=={version('dlt')}", *same],
            "plain_persy:tuned",
            runs_here=False,
        ),
        Peer(
            "Singer: singer-sdk and target-duckdb",
            "singer",
            ["singer-sdk", "target-duckdb", "duckdb==1.1.3"],  # newer DuckDB silently loses rows with it
            "singer:whole",
            runs_here=True,
        ),
    )


def peer_contenders(bench: Bench, vendors: Vendors, size: int) -> Iterator[Contender]:
    """Every peer that can be installed; the others are noted as left out."""
    for peer in _peers():
        python = _FOLDER / peer.folder / "bin" / "python"
        try:
            if _is_to_be_made(peer):
                bench.tell(f"{bench.elapsed} installing {', '.join(peer.packages)}")
                _make(peer, python)
        except (OSError, subprocess.CalledProcessError) as error:
            output = str(getattr(error, "stderr", "") or error).strip().splitlines()
            bench.leave_out(
                f"{peer.name}: could not be installed ({output[-1] if output else 'no reason given'})"
            )
            continue
        where = {"peer_python": str(python)} if peer.runs_here else {"python": str(python)}
        yield over_rest(bench, vendors, peer.name, peer.function, size, same_tables="rows", **where)


def _is_to_be_made(peer: Peer) -> bool:
    """Whether there is no environment with these very packages."""
    installed = _FOLDER / peer.folder / _INSTALLED
    return not installed.exists() or installed.read_text("utf-8").splitlines() != list(peer.packages)


def _make(peer: Peer, python: Path) -> None:
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(_FOLDER / peer.folder)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *peer.packages],
    ):
        subprocess.run(command, check=True, capture_output=True, text=True)
    (_FOLDER / peer.folder / _INSTALLED).write_text("\n".join(peer.packages), encoding="utf-8")
