"""What a configuration may say of a tool: its models, the words of its actions, the pages that it serves."""

from collections.abc import Iterable, Sequence

from pipelines.configuration_layers import Layer, Table, origin, tables
from pipelines.configuration_problems import Problem, unknown_key
from sources.action_names import Names, default_action_names
from sources.connections import Connection
from sources.endpoints import MODELS, PACKAGES, resolve_endpoints


def fitting_defaults(defaults: Table, tool: str) -> Table:
    """`[defaults]` without the models and the words of actions that another tool has and this one has not."""
    names = action_names(tool)
    fitting = dict(defaults)
    if isinstance(endpoints := defaults.get("endpoints"), dict):
        fitting["endpoints"] = {model: one for model, one in endpoints.items() if model in MODELS[tool]}
    if isinstance(actions := defaults.get("actions"), dict):
        fitting["actions"] = {
            section: {word: text for word, text in words.items() if word in names[section]}
            for section, words in tables(actions).items()
            if section in names
        }
    return fitting


def action_names(tool: str) -> Names:
    """The words of a tool's actions, by section."""
    return default_action_names(PACKAGES[tool])


def unknown_action_words(layer: Layer, section: str, table: Table, tools: Iterable[str]) -> list[Problem]:
    """The sections and words below `actions` that none of these tools has."""
    known: dict[str, set[str]] = {}
    for tool in tools:
        for name, words in action_names(tool).items():
            known.setdefault(name, set()).update(words)
    problems: list[Problem] = []
    for name, told in tables(table.get("actions")).items():
        below = f"{section}.actions"
        if name not in known:
            problems.append(unknown_key(layer.label, below, name, known))
            continue
        problems += [
            unknown_key(layer.label, f"{below}.{name}", word, known[name])
            for word in told
            if word not in known[name]
        ]
    return problems


def page_size_problems(layers: Sequence[Layer], connection: Connection) -> list[Problem]:
    """A page larger than any that the vendor serves would be cut down without a word."""
    if connection.page_size is None or not set(connection.endpoints) <= set(MODELS[connection.tool]):
        return []
    endpoints = resolve_endpoints(PACKAGES[connection.tool], connection).values()
    largest = max(one.largest_page for one in endpoints)
    if connection.page_size <= largest:
        return []
    place = origin(layers, ("connections", connection.name, "page_size"))
    return [
        Problem(
            place,
            f'[connections.{connection.name}] "page_size" is {connection.page_size}, but {connection.tool} '
            f"serves pages of {largest} at most",
            f"Write page_size = {largest} or less; if it serves more there, raise page_size of its endpoints",
        )
    ]
