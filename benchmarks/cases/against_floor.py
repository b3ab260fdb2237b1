"""Whole syncs of Persy against the floor: requests into NDJSON and one INSERT."""

from benchmarks.bench import Bench
from benchmarks.cases.tenants import keep_persy, made, our_sync, over_rest
from benchmarks.peers import peer_contenders
from benchmarks.vendors import Vendors

_FOLDER = "persy-beside-floor"


def against_floor(bench: Bench) -> None:
    """A first sync, the same again unchanged, and a delta; unified tables included in ours."""
    vendors = made(bench, persy=bench.sizes.floor)
    try:
        _compare(bench, vendors)
    except BaseException:
        vendors.kill()
        raise


def _compare(bench: Bench, vendors: Vendors) -> None:
    size, changed = bench.sizes.floor, bench.sizes.small_delta
    whole = over_rest(bench, vendors, "floor", "floor:whole", size, same_tables="rows")
    floor, ours, *peers = bench.run(
        "Persy against the floor: first sync",
        whole,
        our_sync(bench, vendors, _FOLDER, size, fresh=True, same_tables="rows"),
        *(peer_contenders(bench, vendors, size) if bench.with_peers else ()),
    )
    what = f"first sync of Persy, {size:,} candidates, against the floor"
    bench.compare(what, ours, floor, reach=2, beyond=1.3)
    for peer in peers:
        bench.compare(f"{peer.contender}, against the floor", peer, floor, reach=None)
        bench.compare(f"{peer.contender}, against ours", peer, ours, reach=None, more_is_better=True)
    floor, again = bench.run(
        "Persy against the floor: the same again, unchanged",
        whole,
        our_sync(bench, vendors, _FOLDER, size, kind="full", same_tables="rows", unchanged=True),
    )
    what = "the same again, read whole and unchanged, against the floor's own"
    bench.compare(what, again, floor, reach=0.5)
    floor, delta = bench.run(
        f"Persy against the floor: a delta of {changed:,}",
        over_rest(bench, vendors, "floor", "floor:delta", changed, folder=whole.arguments["folder"]),
        our_sync(bench, vendors, _FOLDER, changed, kind="delta"),
        before_round=lambda turn: vendors.change_persy(changed, f"floor {turn}"),
    )
    bench.compare(f"a delta of {changed:,}, against the floor's own", delta, floor, reach=1.5)
    keep_persy(bench, vendors, _FOLDER, ours)
