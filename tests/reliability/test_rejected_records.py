"""What cannot be a record is kept, counted, shown, and gone once it is mended."""

from collections.abc import Callable

import pytest

from pipelines.printing import print_statuses
from pipelines.status import connection_statuses
from tests.reliability.bench import Bench

BROKEN = b'{"UserArea":{"kein":"Schl\xc3\xbcssel"}}'
Make = Callable[[str], Bench]


def _rejected(bench: Bench) -> list[tuple[object, ...]]:
    return bench.query("select tool, connection_id, model, position, reason, data from ats.rejected_records")


def test_a_rejected_record_is_kept_with_its_place_its_reason_and_its_text(bench_of: Make) -> None:
    bench = bench_of("coveto")
    bench.coveto.add_raw("candidates", b"<bewerber><vorname>Ohne</vorname></bewerber>", 9)
    bench.sync()
    [row] = _rejected(bench)
    assert row[:5] == ("coveto", "coveto:acme", "candidates", 8, "no id at id")
    assert row[5] == '<bewerber xmlns="https://www.coveto.de/soap/v1"><vorname>Ohne</vorname></bewerber>'


def test_status_shows_what_could_not_be_read(bench_of: Make, capsys: pytest.CaptureFixture[str]) -> None:
    bench = bench_of("compleetpersy")
    bench.persy.add_raw(BROKEN)
    bench.sync()
    statuses = connection_statuses(bench.folder)
    assert {one.connection_id: dict(one.rejected) for one in statuses} == {
        "coveto:acme": {},
        "compleetpersy:leihwerk": {"candidates": 1},
    }
    print_statuses(statuses)
    told = capsys.readouterr().out
    assert "compleetpersy:leihwerk: 1 of candidates could not be read: see ats.rejected_records" in told
    assert "kein" not in told


def test_a_delta_that_does_not_meet_a_rejected_record_keeps_it(bench_of: Make) -> None:
    bench = bench_of("compleetpersy")
    bench.persy.replace_raw(bench.persy.keys()[0], BROKEN)
    bench.sync(accept_deletes=True)
    bench.sync(kind="auto")
    assert len(_rejected(bench)) == 1


def test_a_delta_that_meets_it_again_keeps_it_once(bench_of: Make) -> None:
    bench = bench_of("compleetpersy")
    bench.persy.add_raw(BROKEN)
    bench.sync()
    bench.sync(kind="auto")
    assert len(_rejected(bench)) == 1


def test_a_full_read_that_meets_it_no_more_forgets_it(bench_of: Make) -> None:
    bench = bench_of("compleetpersy")
    key = bench.persy.add_raw(BROKEN)
    bench.sync()
    bench.persy.remove(key)
    assert bench.sync().exit_code == 0
    assert _rejected(bench) == []
