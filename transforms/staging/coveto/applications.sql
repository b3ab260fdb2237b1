{% set source = document("coveto", "applications", [
    "stelleId", "bewerberId", "status", "status.id", "status.bezeichnung", "status.typ", "abgelehntAm",
    "erstelltAm", "geaendertAm",
], unread=["id", "freitextfelder.freitextfeld"]) %}
with versions as (
    select * from {{ versions("coveto", "applications") }}
),

contents as (
    {{ contents("coveto", "applications") }}
),

extracted as (
    select
        record_row,
        {{ source.extract("remote_data") }} as elements,
        {{ source.integration_fields("remote_data", own="freitextfelder.freitextfeld",
            names={"key": "@name", "label": "@bezeichnung", "value": "#text"}) }} as integration_fields
    from contents
),

read as (
    select record_row, elements, {{ source.texts() }} as texts, integration_fields from extracted
),

named as (
    select
        record_row,
        ---------- ids
        {{ trimmed(source.text("stelleId")) }} as stelle_id,
        {{ trimmed(source.text("bewerberId")) }} as bewerber_id,
        {{ trimmed(source.text("status.id")) }} as status_id,
        ---------- text
        coalesce({{ source.text("status.bezeichnung") }}, {{ source.text("status") }}) as status_bezeichnung,
        {{ source.text("status.typ") }} as status_typ,
        ---------- timestamps
        {{ date_text(source.text("abgelehntAm")) }} as abgelehnt_am,
        {{ date_text(source.text("erstelltAm")) }} as erstellt_am,
        {{ date_text(source.text("geaendertAm")) }} as geaendert_am,
        integration_fields
    from read
),

typed as (
    select
        *,
        {{ utc("abgelehnt_am") }} as rejected_at,
        {{ utc("erstellt_am") }} as remote_created_at,
        {{ utc("geaendert_am") }} as remote_updated_at
    from named
),

versioned as (
    select {{ version_columns("versions") }}, typed.*
    from versions
    left join typed on typed.record_row = versions.content_row
)

select * from versioned
