{% set source = document("coveto", "jobs", [
    "stellennummer", "titel", "beschreibung", "wochenstunden", "beschaeftigungsart", "status", "sichtbarkeit",
    "kategorie.bezeichnung", "url", "homeoffice", "gehalt.von", "gehalt.bis", "gehalt.waehrung", "gehalt.einheit",
    "standort", "standort.strasse", "standort.plz", "standort.ort", "standort.region", "standort.land",
    "veroeffentlichtAm", "gueltigBis", "erstelltAm", "geaendertAm",
], unread=["id", "freitextfelder.freitextfeld"]) %}
with versions as (
    select * from {{ versions("coveto", "jobs") }}
),

contents as (
    {{ contents("coveto", "jobs") }}
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
        {{ source.text("titel") }} as titel,
        {{ source.text("stellennummer") }} as stellennummer,
        {{ source.original("beschreibung") }} as beschreibung,
        {{ source.text("kategorie.bezeichnung") }} as kategorie,
        {{ source.text("url") }} as url,
        ---------- words that map
        {{ first_part(source.text("beschaeftigungsart"), ",") }} as beschaeftigungsart,
        {{ source.text("status") }} as status,
        {{ source.text("sichtbarkeit") }} as sichtbarkeit,
        {{ source.text("homeoffice") }} as homeoffice,
        {{ source.text("gehalt.waehrung") }} as gehalt_waehrung,
        {{ source.text("gehalt.einheit") }} as gehalt_einheit,
        ---------- numbers
        {{ source.text("wochenstunden") }} as wochenstunden,
        {{ source.text("gehalt.von") }} as gehalt_von,
        {{ source.text("gehalt.bis") }} as gehalt_bis,
        ---------- address
        {{ source.text("standort") }} as address,
        {{ source.text("standort.strasse") }} as street_1,
        {{ nothing("text") }} as street_2,
        {{ source.text("standort.plz") }} as zip_code,
        {{ source.text("standort.ort") }} as city,
        {{ source.text("standort.region") }} as state,
        {{ source.text("standort.land") }} as country,
        ---------- timestamps
        {{ date_text(source.text("veroeffentlichtAm")) }} as veroeffentlicht_am,
        {{ date_text(source.text("gueltigBis")) }} as gueltig_bis,
        {{ date_text(source.text("erstelltAm")) }} as erstellt_am,
        {{ date_text(source.text("geaendertAm")) }} as geaendert_am,
        integration_fields
    from read
),

typed as (
    select
        *,
        {{ decimal("wochenstunden") }} as weekly_hours,
        {{ decimal("gehalt_von") }} as salary_amount_from,
        {{ decimal("gehalt_bis") }} as salary_amount_to,
        {{ utc("veroeffentlicht_am") }} as opened_at,
        {{ utc_at_end("gueltig_bis") }} as closed_at,
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
