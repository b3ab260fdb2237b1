"""Jobs and applications, which Persy serves only as openings that candidates carry.

Rules (contract of Persy, "Values"): each opening of a candidate is one application, and gone at once when the
candidate is read again without it. An opening seen on any candidate is one job; its record is the one on the
most recently modified candidate (equal times: the greater candidate id). A job is gone only after a complete
read.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from sources.known_versions import colons
from sources.pages import Record
from sources.persy.candidates import Candidate
from sources.version_log import Known, VersionLog

_NEVER = datetime.min.replace(tzinfo=UTC)


class OpeningLog:
    """Takes candidates as they are read, and feeds the logs of jobs and of applications.

    Args:
        jobs: the log of jobs; None where jobs are not read.
        applications: the log of applications; None where they are not read.
        known_applications: what is known of the applications of some candidates, for a delta read.
        is_forgotten: whether a candidate's applications are left out; the jobs that they are for are not.
    """

    def __init__(
        self,
        jobs: VersionLog | None,
        applications: VersionLog | None,
        known_applications: Callable[[Sequence[str]], Known] | None,
        is_forgotten: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._jobs = jobs
        self._applications = applications
        self._known_applications = known_applications
        self._is_forgotten = is_forgotten
        self._candidates: dict[str, tuple[datetime, tuple[str, ...]]] = {}
        self._records: dict[str, Record] = {}
        self._keys: dict[str, str] = {}

    def read(self, candidates: Iterable[Candidate]) -> None:
        """Take candidates in the order in which they were read."""
        applications: list[Record] = []
        for candidate in candidates:
            candidate_id = candidate.record.remote_id
            openings = {opening.application.remote_id: opening for opening in candidate.openings}
            earlier = self._candidates.get(candidate_id)
            if earlier is not None and self._applications is not None:
                self._applications.read(applications)  # perhaps those of the same candidate
                applications = []
                for job_hash in earlier[1]:
                    application_id = f"{candidate_id}:{self._records[job_hash].remote_id}"
                    if application_id not in openings:
                        self._applications.withdraw(application_id)
            if openings and not self._is_forgotten(candidate_id):
                applications.extend([opening.application for opening in openings.values()])
            modified = candidate.modified.at if candidate.modified is not None else _NEVER
            keys = tuple([self._key_of(opening.job) for opening in openings.values()])
            self._candidates[candidate_id] = (modified, keys)
        if self._applications is not None:
            self._applications.read(applications)

    def _key_of(self, job: Record) -> str:
        """What a job's record is kept under: one text for all candidates that carry it."""
        key = f"{job.content_hash}{job.remote_id}"
        known = self._keys.get(key)
        if known is None:
            known = self._keys[key] = key
            self._records[key] = job
        return known

    def close_jobs(self, *, new_alone: bool) -> None:
        """Give each job's record, as the most recently modified candidate has it, to the log of jobs.

        Args:
            new_alone: leave out jobs that are known, as not all candidates that carry them were read.
        """
        jobs = self._jobs
        if jobs is None:
            return
        best: dict[str, tuple[datetime, str, Record]] = {}
        for candidate_id, (modified, keys) in self._candidates.items():
            for key in keys:
                record = self._records[key]
                found = best.get(record.remote_id)
                if found is None or _counts_more(modified, candidate_id, *found[:2]):
                    best[record.remote_id] = (modified, candidate_id, record)
        records = [record for _, _, record in best.values()]
        jobs.read(record for record in records if not (new_alone and jobs.is_live(record.remote_id)))

    def applications_gone(self) -> list[str]:
        """Known applications whose candidate was read again without that opening."""
        log = self._applications
        if log is None:
            return []
        if self._known_applications is not None:
            log.add_known(self._known_applications(list(self._candidates)))
        log.look_up_waiting()  # afterwards: what waits is of these candidates, and need not be asked for
        owners = self._candidates
        return [
            application_id
            for application_id in log.unmet()
            if any(application_id[:place] in owners for place in colons(application_id))
        ]

    def unmet_by_job(self, job_ids: Sequence[str]) -> dict[str, list[str]]:
        """Per job its applications that are known and were not met; for a read of applications alone."""
        found: dict[str, list[str]] = {job_id: [] for job_id in job_ids}
        for application_id in self._applications.unmet() if self._applications is not None else ():
            for place in colons(application_id):
                if application_id[place + 1 :] in found:
                    found[application_id[place + 1 :]].append(application_id)
        return found

    def gone_without(self, model: str, kept: frozenset[str]) -> list[str]:
        """What a complete read of `model` did not meet, but for what belongs to candidates that are kept.

        Args:
            model: "jobs" or "applications".
            kept: the candidates that the vendor still has although the read did not hold them.
        """
        log = self._jobs if model == "jobs" else self._applications
        if log is None or self._applications is None:
            return []  # which jobs the kept candidates carry is not known
        openings = [
            (application_id, application_id[place + 1 :])
            for application_id in self._applications.unmet()
            for place in colons(application_id)
            if application_id[:place] in kept
        ]
        stay = {job_id if model == "jobs" else application_id for application_id, job_id in openings}
        return [remote_id for remote_id in log.unmet() if remote_id not in stay]


def _counts_more(modified: datetime, candidate_id: str, before: datetime, other_id: str) -> bool:
    """Whether a candidate was modified after another, or has the greater id if that was at the same time."""
    if modified != before:
        return modified > before
    return _id_rank(candidate_id) >= _id_rank(other_id)


def _id_rank(candidate_id: str) -> tuple[int, int, str]:
    """Orders ids as numbers where they are numbers, and these before texts."""
    if candidate_id.isascii() and candidate_id.isdecimal():
        return (0, int(candidate_id), "")
    return (1, 0, candidate_id)
