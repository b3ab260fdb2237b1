"""How much of a slow vendor's time a read hides by having several pages in flight."""

from benchmarks.bench import Bench
from benchmarks.cases.tenants import made, our_sync
from benchmarks.results import Finding

_LATENCY_SECONDS = 0.05
_IN_FLIGHT = 8
_ROWS_A_PAGE = 50


def latency(bench: Bench) -> None:
    """Coveto, against the larger of its bare CPU time and pages x latency / pages in flight."""
    size = bench.sizes.latency
    models = ("jobs", "candidates", "applications", "screening_questions", "job_screening_questions")
    more = f"[defaults]\nin_flight = {_IN_FLIGHT}\n"
    paging = "".join(f"[connections.acme.endpoints.{one}]\npage_size = {_ROWS_A_PAGE}\n" for one in models)
    case = f"{_LATENCY_SECONDS * 1000:.0f} ms a page, {_IN_FLIGHT} in flight"
    with made(bench, coveto=size) as vendors:
        vendors.settings["config"] += paging
        ours = our_sync(bench, vendors, "latency", size, fresh=True, more=more, name="ours, no latency")
        (bare,) = bench.run(case, ours)
        vendors.delay(_LATENCY_SECONDS)
        ours = our_sync(bench, vendors, "latency", size, fresh=True, more=more)
        (late,) = bench.run(case, ours)
    pages = late.requests
    network = pages * _LATENCY_SECONDS / _IN_FLIGHT
    note = (
        f"{pages} pages of {_ROWS_A_PAGE}; bare {bare.cpu_seconds:.2f} s of CPU, "
        f"pages x latency / {_IN_FLIGHT} = {network:.2f} s"
    )
    value = late.seconds / max(bare.cpu_seconds, network)
    bench.findings.append(Finding(f"Coveto at {case}", value, None, 1.3, 1.1, note=note))
