"""Endpoints as data: each tool's `endpoints.toml`, with what a connection's configuration says otherwise."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from sources.connections import Connection, Endpoint
from sources.errors import ConfigurationError
from sources.resolved_endpoint import ResolvedEndpoint


@cache
def default_endpoints(package: str) -> Mapping[str, Endpoint]:
    """The endpoints that `endpoints.toml` of a source package gives, by model, in the order of the file."""
    return {model: Endpoint.model_validate(keys) for model, keys in toml_of(package, "endpoints").items()}


def toml_of(package: str, name: str) -> dict[str, Any]:
    """A TOML file of a source package, without importing the package, which brings dlt along."""
    file = resources.files("sources").joinpath(package.removeprefix("sources."), f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


PACKAGES = {"coveto": "sources.coveto", "compleetpersy": "sources.persy"}
"""The source package of each tool, which holds its endpoints."""
MODELS: Mapping[str, tuple[str, ...]] = {
    tool: tuple(default_endpoints(package)) for tool, package in PACKAGES.items()
}
"""The models of each tool: the tables of its raw schema, in the order in which they are read."""


def resolve_endpoints(package: str, connection: Connection) -> dict[str, ResolvedEndpoint]:
    """Every model of a tool as this connection reads it.

    Raises:
        ConfigurationError: the configuration names a model that the tool does not have.
    """
    defaults = default_endpoints(package)
    for model in connection.endpoints:
        if model not in defaults:
            raise ConfigurationError(
                f"connections.{connection.name}.endpoints.{model}: {connection.tool} has no such model",
                f"it has {', '.join(defaults)}",
            )
    return {
        model: _resolve(model, default, connection.endpoints.get(model), connection.page_size)
        for model, default in defaults.items()
    }


def _resolve(
    model: str, default: Endpoint, override: Endpoint | None, page_size: int | None
) -> ResolvedEndpoint:
    keys = default.model_dump(exclude_none=True)
    keys |= override.model_dump(exclude_none=True) if override else {}
    remote_id = keys["remote_id"]
    largest = keys["page_size"]
    return ResolvedEndpoint(
        model=model,
        enabled=keys.get("enabled", True),
        operation=keys.get("operation", ""),
        path=keys.get("path", ""),
        arguments=keys.get("arguments", {}),
        paging=keys["paging"],
        records=path_of(keys["records"]),
        total=path_of(keys.get("total", "")),
        remote_id=tuple(path_of(path) for path in ([remote_id] if isinstance(remote_id, str) else remote_id)),
        modified_at=path_of(keys.get("modified_at", "")),
        fields=keys.get("fields", ()),
        page_size=min(page_size, largest) if page_size else largest,
        largest_page=largest,
        confirm=keys.get("confirm", ""),
        confirm_argument=keys.get("confirm_argument", ""),
        confirm_record=path_of(keys.get("confirm_record", "")),
        candidate_id=path_of(keys.get("candidate_id", "")),
    )


def path_of(text: str) -> tuple[str, ...]:
    """The names of a dotted path: "gehalt.von" is ("gehalt", "von"), an empty text is ()."""
    return tuple(name for name in text.split(".") if name)
