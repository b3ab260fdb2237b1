"""The unified tables as the yml files beside their SQL describe them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from transforms.rendering import FOLDER

ORDER = (
    "jobs",
    "candidates",
    "applications",
    "screening_questions",
    "job_screening_questions",
    "mapping_gaps",
    "integration_fields_catalogue",
)
"""The tables in the order in which they are built."""


_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Ten times as fast where libyaml is there."""


@dataclass(frozen=True)
class Test:
    """What must hold for a column: `values` are the accepted ones, `to` is the column that it refers to."""

    kind: str
    severity: str
    values: tuple[str, ...] = ()
    to: str = ""


@dataclass(frozen=True)
class Column:
    """A column, what it means, and from what each tool fills it (a tool that is not there leaves it null)."""

    name: str
    kind: str
    description: str
    filled_by: Mapping[str, str]
    personal: bool
    values: tuple[str, ...]
    tests: tuple[Test, ...]


@dataclass(frozen=True)
class Table:
    """A unified table.

    `operations` says per tool under which name remote_data holds the record. Beside its own records it may
    read all of other raw tables (`also_reads`, pairs of tool and model) and other unified tables (`made_of`).
    """

    name: str
    grain: str
    description: str
    primary_key: tuple[str, ...]
    operations: Mapping[str, str]
    also_reads: tuple[tuple[str, str], ...]
    made_of: tuple[str, ...]
    is_view: bool
    """Nothing is stored of it: it is made of other tables whenever it is read."""
    columns: tuple[Column, ...]

    @property
    def tools(self) -> list[str]:
        """The tools whose records fill the table."""
        return list(self.operations)

    def column(self, name: str) -> Column:
        """One column by its name."""
        return next(column for column in self.columns if column.name == name)


@cache
def load_tables() -> tuple[Table, ...]:
    """Every unified table, in the order in which they are built."""
    return tuple(_table(name) for name in ORDER)


def unified_words() -> dict[str, Sequence[str]]:
    """Per mapping the unified values that it may give: those of the column of the same name."""
    return {
        column.name: column.values for table in load_tables() for column in table.columns if column.values
    }


def _table(name: str) -> Table:
    text = (FOLDER / "unified" / f"{name}.yml").read_bytes()
    content: dict[str, Any] = yaml.load(text, _YAML)  # noqa: S506 - a safe one either way
    return Table(
        name=name,
        grain=content["grain"],
        description=content["description"],
        primary_key=tuple(content["primary_key"]),
        operations=content["operations"],
        also_reads=tuple(
            (tool, model) for tool, model in (name.split(".") for name in content.get("also_reads", ()))
        ),
        made_of=tuple(content.get("made_of", ())),
        is_view=content.get("kind") == "view",
        columns=tuple(_column(column) for column in content["columns"]),
    )


def _column(content: dict[str, Any]) -> Column:
    values = tuple(content.get("values", ()))
    tests = [
        Test(
            "accepted_values" if kind == "accepted_values" else kind,
            severity,
            values if kind == "accepted_values" else (),
        )
        for kind, severity in content.get("tests", {}).items()
    ]
    if "references" in content:
        tests.append(Test("relationships", "info", to=content["references"]))
    return Column(
        name=content["name"],
        kind=content["type"],
        description=content["description"],
        filled_by=content["filled_by"],
        personal=content.get("pii", False),
        values=values,
        tests=tuple(tests),
    )
