{% set source = document("coveto", "screening_questions", [
    "id", "titel", "typ", "maxLaenge", "minWert", "maxWert", "darstellung", "optionen.option", "dateitypen",
    "maxDateigroesse",
]) %}
{% set choice = source.part("optionen.option", ["id", "bezeichnung"]) %}
with versions as (
    select * from {{ versions("coveto", "screening_questions") }}
),

contents as (
    {{ contents("coveto", "screening_questions") }}
),

extracted as (
    select record_row, connection_id, remote_id, remote_data, {{ source.extract("remote_data") }} as elements
    from contents
),

read as (
    select *, {{ source.texts() }} as texts from extracted
),

named as (
    select
        record_row,
        remote_data as raw_question,
        {{ source.text("titel") }} as titel,
        {{ source.text("typ") }} as typ,
        {{ upper_case(trimmed(source.text("typ"))) }} as typ_word,
        {{ upper_case(trimmed(source.text("darstellung"))) }} as darstellung,
        {{ parts_of(source.text("dateitypen"), "[,; \\t\\n\\f\\r]+") }} as dateitypen,
        {{ source.text("maxLaenge") }} as max_laenge,
        {{ source.text("minWert") }} as min_wert,
        {{ source.text("maxWert") }} as max_wert,
        {{ source.text("maxDateigroesse") }} as max_dateigroesse
    from read
),

choices as (
    select record_row, connection_id, remote_id, item, position, {{ choice.extract("item") }} as elements
    from (
        select
            record_row,
            connection_id,
            remote_id,
            unnest({{ source.items("optionen.option") }}) as item,
            generate_subscripts({{ source.items("optionen.option") }}, 1) as position
        from read
    ) as listed
),

choice_texts as (
    select *, {{ choice.texts() }} as texts, {{ clean(json_text("item")) }} as bare_text from choices
),

named_choices as (
    select
        *,
        coalesce({{ choice.text("bezeichnung") }}, bare_text) as name,
        coalesce({{ trimmed(choice.text("id")) }}, {{ choice.text("bezeichnung") }}, bare_text) as choice_id
    from choice_texts
),

options as (
    select
        record_row,
        {{ json_list_of(json_object_of({
            "id": unified_id("options", "connection_id", "remote_id || ':' || choice_id"),
            "name": "name",
            "remote_id": "choice_id",
        }), "position", "choice_id is not null") }} as options
    from named_choices
    group by record_row
),

typed as (
    select
        named.*,
        coalesce(options.options, '[]') as options,
        {{ whole_number("max_laenge") }} as max_length,
        {{ decimal("min_wert") }} as minimum,
        {{ decimal("max_wert") }} as maximum,
        {{ whole_number("max_dateigroesse", "bigint") }} as max_file_size_bytes
    from named
    left join options on options.record_row = named.record_row
),

versioned as (
    select {{ version_columns("versions") }}, typed.*
    from versions
    left join typed on typed.record_row = versions.content_row
)

select * from versioned
