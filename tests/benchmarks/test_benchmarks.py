"""Each benchmark runs, and contenders that are compared gave the same rows; nothing is said about time."""

import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import dlt
import duckdb
import pytest

from benchmarks import __main__ as command
from benchmarks import bench as bench_module
from benchmarks import peers, tasks
from benchmarks.bench import Bench, DifferentTablesError
from benchmarks.cases import CASES
from benchmarks.contenders.standing_still import (
    SomethingWasDoneError,
    Standing,
    check_the_same,
    without_dlt_runs,
)
from benchmarks.processes import ContenderFailedError, Took
from benchmarks.report import document
from benchmarks.results import Contender, Measured, reckoned
from benchmarks.sizes import TINY
from benchmarks.tasks import Found, found_by, found_in

COMPARED = {
    "parsing": {"plain", "ours", "ours, with ids and hashes"},
    "loading": {"DuckDB's insert", "ours, from bytes", "ours, dlt's step alone"},
    "coveto": {"plain", "ours"},
    "persy": {"plain", "ours"},
    "floor": {"floor", "ours"},
    "growing": {"ours, whole", "one statement a table"},
    "postgres": {"dlt's insert statements", "ours, COPY and indexes"},
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
    try:
        CASES[name](bench)
    finally:
        bench.tenants.close()
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


@pytest.mark.parametrize(("cpu_seconds", "verdict"), [(8.0, "reached"), (7.0, "reached by the clock")])
def test_a_target_that_cpu_time_misses_is_reached_by_the_clock(
    cpu_seconds: float, verdict: str, tmp_path: Path
) -> None:
    bench = Bench(replace(TINY, is_full=True), tmp_path)
    ours = Measured("case", "ours", 100, 2_000_000, 1.0, 1.0, 50_000_000, 3)
    plain = Measured("case", "plain", 100, 2_000_000, 8.0, cpu_seconds, 70_000_000, 1)
    bench.compare("first sync", plain, ours, reach=8, more_is_better=True)
    assert f"| {verdict} |" in document(bench)


@pytest.mark.parametrize(("is_full", "times"), [(True, 1), (False, 0)])
def test_where_the_time_goes_is_told_between_the_targets_and_the_runs_of_a_full_run(
    is_full: bool, times: int, tmp_path: Path
) -> None:
    text = document(Bench(replace(TINY, is_full=is_full), tmp_path))
    between = text[text.index("## Targets") : text.index("## Runs")]
    assert between.count("\n## Where the time goes\n") == times


def test_what_was_left_out_is_in_the_document(tmp_path: Path) -> None:
    bench = Bench(TINY, tmp_path)
    bench.leave_out("a peer: could not be installed")
    assert "## What was left out\n\n- a peer: could not be installed\n" in document(bench)


def test_more_rows_than_are_compared_are_compared_by_their_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "MOST_COMPARED", 1)
    with duckdb.connect() as connection:
        one, other_data, other_key = (
            found_by(connection, f"select * from (values {values})")
            for values in ("('1', 'a'), ('2', 'b')", "('2', 'c'), ('1', 'd')", "('1', 'a'), ('3', 'b')")
        )
    assert one.rows == 2
    assert one == other_data
    assert one != other_key


def test_few_rows_are_compared_whole() -> None:
    with duckdb.connect() as connection:
        found = found_by(connection, """select '1', '{"a": 1}'""")
    assert found == found_in([("1", '{"a": 1}')])


def test_the_plain_way_is_reckoned_by_the_line_through_two_sizes() -> None:
    whole = reckoned(_plain(100, 5.0), _plain(200, 8.0), 1_000)
    assert (whole.seconds, whole.cpu_seconds, whole.runs) == (32.0, 32.0, 0)


def test_a_line_that_begins_below_nothing_is_not_to_our_advantage() -> None:
    assert reckoned(_plain(100, 1.0), _plain(200, 8.0), 1_000).seconds == 40.0


def test_a_line_that_falls_is_not_followed() -> None:
    assert reckoned(_plain(100, 9.0), _plain(200, 8.0), 1_000).seconds == 8.0


def test_a_full_read_that_wrote_something_is_no_standing_still() -> None:
    before = Standing((1, 2, 3), 1, (("raw_coveto.jobs", 5),))
    with pytest.raises(SomethingWasDoneError, match="nothing was new"):
        check_the_same(before, replace(before, loads=2))


def test_a_dlt_run_is_no_standing_still(tmp_path: Path) -> None:
    pipeline = dlt.pipeline("still", destination="duckdb", pipelines_dir=str(tmp_path))
    with without_dlt_runs(), pytest.raises(SomethingWasDoneError, match="dlt ran"):
        pipeline.run([{"a": 1}], table_name="rows")


def test_a_peer_that_cannot_be_installed_is_told_and_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise subprocess.CalledProcessError(1, "pip", stderr="many lines\nno such package")

    monkeypatch.setattr(peers, "_FOLDER", tmp_path)
    monkeypatch.setattr(peers, "_make", refused)
    bench = Bench(TINY, tmp_path)
    assert not list(peers.peer_contenders(bench, Mock(settings={"persy_url": ""}), 1))
    assert "Singer: singer-sdk and target-duckdb: could not be installed (no such package)" in bench.left_out


def test_an_interrupted_run_tells_what_it_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: Bench) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(CASES, "coveto", interrupted)
    bench = Bench(TINY, tmp_path)
    assert command.carry_out_cases(bench, ["coveto", "persy", "floor"]) == 130
    assert "coveto, or what was left of it: interrupted" in bench.left_out
    assert "persy, floor: the run was interrupted before" in bench.left_out


def test_a_case_that_fails_does_not_stop_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: Bench) -> None:
        raise ContenderFailedError("no")

    carried_out: list[Bench] = []
    monkeypatch.setitem(CASES, "coveto", failing)
    monkeypatch.setitem(CASES, "persy", carried_out.append)
    bench = Bench(TINY, tmp_path)
    assert command.carry_out_cases(bench, ["coveto", "persy"]) == 1
    assert carried_out == [bench]
    assert "coveto, or what was left of it: ContenderFailedError" in bench.left_out


def _plain(rows: int, seconds: float) -> Measured:
    return Measured("case", "plain", rows, rows, seconds, seconds, 1, 1)


def _contender(name: str) -> Contender:
    return Contender(name, "nothing:nothing", {}, 1, same_tables="rows")


def _took(found: Mapping[str, Found]) -> Took:
    return Took(1.0, 1.0, 1, 0, found)


def _rows(*ids: str) -> Found:
    return found_in((one, "{}") for one in ids)
