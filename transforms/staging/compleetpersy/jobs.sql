{% set source = document("compleetpersy", "jobs", [
    "PositionProfile.PositionDetail.PositionTitle",
], unread=["PositionRecordInfo.Id.IdValue"]) %}
with versions as (
    select * from {{ versions("compleetpersy", "jobs") }}
),

contents as (
    {{ contents("compleetpersy", "jobs") }}
),

extracted as (
    select record_row, {{ source.extract("remote_data") }} as elements from contents
),

read as (
    select record_row, elements, {{ source.texts() }} as texts from extracted
),

named as (
    select record_row, {{ source.text("PositionProfile.PositionDetail.PositionTitle") }} as position_title
    from read
),

versioned as (
    select {{ version_columns("versions") }}, named.*
    from versions
    left join named on named.record_row = versions.content_row
)

select * from versioned
