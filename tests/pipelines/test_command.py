"""The command as a person meets it: what it prints, and how it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from pipelines import terminal
from pipelines.configuration import load_configuration
from pipelines.lock import locked
from pipelines.terminal import carry_out
from sources.errors import ConfigurationError, LockedError, VendorUnavailableError

Folder = Callable[..., Path]
Ats = Callable[..., "CompletedProcess[str]"]


def test_init_writes_both_files_for_the_owner_alone(tmp_path: Path, ats: Ats) -> None:
    done = ats("init", folder=tmp_path)
    assert done.returncode == 0
    for name in ("config.toml", "secrets.toml"):
        assert (tmp_path / ".dlt" / name).stat().st_mode & 0o777 == 0o600
    assert "ats sync" in done.stdout


def test_the_files_of_init_load_once_they_are_filled_in(tmp_path: Path, ats: Ats) -> None:
    ats("init", folder=tmp_path)
    for name, empty, filled in (
        ("config.toml", 'subdomain = ""', 'subdomain = "k12345"'),
        ("secrets.toml", '= ""', '= "12345"'),
    ):
        path = tmp_path / ".dlt" / name
        path.write_text(path.read_text(encoding="utf-8").replace(empty, filled), encoding="utf-8")
    configuration = load_configuration(tmp_path)
    assert [one.connection_id for one in configuration.connections] == [
        "coveto:acme",
        "compleetpersy:leihwerk",
    ]


def test_the_files_of_init_say_what_is_still_empty(tmp_path: Path, ats: Ats) -> None:
    ats("init", "--tool", "compleetpersy", folder=tmp_path)
    with pytest.raises(ConfigurationError, match=r'\[connections.leihwerk\] "api_key" is empty'):
        load_configuration(tmp_path)


def test_init_overwrites_nothing(working_folder: Folder, ats: Ats) -> None:
    folder = working_folder()
    before = (folder / ".dlt" / "config.toml").read_text(encoding="utf-8")
    done = ats("init", folder=folder)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        ".dlt/config.toml is already there",
        "Edit it, or take it away and type `ats init` again",
    ]
    assert (folder / ".dlt" / "config.toml").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nope"],
        ["nope"],
        ["sync", "--nope"],
        ["sync", "--full", "--delta"],
        ["init", "--tool", "sap"],
        ["status", "x"],
    ],
)
def test_wrong_usage_is_two_lines_and_code_2(tmp_path: Path, ats: Ats, arguments: list[str]) -> None:
    done = ats(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2


def test_without_arguments_the_help_is_shown(tmp_path: Path, ats: Ats) -> None:
    done = ats(folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: ")


@pytest.mark.parametrize("command", ["init", "sync", "transform", "status", "sandbox", "demo"])
def test_every_command_is_in_the_help_and_has_its_own(tmp_path: Path, ats: Ats, command: str) -> None:
    assert f"\n  {command} " in ats("--help", folder=tmp_path).stdout
    done = ats(command, "--help", folder=tmp_path)
    assert done.returncode == 0
    assert f" {command} " in done.stdout.splitlines()[0]


def test_the_version_is_told(tmp_path: Path, ats: Ats) -> None:
    assert ats("--version", folder=tmp_path).stdout.startswith("ats 0.")


@pytest.mark.parametrize("command", ["sync", "transform"])
def test_a_wrong_configuration_is_two_lines_and_code_2(
    working_folder: Folder, ats: Ats, command: str
) -> None:
    done = ats(command, folder=working_folder(first="destinaton = 3\n"))
    assert done.returncode == 2
    assert done.stderr.splitlines()[0].endswith('the top level has the unknown key "destinaton"')
    assert len(done.stderr.splitlines()) == 2


def test_a_locked_folder_is_two_lines_and_code_4(working_folder: Folder, ats: Ats) -> None:
    folder = working_folder()
    with locked(folder):
        done = ats("transform", folder=folder)
    assert done.returncode == 4
    assert f"process {os.getpid()}" in done.stderr.splitlines()[0]
    assert len(done.stderr.splitlines()) == 2


def test_the_folder_can_be_named(working_folder: Folder, tmp_path: Path, ats: Ats) -> None:
    folder = working_folder()
    done = ats("--folder", str(folder), "status", folder=tmp_path)
    assert "coveto:acme" in done.stdout


def fails(error: BaseException) -> Callable[[], int]:
    def command() -> int:
        raise error

    return command


@pytest.fixture(autouse=True)
def _keep_signals() -> object:
    """`carry_out` sets a handler for the process; the tests' own stays."""
    before = signal.getsignal(signal.SIGTERM)
    yield None
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigurationError("what", "do"), 2),
        (VendorUnavailableError("what", "do"), 1),
        (LockedError("what", "do"), 4),
        (KeyboardInterrupt(), 130),
        (terminal.Terminated(), 143),
    ],
)
def test_each_failure_has_its_exit_code_and_two_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], error: BaseException, code: int
) -> None:
    assert carry_out(fails(error), lambda: tmp_path) == code
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_message_of_several_lines_still_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    carry_out(fails(ConfigurationError("one\ntwo", "do\nthis")), lambda: tmp_path)
    assert capsys.readouterr().err == "one two\ndo this\n"


def test_what_nobody_expected_is_two_lines_and_a_log_without_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert carry_out(fails(ValueError("Erika Mustermann")), lambda: tmp_path) == 1
    shown = capsys.readouterr().err.splitlines()
    log = tmp_path / ".ats" / "errors.log"
    assert shown == [
        "This should not have happened: ValueError.",
        f"The traceback is in {log}; please report it.",
    ]
    assert "test_command.py" in log.read_text(encoding="utf-8")
    assert "Erika Mustermann" not in log.read_text(encoding="utf-8") + "".join(shown)
    assert log.stat().st_mode & 0o777 == 0o600


def test_sigterm_ends_the_sandbox_with_143_at_once(tmp_path: Path) -> None:
    command = "from pipelines.command import main; main()"
    arguments = ["sandbox", "--coveto-port", "0", "--persy-port", "0", "--candidates", "3"]
    with subprocess.Popen(
        [sys.executable, "-c", command, *arguments],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout
        while not process.stdout.readline().startswith("# Serving"):
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=5)
    assert process.returncode == 143
    assert errors.splitlines()[0] == "Stopped by SIGTERM."
