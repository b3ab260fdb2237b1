"""What a contender is: something to carry out while the clock runs, and what came of it."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

MOST_COMPARED = 20_000
"""Of more rows than this the keys alone are compared: telling all apart would take longer than the run."""


@dataclass(frozen=True)
class Found:
    """The rows that a contender ended with."""

    rows: int
    digest: str = ""
    """Of all rows, or of their keys alone, in one order."""


@dataclass(frozen=True)
class Task:
    """One contender, ready to go."""

    carry_out: Callable[[], object]
    """What is measured."""
    found: Callable[[], Mapping[str, Found]]
    """What came of it, by table; asked once the clock has stopped."""
    size_in_bytes: Callable[[], int] = lambda: 0
    """How much it had to do; asked once the clock has stopped. 0 where that is known from elsewhere."""


class Queryable(Protocol):
    """A connection to DuckDB; spelled so that a contender without it needs no import of it."""

    def execute(self, query: str) -> Any:
        """Carry out a query; what comes back gives its rows by `fetchall`."""


def found_by(connection: Queryable, query: str) -> Found:
    """The rows of a query for a key and its JSON; where they are too many, their number and their keys."""
    ((count,),) = connection.execute(f"select count(*) from ({query}) as rows").fetchall()
    if count <= MOST_COMPARED:
        return found_in(connection.execute(query).fetchall())
    keys = f"select cast(key as varchar) as key from ({query}) as rows(key, data)"
    ((digest,),) = connection.execute(
        f"select md5(string_agg(key, ',' order by key)) from ({keys}) as keys"
    ).fetchall()
    return Found(count, digest)


def found_in(rows: Iterable[tuple[Any, ...]]) -> Found:
    """Rows whose last value is JSON, whatever the order of its keys."""
    every = list(rows)
    if len(every) > MOST_COMPARED:
        keys = hashlib.sha256("\n".join(sorted(str(row[0]) for row in every)).encode())
        return Found(len(every), keys.hexdigest())
    lines = sorted("\t".join([*map(str, keys), _in_one_form(data)]) for *keys, data in every)
    return Found(len(every), hashlib.sha256("\n".join(lines).encode()).hexdigest())


def _in_one_form(data: Any) -> str:
    value = json.loads(data) if isinstance(data, str | bytes) else data
    return json.dumps(value, sort_keys=True, default=str)


def without_forms(value: Any) -> Any:
    """What zeep's values and the lossless JSON of the same element have in common.

    zeep knows neither attributes from elements nor absent from empty, and types what it reads.
    """
    if isinstance(value, dict):
        kept = {_plain_name(name): without_forms(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in (None, "", {}, [])} or None
    if isinstance(value, list):
        return [without_forms(inner) for inner in value]
    return None if value is None else str(value)


def _plain_name(name: str) -> str:
    return "text" if name in {"#text", "_value_1"} else name.removeprefix("@")
