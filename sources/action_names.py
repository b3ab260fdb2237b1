"""Names of actions as data: each tool's `actions.toml`, with what a connection's configuration changes."""

from collections.abc import Mapping
from functools import cache

from sources.connections import Connection
from sources.endpoints import toml_of
from sources.errors import ConfigurationError

Names = Mapping[str, Mapping[str, str]]
"""Section to our word to the tenant's word for it."""


@cache
def default_action_names(package: str) -> Names:
    """What `actions.toml` of a source package says."""
    return toml_of(package, "actions")


def resolve_action_names(package: str, connection: Connection) -> Names:
    """Every word of a tool's actions as this connection has it.

    Raises:
        ConfigurationError: the configuration names a section or a word that the tool does not have.
    """
    defaults = default_action_names(package)
    below = f"connections.{connection.name}.actions"
    for section, words in connection.actions.items():
        if section not in defaults:
            raise ConfigurationError(
                f"{below}.{section}: {connection.tool} has no such section", f"it has {', '.join(defaults)}"
            )
        for word in words:
            if word not in defaults[section]:
                raise ConfigurationError(
                    f"{below}.{section}.{word}: there is no such word",
                    f"{section} has {', '.join(defaults[section])}",
                )
    return {section: {**words, **connection.actions.get(section, {})} for section, words in defaults.items()}
