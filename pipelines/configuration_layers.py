"""Where configuration comes from: layers in dlt's own precedence, read without importing dlt.

The environment wins over `secrets.toml`, that over `config.toml`; of two files of one name the project's
wins over the one in dlt's global folder. Vaults that dlt knows come last (`pipelines/dlt_project.py`).
"""

import os
import re
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from sources.errors import ConfigurationError

Table = dict[str, object]

ENVIRONMENT = "the environment"
SECRET_KEYS = ("api_key", "customer_number")
MOUNTED_SECRETS = Path("/run/secrets")
"""Where Docker and Kubernetes mount secrets; dlt looks there for secret values, and so do we."""
WHOLE_KEYS = (
    "destination",
    "schema_prefix",
    "parallel",
    "publish",
    "publish_mode",
    "lock_wait_seconds",
    "duckdb_memory_limit",
    "transform_threads",
    "notify_command",
    "erasure_key",
)


@dataclass(frozen=True)
class Layer:
    """One place that configuration comes from, as a nested table."""

    label: str
    """How a message names it, such as `.dlt/config.toml`."""
    document: Table
    shared: bool = False
    """True for dlt's global files, in which other projects keep keys of their own."""

    def value(self, path: Sequence[str]) -> object | None:
        """What stands at a path, or None."""
        node: object = self.document
        for part in path:
            if not isinstance(node, dict) or part not in node:
                return None
            node = node[part]
        return node


def settings_folder(folder: Path) -> Path:
    """Where a working folder's two files are, `.dlt` unless `DLT_CONFIG_FOLDER` names another."""
    return folder / os.environ.get("DLT_CONFIG_FOLDER", ".dlt")


def configuration_layers(folder: Path, *, vaults: bool = True) -> list[Layer]:
    """All layers that say something, the strongest first; vaults are asked only where one is switched on."""
    files = file_layers(folder)
    environment = environment_layer(merged(files, "connections"))
    layers = [environment, *files] if environment.document else files
    if vaults:
        from pipelines.vaults import vault_is_on, vault_layers

        if vault_is_on(merged(layers, "providers")):
            return [*layers, *vault_layers(folder, merged(layers, "connections"))]
    return layers


def file_layers(folder: Path) -> list[Layer]:
    """The layers that are files, the strongest first; files that are not there are left out."""
    project = settings_folder(folder)
    layers: list[Layer] = []
    for name in ("secrets.toml", "config.toml"):
        for place, shared in ((project, False), (_global_folder(), True)):
            path = place / name
            label = f"{place.name if not shared else place}/{name}"
            document = _read_toml(path, label)
            if document is not None:
                layers.append(Layer(label, document, shared))
    return layers


def environment_layer(names: Iterable[str], environment: Mapping[str, str] | None = None) -> Layer:
    """What the environment says, given the names of the connections that the files know.

    `CONNECTIONS__ACME__API_KEY` is `api_key` below `[connections.acme]`; a connection may also live in the
    environment alone, where it has a `CONNECTIONS__<NAME>__TOOL`.
    """
    variables = os.environ if environment is None else environment
    document: Table = {key: variables[key.upper()] for key in WHOLE_KEYS if key.upper() in variables}
    known = _variable_names(names, variables)
    for variable, text in variables.items():
        path = _path_of(variable, known)
        if path:
            _put(document, path, _decoded(path, text, variable))
    for name in set(known.values()):
        for key in SECRET_KEYS:
            secret = _mounted_secret(name, key)
            if secret is not None:
                _put(document, ("connections", name, key), secret)
    return Layer(ENVIRONMENT, document)


def merged(layers: Sequence[Layer], *path: str) -> Table:
    """The table at a path, put together from all layers, the strongest value winning."""
    result: Table = {}
    for layer in reversed(layers):
        table = layer.value(path)
        if isinstance(table, dict):
            _update(result, table)
    return result


def connection_table(layers: Sequence[Layer], name: str, defaults: Table) -> Table:
    """All that is said of a connection, its own values over those of `defaults`, table by table."""
    result: Table = {}
    _update(result, defaults)
    _update(result, merged(layers, "connections", name))
    return result


