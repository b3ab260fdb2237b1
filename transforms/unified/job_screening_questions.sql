with asked as (
    select * from {{ staging("coveto", "job_screening_questions") }}
),

questions as (  -- of the catalogue as it is now: a question that is gone says nothing of the answers' kind
    select id, {{ json_string("format", "type") }} as type
    from unified.screening_questions
    where remote_deleted_at is null
),

placed as (
    select
        connection_id,
        remote_id,
        row_number() over (
            partition by connection_id, stelle_id
            order by
                position nulls last, frage_number nulls last, {{ in_order("frage_id") }}, {{ in_order("remote_id") }}
        ) - 1 as index
    from asked
    where deleted_at is null and stelle_id is not null
),

conditions as (
    select
        asked.*,
        placed.index,
        questions.type as question_type,
        {{ unified_id("screening_questions", "asked.connection_id", "asked.bedingung_frage_id") }}
            as precondition_question_id,
        coalesce(questions.type = 'BOOLEAN', {{ all_yes_or_no("asked.antworten") }}) as of_booleans,
        coalesce(questions.type in ('SINGLE_SELECT', 'MULTI_SELECT'), true) as of_choices
    from asked
    left join placed
        on placed.connection_id = asked.connection_id
        and placed.remote_id = asked.remote_id
    left join questions
        on questions.id = {{ unified_id("screening_questions", "asked.connection_id", "asked.bedingung_frage_id") }}
),

unified as (
    select
        {{ unified_id("job_screening_questions", "connection_id", "remote_id") }} as id,
        connection_id,
        'coveto' as tool,
        remote_id,
        valid_from as changed_at,
        deleted_at as remote_deleted_at,
        {{ unified_id("jobs", "connection_id", "stelle_id") }} as job_id,
        stelle_id as remote_job_id,
        {{ unified_id("screening_questions", "connection_id", "frage_id") }} as question_id,
        frage_id as remote_question_id,
        index,
        required,
        precondition_question_id,
        case
            when precondition_question_id is null then {{ nothing("json") }}
            when of_booleans then {{ json_list(each_text("antworten", yes_or_no("answer"))) }}
            when of_choices then {{ json_list(each_text("antworten", unified_id(
                "options", "connection_id", "bedingung_frage_id || ':' || " ~ trimmed("answer")))) }}
            else {{ json_list(each_text("antworten", "answer")) }}
        end as precondition_options,
        ---------- what could not be read
        {{ gap("position_text", "position") }} as unreadable__index,
        {{ gap("pflicht", "required") }} as unreadable__required,
        case when of_booleans then {{ first_text("antworten", yes_or_no("answer") ~ " is null") }} end
            as unreadable__precondition_options
    from conditions
)

select * from unified
