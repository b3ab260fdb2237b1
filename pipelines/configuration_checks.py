"""What makes a configuration good: known keys, known tools, nothing missing, values of the right type."""

from collections.abc import Sequence

from pydantic import ValidationError

from pipelines.configuration_layers import (
    SECRET_KEYS,
    WHOLE_KEYS,
    Layer,
    Table,
    connection_table,
    merged,
    origin,
    tables,
    variable_name,
)
from pipelines.configuration_problems import Problem, nearest, unknown_key
from pipelines.configuration_sections import Finding, findings
from pipelines.tool_settings import fitting_defaults, page_size_problems, unknown_action_words
from sources.connections import TOOLS, CovetoConnection, Endpoint, PersyConnection
from sources.endpoints import MODELS

_SECRETS = ".dlt/secrets.toml"
ARGUMENT_WORDS = ("limit", "offset", "page", "modified_since")
SECTIONS = ("connections", "defaults", "paths", "custom_fields")
DLT_SECTIONS = (
    "sources",
    "destination",
    "destinations",
    "pipelines",
    "datasets",
    "extract",
    "normalize",
    "load",
    "schema",
    "providers",
    "data_writer",
    "dashboard",
    "workspace",
    "dbt_package_runner",
    "dbt_cloud",
    "runtime",
)
"""Left to dlt, whatever stands in them."""


def unknown_keys(layers: Sequence[Layer]) -> list[Problem]:
    """Every key, of every layer, that nothing reads."""
    problems: list[Problem] = []
    for layer in layers:
        if not layer.shared:
            known = {*WHOLE_KEYS, *SECTIONS, *DLT_SECTIONS}
            problems += [
                unknown_key(layer.label, "", key, known) for key in layer.document if key not in known
            ]
        defaults = layer.value(("defaults",))
        if isinstance(defaults, dict):
            both = {key for tool in TOOLS for key in _known_keys(tool)}
            problems += [
                unknown_key(layer.label, "defaults", key, both) for key in defaults if key not in both
            ]
            all_models = {model for models in MODELS.values() for model in models}
            problems += _unknown_endpoint_keys(layer, "defaults", defaults, all_models)
            problems += unknown_action_words(layer, "defaults", defaults, TOOLS)
    tools = {name: table.get("tool") for name, table in tables(merged(layers, "connections")).items()}
    default_tool = merged(layers, "defaults").get("tool")
    for layer in layers:
        for name, table in tables(layer.value(("connections",))).items():
            problems += _unknown_connection_keys(layer, name, table, tools.get(name) or default_tool)
    return problems


def checked_connections(
    layers: Sequence[Layer], problems: list[Problem]
) -> tuple[CovetoConnection | PersyConnection, ...]:
    """The connections that are whole; what is wrong with the others is added to `problems`."""
    good: list[CovetoConnection | PersyConnection] = []
    defaults = merged(layers, "defaults")
    for name in _names(layers):
        own = merged(layers, "connections", name)
        if not own:
            problems.append(_no_table(layers, name))
            continue
        tool = own.get("tool", defaults.get("tool"))
        problem = _tool_problem(layers, name, tool)
        if problem:
            problems.append(problem)
            continue
        known = _known_keys(str(tool))
        table = connection_table(layers, name, fitting_defaults(defaults, str(tool)))
        values = {key: value for key, value in table.items() if key in known}
        try:
            connection = TOOLS[str(tool)].model_validate(values | {"name": name})
        except ValidationError as error:
            problems += [_connection_problem(layers, name, one) for one in findings(error)]
            continue
        good.append(connection)
        problems += page_size_problems(layers, connection)
    return tuple(good)


def _names(layers: Sequence[Layer]) -> list[str]:
    """The names of all connections, in the order of the project's config.toml, others after them."""
    weakest_first = layers[::-1]
    own_first = [one for shared in (False, True) for one in weakest_first if one.shared == shared]
    return list(dict.fromkeys(name for layer in own_first for name in _table(layer.value(("connections",)))))


def _table(value: object) -> Table:
    return value if isinstance(value, dict) else {}


