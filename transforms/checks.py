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


def run_checks(engine: Engine, table: Table, relation: str) -> tuple[CheckOutcome, ...]:
    """Carry out every check of a table over the rows of a relation, in one query.

    Args:
        engine: the warehouse.
        table: whose checks.
        relation: the table itself, or the rows that were written to it, with the same columns.
    """
    tests = [(column, test) for column in table.columns for test in column.tests]
    if not tests:
        return ()
    (row,) = engine.fetch(failing_rows(relation, tests))
    return tuple(
        CheckOutcome(f"{test.kind}({column.name})", table.name, test.severity, int(str(count)))
        for (column, test), count in zip(tests, row, strict=True)
    )


def failing_rows(relation: str, tests: Sequence[tuple[Column, Test]]) -> str:
    """The query that counts, for each test, the rows for which it does not hold.

    What a row tells of itself is counted in one scan of the relation, whatever the number of tests.
    """
    scanned, counts = ["count(*) as every"], []
    for place, (column, test) in enumerate(tests):
        condition = _failing_condition(column, test)
        if condition:
            scanned.append(f"count(*) filter (where {condition}) as test_{place}")
            counts.append(f"scanned.test_{place}")
        else:
            counts.append(_count_of_others(relation, column, test))
    return f"select {', '.join(counts)} from (select {', '.join(scanned)} from {relation}) as scanned"


def _failing_condition(column: Column, test: Test) -> str | None:
    """Where a test does not hold; None where a row alone does not tell."""
    if test.kind == "not_null":
        return f"{column.name} is null"
    if test.kind == "accepted_values":
        values = ", ".join(quoted(value) for value in test.values)
        return f"{column.name} not in ({values})"
    return None


def _count_of_others(relation: str, column: Column, test: Test) -> str:
    name = column.name
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
