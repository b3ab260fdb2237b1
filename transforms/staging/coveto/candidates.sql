{% set source = document("coveto", "candidates", [
    "vorname", "nachname", "telefon", "mobil", "email", "email2",
    "adresse", "adresse.strasse", "adresse.plz", "adresse.ort", "adresse.region", "adresse.land",
    "erstelltAm", "geaendertAm",
], unread=["id", "freitextfelder.freitextfeld"]) %}
with versions as (
    select * from {{ versions("coveto", "candidates") }}
),

contents as (
    {{ contents("coveto", "candidates") }}
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
        ---------- text
        {{ source.text("vorname") }} as vorname,
        {{ source.text("nachname") }} as nachname,
        {{ source.text("telefon") }} as telefon,
        {{ source.text("mobil") }} as mobil,
        {{ source.text("email") }} as email,
        {{ source.text("email2") }} as email2,
        ---------- address
        {{ source.text("adresse") }} as address,
        {{ source.text("adresse.strasse") }} as street_1,
        {{ nothing("text") }} as street_2,
        {{ source.text("adresse.plz") }} as zip_code,
        {{ source.text("adresse.ort") }} as city,
        {{ source.text("adresse.region") }} as state,
        {{ source.text("adresse.land") }} as country,
        ---------- timestamps
        {{ date_text(source.text("erstelltAm")) }} as erstellt_am,
        {{ date_text(source.text("geaendertAm")) }} as geaendert_am,
        integration_fields
    from read
),

typed as (
    select
        *,
        {{ email("email") }} as email_address,
        {{ email("email2") }} as email_address_2,
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
