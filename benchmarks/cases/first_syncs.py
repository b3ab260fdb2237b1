"""First syncs of both vendors against the plain way, and a full read with nothing changed after each."""

from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.cases.tenants import made, our_sync, over_rest, plain_coveto, synced_persy
from benchmarks.results import Contender, Measured, reckoned, told_line
from benchmarks.vendors import Vendors

_MOST_MEGABYTES, _WISHED_MEGABYTES = 1_000, 600
_COVETO, _PERSY = "first sync of Coveto", "first sync of Persy"


def coveto(bench: Bench) -> None:
    """Coveto: 1.5 times as many applications as candidates, and what else a tenant has."""
    runs = []
    size = bench.sizes.coveto
    for count in bench.sizes.plain(size):
        with made(bench, coveto=count) as vendors:
            plain = plain_coveto(bench, vendors, count)
            runs.append(_plain(bench, _COVETO, vendors, size, count, plain))
    with made(bench, coveto=size) as vendors:
        (first,) = bench.run(_COVETO, our_sync(bench, vendors, "first-coveto", size, fresh=True), rounds=1)
        _against_plain(bench, _COVETO, first, (runs[0], runs[1]), (8, 12))
        _read_again(bench, _COVETO, vendors, "first-coveto", first)


def persy(bench: Bench) -> None:
    """Persy: candidates alone have a list; applications and jobs are cut from them."""
    runs = []
    size = bench.sizes.persy
    for count in bench.sizes.plain(size):
        with made(bench, persy=count) as vendors:
            plain = over_rest(bench, vendors, "plain", "plain_persy:whole", count, same_tables="some fields")
            runs.append(_plain(bench, _PERSY, vendors, size, count, plain))
    tenant = synced_persy(bench, size)
    _against_plain(bench, _PERSY, tenant.first, (runs[0], runs[1]), (7, 10))
    _read_again(bench, _PERSY, tenant.vendors, tenant.folder.name, tenant.first)


def _plain(bench: Bench, case: str, vendors: Vendors, size: int, count: int, plain: Contender) -> Measured:
    """The plain way at one of its two sizes; at the larger ours is beside it, for the rows."""
    contenders = [plain]
    if count == bench.sizes.plain(size)[-1]:
        folder = f"{Path(plain.arguments['folder']).name}-ours"
        contenders.append(our_sync(bench, vendors, folder, count, same_tables="some fields", fresh=True))
    return bench.run(case, *contenders, rounds=1)[0]


def _against_plain(
    bench: Bench, case: str, first: Measured, runs: tuple[Measured, Measured], targets: tuple[float, float]
) -> None:
    plain = reckoned(*runs, first.rows)
    bench.measured.append(plain)
    bench.compare(
        f"{case}, {first.rows:,} candidates, against plain",
        plain,
        first,
        reach=targets[0],
        beyond=targets[1],
        more_is_better=True,
        note=told_line(*runs),
    )
    name = f"{case}, {first.rows:,} candidates: memory of all processes"
    bench.compare_memory(name, first, _MOST_MEGABYTES, _WISHED_MEGABYTES)


def _read_again(bench: Bench, case: str, vendors: Vendors, folder: str, first: Measured) -> None:
    (again,) = bench.run(
        f"{case}, read whole again, nothing changed",
        our_sync(bench, vendors, folder, first.rows, kind="full", unchanged=True),
    )
    bench.compare(
        f"{case}: read whole again, nothing changed, against the first",
        again,
        first,
        reach=0.4,
        beyond=0.3,
        note="checked: no dlt run, no row in any raw or unified table, the published file untouched",
    )
