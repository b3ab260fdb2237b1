{% set source = document("coveto", "job_screening_questions", [
    "stelleId", "frageId", "position", "pflicht", "bedingung.frageId", "bedingung.antworten.wert",
]) %}
with versions as (
    select * from {{ versions("coveto", "job_screening_questions") }}
),

contents as (
    {{ contents("coveto", "job_screening_questions") }}
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
        ---------- ids
        {{ trimmed(source.text("stelleId")) }} as stelle_id,
        {{ trimmed(source.text("frageId")) }} as frage_id,
        {{ trimmed(source.text("bedingung.frageId")) }} as bedingung_frage_id,
        ---------- the rest
        {{ source.text("position") }} as position_text,
        {{ source.text("pflicht") }} as pflicht,
        {{ json_texts(source.items("bedingung.antworten.wert")) }} as antworten
    from read
),

typed as (
    select
        *,
        {{ whole_number("position_text") }} as position,
        {{ whole_number("frage_id", "bigint") }} as frage_number,
        {{ yes_or_no("pflicht") }} as required
    from named
),

versioned as (
    select {{ version_columns("versions") }}, typed.*
    from versions
    left join typed on typed.record_row = versions.content_row
)

select * from versioned
