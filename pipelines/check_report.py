"""What `ats check` found, as values: names, counts and a tenant's words, nothing of a candidate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sources.pages import Record

SAMPLE = 5
"""How many records of a model are read."""


@dataclass(frozen=True)
class ModelReport:
    """One model: what is expected of the vendor, and what came of reading a small page."""

    model: str
    place: str
    """The operation or the path that it is read from."""
    names: Mapping[str, Mapping[str, str]]
    """Kind of name (arguments, answer, elements) to name to its state: found, missing or unknown."""
    records: int | None = None
    """How many records were read; None where none could be."""
    total: int | None = None
    """How many there are, by the vendor's own count."""
    error: str | None = None
    """Why a sync could not read it."""


@dataclass(frozen=True)
class ColumnReport:
    """One column of a unified table: from where it is filled, and in how many of the sample's rows."""

    table: str
    column: str
    source: str
    filled: int
    rows: int


@dataclass(frozen=True)
class MappingFile:
    """Lines to add to one mapping of the working folder; the last value of each is left to the person."""

    file: str
    values: str
    """What that value may be."""
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Guess:
    """Settings that a WSDL which names things differently seems to need, and what came of trying them."""

    lines: tuple[str, ...] = ()
    """For the end of `[connections.<name>]` in .dlt/config.toml."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """Why a model could not be read with them."""


@dataclass(frozen=True)
class Checked:
    """What was found at a vendor, before the columns are looked at."""

    steps: tuple[str, ...]
    models: tuple[ModelReport, ...]
    samples: Mapping[str, Sequence[Record]]
    paths: Mapping[str, Mapping[str, Sequence[str]]]
    """The paths of the configuration, with those that were guessed."""
    operations: Mapping[str, str] = field(default_factory=dict)
    guess: Guess = field(default_factory=Guess)


@dataclass(frozen=True)
class CheckReport:
    """Everything that one check found."""

    connection_id: str
    steps: tuple[str, ...]
    """What works, in the order in which a sync needs it."""
    operations: Mapping[str, str]
    """Coveto: each operation with its state: found, missing or unknown."""
    models: tuple[ModelReport, ...]
    columns: tuple[ColumnReport, ...]
    never_filled: tuple[str, ...]
    """Columns that the tool has nothing for."""
    mappings: tuple[MappingFile, ...]
    guess: Guess

    @property
    def works(self) -> bool:
        """Whether a sync would work."""
        return not any(one.error for one in self.models)
