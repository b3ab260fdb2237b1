"""What became of each read, as `ats.runs` keeps it and as the exit code tells it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from pipelines.read_plans import cursor_text
from pipelines.results import ModelRead, Outcome
from sources.connections import Connection
from sources.errors import AtsError
from sources.reading import ModelReading


def record_of(run_id: str, reading: ModelReading) -> ModelRead:
    """What `ats.runs` keeps of one model's reading."""
    failed = reading.error is not None
    log = reading.log
    return ModelRead(
        run_id=run_id,
        connection_id=reading.connection.connection_id,
        tool=reading.connection.tool,
        model=reading.model,
        kind=reading.kind,
        started_at=reading.started_at,
        ended_at=reading.ended_at or datetime.now(UTC),
        outcome=_outcome(reading),
        pages=reading.pages,
        records_read=log.records_read,
        new=0 if failed else log.new,
        changed=0 if failed else log.changed,
        deleted=0 if failed else log.deleted,
        complete=reading.complete,
        rejected=len(reading.rejected),
        cursor=cursor_text(reading.cursor),
        error_class=type(reading.error).__name__ if reading.error else None,
        error_message=str(reading.error) if reading.error else None,
        note=_note(reading),
    )


def broken_off(
    run_id: str,
    started_at: datetime,
    selected: Sequence[Connection],
    reads: Sequence[ModelRead],
    error: BaseException,
) -> list[ModelRead]:
    """Records of the connections that a run did not come to the end of, because of an error."""
    done = {read.connection_id for read in reads}
    return [
        ModelRead(
            run_id=run_id,
            connection_id=one.connection_id,
            tool=one.tool,
            model="",
            kind="full",
            started_at=started_at,
            ended_at=datetime.now(UTC),
            outcome="failed",
            error_class=type(error).__name__,
            error_message=str(error) if isinstance(error, AtsError) else "the run was broken off",
        )
        for one in selected
        if one.connection_id not in done
    ]


def _outcome(reading: ModelReading) -> Outcome:
    if reading.error is not None:
        return "failed"
    return "warning" if reading.outcome != "ok" or reading.rejected else "success"


def _note(reading: ModelReading) -> str | None:
    notes = list(reading.notes)
    if reading.outcome == "held_back":
        notes.append("deletions were held back: run again with --accept-deletes if they are right")
    if reading.replaced_characters:
        notes.append(f"{reading.replaced_characters} characters that no warehouse takes were replaced")
    return "; ".join(notes) or None


_EXIT_CODES: dict[Outcome, int] = {"success": 0, "warning": 3, "failed": 1}


def exit_code_of_read(read: ModelRead) -> int:
    """The exit code that this read alone would end a run with."""
    return _EXIT_CODES[read.outcome]


def gravity(exit_code: int) -> int:
    """1 goes before 3, and 3 before 0."""
    return {0: 0, 3: 1, 1: 2}[exit_code]
