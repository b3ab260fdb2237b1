"""What happens at the made-up sources while the demo runs, and what it asks the warehouse afterwards."""

from dataclasses import dataclass

from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant

MOVED_CANDIDATE = 7
REMOVED_JOB = 3


@dataclass(frozen=True)
class Question:
    """A question that an analyst would ask, as SQL over the published tables."""

    title: str
    sql: str


def first_edits(coveto: CovetoTenant, persy: PersyTenant) -> tuple[str, ...]:
    """Change, remove and add a few records at both sources; a sentence for each."""
    coveto.change("candidates", MOVED_CANDIDATE, {"telefon": "+49 9831 000000"})
    coveto.remove("jobs", REMOVED_JOB)
    candidate = coveto.add("candidates", {"vorname": "Ada", "nachname": "Neumann"})
    coveto.add(
        "applications",
        {
            "stelleId": "1",
            "bewerberId": str(candidate),
            "status": {"id": "1", "bezeichnung": "Neu", "typ": "OFFEN"},
        },
    )
    hired = persy.keys()[-1]
    persy.change(hired, {"PositionOpening": _opening("500001", "Koch (m/w/d)", "Eingestellt")})
    added = persy.add(
        {
            "CandidateProfile": {
                "PersonalData": {"PersonName": {"GivenName": "Grace", "FamilyName": "Neuhaus"}}
            },
            "PositionOpening": _opening("500001", "Koch (m/w/d)", "In Prüfung"),
        }
    )
    return (
        f"Coveto: candidate {MOVED_CANDIDATE} has a new telephone number",
        f"Coveto: job {REMOVED_JOB} is gone",
        f"Coveto: candidate {candidate} is new and applied for job 1",
        f"Persy:  candidate {hired} was hired",
        f"Persy:  candidate {added} is new and applied for opening 500001",
    )


def second_edits(coveto: CovetoTenant) -> tuple[str, ...]:
    """Bring the removed job back; a sentence for it."""
    coveto.bring_back("jobs", REMOVED_JOB)
    return (f"Coveto: job {REMOVED_JOB} is there again",)


def questions(second_sync: str) -> tuple[Question, ...]:
    """What the demo asks; `second_sync` is when the second sync began, in ISO 8601."""
    return (
        Question(
            "How many open jobs, applications and hires has each tool?",
            """\
WITH open_jobs AS (
    SELECT tool, count(*) AS open_jobs FROM unified_current.jobs WHERE status = 'OPEN' GROUP BY tool
)
SELECT
    applications.tool,
    any_value(open_jobs.open_jobs) AS open_jobs,
    count(*) AS applications,
    count(*) FILTER (applications.outcome = 'HIRED') AS hired,
    count(*) FILTER (applications.outcome = 'DECLINED') AS declined
FROM unified_current.applications
LEFT JOIN open_jobs USING (tool)
GROUP BY applications.tool
ORDER BY applications.tool""",
        ),
        Question(
            "What is asked on a job?",
            """\
SELECT asked.index, questions.title, questions.format->>'type' AS type, asked.required
FROM unified_current.job_screening_questions AS asked
JOIN unified_current.screening_questions AS questions ON questions.id = asked.question_id
WHERE asked.connection_id = 'coveto:acme' AND asked.remote_job_id = '1'
ORDER BY asked.index""",
        ),
        Question(
            "What has changed since the second sync began, and nothing else has?",
            f"""\
SELECT 'candidates' AS "table", connection_id, remote_id FROM unified.candidates
WHERE changed_at >= '{second_sync}'
UNION ALL
SELECT 'jobs', connection_id, remote_id FROM unified.jobs WHERE changed_at >= '{second_sync}'
UNION ALL
SELECT 'applications', connection_id, remote_id FROM unified.applications WHERE changed_at >= '{second_sync}'
ORDER BY ALL""",
        ),
        Question(
            "What became of the job that was gone for a while? All its versions, from raw:",
            f"""\
SELECT read_at, is_deleted, remote_data->>'titel' AS titel
FROM raw_coveto.jobs
WHERE remote_id = '{REMOVED_JOB}'
ORDER BY read_at""",
        ),
        Question(
            "Which of the sources' own words do not map yet?",
            """\
SELECT tool, table_name, column_name, kind, source_value, "rows"
FROM unified.mapping_gaps
ORDER BY "rows" DESC, ALL
LIMIT 8""",
        ),
    )


def _opening(number: str, title: str, status: str) -> list[dict[str, object]]:
    return [
        {
            "PositionRecordInfo": {"Id": {"IdValue": number}, "Status": "Active"},
            "PositionProfile": {"PositionDetail": {"PositionTitle": title}},
            "ApplicationDate": "2026-06-01T09:00:00+02:00",
            "ApplicationStatus": status,
        }
    ]
