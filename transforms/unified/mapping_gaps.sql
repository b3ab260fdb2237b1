with findings as (
    select * from ats.findings
),

counted as (
    select
        connection_id,
        tool,
        table_name,
        column_name,
        kind,
        source_value,
        cast(count(*) as integer) as rows
    from findings
    group by connection_id, tool, table_name, column_name, kind, source_value
)

select * from counted
