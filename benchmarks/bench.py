"""One whole run of the benchmarks: contenders in turn, what each took, and how that compares."""

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from benchmarks.processes import Took, carried_out
from benchmarks.results import Contender, Finding, Measured
from benchmarks.sizes import Sizes
from benchmarks.tenants import SyncedTenants
from pipelines.process_memory import DUCKDB_ALLOCATOR

_LONG_RUN_SECONDS = 60.0
"""A contender that takes longer than this once is not run again."""
_LATE_AFTER_SECONDS, _LONG_RUN_SECONDS_LATE = 30 * 60.0, 10.0
"""On a machine that is so slow, only short runs are repeated from then on: `runs` tells."""


class DifferentTablesError(Exception):
    """Two contenders did not end with the same rows, so their times cannot be compared."""


@dataclass
class Bench:
    """Runs contenders, and keeps what came of them.

    Args:
        sizes: how large everything is.
        folder: for working folders; what is in it is thrown away.
        tell: is told what goes on.
        with_peers: whether other tools run too.
    """

    sizes: Sizes
    folder: Path
    tell: Callable[[str], None] = lambda _: None
    with_peers: bool = False
    measured: list[Measured] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """What was not measured, and why: the document says so."""
    minutes_by_case: dict[str, float] = field(default_factory=dict)
    """How long each case took, with making its tenants."""

    def __post_init__(self) -> None:
        self.tenants = SyncedTenants()
        self._began = time.monotonic()

    @property
    def elapsed(self) -> str:
        """How long it has been going on, as minutes and seconds."""
        minutes, seconds = divmod(int(time.monotonic() - self._began), 60)
        return f"{minutes:02}:{seconds:02}"

    def run(
        self,
        case: str,
        *contenders: Contender,
        rounds: int | None = None,
        before_round: Callable[[int], object] = lambda _: None,
    ) -> list[Measured]:
        """Run contenders in turn, round after round, and give the median of each.

        Raises:
            ContenderFailedError: one ended with an error.
            DifferentTablesError: contenders that must end with the same rows did not.
        """
        taken: list[list[Took]] = [[] for _ in contenders]
        for turn in range(rounds or self.sizes.rounds):
            again = [not took or took[0].seconds <= self._long_run_seconds() for took in taken]
            if not any(again):
                break
            before_round(turn)
            for place, contender in enumerate(contenders):
                if not again[place]:
                    continue
                took = self._carry_out(contender)
                self.tell(
                    f"{self.elapsed} {case}: {contender.name}, {contender.rows:,} rows, {took.seconds:.2f} s"
                )
                taken[place].append(took)
        _check_same_tables(case, contenders, [took[0] for took in taken])
        results = [_median(case, one, took) for one, took in zip(contenders, taken, strict=True)]
        self.measured.extend(results)
        return results

    def _carry_out(self, contender: Contender) -> Took:
        if contender.vendors is not None:
            contender.vendors.served()
        took = carried_out(
            contender.function,
            contender.arguments,
            {**(DUCKDB_ALLOCATOR if contender.is_ours else {}), **contender.variables},
            contender.python,
            preloaded=self.sizes.preloaded,
        )
        if contender.vendors is None:
            return replace(took, bytes=contender.bytes or took.bytes)
        served = contender.vendors.served()
        return replace(took, bytes=served.bytes, requests=served.requests)

    def _long_run_seconds(self) -> float:
        is_late = time.monotonic() - self._began > _LATE_AFTER_SECONDS
        return _LONG_RUN_SECONDS_LATE if is_late else _LONG_RUN_SECONDS

    def fresh_folder(self, name: str) -> Path:
        """An empty working folder."""
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path

    def forget_folders(self) -> None:
        """Throw away what the last case left on the disk, but for the tenants that others go on with."""
        kept = self.tenants.folders
        for path in self.folder.iterdir():
            if path not in kept:
                shutil.rmtree(path)

    def leave_out(self, what: str) -> None:
        """Note something that was not measured, and why."""
        self.tell(f"{self.elapsed} left out: {what}")
        self.left_out.append(what)

    def compare(
        self,
        what: str,
        above: Measured,
        below: Measured,
        *,
        reach: float | None,
        beyond: float | None = None,
        more_is_better: bool = False,
        by_cpu: bool = True,
        note: str = "",
    ) -> None:
        """Note one result divided by another, each a row: seconds, whatever the size that it was run at.

        Not `by_cpu` where the question is what two cores do together.
        """
        cpu = (above.cpu_seconds / above.rows) / (below.cpu_seconds / below.rows)
        self.findings.append(
            Finding(
                what,
                (above.seconds / above.rows) / (below.seconds / below.rows),
                cpu if by_cpu else None,
                reach,
                beyond,
                more_is_better,
                note=note,
            )
        )

    def compare_memory(self, what: str, one: Measured, reach: float, beyond: float | None = None) -> None:
        """Note the most memory that a contender's processes held at once, against a limit in megabytes."""
        self.findings.append(Finding(what, one.peak_bytes / 1e6, None, reach, beyond, unit="MB"))

    def compare_totals(
        self,
        what: str,
        above: Measured,
        below: Measured,
        *,
        reach: float | None,
        beyond: float | None = None,
        note: str = "",
    ) -> None:
        """Note one contender's time divided by another's, however many rows each had."""
        by_cpu = above.cpu_seconds / below.cpu_seconds
        self.findings.append(Finding(what, above.seconds / below.seconds, by_cpu, reach, beyond, note=note))

    def compare_growth(
        self, what: str, above: Sequence[Measured], below: Sequence[Measured], *, reach: float
    ) -> None:
        """Note how much more memory one size took than another, at whatever it took most for."""
        most, least = (max(one.peak_bytes for one in some) for some in (above, below))
        note = f"{most / 1e6:,.0f} MB and {least / 1e6:,.0f} MB"
        self.findings.append(Finding(what, most / least, None, reach, note=note))


def _median(case: str, contender: Contender, taken: Sequence[Took]) -> Measured:
    return Measured(
        case,
        contender.name,
        contender.rows,
        int(median(took.bytes for took in taken)),
        median(took.seconds for took in taken),
        median(took.cpu_seconds for took in taken),
        max(took.peak_bytes for took in taken),
        len(taken),
        int(median(took.requests for took in taken)),
    )


def _check_same_tables(case: str, contenders: Sequence[Contender], taken: Sequence[Took]) -> None:
    first: dict[str, tuple[str, Took]] = {}
    for contender, took in zip(contenders, taken, strict=True):
        if not contender.same_tables:
            continue
        name, other = first.setdefault(contender.same_tables, (contender.name, took))
        for table in set(other.found) & set(took.found):
            if other.found[table] != took.found[table]:
                raise DifferentTablesError(
                    f"{case}: {name} and {contender.name} differ in {table}: "
                    f"{other.found[table]} and {took.found[table]}"
                )
        if not set(other.found) & set(took.found):
            raise DifferentTablesError(f"{case}: {name} and {contender.name} have no table in common")
