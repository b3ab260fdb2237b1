"""One whole run of the benchmarks: contenders in turn, what each took, and how that compares."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.processes import Took, carried_out
from benchmarks.sizes import Sizes

_LONG_RUN_SECONDS = 60.0
"""A contender that takes longer than this once is not run again."""


@dataclass(frozen=True)
class Measured:
    """What one contender of one case took: the median of its runs."""

    case: str
    contender: str
    rows: int
    bytes: int
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    runs: int


@dataclass(frozen=True)
class Finding:
    """One line of the table of targets."""

    what: str
    value: float
    """By wall clock."""
    value_by_cpu: float | None
    """The same by CPU time, which other work on the machine disturbs less; None where that says nothing."""
    reach: float | None
    beyond: float | None = None
    more_is_better: bool = False
    unit: str = "×"
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the targets are reached."""
        if self.reach is None:
            return ""
        if self.beyond is not None and self._is_within(self.beyond):
            return "beyond"
        return "reached" if self._is_within(self.reach) else "missed"

    def _is_within(self, target: float) -> bool:
        """By wall clock and by CPU time: a run that other work disturbed reaches nothing by chance."""
        values = [value for value in (self.value, self.value_by_cpu) if value is not None]
        return all(value >= target if self.more_is_better else value <= target for value in values)


@dataclass(frozen=True)
class Contender:
    """What to run, and of how many rows and bytes its rates are."""

    name: str
    function: str
    arguments: Mapping[str, Any]
    rows: int
    bytes: int = 0
    variables: Mapping[str, str] = field(default_factory=dict)
    same_tables: str = ""
    """Contenders with the same word here must end with the same rows."""


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
            before_round(turn)
            for place, contender in enumerate(contenders):
                if taken[place] and taken[place][0].seconds > _LONG_RUN_SECONDS:
                    continue
                took = carried_out(contender.function, contender.arguments, contender.variables)
                self.tell(f"{case}: {contender.name}, {contender.rows:,} rows, {took.seconds:.2f} s")
                taken[place].append(took)
        _check_same_tables(case, contenders, [took[0] for took in taken])
        results = [_median(case, one, took) for one, took in zip(contenders, taken, strict=True)]
        self.measured.extend(results)
        return results

    def fresh_folder(self, name: str) -> Path:
        """An empty working folder."""
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path

    def forget_folders(self) -> None:
        """Throw away what the last case left on the disk."""
        for path in self.folder.iterdir():
            shutil.rmtree(path)

    def compare(
        self,
        what: str,
        above: Measured,
        below: Measured,
        *,
        reach: float | None,
        beyond: float | None = None,
        more_is_better: bool = False,
        note: str = "",
    ) -> None:
        """Note one result divided by another, each a row: seconds, whatever the size that it was run at."""
        self.findings.append(
            Finding(
                what,
                (above.seconds / above.rows) / (below.seconds / below.rows),
                (above.cpu_seconds / above.rows) / (below.cpu_seconds / below.rows),
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
        self, what: str, above: Measured, below: Measured, *, reach: float | None, beyond: float | None = None
    ) -> None:
        """Note one contender's time divided by another's, however many rows each had."""
        by_cpu = above.cpu_seconds / below.cpu_seconds
        self.findings.append(Finding(what, above.seconds / below.seconds, by_cpu, reach, beyond))

    def compare_growth(self, what: str, above: Measured, below: Measured, *, reach: float) -> None:
        """Note how much more memory one run took than another."""
        self.findings.append(Finding(what, above.peak_bytes / below.peak_bytes, None, reach))

    def note_plain(self, half: Measured, whole: Measured) -> str:
        """How far the plain way is from taking the same time for each row at either size."""
        return f"plain takes {(whole.seconds / whole.rows) / (half.seconds / half.rows):.2f} × a row at twice"


def _median(case: str, contender: Contender, taken: Sequence[Took]) -> Measured:
    return Measured(
        case,
        contender.name,
        contender.rows,
        contender.bytes,
        median(took.seconds for took in taken),
        median(took.cpu_seconds for took in taken),
        max(took.peak_bytes for took in taken),
        len(taken),
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
