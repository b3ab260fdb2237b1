"""The tests of the yml files, as queries over the unified tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from transforms.engine import Engine
from transforms.models import Column, Table, Test
from transforms.rendering import quoted


@dataclass(frozen=True)
class CheckOutcome:
    """What one check found: `failing_rows` is 0 where it holds."""

    name: str
    table: str
    severity: str
    failing_rows: int


def run_checks(engine: Engine, tables: Sequence[Table]) -> list[CheckOutcome]:
    """Carry out every check of these tables, one query a table."""
    outcomes = []
    for table in tables:
        tests = [(column, test) for column in table.columns for test in column.tests]
        if not tests:
            continue
        counts = ", ".join(failing_rows(table, column, test) for column, test in tests)
        (row,) = engine.fetch(f"select {counts}")
        outcomes += [
            CheckOutcome(f"{test.kind}({column.name})", table.name, test.severity, int(str(count)))
            for (column, test), count in zip(tests, row, strict=True)
        ]
    return outcomes


def failing_rows(table: Table, column: Column, test: Test) -> str:
    """The query, in brackets, that counts the rows for which a test does not hold."""
    name, relation = column.name, f"unified.{table.name}"
    if test.kind == "unique":
        return f"(select count(*) - count(distinct {name}) from {relation})"
    if test.kind == "not_null":
        return f"(select count(*) from {relation} where {name} is null)"
    if test.kind == "accepted_values":
        values = ", ".join(quoted(value) for value in test.values)
        return f"(select count(*) from {relation} where {name} not in ({values}))"
    other, key = test.to.split(".")
    return (
        f"(select count(*) from {relation} as child where child.remote_deleted_at is null "
        f"and child.{name} is not null and child.{name} not in (select {key} from unified.{other}))"
    )
