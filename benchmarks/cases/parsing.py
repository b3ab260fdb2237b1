"""SOAP bytes to lossless JSON text."""

from benchmarks.bench import Bench, Contender
from benchmarks.recorded_pages import record_coveto


def parsing(bench: Bench) -> None:
    """One process, no network: ours against lxml's bare parse, and against zeep's objects."""
    size = bench.sizes.parsing
    half, tenth = bench.sizes.plain(size)
    sizes = {count: bench.fresh_folder(f"parsing-{count}") for count in {size, half, tenth}}
    recorded = {count: record_coveto(folder, count) for count, folder in sizes.items()}

    def contender(name: str, count: int, same_tables: str = "") -> Contender:
        function = f"parsing:{name}"
        arguments = {"folder": str(sizes[count])}
        return Contender(name, function, arguments, count, recorded[count], same_tables=same_tables)

    limit, ours, plain_half, plain, *_ = bench.run(
        "SOAP bytes to JSON text",
        contender("bare_parse", size),
        contender("ours", size),
        contender("plain", half),
        contender("plain", tenth, "records"),
        contender("ours", tenth, "records"),
    )
    note = bench.note_plain(plain_half, plain)
    bench.compare(
        "SOAP to JSON, against zeep", plain, ours, reach=6.5, beyond=12, more_is_better=True, note=note
    )
    bench.compare("SOAP to JSON, against lxml's bare parse", limit, ours, reach=0.3, more_is_better=True)
