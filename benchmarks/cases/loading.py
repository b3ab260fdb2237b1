"""Raw load: from bytes to committed rows."""

from benchmarks.bench import Bench
from benchmarks.recorded_pages import record_persy
from benchmarks.results import Contender


def loading(bench: Bench) -> None:
    """Records of 2 kB without a network, against DuckDB's own insert of ready text."""
    size = bench.sizes.loading
    recorded = bench.fresh_folder("loading-pages")
    size_in_bytes = record_persy(recorded, size)

    def contender(name: str, function: str) -> Contender:
        arguments = {"folder": str(bench.folder / f"loading-{function}"), "recorded": str(recorded)}
        return Contender(name, f"loading:{function}", arguments, size, size_in_bytes, same_tables="rows")

    def empty_folders(_: int) -> None:
        for function in ("insert", "ours", "ours_load_alone"):
            bench.fresh_folder(f"loading-{function}")

    limit, whole, alone = bench.run(
        "raw load",
        contender("DuckDB's insert", "insert"),
        contender("ours, from bytes", "ours"),
        contender("ours, dlt's step alone", "ours_load_alone"),
        before_round=empty_folders,
    )
    against = "against DuckDB's insert of ready text"
    bench.compare(
        f"raw load from bytes, {against}", limit, whole, reach=0.35, beyond=0.6, more_is_better=True
    )
    bench.compare(f"dlt's load step alone, {against}", limit, alone, reach=0.6, more_is_better=True)
