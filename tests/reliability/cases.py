"""The form of the fault catalogue: a case is what a server does, to which tool, and what must hold then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipelines.results import SyncResult
from sandbox.faults import Action, Fault, On
from tests.reliability.bench import LIST, Bench, Prepare

Tool = Literal["coveto", "compleetpersy", "both"]
Also = Callable[[Bench, SyncResult], None]


@dataclass(frozen=True)
class Survived:
    """The run succeeds, and every table equals that of a sync that nothing disturbed.

    `changed` are records that the case itself makes different; `also` looks at them.
    """

    noted: str = ""
    changed: frozenset[str] = frozenset()

    @property
    def words(self) -> str:
        """For the document."""
        others = "all other rows equal" if self.changed else "all tables equal"
        noted = f", noted: “{self.noted}”" if self.noted else ""
        return f"survived: {others} those of an undisturbed sync{noted}"


@dataclass(frozen=True)
class CaughtUp:
    """The run loses and marks no record that was there all the time; the next run has all the rest."""

    outcome: Literal["success", "warning"] = "success"
    noted: str = ""

    @property
    def words(self) -> str:
        """For the document."""
        noted = f", noted: “{self.noted}”" if self.noted else ""
        ended = "" if self.outcome == "success" else ", a warning (exit code 3)"
        return f"no row skipped, none falsely deleted{ended}{noted}; the next sync equals a first one"


@dataclass(frozen=True)
class Failed:
    """The connection's run fails with two lines, its tables stay as they were, the other is done."""

    error: str
    reason: str
    models: tuple[str, ...] = ()
    """The models that fail, where the others of the connection are done."""

    @property
    def words(self) -> str:
        """For the document."""
        which = f"{', '.join(self.models)} alone fail" if self.models else "the connection's run fails"
        return f"{which}: {self.error}, “… {self.reason} …”; nothing lost, nothing deleted, the others done"


@dataclass(frozen=True)
class Warned:
    """The run ends as a warning, exit code 3: what was read is kept, nothing is marked, all mended next."""

    noted: str
    models: tuple[str, ...]

    @property
    def words(self) -> str:
        """For the document."""
        return f"warning (exit code 3), “… {self.noted} …”; what was read is kept, nothing deleted"


@dataclass(frozen=True)
class Rejected:
    """Some records go to `ats.rejected_records`, the run ends as a warning, all else is as undisturbed."""

    records: int
    reason: str
    model: str = "candidates"
    changed: frozenset[str] = frozenset()

    @property
    def words(self) -> str:
        """For the document."""
        count = "1 record" if self.records == 1 else f"{self.records} records"
        return (
            f"warning (exit code 3): {count} to ats.rejected_records (“{self.reason}”), all other rows equal"
        )


Holds = Survived | CaughtUp | Failed | Warned | Rejected


@dataclass(frozen=True)
class Case:
    """One entry of the catalogue."""

    name: str
    tool: Tool
    does: str
    """What the server does."""
    holds: Holds
    prepare: Prepare
    settings: Mapping[str, object] = field(default_factory=dict)
    """Keys of the disturbed connection."""
    kind: Literal["full", "auto"] = "full"
    also: Also | None = None
    is_slow: bool = False

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools that it is tried on."""
        return ("coveto", "compleetpersy") if self.tool == "both" else (self.tool,)


def answers(
    action: Action | Mapping[str, Action], *, times: int | None = 1, nth: int = 2, on: On | None = None
) -> Prepare:
    """Let some requests for a page of candidates be answered otherwise; an action, or one for each tool."""

    def arm(bench: Bench) -> None:
        chosen = action[bench.tool] if isinstance(action, Mapping) else action
        bench.tenant.arm(Fault("fault", chosen, on or On(operation=LIST[bench.tool]), nth, times))

    return arm


def edits(
    coveto: Callable[[Bench], object] | None = None, persy: Callable[[Bench], object] | None = None
) -> Prepare:
    """Change what the tenant holds."""

    def change(bench: Bench) -> None:
        action = coveto if bench.tool == "coveto" else persy
        assert action is not None
        action(bench)

    return change


def nothing(bench: Bench) -> None:
    """No preparation: the connection's own settings are what the case is about."""


def together(*steps: Prepare) -> Prepare:
    """Several preparations, one after the other."""

    def prepare(bench: Bench) -> None:
        for step in steps:
            step(bench)

    return prepare
