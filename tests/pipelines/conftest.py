"""Working folders for the tests of what a person starts."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import configuration_layers

CONFIG = """
[connections.acme]
tool = "coveto"
subdomain = "k12345"

[connections.leihwerk]
tool = "compleetpersy"
"""
SECRETS = """
[connections.acme]
customer_number = "12345"
api_key = "acme-s3cret"

[connections.leihwerk]
api_key = "leihwerk-s3cret"
"""

WriteFolder = Callable[..., Path]
Ats = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def _no_global_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Files that all projects of this machine share are none of a test's."""
    monkeypatch.setattr(configuration_layers, "_global_folder", lambda: tmp_path / "nobody")


@pytest.fixture
def working_folder(tmp_path: Path) -> WriteFolder:
    """Writes a working folder with one connection of each tool and gives its path.

    `config` and `secrets` replace a file, `more` is appended to config.toml, `first` put before it, and
    `instead` replaces texts in both.
    """

    def write(
        config: str = CONFIG,
        secrets: str | None = SECRETS,
        *,
        first: str = "",
        more: str = "",
        instead: tuple[str, str] = ("", ""),
    ) -> Path:
        folder = tmp_path / "working"
        settings = folder / ".dlt"
        settings.mkdir(parents=True, exist_ok=True)
        old, new = instead
        for name, text in (("config.toml", first + config + more), ("secrets.toml", secrets)):
            if text is not None:
                path = settings / name
                path.write_text(text.replace(old, new) if old else text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def ats() -> Ats:
    """Runs the real command in a process of its own."""

    def run(
        *arguments: str, folder: Path, standard_input: str | None = None, **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", "from pipelines.command import main; main()", *arguments],
            cwd=folder,
            env={**os.environ, "COLUMNS": "200", **variables},
            input=standard_input,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run
