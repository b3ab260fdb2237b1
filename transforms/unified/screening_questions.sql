with questions as (
    select * from {{ staging("coveto", "screening_questions") }}
),

formatted as (
    select
        *,
        case
            when typ_word in ('TEXT', 'TEXTAREA', 'EMAIL', 'URL') then 'TEXT'
            when typ_word in ('ZAHL', 'SCHIEBEREGLER') then 'NUMBER'
            when typ_word = 'JANEIN' then 'BOOLEAN'
            when typ_word = 'DATUM' then 'DATE'
            when typ_word in ('AUSWAHL', 'RADIO') then 'SINGLE_SELECT'
            when typ_word = 'MEHRFACHAUSWAHL' then 'MULTI_SELECT'
            when typ_word = 'DATEI' then 'FILE'
            when typ_word = 'HINWEIS' then 'INFORMATION'
            else 'UNKNOWN'
        end as type,
        case
            when typ_word = 'TEXT' then 'SINGLE_LINE'
            when typ_word = 'TEXTAREA' then 'MULTI_LINE'
            when typ_word = 'ZAHL' then 'FIELD'
            when typ_word = 'SCHIEBEREGLER' then 'SLIDER'
            when typ_word = 'AUSWAHL' then 'DROPDOWN'
            else typ_word
        end as display_type
    from questions
),

displayed as (
    select
        *,
        case
            when type = 'TEXT' and darstellung in ('SINGLE_LINE', 'MULTI_LINE', 'EMAIL', 'URL') then darstellung
            when type = 'NUMBER' and darstellung in ('SLIDER', 'FIELD') then darstellung
            when type = 'SINGLE_SELECT' and darstellung in ('DROPDOWN', 'RADIO') then darstellung
            else display_type
        end as shown_as
    from formatted
),

unified as (
    select
        {{ unified_id("screening_questions", "connection_id", "remote_id") }} as id,
        connection_id,
        'coveto' as tool,
        remote_id,
        valid_from as changed_at,
        deleted_at as remote_deleted_at,
        titel as title,
        case
            when record_row is null or raw_question is null then {{ nothing("json") }}
            when type = 'TEXT' then {{ json_object_of({
                "type": "type", "display_type": "shown_as", "max_length": "max_length"}) }}
            when type = 'NUMBER' then {{ json_object_of({
                "type": "type", "display_type": "shown_as",
                "min": json_number("minimum"), "max": json_number("maximum")}) }}
            when type = 'SINGLE_SELECT' then {{ json_object_of({
                "type": "type", "display_type": "shown_as", "options": "options"}) }}
            when type = 'MULTI_SELECT' then {{ json_object_of({"type": "type", "options": "options"}) }}
            when type = 'FILE' then {{ json_object_of({
                "type": "type", "accepted_mime_types": json_list("dateitypen"),
                "max_file_size_bytes": "max_file_size_bytes"}) }}
            when type = 'UNKNOWN' then {{ json_object_of({"type": "type", "raw_question": "raw_question"}) }}
            else {{ json_object_of({"type": "type"}) }}
        end as format,
        content_row as remote_data,
        ---------- what did not map or could not be read
        case when type = 'UNKNOWN' then typ end as unmapped__format,
        case
            when type = 'TEXT' then {{ gap("max_laenge", "max_length") }}
            when type = 'NUMBER' then coalesce({{ gap("min_wert", "minimum") }}, {{ gap("max_wert", "maximum") }})
            when type = 'FILE' then {{ gap("max_dateigroesse", "max_file_size_bytes") }}
        end as unreadable__format
    from displayed
)

select * from unified
