"""The sections of a configuration that concern no single connection."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from pipelines.configuration_layers import WHOLE_KEYS, Layer, Table, merged, origin, tables
from pipelines.configuration_problems import Problem, unknown_key
from sources.connections import FORMS, Retention
from sources.endpoints import MODELS


def _mode(value: object) -> object:
    """A file mode: 0o640 as TOML writes it, or "0640" as everybody does."""
    try:
        mode = int(value.removeprefix("0o"), 8) if isinstance(value, str) else value
    except ValueError:
        mode = None
    if not isinstance(mode, int) or not 0o400 <= mode <= 0o777:
        raise ValueError('is no file mode; write publish_mode = "0640"')
    return mode


def _command(value: object) -> object:
    """A command line that can be split as a shell would split it."""
    if isinstance(value, str):
        try:
            words = shlex.split(value)
        except ValueError:
            raise ValueError("has a quotation mark that nothing closes") from None
        if not words:
            raise ValueError('is empty; write it like notify_command = "/usr/local/bin/tell-us"')
    return value


class WholeSettings(BaseModel):
    """The keys that concern no single connection."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    destination: str = Field(default="duckdb", min_length=1)
    schema_prefix: str = Field(default="", max_length=30, pattern=r"^([a-z][a-z0-9]*_)*$")
    parallel: int = Field(default=4, ge=1, le=64)
    publish: bool = True
    publish_mode: Annotated[int, BeforeValidator(_mode)] = 0o640
    lock_wait_seconds: float = Field(default=0, ge=0)
    duckdb_memory_limit: str = Field(default="50%", pattern=r"^\d+(\.\d+)? ?([KMGT]i?B|%)$")
    transform_threads: int = Field(default=2, ge=1)
    notify_command: Annotated[str | None, BeforeValidator(_command)] = None
    erasure_key: SecretStr | None = Field(default=None, min_length=32)


@dataclass(frozen=True)
class Finding:
    """What pydantic found, without the value, which may be secret."""

    kind: str
    keys: tuple[str, ...]
    text: str


def findings(error: ValidationError) -> list[Finding]:
    """All that pydantic found."""
    found = error.errors(include_url=False, include_input=False)
    # An unknown key was found before, with the nearest known one.
    return [_finding(one) for one in found if one["type"] != "extra_forbidden"]


def _finding(told: ErrorDetails) -> Finding:
    keys = tuple(str(one) for one in told["loc"] if one not in FORMS)
    if keys[-1:] == ("[key]",):
        return Finding("unknown_key", keys[:-1], f"is unknown: {_plain(told['type'], told['msg'])}")
    return Finding(told["type"], keys, _plain(told["type"], told["msg"]))


def _plain(kind: str, text: str) -> str:
    """Pydantic's sentence as the second half of one of ours."""
    if kind == "value_error":
        return text.removeprefix("Value error, ")
    if kind in {"string_type", "secret_str_type"}:
        return 'must be text; write it in quotes, like "12345"'
    if kind == "string_pattern_mismatch":
        return f"is empty or has not the form {text.split(maxsplit=4)[-1]}"
    return text.removeprefix("Input ")


def checked_whole(layers: Sequence[Layer], problems: list[Problem]) -> WholeSettings:
    """The keys that concern no single connection."""
    values: Table = {}
    for layer in reversed(layers):
        # `[destination.postgres]` is dlt's section of the same name, not our key.
        own = {key: layer.document[key] for key in WHOLE_KEYS if key in layer.document}
        values |= {key: value for key, value in own.items() if not isinstance(value, dict)}
    try:
        return WholeSettings.model_validate(values)
    except ValidationError as error:
        for one in findings(error):
            key = one.keys[0]
            place = origin(layers, (key,))
            problems.append(Problem(place, f"{key} {one.text}", f"Correct {key} in {place}"))
        return WholeSettings()


def checked_retention(layers: Sequence[Layer], problems: list[Problem]) -> Retention:
    """What `[defaults]` says of retention: it holds for connections that are no longer configured, too."""
    defaults = merged(layers, "defaults")
    values = {key: defaults[key] for key in Retention.model_fields if key in defaults}
    try:
        return Retention.model_validate(values)
    except ValidationError as error:
        for one in findings(error):
            place = origin(layers, ("defaults", one.keys[0]))
            problems.append(
                Problem(place, f"[defaults] {one.keys[0]} {one.text}", f"Correct {one.keys[0]} in {place}")
            )
        return Retention()


def checked_paths(layers: Sequence[Layer], problems: list[Problem]) -> dict[str, dict[str, tuple[str, ...]]]:
    """`[paths.<tool>.<model>]` as `{"<tool>.<model>": {path: (path to try, …)}}`."""
    result: dict[str, dict[str, tuple[str, ...]]] = {}
    for tool, models in merged(layers, "paths").items():
        place = origin(layers, ("paths", tool))
        if tool not in MODELS:
            problems.append(unknown_key(place, "paths", tool, MODELS))
            continue
        for model, table in tables(models).items():
            if model not in MODELS[tool]:
                problems.append(unknown_key(place, f"paths.{tool}", model, MODELS[tool]))
                continue
            flat = _flat(table)
            wrong = [path for path, tried in flat.items() if not _is_texts(tried)]
            problems += [
                Problem(
                    place,
                    f'[paths.{tool}.{model}] "{path}" is no list of paths',
                    f'Write "{path}" = ["{path}", "another.path"]',
                )
                for path in wrong
            ]
            result[f"{tool}.{model}"] = {
                path: tuple(map(str, tried if isinstance(tried, list) else [tried]))
                for path, tried in flat.items()
                if path not in wrong
            }
    return result


def _flat(table: Mapping[str, object], before: str = "") -> Table:
    """`{"gehalt": {"von": x}}` as `{"gehalt.von": x}`: TOML reads an unquoted gehalt.von so."""
    flat: Table = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{before}{key}.")
        else:
            flat[f"{before}{key}"] = value
    return flat


def _is_texts(value: object) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)
    )