def origin(layers: Sequence[Layer], path: Sequence[str]) -> str:
    """The strongest layer that says something at a path, or at the defaults that stand for it."""
    for wanted in (path, ("defaults", *path[2:])):
        for layer in layers:
            if layer.value(wanted) is not None:
                return layer.label
    return ".dlt/config.toml"


def tables(value: object) -> dict[str, Table]:
    """The tables among the values of a table."""
    return (
        {key: one for key, one in value.items() if isinstance(one, dict)} if isinstance(value, dict) else {}
    )


def variable_name(*path: str) -> str:
    """The environment variable that stands for a path."""
    return "__".join(path).upper()


def _read_toml(path: Path, label: str) -> Table | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except tomllib.TOMLDecodeError as error:
        # Its text names a place and at most keys, never a value.
        raise ConfigurationError(
            f"{label} is not readable as TOML: {error}",
            'Correct that line; a value looks like key = "text", a section like [connections.acme]',
        ) from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{label} is not UTF-8 text", "Save the file as UTF-8") from None
    except OSError as error:
        raise ConfigurationError(
            f"{label} cannot be read: {error.strerror}", f"Give yourself the right to read {path}"
        ) from None


def _global_folder() -> Path:
    """Dlt's folder of settings that all projects of a user share, found as dlt finds it."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/dlt")
    home = Path("~").expanduser()
    if not os.access(home, os.W_OK):
        return Path(tempfile.gettempdir()) / "dlt"
    own = home / ".dlt"
    shared = os.environ.get("XDG_DATA_HOME")
    return Path(shared) / "dlt" if shared and not own.is_dir() else own


def _variable_names(names: Iterable[str], variables: Mapping[str, str]) -> dict[str, str]:
    """How a variable spells each connection's name; most shells know no "-", so "_" may stand for it."""
    spellings: dict[str, str] = {}
    for variable in variables:
        found = re.fullmatch(r"CONNECTIONS__(.+)__TOOL", variable)
        if found:
            spellings[found[1]] = found[1].lower()
    spellings |= {name.replace("-", "_").upper(): name for name in names}
    return spellings | {name.upper(): name for name in names}


def _path_of(variable: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """The path that a variable stands for; nothing where it is none of ours."""
    section, _, rest = variable.partition("__")
    if section == "DEFAULTS" and rest:
        return ("defaults", *rest.lower().split("__"))
    if section != "CONNECTIONS":
        return ()
    spelling = max((name for name in known if rest.startswith(f"{name}__")), key=len, default=None)
    if spelling is None:
        return ()
    return ("connections", known[spelling], *rest[len(spelling) + 2 :].lower().split("__"))


def _decoded(path: tuple[str, ...], text: str, variable: str) -> object:
    """A variable's text; JSON is taken where a table or a list is meant."""
    takes_json = path[-1] in {"auth_elements", "arguments", "remote_id"} or "endpoints" in path[-2:]
    if not takes_json or not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise ConfigurationError(
            f"The environment variable {variable} holds no JSON", f"Correct {variable}, or unset it"
        ) from None


def _mounted_secret(name: str, key: str) -> str | None:
    label = f"connections--{name}--{key}".replace("_", "-")
    for path in (MOUNTED_SECRETS / label / label, MOUNTED_SECRETS / label):
        try:
            return path.read_text(encoding="utf-8").strip()
        except OSError:
            continue
    return None


def _put(document: Table, path: Sequence[str], value: object) -> None:
    node = document
    for part in path[:-1]:
        child = node.setdefault(part, {})
        if not isinstance(child, dict):
            return
        node = child
    node[path[-1]] = value


def _update(target: MutableMapping[str, object], source: Mapping[str, object]) -> None:
    """Lay `source` over `target`, table by table."""
    for key, value in source.items():
        below = target.get(key)
        if isinstance(value, dict):
            table: Table = dict(below) if isinstance(below, dict) else {}
            _update(table, value)
            target[key] = table
        else:
            target[key] = value
