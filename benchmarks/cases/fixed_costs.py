"""What a run costs before it reads anything: the command's start, and each further connection."""

from benchmarks.bench import Bench
from benchmarks.cases.tenants import made, our_sync
from benchmarks.results import Contender, Finding

_TENANT = 3
_MOST_SECONDS = 0.5
_MOST_SECONDS_A_CONNECTION = 0.05


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
    """Many small connections in one sync: half of them Coveto, half Persy."""
    count = bench.sizes.connections
    with made(bench, coveto=_TENANT, persy=_TENANT) as vendors:
        for name in ("config", "secrets"):
            vendors.settings[name] = _many(vendors.settings[name], count // 2)
        first, again = bench.run(
            f"{count} small connections",
            our_sync(bench, vendors, "connections", count, fresh=True, name="ours, first sync"),
            our_sync(
                bench, vendors, "connections", count, kind="full", unchanged=True, name="ours, read again"
            ),
        )
    for one in (first, again):
        note = f"{one.requests / count:.0f} requests each, their time on loopback included"
        value, by_cpu = one.seconds / count, one.cpu_seconds / count
        what = f"{count} small connections, {one.contender.removeprefix('ours, ')}, each"
        bench.findings.append(Finding(what, value, by_cpu, _MOST_SECONDS_A_CONNECTION, unit="s", note=note))


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
