"""Guessed settings of a connection: as a connection to try them with, and as lines for .dlt/config.toml."""

import json
from collections.abc import Mapping, Sequence

from sources.connections import CovetoConnection, Endpoint
from sources.coveto.reader import PACKAGE
from sources.endpoints import default_endpoints


def connection_with(
    connection: CovetoConnection, endpoints: Mapping[str, Endpoint], credentials: Mapping[str, str]
) -> CovetoConnection:
    """The connection as it would be with these settings."""
    together = {
        model: connection.endpoints.get(model, Endpoint()).model_copy(
            update=guess.model_dump(exclude_none=True)
        )
        for model, guess in endpoints.items()
    }
    changes: dict[str, object] = {"endpoints": {**connection.endpoints, **together}}
    if credentials:
        changes |= {"auth": "elements", "auth_elements": dict(credentials)}
    return connection.model_copy(update=changes)


def settings_lines(
    connection: CovetoConnection,
    endpoints: Mapping[str, Endpoint],
    credentials: Mapping[str, str],
    paths: Mapping[str, Mapping[str, Sequence[str]]],
) -> tuple[str, ...]:
    """Lines to put at the end of `[connections.<name>]`; only what differs from what holds now."""
    lines: list[str] = []
    if credentials:
        lines += ['auth = "elements"', f"auth_elements = {_toml(dict(credentials))}"]
    for model, endpoint in endpoints.items():
        usual = default_endpoints(PACKAGE)[model].model_dump(exclude_none=True)
        usual |= connection.endpoints.get(model, Endpoint()).model_dump(exclude_none=True)
        keys = endpoint.model_dump(exclude_none=True)
        differing = {key: value for key, value in keys.items() if value != usual.get(key, type(value)())}
        if differing:
            lines += ["", f"[connections.{connection.name}.endpoints.{model}]"]
            lines += [f"{key} = {_toml(value)}" for key, value in differing.items()]
    for model, tried in paths.items():
        lines += ["", f"[paths.coveto.{model}]"]
        lines += [f"{_text(path)} = {_toml(list(alternatives))}" for path, alternatives in tried.items()]
    return ("# Guessed by `ats check` from the WSDL: look at each line.", *lines) if lines else ()


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return (
            "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }" if value else "{}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return _text(str(value))


def _text(text: str) -> str:
    """A basic string of TOML; JSON escapes the same characters in the same way."""
    return json.dumps(text, ensure_ascii=False)
