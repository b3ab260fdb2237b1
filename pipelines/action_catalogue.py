"""What a request can refer to: the jobs and questions of one connection, as the warehouse knows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.unified_ids import REMOTE
from sources.json_document import value_of
from transforms.engine import Engine


@dataclass(frozen=True)
class Job:
    """A job that one can apply to, or not."""

    id: str
    remote_id: str
    status: str | None
    closed_at: datetime | None
    is_deleted: bool


@dataclass(frozen=True)
class Question:
    """A question of the catalogue, with the format that its answers must have."""

    id: str
    remote_id: str
    format: Mapping[str, Any]

    @property
    def type(self) -> str:
        """TEXT, NUMBER, and so on."""
        return str(self.format.get("type", "UNKNOWN"))


class ActionCatalogue:
    """Looks jobs and questions up, by unified id or as `remote:<id>`."""

    def __init__(self, engine: Engine, connection_id: str) -> None:
        self._engine = engine
        self._connection_id = connection_id

    def job(self, job_id: str) -> Job | None:
        """A job; None where the warehouse does not know it."""
        rows = self._find("jobs", job_id, "id, remote_id, status, closed_at, remote_deleted_at")
        if not rows:
            return None
        key, remote_id, status, closed_at, deleted_at = rows[0]
        closed = closed_at if isinstance(closed_at, datetime) else None
        return Job(
            str(key), str(remote_id), None if status is None else str(status), closed, deleted_at is not None
        )

    def question(self, question_id: str) -> Question | None:
        """A question that the source still has; None where the warehouse does not know it."""
        rows = self._find("screening_questions", question_id, "id, remote_id, format, remote_deleted_at")
        if not rows or rows[0][3] is not None:
            return None
        key, remote_id, told, _ = rows[0]
        return Question(str(key), str(remote_id), {} if told is None else value_of(str(told)))

    def asked(self, job: Job) -> dict[str, bool]:
        """The ids of the questions that a job asks, each with whether everybody must answer it."""
        rows = self._engine.fetch(
            "SELECT question_id, required AND precondition_question_id IS NULL "
            "FROM unified.job_screening_questions "
            'WHERE job_id = ? AND remote_deleted_at IS NULL ORDER BY "index"',
            [job.id],
        )
        return {str(question_id): bool(required) for question_id, required in rows}

    def _find(self, table: str, given: str, columns: str) -> Sequence[tuple[object, ...]]:
        remote = given.startswith(REMOTE)
        return self._engine.fetch(
            f"SELECT {columns} FROM unified.{table} "
            f"WHERE connection_id = ? AND {'remote_id' if remote else 'id'} = ?",
            [self._connection_id, given.removeprefix(REMOTE)],
        )