def _known_keys(tool: str) -> set[str]:
    return set(TOOLS[tool].model_fields) - {"name"}


def _unknown_connection_keys(layer: Layer, name: str, table: Table, tool: object) -> list[Problem]:
    if not isinstance(tool, str) or tool not in TOOLS:
        return []
    known = _known_keys(tool)
    section = f"connections.{name}"
    problems = [unknown_key(layer.label, section, key, known) for key in table if key not in known]
    problems += unknown_action_words(layer, section, table, [tool])
    return problems + _unknown_endpoint_keys(layer, section, table, MODELS[tool])


def _unknown_endpoint_keys(
    layer: Layer, section: str, table: Table, models: Sequence[str] | set[str]
) -> list[Problem]:
    problems: list[Problem] = []
    for model, endpoint in tables(table.get("endpoints")).items():
        below = f"{section}.endpoints.{model}"
        if model not in models:
            problems.append(unknown_key(layer.label, f"{section}.endpoints", model, models))
            continue
        known = Endpoint.model_fields
        problems += [unknown_key(layer.label, below, key, known) for key in endpoint if key not in known]
        words = endpoint.get("arguments")
        if isinstance(words, dict):
            problems += [
                unknown_key(layer.label, f"{below}.arguments", word, ARGUMENT_WORDS)
                for word in words
                if word not in ARGUMENT_WORDS
            ]
    return problems


def _no_table(layers: Sequence[Layer], name: str) -> Problem:
    place = origin(layers, ("connections", name))
    return Problem(
        place,
        f"connections.{name} is no section, or an empty one",
        f'Write [connections.{name}] with tool = "coveto" or "compleetpersy" below it in .dlt/config.toml',
    )


def _tool_problem(layers: Sequence[Layer], name: str, tool: object) -> Problem | None:
    if tool is None:
        return Problem(
            ".dlt/config.toml",
            f'[connections.{name}] lacks "tool"',
            f'Add tool = "coveto" or tool = "compleetpersy" below [connections.{name}] in .dlt/config.toml',
        )
    if isinstance(tool, str) and tool in TOOLS:
        return None
    place = origin(layers, ("connections", name, "tool"))
    return Problem(
        place,
        f"[connections.{name}] names the unknown tool {_shown(place, tool)}",
        nearest("tool" if place == _SECRETS else str(tool), TOOLS).replace(" or take it out", ""),
    )


def _connection_problem(layers: Sequence[Layer], name: str, found: Finding) -> Problem:
    *above, key = found.keys or ("",)
    own = merged(layers, "connections", name)
    is_default = bool(found.keys) and found.keys[0] not in own and found.keys[0] in merged(layers, "defaults")
    whose = ("defaults",) if is_default else ("connections", name)
    section = ".".join((*whose, *above))
    file = _SECRETS if key in SECRET_KEYS else ".dlt/config.toml"
    place = origin(layers, (*whose, *(found.keys or ("tool",))))
    if found.keys == ("name",):
        place = origin(layers, ("connections", name, "tool"))
        remedy = "Use a name of at most 40 small letters, digits, - and _"
        return Problem(place, f'"{name}" cannot name a connection', remedy)
    if found.kind == "missing":
        variable = variable_name("connections", name, *found.keys)
        remedy = f'Add {key} = "…" below [{section}] in {file}, or set {variable}'
        return Problem(file, f'[{section}] lacks "{key}"', remedy)
    value = own.get(found.keys[0] if found.keys else "")
    text = found.text
    if isinstance(value, str) and place == _SECRETS:
        text = text.replace(repr(value), _shown(place, value))
    if not key:
        return Problem(place, f"[{section}] {text}", f"Correct [{section}] in {place}")
    of_whom = name if whose[0] == "connections" else "[defaults]"
    return Problem(place, f'[{section}] "{key}" {text}', f"Correct {key} of {of_whom} in {place}")


def _shown(place: str, value: object) -> str:
    """A wrong value as a message may have it: what stands among secrets may be one, at the wrong key."""
    return "of a secret place" if place == _SECRETS else f'"{value}"'
