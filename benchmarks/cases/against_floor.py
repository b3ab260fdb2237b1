"""Whole syncs of Persy against the floor: requests into NDJSON and one INSERT."""

from benchmarks.bench import Bench, Contender
from benchmarks.cases.tenants import our_sync, over_rest
from benchmarks.vendors import Vendors


def against_floor(bench: Bench) -> None:
    """A first sync, the same again unchanged, and a delta; unified tables included in ours."""
    size, changed = bench.sizes.floor, bench.sizes.small_delta
    with Vendors(persy=size) as vendors:
        whole = over_rest(bench, vendors, "floor", "floor:whole", size, same_tables="rows")
        floor, ours, *_ = bench.run(
            "Persy against the floor: first sync",
            whole,
            our_sync(bench, vendors, "floor-ours", size, fresh=True, same_tables="rows"),
            *_peers(bench, vendors, size),
        )
        bench.compare("first sync of Persy, against the floor", ours, floor, reach=2, beyond=1.3)
        floor, ours = bench.run(
            "Persy against the floor: the same again, unchanged",
            whole,
            our_sync(bench, vendors, "floor-ours", size, kind="full", same_tables="rows"),
        )
        bench.compare(
            "the same again, read whole and unchanged, against the floor's own", ours, floor, reach=0.5
        )
        floor, ours = bench.run(
            f"Persy against the floor: a delta of {changed}",
            over_rest(bench, vendors, "floor", "floor:delta", changed, folder=whole.arguments["folder"]),
            our_sync(bench, vendors, "floor-ours", changed, kind="delta"),
            before_round=lambda turn: vendors.change_persy(changed, f"floor {turn}"),
        )
        bench.compare(f"a delta of {changed}, against the floor's own", ours, floor, reach=1.5)


def _peers(bench: Bench, vendors: Vendors, size: int) -> list[Contender]:
    if not bench.with_peers:
        return []
    return [over_rest(bench, vendors, "dlt tuned", "plain_persy:tuned", size)]
