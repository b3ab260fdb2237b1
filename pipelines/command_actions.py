"""The commands that ask a vendor one thing: create, list attachments, call, check."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sources.errors import ConfigurationError, RequestRefusedError

if TYPE_CHECKING:
    from sources.coveto.actions import Action

_Name = Annotated[str, typer.Argument(metavar="NAME", help="The connection.")]
_File = Annotated[
    str, typer.Option("--file", metavar="PATH", help="The request as JSON; - reads standard input.")
]
_Key = Annotated[
    str | None,
    typer.Option("--idempotency-key", help="A repeat with the same key creates nothing twice."),
]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Check it and show the envelope; send nothing.")]
_Private = Annotated[
    bool, typer.Option("--allow-private-urls", help="Let a data_url lead into a private network.")
]


def add_action_commands(application: typer.Typer, folder: Callable[[], Path]) -> None:
    """Add the commands; `folder` tells the working folder once the arguments are read."""

    @application.command("create-candidate")
    def create_candidate(
        name: _Name,
        file: _File,
        idempotency_key: _Key = None,
        dry_run: _DryRun = False,
        allow_private_urls: _Private = False,
    ) -> int:
        """Create a candidate and their application to a job (Coveto)."""
        return _create(folder(), name, "create_candidate", file, idempotency_key, dry_run, allow_private_urls)

    @application.command("create-application")
    def create_application(
        name: _Name,
        file: _File,
        idempotency_key: _Key = None,
        dry_run: _DryRun = False,
        allow_private_urls: _Private = False,
    ) -> int:
        """Create an application; the candidate with the same address is used where there is one (Coveto)."""
        return _create(
            folder(), name, "create_application", file, idempotency_key, dry_run, allow_private_urls
        )

    @application.command("attachments")
    def attachments(
        name: _Name,
        candidate_id: Annotated[
            str, typer.Argument(metavar="CANDIDATE_ID", help="Unified id, vendor's id, or remote:<id>.")
        ],
        download: Annotated[
            Path | None, typer.Option("--download", metavar="DIR", help="Download them all to this folder.")
        ] = None,
    ) -> None:
        """List a candidate's attachments, and download them (Persy)."""
        from pipelines.candidate_attachments import attachments as run

        _print([one.values for one in run(folder(), name, candidate_id, download)])

    @application.command("call")
    def call(
        name: _Name,
        operation: Annotated[
            str, typer.Argument(metavar="OPERATION", help="Coveto: an operation. Persy: GET, POST, …")
        ],
        path: Annotated[
            str | None, typer.Argument(metavar="[PATH]", help="Persy: the path, such as /candidates.")
        ] = None,
        json_text: Annotated[
            str | None,
            typer.Option("--json", metavar="JSON", help="Arguments or body; @PATH reads a file, - stdin."),
        ] = None,
        xml: Annotated[
            str | None,
            typer.Option("--xml", metavar="XML", help="Coveto: a raw body; @PATH reads a file, - stdin."),
        ] = None,
        param: Annotated[
            list[str] | None,
            typer.Option("--param", metavar="KEY=VALUE", help="Persy: of the query; repeatable."),
        ] = None,
        raw: Annotated[bool, typer.Option("--raw", help="Show the answer's body as it came.")] = False,
    ) -> None:
        """Ask a connection's API anything, with its authentication, limits and retries."""
        from pipelines.calls import call as run

        answer = run(
            folder(),
            name,
            operation,
            path,
            json=None if json_text is None else _json(_given(json_text), "--json"),
            xml=None if xml is None else _given(xml),
            parameters=_parameters(param or []),
        )
        if raw:
            sys.stdout.buffer.write(answer.body)
            sys.stdout.buffer.flush()
        else:
            _print(answer.value)

    @application.command("check")
    def check(
        name: _Name,
        as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    ) -> int:
        """Read a few records, and say whether a sync would work and which columns it would fill."""
        from pipelines.check_printing import print_check
        from pipelines.checking import check as run

        report = run(folder(), name)
        if as_json:
            _print({**asdict(report), "works": report.works})
        else:
            print_check(report)
        return 0 if report.works else 1


def _create(
    folder: Path,
    name: str,
    action: "Action",
    file: str,
    key: str | None,
    dry_run: bool,
    allow_private_urls: bool,
) -> int:
    from pipelines.actions import create_application, create_candidate, preview

    request = _json(_read(file), "--file")
    try:
        if dry_run:
            shown = preview(
                folder, name, action, request, idempotency_key=key, allow_private_urls=allow_private_urls
            )
            for warning in shown.warnings:
                typer.echo(warning, err=True)
            typer.echo(shown.envelope)
            return 0
        run = create_candidate if action == "create_candidate" else create_application
        answer = run(folder, name, request, idempotency_key=key, allow_private_urls=allow_private_urls)
    except RequestRefusedError as error:
        for line in (*error.problems, error.remedy):
            typer.echo(line, err=True)
        return error.exit_code
    _print(answer.values)
    return answer.exit_code


def _print(value: object) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _given(text: str) -> str:
    """The text of an option, or of what it points to."""
    if text == "-" or text.startswith("@"):
        return _read(text.removeprefix("@"))
    return text


def _read(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise ConfigurationError(
            f"{file} cannot be read: {error.strerror or type(error).__name__}", "Name a file, or - for stdin"
        ) from error
    except UnicodeDecodeError:
        raise ConfigurationError(f"{file} is no UTF-8", "Save it as UTF-8; nothing was sent") from None


def _json(text: str, option: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ConfigurationError(
            f"What {option} gives is no JSON{where}", "Correct it; nothing was sent"
        ) from None


def _parameters(given: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if not all(separator and key for key, separator, _ in pairs):
        raise ConfigurationError("--param takes a name and a value", "Write it like --param page=2")
    return {key: value for key, _, value in pairs}
