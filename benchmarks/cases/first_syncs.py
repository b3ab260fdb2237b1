"""First syncs of both vendors against the plain way, and a full read with nothing changed after each."""

from benchmarks.bench import Bench, Contender, Measured
from benchmarks.cases.tenants import our_sync, over_rest, plain_coveto
from benchmarks.vendors import Vendors

_MOST_MEGABYTES, _WISHED_MEGABYTES = 1_000, 600


def coveto(bench: Bench) -> None:
    """Coveto: 1.5 times as many applications as candidates, and what else a tenant has."""
    half, tenth = bench.sizes.plain(bench.sizes.coveto)
    case, plain = "first sync of Coveto", {}
    for count in (half, tenth):
        with Vendors(coveto=count) as vendors:
            contenders = [plain_coveto(bench, vendors, count)]
            if count == tenth:
                contenders.append(_ours_at_that_size(bench, vendors, count))
            plain[count] = bench.run(case, *contenders, rounds=1)[0]
    with Vendors(coveto=bench.sizes.coveto) as vendors:
        _against_plain(bench, case, vendors, bench.sizes.coveto, (plain[half], plain[tenth]), (8, 12))


def persy(bench: Bench) -> None:
    """Persy: candidates alone have a list; applications and jobs are cut from them."""
    half, tenth = bench.sizes.plain(bench.sizes.persy)
    case, plain = "first sync of Persy", {}
    for count in (half, tenth):
        with Vendors(persy=count) as vendors:
            contenders = [
                over_rest(bench, vendors, "plain", "plain_persy:whole", count, same_tables="some fields")
            ]
            if count == tenth:
                contenders.append(_ours_at_that_size(bench, vendors, count))
            plain[count] = bench.run(case, *contenders, rounds=1)[0]
    with Vendors(persy=bench.sizes.persy) as vendors:
        _against_plain(bench, case, vendors, bench.sizes.persy, (plain[half], plain[tenth]), (7, 10))


def _ours_at_that_size(bench: Bench, vendors: Vendors, count: int) -> Contender:
    return our_sync(bench, vendors, "beside-plain", count, same_tables="some fields", fresh=True)


def _against_plain(
    bench: Bench,
    case: str,
    vendors: Vendors,
    size: int,
    plain: tuple[Measured, Measured],
    targets: tuple[float, float],
) -> None:
    (first,) = bench.run(case, our_sync(bench, vendors, "first", size, fresh=True))
    (again,) = bench.run(
        f"{case}, read whole again, nothing changed", our_sync(bench, vendors, "first", size, kind="full")
    )
    half, tenth = plain
    bench.compare(
        f"{case}, against plain",
        tenth,
        first,
        reach=targets[0],
        beyond=targets[1],
        more_is_better=True,
        note=bench.note_plain(half, tenth),
    )
    bench.compare(
        f"{case}: read whole again, nothing changed, against the first", again, first, reach=0.4, beyond=0.3
    )
    bench.compare_memory(f"{case}: memory of all processes", first, _MOST_MEGABYTES, _WISHED_MEGABYTES)
