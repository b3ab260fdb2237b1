-- The vocabulary decides an application without a typ: where it changed, every one of the connection.
with statuses as (
    select * from {{ touched("coveto", "application_statuses") }}
),

depending as (
    select connection_id, remote_id
    from unified.applications
    where tool = 'coveto' and connection_id in (select connection_id from statuses)
)

select * from depending
