"""SOAP bytes to lossless JSON text."""

from benchmarks.bench import Bench
from benchmarks.recorded_pages import record_coveto
from benchmarks.results import Contender, Measured, reckoned, told_line

_TO_LIMIT = "SOAP to JSON, against lxml's bare parse"
_WHOLE = "with ids and hashes"


def parsing(bench: Bench) -> None:
    """No network: ours against lxml's bare parse, and against zeep's objects."""
    size = bench.sizes.parsing
    half, tenth = bench.sizes.plain(size)
    sizes = {count: bench.fresh_folder(f"parsing-{count}") for count in {size, half, tenth}}
    recorded = {count: record_coveto(folder, count) for count, folder in sizes.items()}

    def contender(name: str, function: str, count: int, same_tables: str = "") -> Contender:
        arguments = {"folder": str(sizes[count])}
        return Contender(name, function, arguments, count, recorded[count], same_tables=same_tables)

    limit, ours, whole, in_two, plain_half, plain, _, _ = bench.run(
        "SOAP bytes to JSON text",
        contender("lxml's bare parse", "parsing:bare_parse", size),
        contender("ours", "parsing:ours", size),
        contender("ours, with ids and hashes", "parsing:ours_whole", size),
        contender("ours, two processes", "parsing:ours_in_two", size),
        contender("plain", "parsing:plain", half),
        contender("plain", "parsing:plain", tenth, "records"),
        contender("ours", "parsing:ours", tenth, "records"),
        contender("ours, with ids and hashes", "parsing:ours_whole", tenth, "records"),
    )
    zeep = reckoned(plain_half, plain, size)
    bench.measured.append(zeep)
    note = told_line(plain_half, plain)
    _against_zeep(bench, 1, zeep, ours, (6.5, 12), note)
    bench.compare(_TO_LIMIT, limit, ours, reach=0.3, more_is_better=True)
    bench.compare(f"{_TO_LIMIT}: {_WHOLE}", limit, whole, reach=None, more_is_better=True)
    _against_zeep(bench, 2, zeep, in_two, (10, 12), note)


def _against_zeep(
    bench: Bench, processes: int, zeep: Measured, ours: Measured, targets: tuple[float, float], note: str
) -> None:
    reach, beyond = targets
    how = "one process" if processes == 1 else "two processes"
    bench.compare(
        f"SOAP to JSON in {how}, against zeep",
        zeep,
        ours,
        reach=reach,
        beyond=beyond,
        more_is_better=True,
        by_cpu=processes == 1,
        note=note,
    )
