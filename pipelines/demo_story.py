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
            "How many jobs, applications and hires has each tool?",
            """\
WITH jobs AS (
    SELECT tool, count(*) AS jobs, count(*) FILTER (status = 'OPEN') AS open
    FROM unified_current.jobs
    GROUP BY tool
),
applications AS (
    SELECT
        tool,
        count(*) AS applications,
        count(*) FILTER (outcome = 'HIRED') AS hired,
        count(*) FILTER (outcome = 'DECLINED') AS declined
    FROM unified_current.applications
    GROUP BY tool
)
SELECT * FROM jobs JOIN applications USING (tool) ORDER BY tool""",
        ),
        Question(
            "On which jobs are the most questions asked, and of what kinds?",
            """\
SELECT jobs.name, count(*) AS questions,
    string_agg(DISTINCT questions.format->>'type', ', ') AS kinds
FROM unified_current.job_screening_questions AS asked
JOIN unified_current.jobs AS jobs ON jobs.id = asked.job_id
JOIN unified_current.screening_questions AS questions
    ON questions.id = asked.question_id
GROUP BY jobs.id, jobs.name
ORDER BY questions DESC, jobs.name
LIMIT 5""",
        ),
        Question(
            "What has changed since the second sync began? Nothing else has.",
            f"""\
WITH changes AS (
    SELECT 'jobs' AS "table", connection_id, remote_id, changed_at
    FROM unified.jobs
    UNION ALL
    SELECT 'candidates', connection_id, remote_id, changed_at
    FROM unified.candidates
    UNION ALL
    SELECT 'applications', connection_id, remote_id, changed_at
    FROM unified.applications
)
SELECT "table", connection_id, remote_id
FROM changes
WHERE changed_at >= '{second_sync}'
ORDER BY ALL""",
        ),
        Question(
            "What became of the job that was gone for a while? All its versions:",
            f"""\
SELECT
    strftime(read_at, '%H:%M:%S') AS read_at,
    is_deleted,
    remote_data->>'titel' AS titel
FROM raw_coveto.jobs
WHERE remote_id = '{REMOVED_JOB}'
ORDER BY read_at""",
        ),
        Question(
            "Which of the sources' own words do not map yet?",
            """\
SELECT tool, column_name, kind, source_value, "rows"
FROM unified.mapping_gaps
ORDER BY "rows" DESC, tool, table_name, column_name, source_value
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
