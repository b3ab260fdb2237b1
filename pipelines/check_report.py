"""What `ats check` found, as values: names, counts and a tenant's words, nothing of a candidate."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """One thing that a sync needs, and whether it is so."""

    name: str
    is_good: bool
    text: str


@dataclass(frozen=True)
class ModelReport:
    """One model: what is expected of the vendor, and what came of reading a small page."""

    model: str
    place: str
    """The operation or the path that it is read from."""
    names: Mapping[str, Mapping[str, str]]
    """Kind of name (argument, answer, element) to name to its state: found, missing or unknown."""
    records: int | None = None
    """How many records the page held; None where none could be read."""
    total: int | None = None
    """How many there are, by the vendor's own count."""
    error: str | None = None

    @property
    def is_good(self) -> bool:
        """Whether a sync could read it."""
        return self.error is None


@dataclass(frozen=True)
class ColumnReport:
    """One column of a unified table: from where it is filled, and in how many of the sample's rows."""

    table: str
    column: str
    source: str
    filled: int
    rows: int


@dataclass(frozen=True)
class MappingLine:
    """A line to add to a mapping of the working folder, its last value left to the person."""

    file: str
    line: str
    rows: int
    """How many rows of the warehouse, or of the sample, hold the word."""


@dataclass(frozen=True)
class CheckReport:
    """Everything that one check found."""

    connection_id: str
    address: str
    steps: tuple[Step, ...]
    models: tuple[ModelReport, ...] = ()
    operations: Mapping[str, str] = field(default_factory=dict)
    """Coveto: each operation with its state: found, missing or unknown."""
    columns: tuple[ColumnReport, ...] = ()
    never_filled: tuple[str, ...] = ()
    """Columns that the tool has nothing for."""
    mapping_lines: tuple[MappingLine, ...] = ()
    settings: tuple[str, ...] = ()
    """Lines for .dlt/config.toml, all of them guesses."""
    settings_work: bool | None = None
    """Whether every model could be read with those lines; None where there are none."""

    @property
    def works(self) -> bool:
        """Whether a sync would work."""
        return all(step.is_good for step in self.steps) and all(one.is_good for one in self.models)
