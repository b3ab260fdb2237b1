{#- What every dialect says alike, made of the dialect's macros. -#}

{% macro unified_id(model, connection_id, remote_id) -%}
md5('{{ model }}|' || {{ connection_id }} || '|' || {{ remote_id }})
{%- endmacro %}

{#- The source's text where nothing could be made of it, for the column of mapping gaps. -#}
{% macro gap(text, value) -%} case when {{ value }} is null then {{ text }} end {%- endmacro %}

{#- Columns that a tool has nothing for. -#}
{% macro nulls(kind, columns) -%}
{% for column in columns %}{{ nothing(kind) | trim }} as {{ column }}{{ ",\n        " if not loop.last }}{% endfor %}
{%- endmacro %}

{#- The rows of several relations that are alike. -#}
{% macro union_all_of(relations) -%}
{% for relation in relations %}select * from {{ relation }}{{ "\n    union all\n    " if not loop.last }}{% endfor %}
{%- endmacro %}

{#- A list that is null, not empty, where there is no record to read it from. -#}
{% macro where_read(relation, list) -%}
case when {{ relation }}.integration_fields is not null then {{ list }} end
{%- endmacro %}

{#- The fields that this deployment has chosen to promote, of a relation with integration_fields. -#}
{% macro custom_fields(model, relation) -%}
case
    when {{ relation }}.integration_fields is null then {{ nothing("json") }}
    {%- for promoted in promoted_fields(model) %}
    {% if promoted.connection_id %}when {{ relation }}.connection_id = {{ quoted(promoted.connection_id) }} then
    {%- else %}else{% endif %} {{ picked_fields(relation ~ ".integration_fields", promoted.fields) }}
    {%- endfor %}
end
{%- endmacro %}

{#- The keys in custom_fields that a field of the catalogue may fill. -#}
{% macro promoted_as(relation) -%}
case
    when {{ relation }}.table_name is null then {{ nothing("text") }}
    {%- for model in ("jobs", "candidates", "applications") %}
    {%- for promoted in promoted_fields(model) if promoted.fields %}
    when {{ relation }}.table_name = '{{ model }}'
        {%- if promoted.connection_id %}
        and {{ relation }}.connection_id = {{ quoted(promoted.connection_id) }}
        {%- endif %}
        then case {{ relation }}.key
            {%- for source, keys in promoted.fed.items() %}
            when {{ quoted(source) }} then {{ quoted(keys) }}
            {%- endfor %}
        end
    {%- endfor %}
    {%- endfor %}
end
{%- endmacro %}

{#- One way to reach somebody; null where there is none. -#}
{% macro contact(key, value, type) -%}
{{ let(key, value, "case when " ~ key ~ " is not null then " ~ json_object_of({key: key, "type": type}) ~ " end") }}
{%- endmacro %}

{#- ---------- raw ---------- -#}

{% macro row_identity(relation) -%} {{ relation }}.{{ row_column() }} {%- endmacro %}

{% macro empty_raw() -%}
(
    select
        {{ nothing("row") }} as {{ row_column() }},
        {{ nothing("text") }} as connection_id,
        {{ nothing("text") }} as remote_id,
        {{ nothing("text") }} as content_hash,
        {{ nothing("json") }} as remote_data,
        {{ nothing("boolean") }} as is_deleted,
        {{ nothing("timestamp") }} as read_at,
        {{ nothing("text") }} as _dlt_load_id
    where false
)
{%- endmacro %}

{#- The loads that were carried to their end. -#}
{% macro complete_loads(tool) -%}
{% if raw_loads(tool) %}select load_id from {{ raw_loads(tool) }} where status = 0{% else %}select ''{% endif %}
{%- endmacro %}

{#- The records of the versions at hand, each once. -#}
{% macro contents(tool, model) -%}
select
        {{ row_identity("log") }} as record_row,
        log.connection_id,
        log.remote_id,
        {{ readable_record("log.remote_data") }} as remote_data
    from {{ raw(tool, model) }} as log
    where {{ row_identity("log") }} in (select content_row from {{ versions(tool, model) }})
{%- endmacro %}

{% macro version_columns(relation) -%}
{{ relation }}.connection_id,
        {{ relation }}.remote_id,
        {{ relation }}.content_row,
        {{ relation }}.valid_from,
        {{ relation }}.deleted_at,
        {{ relation }}.is_latest
{%- endmacro %}

{#- ---------- mappings ---------- -#}

{#- Two joins: what is mapped for the connection, and what is mapped for the tool. -#}
{% macro join_mapping(mapping, relation, column, tool) -%}
left join ats.mappings as {{ mapping }}_own
        on {{ mapping }}_own.mapping = '{{ mapping }}'
        and {{ mapping }}_own.connection_id = {{ relation }}.connection_id
        and {{ mapping }}_own.source_key = {{ mapping_key(relation ~ "." ~ column) }}
    left join ats.mappings as {{ mapping }}_all
        on {{ mapping }}_all.mapping = '{{ mapping }}'
        and {{ mapping }}_all.connection_id = ''
        and {{ mapping }}_all.tool = '{{ tool }}'
        and {{ mapping }}_all.source_key = {{ mapping_key(relation ~ "." ~ column) }}
{%- endmacro %}

{% macro mapped(mapping) -%}
coalesce({{ mapping }}_own.unified_value, {{ mapping }}_all.unified_value)
{%- endmacro %}

{#- ---------- locations ---------- -#}

{#- An address of the columns street_1, street_2, zip_code, city, state, country and, where it is one text, address. -#}
{% macro location(relation, country) -%}
{%- set r = relation ~ "." -%}
{%- set town = joined(" ", [r ~ "zip_code", r ~ "city"]) -%}
{%- set line = joined(", ", [r ~ "street_1", r ~ "street_2", town, r ~ "state", r ~ "country"]) -%}
case when coalesce({{ line }}, {{ r }}address) is not null then {{ json_object_of({
    "city": r ~ "city",
    "country": "coalesce(" ~ country ~ ", " ~ r ~ "country)",
    "raw": "coalesce(" ~ line ~ ", " ~ r ~ "address)",
    "state": r ~ "state",
    "street_1": r ~ "street_1",
    "street_2": r ~ "street_2",
    "zip_code": r ~ "zip_code",
}) }} end
{%- endmacro %}
