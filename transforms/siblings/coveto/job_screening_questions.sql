-- The index counts the questions of one job: where one of them comes, goes or moves, all of that job.
with staged as (
    select connection_id, stelle_id as remote_job_id from {{ staging("coveto", "job_screening_questions") }}
),

before as (
    select unified.connection_id, unified.remote_job_id
    from unified.job_screening_questions as unified
    join {{ touched("coveto", "job_screening_questions") }} as touched
        on touched.connection_id = unified.connection_id
        and touched.remote_id = unified.remote_id
),

jobs as (
    select * from staged
    union
    select * from before
),

siblings as (
    select unified.connection_id, unified.remote_id
    from unified.job_screening_questions as unified
    join jobs on jobs.connection_id = unified.connection_id and jobs.remote_job_id = unified.remote_job_id
)

select * from siblings
