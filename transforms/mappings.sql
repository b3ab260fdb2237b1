-- One row for each source value as it is matched: of several, the working folder's, else the first.
with named as (
    select *, {{ mapping_key("source_value") }} as source_key from mapping_rows
),

ranked as (
    select
        *,
        row_number() over (
            partition by mapping, tool, connection_id, source_key order by priority desc, place asc
        ) as rank
    from named
),

chosen as (
    select
        mapping,
        tool,
        connection_id,
        source_key,
        unified_value
    from ranked
    where rank = 1
)

select * from chosen
