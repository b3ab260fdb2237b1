"""Values on their way into DuckDB's SQL."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.engine import DuckDbEngine, literal

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("'\\\0?%$;-"))
_TIMES = st.datetimes(timezones=st.sampled_from([None, UTC]))


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDbEngine]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield DuckDbEngine(connection)


@given(st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | _TEXTS | _TIMES)
def test_a_value_comes_back_as_it_was(engine: DuckDbEngine, value: object) -> None:
    ((found,),) = engine.fetch("SELECT ?", [value])
    assert (type(found), str(found)) == (type(value), str(value))


@given(_TEXTS, _TEXTS)
def test_a_question_mark_in_quotes_is_no_place_for_a_value(
    engine: DuckDbEngine, one: str, other: str
) -> None:
    assert engine.fetch("SELECT ?, 'it''s ?', ?", [one, other]) == [(one, "it's ?", other)]


def test_a_value_too_many_is_refused(engine: DuckDbEngine) -> None:
    with pytest.raises(ValueError, match="fewer places"):
        engine.fetch("SELECT ?", [1, 2])


def test_a_value_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="no literal of float"):
        literal(0.5)


def test_the_first_value_does_not_import_pandas() -> None:
    program = (
        "import sys, duckdb; from transforms.engine import DuckDbEngine; "
        "DuckDbEngine(duckdb.connect()).fetch('SELECT ?', ['x']); sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_moment_keeps_its_microseconds() -> None:
    moment = datetime(2026, 3, 4, 5, 6, 7, 8, UTC)
    assert literal(moment) == "TIMESTAMPTZ '2026-03-04 05:06:07.000008+00:00'"
