"""Whether what a case says holds."""

from typing import Any

from pipelines.results import ModelRead, SyncResult
from tests.reliability.bench import OTHER, Bench, Tables, assert_same, of_tool, tables, without
from tests.reliability.cases import Case, CaughtUp, Failed, Rejected, Survived, Warned

NO_RECORDS: frozenset[str] = frozenset()


def check(case: Case, bench: Bench, result: SyncResult, before: Tables, after: Tables) -> None:
    """Assert what `case` says of a run: its records, its exit code, every table."""
    reads = bench.reads(result, bench.tool)
    if not isinstance(case.holds, Failed):  # at the other vendor nothing happened
        after = {**of_tool(before, OTHER[bench.tool]), **of_tool(after, bench.tool)} | {
            name: sorted(
                of_tool(before, OTHER[bench.tool])[name] + of_tool(after, bench.tool)[name], key=repr
            )
            for name in after
            if name.startswith("unified.")
        }
    match case.holds:
        case Survived(noted, changed):
            _succeeded(result, reads, noted)
            assert_same(without(tables(bench.folder), changed), without(after, changed))
        case Rejected(records, reason, model, changed):
            _rejected(bench, result, reads, (records, reason, model))
            assert_same(without(tables(bench.folder), changed), without(after, changed))
        case Failed(error, reason, models):
            _failed(result, reads, (error, reason, models))
            _stayed(bench, models, before, after)
            if models:  # where the whole connection failed, nothing differs from before
                _mended_by_the_next(bench, after)
        case Warned(noted, models):
            _warned(result, reads, noted, models)
            _marked_nothing(bench, before)
            _mended_by_the_next(bench, after)
        case CaughtUp(outcome, noted):
            assert {read.outcome for read in reads} == {"success", outcome}
            assert noted in "; ".join(read.note or "" for read in reads)
            _caught_up(bench)


def _succeeded(result: SyncResult, reads: list[ModelRead], noted: str) -> None:
    told = [(read.model, read.outcome, read.error_message, read.note) for read in reads]
    assert all(read.outcome == "success" for read in reads), told
    assert noted in "; ".join(read.note or "" for read in reads)
    assert result.exit_code == 0


def _failed(result: SyncResult, reads: list[ModelRead], wanted: tuple[str, str, tuple[str, ...]]) -> None:
    error, reason, models = wanted
    failed = [read for read in reads if read.outcome == "failed"]
    assert {read.model for read in failed} == set(models or (read.model for read in reads))
    assert all(read.outcome == "success" for read in reads if read not in failed)
    for read in failed:
        message = (read.error_message or "").split("\n")
        assert (read.error_class, len(message), read.complete, read.cursor) == (error, 2, False, None), (
            message
        )
        assert reason in message[0]
        assert all(line.strip() for line in message)
    assert result.exit_code == 1


def _stayed(bench: Bench, models: tuple[str, ...], before: Tables, after: Tables) -> None:
    """What failed is as it was; what did not, of this connection and the other, is as undisturbed."""
    found = tables(bench.folder)
    for name in (name for name in after if name.startswith("raw_")):
        tool, model = name.removeprefix("raw_").split(".")
        failed = tool == bench.tool and (not models or model in models)
        wanted = before if failed else after
        assert_same({name: found[name]}, {name: wanted[name]})
    if not models:
        old, new = of_tool(before, bench.tool), of_tool(after, bench.tool)
        assert_same(of_tool(found, bench.tool), old)
        assert old != new


def _warned(result: SyncResult, reads: list[ModelRead], noted: str, models: tuple[str, ...]) -> None:
    if reads[0].tool == "compleetpersy":  # one list feeds all models
        models = tuple(read.model for read in reads)
    told = {read.model: (read.outcome, read.note) for read in reads}
    assert {model for model, (outcome, _) in told.items() if outcome == "warning"} == set(models), told
    assert all(noted in (told[model][1] or "") for model in models), told
    assert all(read.deleted == 0 for read in reads if read.model in models)
    assert result.exit_code == 3


def _marked_nothing(bench: Bench, before: Tables) -> None:
    """No version that was there before is gone from the raw tables."""
    found = tables(bench.folder)
    for name in (name for name in before if name.startswith(f"raw_{bench.tool}.")):
        assert set(before[name]) <= set(found[name])


def _rejected(bench: Bench, result: SyncResult, reads: list[ModelRead], wanted: tuple[int, str, str]) -> None:
    records, reason, model = wanted
    kept = bench.query("select connection_id, tool, model, reason, data from ats.rejected_records")
    assert [row[:3] for row in kept] == [(bench.connection_id, bench.tool, model)] * records
    assert all(reason in row[3] and row[4] for row in kept), kept
    assert {read.model: read.rejected for read in reads if read.rejected} == {model: records}
    assert [read.outcome for read in reads if read.model == model] == ["warning"]
    assert result.exit_code == 3


def _mended_by_the_next(bench: Bench, after: Tables) -> None:
    """Once the server is well again, the next sync leads where an undisturbed one does."""
    bench.tenant.disarm()
    bench.tenant.unreachable_models.clear()
    bench.settings = {}
    assert bench.sync().exit_code == 0
    assert_same(tables(bench.folder), after)


def _caught_up(bench: Bench) -> None:
    """Nothing there is marked; the next sync has all rows that one into an empty folder has."""
    at_source = {str(key) for key in _keys(bench)}
    marked = {row[1] for row in tables(bench.folder)[f"raw_{bench.tool}.candidates"] if row[4]} & at_source
    assert marked == set()
    bench.tenant.disarm()
    bench.settings = {}
    assert bench.sync().exit_code == 0
    grown = tables(bench.folder, "true")
    bench.folder = bench.folder.parent / "fresh"
    assert bench.sync().exit_code == 0
    fresh = tables(bench.folder)
    for name in (name for name in fresh if name.startswith("unified.") and "gaps" not in name):
        assert [row for row in grown[name] if row[-1]] == fresh[name]


def _keys(bench: Bench) -> list[Any]:
    return list(bench.coveto.keys("candidates") if bench.tool == "coveto" else bench.persy.keys())
