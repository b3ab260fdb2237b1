{% set source = document("coveto", "application_statuses", ["id", "bezeichnung", "typ"]) %}
with versions as (
    select * from {{ versions("coveto", "application_statuses") }}
),

contents as (
    {{ contents("coveto", "application_statuses") }}
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
        {{ source.text("bezeichnung") }} as bezeichnung,
        {{ source.text("typ") }} as typ
    from read
),

versioned as (
    select {{ version_columns("versions") }}, named.*
    from versions
    left join named on named.record_row = versions.content_row
)

select * from versioned
