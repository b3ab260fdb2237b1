"""What is run, what it took, and how that compares: the values of which the document is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.vendors import Vendors


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
    vendors: Vendors | None = None
    """Whose answers it reads, where it does: their bytes are its bytes."""
    python: str = ""
    """The interpreter of another environment; that of the benchmarks where none is named."""

    @property
    def is_ours(self) -> bool:
        """Whether it gets what `ats` sets of its own environment: by its name, as the document shows it."""
        return self.name.startswith("ours")


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
    """0 where it was not run but reckoned from smaller ones."""
    requests: int = 0
    """How many the vendors had, where it reads any."""


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
        if self.beyond is not None and self._is_within(self.beyond, self.value, self.value_by_cpu):
            return "beyond"
        if self.reach is None:
            return ""
        if self._is_within(self.reach, self.value, self.value_by_cpu):
            return "reached"
        return "by the clock" if self._is_within(self.reach, self.value) else "missed"

    def _is_within(self, target: float, *values: float | None) -> bool:
        return all(
            value >= target if self.more_is_better else value <= target
            for value in values
            if value is not None
        )


def reckoned(half: Measured, whole: Measured, rows: int) -> Measured:
    """What a contender would take for so many rows, by the straight line through two runs.

    A line that begins below nothing (the larger run took more than twice as long) would make of a disturbed
    run a long one, to our advantage: then the larger run is scaled by its rows.
    """
    seconds = _on_the_line((half.rows, half.seconds), (whole.rows, whole.seconds), rows)
    cpu_seconds = _on_the_line((half.rows, half.cpu_seconds), (whole.rows, whole.cpu_seconds), rows)
    size_in_bytes = int(whole.bytes / whole.rows * rows)
    return Measured(
        whole.case,
        f"{whole.contender}, reckoned",
        rows,
        size_in_bytes,
        seconds,
        cpu_seconds,
        whole.peak_bytes,
        runs=0,
    )


def told_line(half: Measured, whole: Measured) -> str:
    """The two runs behind what was reckoned: the fixed part, the part a row, and how straight it is."""
    slope = (whole.seconds - half.seconds) / (whole.rows - half.rows)
    fixed = half.seconds - slope * half.rows
    return (
        f"{half.contender}: {half.seconds:.2f} s for {half.rows:,}, "
        f"{whole.seconds:.2f} s for {whole.rows:,}, so {fixed:.2f} s and {slope * 1000:.3f} ms a row; "
        f"{(whole.seconds / whole.rows) / (half.seconds / half.rows):.2f} × a row at twice"
    )


def _on_the_line(half: tuple[int, float], whole: tuple[int, float], rows: int) -> float:
    slope = (whole[1] - half[1]) / (whole[0] - half[0])
    fixed = half[1] - slope * half[0]
    if slope < 0:  # the smaller run was the longer one: nothing grows, as far as can be seen
        return whole[1]
    return whole[1] / whole[0] * rows if fixed < 0 else fixed + slope * rows
