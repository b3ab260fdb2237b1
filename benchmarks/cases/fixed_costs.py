"""What a run costs before it reads anything: the command's start, and each further connection."""

from benchmarks.bench import Bench
from benchmarks.cases.tenants import made, our_sync
from benchmarks.processes import carried_out
from benchmarks.results import Contender, Finding
from benchmarks.vendors import Vendors

_TENANT = 3
_MOST_SECONDS = 0.5
_MOST_SECONDS_A_CONNECTION = 0.05


class DifferentRequestsError(Exception):
    """What is subtracted as network time is not of the requests that were made."""


def commands(bench: Bench) -> None:
    """`ats --help`, and `ats status` of a folder that was synced."""
    with made(bench, coveto=_TENANT, persy=_TENANT) as vendors:
        sync = our_sync(bench, vendors, "commands", _TENANT, fresh=True)
        bench.run("first sync of a handful", sync, rounds=1)
    folder = {"folder": str(bench.folder / "commands")}
    nothing, helped, status = bench.run(
        "start of the command",
        Contender("python -c pass", "starting:nothing", folder, 1),
        Contender("ats --help", "starting:ats", {**folder, "arguments": ["--help"]}, 1),
        Contender("ats status", "starting:ats", {**folder, "arguments": ["status"]}, 1),
    )
    note = f"Python alone {nothing.seconds:.2f} s"
    for one in (helped, status):
        bench.findings.append(
            Finding(f"`{one.contender}`", one.seconds, one.cpu_seconds, _MOST_SECONDS, unit="s", note=note)
        )


def connections(bench: Bench) -> None:
    """Many small connections in one sync, half of them Coveto, half Persy, beyond what the network takes."""
    count = bench.sizes.connections
    with made(bench, coveto=_TENANT, persy=_TENANT) as vendors:
        network = _network(bench, vendors, count)
        for name in ("config", "secrets"):
            vendors.settings[name] = _many(vendors.settings[name], count // 2)
        first, again, alone = bench.run(
            f"{count} small connections",
            our_sync(bench, vendors, "connections", count, fresh=True, name="ours, first sync"),
            our_sync(
                bench, vendors, "connections", count, kind="full", unchanged=True, name="ours, read again"
            ),
            network,
        )
    for one in (first, again):
        if (one.requests, one.bytes) != (alone.requests, alone.bytes):
            raise DifferentRequestsError(f"{one.contender}: not the requests that the network alone is given")
        what = f"{count} small connections, {one.contender.removeprefix('ours, ')}, each"
        value = (one.seconds - alone.seconds) / count
        by_cpu = (one.cpu_seconds - alone.cpu_seconds) / count
        note = (
            f"{one.seconds / count:.4f} s less {alone.seconds / count:.4f} s, which plain requests take "
            f"for the same {one.requests / count:.1f} requests each"
        )
        bench.findings.append(Finding(what, value, by_cpu, _MOST_SECONDS_A_CONNECTION, unit="s", note=note))


def _network(bench: Bench, vendors: Vendors, count: int) -> Contender:
    """The same requests as those of as many connections, each with a session of its own."""
    folder = {"folder": str(bench.folder / "network")}
    settings = {name: vendors.settings[name] for name in ("config", "secrets")}
    carried_out("network:record", {**folder, **settings}, {})
    arguments = {**folder, "copies": count // 2}
    return Contender("the network alone", "network:replay", arguments, count, vendors=vendors)


def _many(settings: str, copies: int) -> str:
    """The same connections under other names."""
    names = ("acme", "leihwerk")
    blocks = []
    for copy in range(copies):
        text = settings
        for name in names:
            text = text.replace(f"[connections.{name}]", f"[connections.{name}{copy}]")
        blocks.append(text)
    return "\n".join(blocks)
