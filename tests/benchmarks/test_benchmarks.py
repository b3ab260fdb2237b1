"""Each benchmark runs, and contenders that are compared gave the same rows; nothing is said about time."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import bench as bench_module
from benchmarks.bench import Bench, DifferentTablesError
from benchmarks.cases import CASES
from benchmarks.processes import Took
from benchmarks.report import document
from benchmarks.results import Contender, Measured
from benchmarks.sizes import TINY
from benchmarks.tasks import Found, found_in

COMPARED = {
    "parsing": {"plain", "ours"},
    "loading": {"DuckDB's insert", "ours, from bytes", "ours, dlt's step alone"},
    "coveto": {"plain", "ours"},
    "persy": {"plain", "ours"},
    "floor": {"floor", "ours"},
    "growing": {"ours, whole", "one statement a table"},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_benchmark_runs_and_its_contenders_gave_the_same_rows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: set[str] = set()
    check = bench_module._check_same_tables

    def checked(case: str, contenders: list[Contender], taken: list[Took]) -> None:
        check(case, contenders, taken)
        if sum(bool(one.same_tables) for one in contenders) > 1:
            compared.update(one.name for one in contenders if one.same_tables)

    monkeypatch.setattr(bench_module, "_check_same_tables", checked)
    bench = Bench(TINY, tmp_path)
    CASES[name](bench)
    assert bench.findings
    assert all(one.seconds > 0 and one.rows > 0 for one in bench.measured)
    assert compared == COMPARED.get(name, set())


def test_contenders_that_end_with_other_rows_are_refused() -> None:
    with pytest.raises(DifferentTablesError, match="ours and plain differ in candidates"):
        bench_module._check_same_tables(
            "case",
            [_contender("ours"), _contender("plain")],
            [_took({"candidates": _rows("1")}), _took({"candidates": _rows("2")})],
        )


def test_contenders_without_a_table_in_common_are_refused() -> None:
    with pytest.raises(DifferentTablesError, match="no table in common"):
        bench_module._check_same_tables(
            "case",
            [_contender("ours"), _contender("plain")],
            [_took({"candidates": _rows("1")}), _took({"jobs": _rows("1")})],
        )


def test_the_order_of_rows_and_of_keys_makes_no_difference() -> None:
    one = found_in([("1", '{"a": 1, "b": 2}'), ("2", "{}")])
    assert found_in([("2", {}), ("1", {"b": 2, "a": 1})]) == one


def test_another_value_makes_a_difference() -> None:
    assert found_in([("1", '{"a": 1}')]) != found_in([("1", '{"a": 2}')])


def test_the_document_says_what_was_measured_and_whether_it_suffices(tmp_path: Path) -> None:
    bench = Bench(replace(TINY, is_full=True), tmp_path)
    half = Measured("case", "ours", 100, 2_000_000, 2.0, 1.0, 50_000_000, 3)
    whole = Measured("case", "plain", 50, 1_000_000, 10.0, 8.0, 70_000_000, 1)
    bench.measured += [half, whole]
    bench.compare("first sync", whole, half, reach=8, beyond=12, more_is_better=True, note="a note")
    bench.compare_memory("memory", half, 100, 60)
    text = document(bench)
    assert "| first sync | 10 × | 16 × | ≥ 8 × | ≥ 12 × | reached | a note |\n" in text
    assert "| memory | 50 MB |  | ≤ 100 MB | ≤ 60 MB | reached, and beyond |  |\n" in text
    assert "| case | ours | 100 | 2 | 1 | 50 | 1.0 | 50 | 3 |\n" in text


def _contender(name: str) -> Contender:
    return Contender(name, "nothing:nothing", {}, 1, same_tables="rows")


def _took(found: Mapping[str, Found]) -> Took:
    return Took(1.0, 1.0, 1, 0, found)


def _rows(*ids: str) -> Found:
    return found_in((one, "{}") for one in ids)
