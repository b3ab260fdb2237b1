-- The index counts the questions of one job: where one of them comes, goes or moves, all of that job.
with staged as (
    select connection_id, stelle_id as remote_job_id from {{ staging("coveto", "job_screening_questions") }}
),

before as (
    select known.connection_id, known.remote_job_id
    from unified.job_screening_questions as known
    join {{ touched("coveto", "job_screening_questions") }} as touched
        on touched.connection_id = known.connection_id
        and touched.remote_id = known.remote_id
),

jobs as (
    select * from staged
    union
    select * from before
),

siblings as (
    select known.connection_id, known.remote_id
    from unified.job_screening_questions as known
    join jobs on jobs.connection_id = known.connection_id and jobs.remote_job_id = known.remote_job_id
)

select * from siblings
