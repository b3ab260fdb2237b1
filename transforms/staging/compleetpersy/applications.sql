{% set source = document("compleetpersy", "applications", [
    "CandidateRecordInfo.Id.IdValue", "PositionOpening.PositionRecordInfo.Id.IdValue",
    "PositionOpening.ApplicationStatus", "PositionOpening.ApplicationDate",
]) %}
with versions as (
    select * from {{ versions("compleetpersy", "applications") }}
),

contents as (
    {{ contents("compleetpersy", "applications") }}
),

extracted as (
    select record_row, {{ source.extract("remote_data") }} as elements from contents
),

read as (
    select record_row, elements, {{ source.texts() }} as texts from extracted
),

named as (
    select
        record_row,
        {{ trimmed(source.text("CandidateRecordInfo.Id.IdValue")) }} as candidate_id,
        {{ trimmed(source.text("PositionOpening.PositionRecordInfo.Id.IdValue")) }} as opening_id,
        {{ source.text("PositionOpening.ApplicationStatus") }} as application_status,
        {{ date_text(source.text("PositionOpening.ApplicationDate")) }} as application_date
    from read
),

typed as (
    select *, {{ utc("application_date") }} as remote_created_at from named
),

versioned as (
    select
        {{ version_columns("versions") }},
        typed.*,
        split_part(versions.remote_id, ':', 1) as key_candidate_id,
        split_part(versions.remote_id, ':', 2) as key_opening_id
    from versions
    left join typed on typed.record_row = versions.content_row
)

select * from versioned
