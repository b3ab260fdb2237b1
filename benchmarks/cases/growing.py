"""What must not grow with the tenant: a delta, an incremental transform, memory."""

from collections.abc import Mapping

from benchmarks.bench import Bench, Contender, Measured
from benchmarks.cases.tenants import our_sync
from benchmarks.vendors import Vendors

_MOST_MEGABYTES, _WISHED_MEGABYTES = 1_000, 600
_INCREMENTAL = 1_000


def growing(bench: Bench) -> None:
    """One delta onto Persy tenants of growing size; on the largest, the transforms."""
    firsts, deltas, published = [], [], []
    for size in bench.sizes.growing:
        with Vendors(persy=size) as vendors:
            first, delta, with_copy = _delta_onto(bench, vendors, size)
        firsts.append(first)
        deltas.append(delta)
        published.append(with_copy)
    sizes = f"{bench.sizes.growing[-1]:,} against {bench.sizes.growing[0]:,}"
    name = f"Persy delta of {bench.sizes.delta:,} onto {sizes}"
    bench.compare(f"{name}, up to the unified tables", deltas[-1], deltas[0], reach=1.3)
    bench.compare(f"{name}, publishing by copy included", published[-1], published[0], reach=None, beyond=1.3)
    _compare_memory(bench, firsts)
    _transforms(bench, str(bench.folder / f"growing-{bench.sizes.growing[-1]}"), bench.sizes.growing[-1])


def _delta_onto(bench: Bench, vendors: Vendors, size: int) -> tuple[Measured, Measured, Measured]:
    folder, changed = f"growing-{size}", bench.sizes.delta
    (first,) = bench.run(
        f"first sync of Persy, {size:,}", our_sync(bench, vendors, folder, size, fresh=True), rounds=1
    )

    def delta(name: str, variables: Mapping[str, str]) -> Measured:
        (measured,) = bench.run(
            f"delta of {changed:,} onto {size:,}",
            our_sync(bench, vendors, folder, changed, kind="delta", name=name, variables=variables),
            before_round=lambda turn: vendors.change_persy(changed, f"{name} {turn}"),
        )
        return measured

    return first, delta("ours, not published", {"PUBLISH": "false"}), delta("ours", {})


def _compare_memory(bench: Bench, firsts: list[Measured]) -> None:
    smaller, largest = firsts[-2], firsts[-1]
    bench.compare_memory(
        f"first sync of Persy, {largest.rows:,}: memory of all processes",
        largest,
        _MOST_MEGABYTES,
        _WISHED_MEGABYTES,
    )
    bench.compare_growth(
        f"memory of a first sync, {largest.rows:,} against {smaller.rows:,}", largest, smaller, reach=1.3
    )


def _transforms(bench: Bench, folder: str, size: int) -> None:
    changed = min(_INCREMENTAL, size // 10)
    case = f"transforms of {size:,} candidates"
    whole, limit = bench.run(
        case,
        Contender("ours, whole", "transforming:rebuild", {"folder": folder}, size, same_tables="candidates"),
        Contender(
            "one statement", "transforming:one_statement", {"folder": folder}, size, same_tables="candidates"
        ),
        rounds=1,
    )
    parts = [
        bench.run(
            case,
            Contender(
                f"ours, {changed:,} changed ({turn})",
                "transforming:incremental",
                {"folder": folder, "load": f"bench{turn}", "count": changed},
                changed,
            ),
            rounds=1,
        )[0]
        for turn in range(bench.sizes.rounds)
    ]
    part = sorted(parts, key=lambda one: one.seconds)[len(parts) // 2]
    bench.compare_totals(
        f"incremental transform of {changed:,} in {size:,}, against the rebuild",
        part,
        whole,
        reach=0.02,
        beyond=0.01,
    )
    bench.compare_totals(
        "rebuild of all unified tables, against the candidates' SELECT as one statement",
        whole,
        limit,
        reach=None,
    )
    bench.compare_memory(f"rebuild of {size:,}: memory", whole, _MOST_MEGABYTES, _WISHED_MEGABYTES)
