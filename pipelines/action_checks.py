"""From a request to what the vendor takes: checked against the warehouse, all problems told together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from pipelines.action_catalogue import ActionCatalogue, Job, Question
from pipelines.action_files import RequestFiles
from pipelines.action_requests import ActionRequest, Candidate, Source
from pipelines.answer_values import AnswerError, AnswerReader
from pipelines.data_urls import FetchLimits
from sources.coveto.actions import NewAnswer, NewApplication
from sources.errors import RequestRefusedError

_CLOSED = {"CLOSED", "ARCHIVED"}


@dataclass(frozen=True)
class CheckedRequest:
    """What is to be sent, and what its sender should know."""

    new: NewApplication
    warnings: tuple[str, ...]


class RequestCheck:
    """Checks one request.

    Args:
        request: its parts.
        catalogue: the jobs and questions that it may refer to.
        words: the vendor's words for genders, yes and no.
        limits: what attachments may be.
        default_source: the name of the source where the request has none.
    """

    def __init__(
        self,
        request: ActionRequest,
        catalogue: ActionCatalogue,
        words: Mapping[str, str],
        limits: FetchLimits,
        default_source: str | None,
    ) -> None:
        self._request = request
        self._catalogue = catalogue
        self._words = words
        self._default_source = default_source
        self._problems = list(request.problems)
        self._warnings: list[str] = []
        self._files = RequestFiles(request.attachments, limits)

    def check(self) -> CheckedRequest:
        """What is to be sent; attachments are fetched only where nothing else is wrong.

        Raises:
            RequestRefusedError: something is wrong; it tells all of it.
        """
        texts = _source_texts(self._request.source, self._default_source)
        if self._request.candidate is not None:
            texts |= _candidate_texts(self._request.candidate, self._words)
        job = self._job()
        if job is not None:
            texts["job_id"] = job.remote_id
        answers = self._answers(job)
        self._problems += self._files.check()
        self._refuse()
        attachments, self._problems = self._files.fetched()
        self._refuse()
        return CheckedRequest(NewApplication(texts, answers, attachments), tuple(self._warnings))

    def _refuse(self) -> None:
        if self._problems:
            raise RequestRefusedError(self._problems)

    def _job(self) -> Job | None:
        if self._request.application is None:
            return None
        path = "application.job_id"
        job = self._catalogue.job(self._request.application.job_id)
        if job is None:
            self._problems.append(
                f"{path}: no job of this connection has this id; run `ats sync` if it is new"
            )
        elif job.is_deleted:
            self._problems.append(f"{path}: the job is gone from the source")
        elif job.status in _CLOSED:
            self._problems.append(f"{path}: the job is {job.status} and takes no applications")
        elif job.closed_at is not None and job.closed_at <= datetime.now(UTC):
            self._warnings.append(f"{path}: the job closed on {job.closed_at.astimezone(UTC):%Y-%m-%d}")
        return job

    def _answers(self, job: Job | None) -> tuple[NewAnswer, ...]:
        asked = self._catalogue.asked(job) if job else {}
        answered: set[str] = set()
        answers = []
        for path, given in self._request.answers:
            question = self._catalogue.question(given.question_id)
            if question is None:
                self._problems.append(f"{path}.question_id: no question of this connection has this id")
                continue
            if question.id in answered:
                self._problems.append(f"{path}.question_id: the question is answered twice")
                continue
            answered.add(question.id)
            if job is not None and question.id not in asked:
                self._warnings.append(f"{path}.question_id: the job does not ask this question")
            values = self._values(path, question, given.answer)
            answers.append(NewAnswer(question.remote_id, values))
        missing = [one for one, required in asked.items() if required and one not in answered]
        self._warnings += [
            f"screening_question_answers: the required question {one} has no answer" for one in missing
        ]
        return tuple(answers)

    def _values(self, path: str, question: Question, answer: object) -> tuple[str, ...]:
        reader = AnswerReader(self._words, partial(self._files.take, problems=self._problems))
        try:
            return reader.values(question, answer, path)
        except AnswerError as error:
            self._problems.append(f"{path}.answer: {error}")
            return ()


def _candidate_texts(candidate: Candidate, words: Mapping[str, str]) -> dict[str, str]:
    place = candidate.location
    texts = {
        "first_name": candidate.first_name,
        "last_name": candidate.last_name,
        "email_address": candidate.email_address,
        "phone_number": candidate.phone_number,
        "gender": words[candidate.gender.lower()] if candidate.gender else None,
        "city": place.city if place else None,
        "zip_code": place.zip_code if place else None,
        "country": place.country if place else None,
    }
    return {word: text for word, text in texts.items() if text is not None}


def _source_texts(source: Source | None, default: str | None) -> dict[str, str]:
    if source is None:
        return {"source_name": default} if default else {}
    texts = {"source_id": source.id, "source_key": source.unified_key, "source_name": source.name}
    return {word: text for word, text in texts.items() if text is not None}
