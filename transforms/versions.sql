-- The latest version of every touched record: its last content, and when it came or went. One row a record.
-- Contents that were erased have no hash any more, so a record has none then.
with log as (
    select
        {{ row_identity("log") }} as log_row,
        log.connection_id,
        log.remote_id,
        log.content_hash,
        log.is_deleted,
        log.read_at
    from {{ raw(tool, model) }} as log
    join {{ touched(tool, model) }} as touched
        on touched.connection_id = log.connection_id
        and touched.remote_id = log.remote_id
    where log._dlt_load_id in ({{ complete_loads(tool) }})
),

latest as (
    select
        connection_id,
        remote_id,
        max(read_at) as valid_from,
        max(case when not is_deleted then read_at end) as content_read_at
    from log
    group by connection_id, remote_id
),

contents as (
    select latest.connection_id, latest.remote_id, min(log.log_row) as content_row
    from latest
    join log
        on log.connection_id = latest.connection_id
        and log.remote_id = latest.remote_id
        and log.read_at = latest.content_read_at
    where not log.is_deleted and log.content_hash is not null
    group by latest.connection_id, latest.remote_id
),

versions as (
    select
        latest.connection_id,
        latest.remote_id,
        contents.content_row,
        latest.valid_from,
        case when latest.content_read_at is null or latest.content_read_at < latest.valid_from
            then latest.valid_from end as deleted_at,
        true as is_latest
    from latest
    left join contents
        on contents.connection_id = latest.connection_id
        and contents.remote_id = latest.remote_id
)

select * from versions
