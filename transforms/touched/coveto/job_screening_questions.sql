-- The kind of a question decides what the preconditions on it look like.
with questions as (
    select {{ unified_id("screening_questions", "connection_id", "remote_id") }} as question_id
    from {{ touched("coveto", "screening_questions") }}
),

depending as (
    select connection_id, remote_id
    from unified.job_screening_questions
    where precondition_question_id in (select question_id from questions)
)

select * from depending
