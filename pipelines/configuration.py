"""The configuration of a working folder: read, checked, frozen."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import Field

from pipelines.configuration_checks import (
    checked_connections,
    unknown_keys,
)
from pipelines.configuration_custom_fields import checked_custom_fields
from pipelines.configuration_layers import configuration_layers, settings_folder
from pipelines.configuration_problems import Problem, meant, raise_problems
from pipelines.configuration_sections import (
    WholeSettings,
    checked_paths,
    checked_retention,
    checked_whole,
)
from pipelines.destinations import check_destination
from sources.connections import CovetoConnection, PersyConnection, Retention
from sources.errors import ConfigurationError

AnyConnection = CovetoConnection | PersyConnection


class Configuration(WholeSettings):
    """All that a run needs to know of a working folder, checked."""

    folder: Path
    connections: tuple[AnyConnection, ...]
    default_retention: Retention = Field(default_factory=Retention)
    """What holds for connections that are no longer configured."""
    paths: Mapping[str, Mapping[str, Sequence[str]]] = Field(default_factory=dict)
    """`{"coveto.jobs": {"titel": ("titel", "headline")}}`, from `[paths.coveto.jobs]`."""
    custom_fields: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]] = Field(default_factory=dict)
    """`{"jobs": {"": {"level": ("berufslevel",)}, "coveto:acme": {"level": ("stufe",)}}}`."""

    @property
    def mappings_folder(self) -> Path:
        """Where the working folder keeps mappings of its own; it need not exist."""
        return self.folder / "mappings"

    def selected(self, names: Sequence[str] = ()) -> tuple[AnyConnection, ...]:
        """The connections of these names or ids, in the configuration's order; all where none is named."""
        known = {name for one in self.connections for name in (one.name, one.connection_id)}
        for name in names:
            if name not in known:
                all_names = [one.name for one in self.connections]
                raise ConfigurationError(f'No connection is called "{name}"', meant(name, all_names))
        wanted = set(names)
        return tuple(one for one in self.connections if not wanted or wanted & {one.name, one.connection_id})


def load_configuration(folder: Path, *, may_be_empty: bool = False) -> Configuration:
    """The configuration of `folder`; a ConfigurationError of two lines where anything in it is wrong.

    `may_be_empty` takes one without any connection, as the last one may be about to be removed.
    """
    layers = configuration_layers(folder)
    if not layers:
        raise ConfigurationError(
            f"{folder.resolve()} holds no configuration",
            f"Type `ats init` there; it writes {settings_folder(folder).name}/config.toml and secrets.toml",
        )
    problems: list[Problem] = unknown_keys(layers)
    connections = checked_connections(layers, problems)
    whole = checked_whole(layers, problems)
    paths = checked_paths(layers, problems)
    custom_fields = checked_custom_fields(layers, problems)
    retention = checked_retention(layers, [] if problems else problems)  # connections have told it already
    raise_problems(problems)
    check_destination(whole.destination, whole.schema_prefix)
    if not connections and not may_be_empty:
        raise ConfigurationError(
            "No connection is configured",
            'Add one to .dlt/config.toml: [connections.acme], tool = "coveto", subdomain = "k12345"',
        )
    return Configuration(
        folder=folder,
        connections=connections,
        default_retention=retention,
        paths=paths,
        custom_fields=custom_fields,
        **whole.model_dump(),
    )
