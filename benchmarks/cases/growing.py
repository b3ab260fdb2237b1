"""What must not grow with the tenant: a delta, an incremental transform, memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.cases.tenants import our_sync, synced_persy
from benchmarks.results import Contender, Measured
from benchmarks.tenants import SyncedTenant

_MOST_MEGABYTES, _WISHED_MEGABYTES = 1_000, 600
_INCREMENTAL = 1_000


@dataclass(frozen=True)
class _Size:
    """What came of one size."""

    first: Measured
    delta: Measured
    with_publishing: Measured
    rebuild: Measured | None


def growing(bench: Bench) -> None:
    """One delta onto Persy tenants of growing size; on the two largest a rebuild, on the largest the rest."""
    every = []
    for size in bench.sizes.growing:
        tenant = synced_persy(bench, size)
        delta, published = _deltas(bench, tenant)
        rebuild = _rebuild(bench, tenant) if size in bench.sizes.growing[-2:] else None
        every.append(_Size(tenant.first, delta, published, rebuild))
        if size != bench.sizes.growing[-1]:
            bench.tenants.forget(size)
    smallest, largest = every[0], every[-1]
    sizes = f"{largest.first.rows:,} against {smallest.first.rows:,}"
    name = f"Persy delta of {bench.sizes.delta:,} onto {sizes}"
    bench.compare(f"{name}, up to the unified tables", largest.delta, smallest.delta, reach=1.3)
    alone = [max(0.0, one.with_publishing.seconds - one.delta.seconds) for one in (largest, smallest)]
    bench.compare(
        f"{name}, publishing included",
        largest.with_publishing,
        smallest.with_publishing,
        reach=None,
        beyond=1.3,
        note=f"publishing alone takes {alone[0]:.2f} s and {alone[1]:.2f} s",
    )
    _compare_memory(bench, every)
    if largest.rebuild is not None:
        _transforms(bench, tenant.folder, largest.rebuild)
    bench.tenants.forget(bench.sizes.growing[-1])


def _deltas(bench: Bench, tenant: SyncedTenant) -> tuple[Measured, Measured]:
    size, changed = tenant.first.rows, bench.sizes.delta

    def delta(name: str, variables: Mapping[str, str]) -> Measured:
        (measured,) = bench.run(
            f"delta of {changed:,} onto {size:,}",
            our_sync(
                bench,
                tenant.vendors,
                tenant.folder.name,
                changed,
                kind="delta",
                name=name,
                variables=variables,
            ),
            before_round=lambda turn: tenant.vendors.change_persy(changed, f"{name} {turn}"),
        )
        return measured

    return delta("ours, not published", {"PUBLISH": "false"}), delta("ours", {})


def _rebuild(bench: Bench, tenant: SyncedTenant) -> Measured:
    size = tenant.first.rows
    folder, case = {"folder": str(tenant.folder)}, f"transforms of {size:,} candidates"
    ours = Contender("ours, whole", "transforming:rebuild", folder, size, same_tables="unified")
    limit = Contender("one statement a table", "transforming:by_hand", folder, size, same_tables="unified")
    if size != bench.sizes.growing[-2]:  # beside the limit at one size: at the largest that takes minutes
        return bench.run(case, ours, rounds=1)[0]
    whole, by_hand = bench.run(case, ours, limit, rounds=1)
    what = f"rebuild of {size:,}, checks and gaps included, against one statement a table"
    bench.compare_totals(what, whole, by_hand, reach=None)
    return whole


def _compare_memory(bench: Bench, every: Sequence[_Size]) -> None:
    smaller, largest = ([one.first, *([one.rebuild] if one.rebuild else [])] for one in every[-2:])
    for one, what in zip(largest, ("first sync of Persy", "rebuild"), strict=False):
        name = f"{what}, {one.rows:,} candidates: memory of all processes"
        bench.compare_memory(name, one, _MOST_MEGABYTES, _WISHED_MEGABYTES)
    what = f"memory of a first sync and a rebuild, {largest[0].rows:,} against {smaller[0].rows:,}"
    bench.compare_growth(what, largest, smaller, reach=1.3)


def _transforms(bench: Bench, folder: Path, whole: Measured) -> None:
    """A few changed records; each run changes others, so that each has as much to do."""
    changed = min(_INCREMENTAL, whole.rows // 10)
    runs = []
    for turn in range(bench.sizes.rounds):
        arguments = {"folder": str(folder), "load": f"bench{turn}", "count": changed}
        name = f"ours, {changed:,} changed ({turn + 1})"
        part = Contender(name, "transforming:incremental", arguments, changed)
        runs += bench.run(whole.case, part, rounds=1)
    runs.sort(key=lambda one: one.seconds)
    what = f"incremental transform of {changed:,} in {whole.rows:,}, with checkpoint, against the rebuild"
    bench.compare_totals(what, runs[len(runs) // 2], whole, reach=0.02, beyond=0.01)
