"""What a database says last of each connection: how its last run ended, and what of it could not be read."""

from pipelines.results import BY_GRAVITY, Outcome
from transforms.engine import Engine
from transforms.schemas import table_exists

_LAST = """
with runs as (
    select
        connection_id,
        run_id,
        min(started_at) as began,
        max(case outcome when 'failed' then 2 when 'warning' then 1 else 0 end) as gravity
    from ats.runs
    group by connection_id, run_id
),

numbered as (
    select connection_id, gravity, row_number() over (partition by connection_id order by began desc) as place
    from runs
)

select connection_id, gravity from numbered where place = 1
"""
_REJECTED = "SELECT connection_id, model, count(*) FROM ats.rejected_records GROUP BY 1, 2 ORDER BY 1, 2"

Rejected = dict[str, dict[str, int]]
"""Connection to model to how many records could not be read."""


def last_outcomes(engine: Engine) -> dict[str, Outcome]:
    """How the last run of each connection ended."""
    rows = engine.fetch(_LAST)
    return {str(connection_id): BY_GRAVITY[int(str(gravity))] for connection_id, gravity in rows}


def rejected_counts(engine: Engine) -> Rejected:
    """Records that could not be read, of each connection and each model; nothing where none ever was."""
    counts: Rejected = {}
    if table_exists(engine, "ats", "rejected_records"):
        for connection_id, model, rejected in engine.fetch(_REJECTED):
            counts.setdefault(str(connection_id), {})[str(model)] = int(str(rejected))
    return counts


def last_words(engine: Engine) -> tuple[dict[str, Outcome], Rejected]:
    """Both of a database that may lack either table."""
    outcomes = last_outcomes(engine) if table_exists(engine, "ats", "runs") else {}
    return outcomes, rejected_counts(engine)
