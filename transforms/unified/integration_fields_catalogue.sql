with listed as (
    select connection_id, tool, 'jobs' as table_name, integration_fields
    from unified.jobs
    where remote_deleted_at is null
    union all
    select connection_id, tool, 'candidates' as table_name, integration_fields
    from unified.candidates
    where remote_deleted_at is null
    union all
    select connection_id, tool, 'applications' as table_name, integration_fields
    from unified.applications
    where remote_deleted_at is null
),

totals as (
    select connection_id, table_name, cast(count(*) as integer) as rows
    from listed
    group by connection_id, table_name
),

entries as (
    select connection_id, tool, table_name, {{ each_of(distinct_fields("integration_fields")) }} as field
    from listed
),

counted as (
    select
        connection_id,
        tool,
        table_name,
        {{ field_text("field", "id") }} as id,
        {{ field_text("field", "key") }} as key,
        min({{ in_order(field_text("field", "label")) }}) as label,
        -- CUSTOM where a key is the customer's own in one record, and an element's name in another.
        min({{ in_order(field_text("field", "type")) }}) as type,
        {{ distinct_words(json_kind(field_value("field"))) }} as value_types,
        cast(count({{ field_value("field") }}) as integer) as filled_rows,
        cast({{ distinct_json(field_value("field")) }} as integer) as distinct_values
    from entries
    group by connection_id, tool, table_name, {{ field_text("field", "id") }}, {{ field_text("field", "key") }}
),

catalogue as (
    select
        counted.connection_id,
        counted.tool,
        counted.table_name,
        counted.id,
        counted.key,
        counted.label,
        counted.type,
        counted.value_types,
        totals.rows,
        counted.filled_rows,
        cast(counted.filled_rows as {{ type_of("double") }}) / totals.rows as share_filled,
        counted.distinct_values,
        {{ promoted_as("counted") }} as promoted_as
    from counted
    join totals on totals.connection_id = counted.connection_id and totals.table_name = counted.table_name
)

select * from catalogue
