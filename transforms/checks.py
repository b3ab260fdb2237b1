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
        (row,) = engine.fetch(failing_rows(table, tests))
        outcomes += [
            CheckOutcome(f"{test.kind}({column.name})", table.name, test.severity, int(str(count)))
            for (column, test), count in zip(tests, row, strict=True)
        ]
    return outcomes


def failing_rows(table: Table, tests: Sequence[tuple[Column, Test]]) -> str:
    """The query that counts, for each test, the rows for which it does not hold.

    What a row tells of itself is counted in one scan of the table, whatever the number of tests.
    """
    scanned, counts = ["count(*) as every"], []
    for place, (column, test) in enumerate(tests):
        condition = _failing_condition(column, test)
        if condition:
            scanned.append(f"count(*) filter (where {condition}) as test_{place}")
            counts.append(f"scanned.test_{place}")
        else:
            counts.append(_count_of_others(table, column, test))
    relation = f"unified.{table.name}"
    return f"select {', '.join(counts)} from (select {', '.join(scanned)} from {relation}) as scanned"


def _failing_condition(column: Column, test: Test) -> str | None:
    """Where a test does not hold; None where a row alone does not tell."""
    if test.kind == "not_null":
        return f"{column.name} is null"
    if test.kind == "accepted_values":
        values = ", ".join(quoted(value) for value in test.values)
        return f"{column.name} not in ({values})"
    return None


def _count_of_others(table: Table, column: Column, test: Test) -> str:
    name, relation = column.name, f"unified.{table.name}"
    if test.kind == "unique":
        # `count(distinct)` would sort the whole table on some engines.
        known = f"select distinct {name} from {relation} where {name} is not null"
        return f"scanned.every - (select count(*) from ({known}) as known)"
    other, key = test.to.split(".")
    return (
        f"(select count(*) from {relation} as child where child.remote_deleted_at is null "
        f"and child.{name} is not null and not exists "
        f"(select 1 from unified.{other} as parent where parent.{key} = child.{name}))"
    )
