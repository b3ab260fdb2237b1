"""The questions that the benchmarks answer: each runs its contenders, and notes what came of it."""

from collections.abc import Callable

from benchmarks.bench import Bench
from benchmarks.cases.against_floor import against_floor
from benchmarks.cases.first_syncs import coveto, persy
from benchmarks.cases.fixed_costs import commands, connections
from benchmarks.cases.growing import growing
from benchmarks.cases.latency import latency
from benchmarks.cases.loading import loading
from benchmarks.cases.parsing import parsing
from benchmarks.cases.postgres import postgres

CASES: dict[str, Callable[[Bench], None]] = {
    "commands": commands,
    "connections": connections,
    "parsing": parsing,
    "loading": loading,
    "latency": latency,
    "coveto": coveto,
    "persy": persy,
    "floor": against_floor,
    "postgres": postgres,
    "growing": growing,
}
"""In the order in which they run: the longest last, so that little is lost where a run is interrupted."""
