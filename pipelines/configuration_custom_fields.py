"""`[custom_fields.<model>]`: which fields of the source a deployment promotes into custom_fields."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, TypeAdapter, ValidationError

from pipelines.configuration_layers import Layer, Table, merged, origin, tables
from pipelines.configuration_problems import Problem, nearest, unknown_key
from pipelines.configuration_sections import findings

TOOLS_OF = {
    "jobs": ("coveto",),
    "candidates": ("coveto", "compleetpersy"),
    "applications": ("coveto",),
}
"""The models that have custom_fields, and the tools that fill them."""
BY_CONNECTION = "by_connection"

Fields = dict[str, tuple[str, ...]]
CustomFields = dict[str, dict[str, Fields]]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


_FIELDS = TypeAdapter(
    dict[
        Annotated[str, StringConstraints(pattern=r"^[^\W\d][\w-]{0,62}$")],
        Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(min_length=1)],
    ]
)


def checked_custom_fields(layers: Sequence[Layer], problems: list[Problem]) -> CustomFields:
    """Per model and connection_id, "" being every other connection, the fields that are tried for each key.

    What is said for one connection replaces key by key what is said for all. What is wrong is added to
    `problems`.
    """
    result: CustomFields = {}
    connection_ids = _connection_ids(layers)
    for model, table in merged(layers, "custom_fields").items():
        place = origin(layers, ("custom_fields", model))
        if model not in TOOLS_OF:
            problems.append(unknown_key(place, "custom_fields", model, TOOLS_OF))
        elif not isinstance(table, dict):
            problems.append(_no_table(place, f"custom_fields.{model}"))
        else:
            result[model] = _of_model(model, table, place, connection_ids, problems)
    return result


def _of_model(
    model: str, table: Table, place: str, connection_ids: Mapping[str, str], problems: list[Problem]
) -> dict[str, Fields]:
    section = f"custom_fields.{model}"
    for_all = _fields(
        {key: one for key, one in table.items() if key != BY_CONNECTION}, section, place, problems
    )
    result = {"": for_all} if for_all else {}
    own = table.get(BY_CONNECTION, {})
    if not isinstance(own, dict):
        problems.append(_no_table(place, f"{section}.{BY_CONNECTION}"))
        return result
    for name, fields in own.items():
        below = f"{section}.{BY_CONNECTION}.{name}"
        problem = _connection_problem(model, name, below, place, connection_ids)
        if problem:
            problems.append(problem)
        elif not isinstance(fields, dict):
            problems.append(_no_table(place, below))
        else:
            merged_fields = {**for_all, **_fields(fields, below, place, problems)}
            if merged_fields != for_all:
                result[connection_ids[name]] = merged_fields
    return result


def _fields(table: Mapping[str, object], section: str, place: str, problems: list[Problem]) -> Fields:
    try:
        return _FIELDS.validate_python(table)
    except ValidationError as error:
        problems += [_field_problem(section, place, one.keys[0], one.kind) for one in findings(error)]
        return {}


def _field_problem(section: str, place: str, key: str, kind: str) -> Problem:
    if kind == "unknown_key":
        return Problem(
            place,
            f'[{section}] "{key}" cannot be a key of custom_fields',
            f'Rename "{key}": a letter first, then letters, digits, _ and -, at most 63',
        )
    if kind == "too_short":
        text = "is an empty list"
    elif kind == "tuple_type":
        text = "is no list of fields"
    else:
        text = "holds something else than text"
    return Problem(
        place,
        f'[{section}] "{key}" {text}',
        f'Write {key} = ["key of a field", "another"]; `ats fields NAME` shows the keys',
    )


def _connection_problem(
    model: str, name: str, section: str, place: str, connection_ids: Mapping[str, str]
) -> Problem | None:
    if name not in connection_ids:
        names = [one for one in connection_ids if ":" not in one]
        return Problem(place, f'[{section}] names the unknown connection "{name}"', nearest(name, names))
    tool = connection_ids[name].partition(":")[0]
    if tool in TOOLS_OF[model]:
        return None
    return Problem(
        place,
        f"[{section}] is about {model} of {tool}, which have no custom_fields",
        f"Take [{section}] out; {model} of {' and '.join(TOOLS_OF[model])} have some",
    )


def _connection_ids(layers: Sequence[Layer]) -> dict[str, str]:
    """The id of every connection, by its name and by its id."""
    usual = merged(layers, "defaults").get("tool")
    ids = {
        name: f"{own.get('tool', usual)}:{name}"
        for name, own in tables(merged(layers, "connections")).items()
    }
    return ids | {connection_id: connection_id for connection_id in ids.values()}


def _no_table(place: str, section: str) -> Problem:
    return Problem(place, f"{section} is no section", f"Write [{section}] and its keys below it")
