"""The further places that dlt can keep configuration in: Airflow, Google, AWS, a script's own providers."""

import importlib.util
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.configuration_layers import SECRET_KEYS, Layer, Table
from sources.errors import ConfigurationError

if TYPE_CHECKING:
    from dlt.common.configuration.providers import ConfigProvider

_SECTIONS = ("connections", "defaults", "paths", "custom_fields")


def vault_is_on(providers: Mapping[str, object]) -> bool:
    """Whether dlt would ask more than files and the environment; found without importing dlt.

    `providers` is the section `[providers]` of the configuration, in which dlt's switches stand.
    """
    if _switch("google", providers) or _switch("aws", providers):
        return True
    if _switch("airflow", providers) is not False and importlib.util.find_spec("airflow") is not None:
        return True
    if "dlt" not in sys.modules:
        return False
    from pipelines.dlt_project import further_providers

    return bool(further_providers())


def vault_layers(folder: Path, names: Iterable[str]) -> list[Layer]:
    """What dlt's further providers say of our sections and of the secrets of connections called `names`."""
    from dlt.common.exceptions import DltException

    from pipelines.dlt_project import dlt_project, further_providers

    try:
        with dlt_project(folder):
            layers = [_asked(provider, tuple(names)) for provider in further_providers()]
    except (DltException, ImportError) as error:
        raise ConfigurationError(
            f"A vault that [providers] switches on cannot be asked ({type(error).__name__})",
            "Install what dlt needs for it, or switch it off below [providers] in .dlt/config.toml",
        ) from error
    return [layer for layer in layers if layer.document]


def _switch(vault: str, providers: Mapping[str, object]) -> bool | None:
    key = f"enable_{vault}_secrets"
    value = os.environ.get(f"PROVIDERS__{key}".upper(), providers.get(key))
    return None if value is None else str(value).lower() == "true"


def _asked(provider: "ConfigProvider", names: tuple[str, ...]) -> Layer:
    """One provider's sections; a vault also answers to the full key of a single secret."""
    from dlt.common.typing import AnyType, TSecretStrValue

    document: Table = {}
    for section in _SECTIONS:
        table, _ = provider.get_value(section, AnyType, "")
        if isinstance(table, dict):
            document[section] = table
    for name in names:
        for key in SECRET_KEYS:
            secret, _ = provider.get_value(key, TSecretStrValue, "", "connections", name)
            if secret is not None:
                connections = document.setdefault("connections", {})
                if isinstance(connections, dict):
                    connections.setdefault(name, {})[key] = secret
    return Layer(provider.name, document, shared=True)
