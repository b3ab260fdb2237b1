{#- What PostgreSQL (17 or later) says in its own way: the macros of duckdb.sql. Lists are arrays, items are jsonb. -#}
{#- `offset 0` keeps the planner from writing an expression again wherever its name stands. -#}

{#- ---------- types and rows ---------- -#}

{% macro type_of(kind) -%}
{{ {"text": "text", "double": "double precision", "boolean": "boolean", "timestamp": "timestamp with time zone",
    "integer": "integer", "json": "jsonb", "row": "tid"}[kind] }}
{%- endmacro %}

{% macro nothing(kind) -%} cast(null as {{ type_of(kind) }}) {%- endmacro %}

{#- It holds within a transaction of one snapshot, which is all that a run asks. -#}
{% macro row_column() -%} ctid {%- endmacro %}

{% macro bucket(raw, count, rows_a_group) -%}
cast(cast('x' || left(md5(concat_ws('|', connection_id, remote_id)), 7) as bit(28)) as integer) % {{ count }}
{%- endmacro %}

{% macro end_of_cte() %}
offset 0{% endmacro %}

{% macro count_rows_of(table) -%} analyze {{ table }} {%- endmacro %}

{#- Long values go elsewhere, where a row would be longer than this. -#}
{% macro table_options() %} with (toast_tuple_target = 512){% endmacro %}

{% macro index_of(table, columns) -%} create index on {{ table }} ({{ columns }}) {%- endmacro %}

{#- Text is put in order by its code points, whatever the database sorts by. -#}
{% macro in_order(text) -%} ({{ text }}) collate "C" {%- endmacro %}

{% macro list_length(list) -%} cardinality({{ list }}) {%- endmacro %}

{#- ---------- json ---------- -#}

{#- One call for all paths, which are lists of segments, 0 being the first item of a list; of each choice of -#}
{#- paths the first value that is there. -#}
{% macro json_values(document, choices) -%}
{%- set values %}array[
        {%- for choice in choices %}
        coalesce({% for path in choice %}nullif(document #> {{ json_path(path) }}, 'null')
            {{- ", " if not loop.last }}{% endfor %}){{ "," if not loop.last }}
        {%- endfor %}
    ]{% endset -%}
{{ let("document", "cast(" ~ document ~ " as jsonb)", values) }}
{%- endmacro %}

{% macro json_path(segments) -%}
array[{% for segment in segments %}{{ quoted(segment) }}{{ ", " if not loop.last }}{% endfor %}]
{%- endmacro %}

{#- The text of a scalar, of "#text" in an object, of the first item of a list. -#}
{% macro json_text(value) -%}
case jsonb_typeof({{ value }})
    when 'string' then {{ value }} #>> '{}'
    when 'object' then {{ json_scalar(value ~ " -> '#text'") }}
    when 'array' then coalesce(
        {{ json_scalar(value ~ " #> '{0,#text}'") }},
        case when jsonb_typeof({{ value }} -> 0) not in ('object', 'array')
            then {{ json_scalar(value ~ " -> 0") }} end
    )
    else {{ json_scalar(value) }}
end
{%- endmacro %}

{% macro json_scalar(value) -%}
case when jsonb_typeof({{ value }}) = 'number' then {{ number_text("(" ~ value ~ ") #>> '{}'") }}
    else ({{ value }}) #>> '{}' end
{%- endmacro %}

{#- Whole numbers and those that no double holds as they came, others as the shortest text of the double. -#}
{% macro number_text(number) -%}
{{ let("digits", number, "case
    when digits ~ '^-?[0-9]+$' then digits
    when cast(digits as numeric) <> 0 and abs(cast(digits as numeric)) < 5e-324 then '0.0'
    when not pg_input_is_valid(digits, 'double precision') then digits
    else " ~ let("double", "cast(digits as double precision)", double_text("double")) ~ "
end") }}
{%- endmacro %}

{% macro double_text(double) -%}
case
    when {{ double }} <> 0 and (abs({{ double }}) >= 1e21 or abs({{ double }}) < 1e-6)
        then regexp_replace(replace(cast({{ double }} as text), 'e+', 'e'), 'e(-?)0+', 'e\1')
    when {{ double }} = trunc({{ double }}) then cast(cast(cast({{ double }} as text) as numeric) as text) || '.0'
    else cast(cast(cast({{ double }} as text) as numeric) as text)
end
{%- endmacro %}

{% macro json_texts(values) -%}
array(
    select {{ clean("content") }}
    from (
        select place, {{ json_text("element") }} as content
        from unnest({{ values }}) with ordinality as listed(element, place)
        offset 0
    ) as contents
    order by place
)
{%- endmacro %}

{#- What comes as a list, as one bare value or not at all, as a list of json. -#}
{% macro json_items(value) -%}
{{ let("found", value, "case
    when found is null or found in ('null', '\"\"', '{}') then cast(array[] as jsonb[])
    when jsonb_typeof(found) = 'array' then array(
        select item
        from jsonb_array_elements(found) with ordinality as listed(item, place)
        where item not in ('null', '\"\"', '{}')
        order by place
    )
    else array[found]
end") }}
{%- endmacro %}

{% macro json_object_of(members) -%}
jsonb_build_object(
    {%- for key, value in members.items() %}
    '{{ key }}', {{ value }}{{ "," if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}

{% macro json_string(value, key) -%} ({{ value }} ->> '{{ key }}') {%- endmacro %}

{% macro json_list(list) -%} to_jsonb({{ list }}) {%- endmacro %}

{% macro json_list_of(item, order, condition) -%}
coalesce(jsonb_agg({{ item }} order by {{ order }}) filter (where {{ condition }}), '[]')
{%- endmacro %}

{#- A number without a fraction is written without one. -#}
{% macro json_number(number) -%}
case when {{ number }} = trunc({{ number }}) and abs({{ number }}) < 1e15
    then to_jsonb(cast({{ number }} as bigint)) else to_jsonb({{ number }}) end
{%- endmacro %}

{#- A record as jsonb takes it: a number beyond all that it holds, such as 1e200000, as the text of its digits. -#}
{% macro readable_record(record) -%}
case
    when {{ record }} is null or pg_input_is_valid(cast({{ record }} as text), 'jsonb') then cast({{ record }} as json)
    else (
        select cast(string_agg(
            case when token ~ '^-?[0-9]' and not pg_input_is_valid(token, 'numeric')
                then '"' || token || '"' else token end,
            '' order by place
        ) as json)
        from (
            select found[1] as token, place
            from regexp_matches(cast({{ record }} as text), {{ json_token() }}, 'g')
                with ordinality as tokens(found, place)
        ) as parts
    )
end
{%- endmacro %}

{#- A text of a document, a number, or what stands between them: together all of it. -#}
{% macro json_token() -%}
'"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|[^"0-9-]+|-'
{%- endmacro %}

{#- The record in an object of its own. -#}
{% macro wrapped_record(operation, record) -%}
cast('{"{{ operation }}": ' || cast({{ readable_record(record) }} as text) || '}' as jsonb)
{%- endmacro %}

{#- A json document as a row for each member, in their order; none for what is no object. -#}
{% macro json_members(document) -%}
json_each(case when json_typeof({{ document }}) = 'object' then {{ document }} else '{}' end) with ordinality
{%- endmacro %}

{#- The integration fields of a record. `own` says per top-level element that holds the customer's own fields -#}
{#- the way down to them: the members of an object, or, with `names`, a list of {key, label, value}. -#}
{% macro integration_fields(model, document, used, own, names=none) -%}
case when {{ document }} is not null then (
    select coalesce(jsonb_agg(field order by place, item_place), '[]')
    from (
        select
            member.place,
            0 as item_place,
            {{ field(model, "DEFAULT", "member.key", "member.value", "null") }} as field
        from {{ json_members("cast(" ~ document ~ " as json)") }} as member(key, value, place)
        where member.key not in ({{ (own.keys() | list + used) | unique | map("quoted_text") | join(", ") }})
        {%- for key, way in own.items() %}
        union all
        select member.place, item_place, field
        from {{ json_members("cast(" ~ document ~ " as json)") }} as member(key, value, place)
        cross join lateral {{ own_fields(model, at_path("member.value", way), names) }}
        where member.key = {{ quoted(key) }}
        {%- endfor %}
    ) as fields
) end
{%- endmacro %}

{% macro field(model, type, key, value, label) -%}
jsonb_build_object('id', md5(connection_id || '|{{ model }}|' || {{ key }}), 'key', {{ key }},
    'type', '{{ type }}', 'value', {{ value }}, 'label', {{ label }})
{%- endmacro %}

{% macro own_fields(model, value, names) -%}
{%- if names -%}
(
            select item_place, {{ field(model, "CUSTOM", "key",
                "coalesce(" ~ named_value("item", names.value, "->") ~ ", case when key = '' then "
                    ~ bare_value("item") ~ " end)",
                not_blank(named_value("item", names.label, "->>"))) }} as field
            from (
                select item, item_place, coalesce({{ named_value("item", names.key, "->>") }}, '') as key
                from jsonb_array_elements({{ as_json_list(value) }}) with ordinality as listed(item, item_place)
                offset 0
            ) as items
        ) as own
{%- else -%}
(
            select
                item.place as item_place,
                {{ field(model, "CUSTOM", "item.key", "item.value", "null") }} as field
            from {{ json_members(value) }} as item(key, value, place)
        ) as own
{%- endif -%}
{%- endmacro %}

{% macro named_value(item, names, arrow) -%}
coalesce({% for name in names -%}
nullif({{ item }} {{ arrow }} {{ quoted(name) }}, {{ "'null'" if arrow == "->" else "null" }})
{{- ", " if not loop.last }}
{%- endfor %})
{%- endmacro %}

{% macro bare_value(value) -%} case when jsonb_typeof({{ value }}) <> 'object' then {{ value }} end {%- endmacro %}

{#- What comes as a list, as one bare value or not at all, as one json list. -#}
{% macro as_json_list(value) -%}
{{ let("found", "cast(" ~ value ~ " as jsonb)", "case
    when found is null or found in ('null', '\"\"') then '[]'
    when jsonb_typeof(found) = 'array' then found
    else jsonb_build_array(found)
end") }}
{%- endmacro %}

{% macro at_path(value, way) -%}
{% if way %}({{ value }} #> {{ json_path(way) }}){% else %}{{ value }}{% endif %}
{%- endmacro %}

{#- The fields of a record that have a value, by their keys in custom_fields: of those tried the first. -#}
{% macro picked_fields(list, promoted) -%}
{%- if not promoted -%} cast('{}' as jsonb)
{%- else -%}
(
    select coalesce(jsonb_object_agg(key, value) filter (where value is not null), '{}')
    from (values
        {%- for one in promoted %}
        ({{ quoted(one.key) }}, coalesce(
            {%- for key in one.tried %}
            {{ first_filled(list, key) }}{{ "," if not loop.last }}
            {%- endfor %}
        )){{ "," if not loop.last }}
        {%- endfor %}
    ) as picked(key, value)
)
{%- endif -%}
{%- endmacro %}

{% macro first_filled(list, key) -%}
(
                select field -> 'value'
                from jsonb_array_elements({{ list }}) with ordinality as listed(field, place)
                where field ->> 'key' = {{ quoted(key) }} and {{ has_value("field -> 'value'") }}
                order by place
                limit 1
            )
{%- endmacro %}

{% macro has_value(value) -%}
({{ value }}) not in ('null', '[]', '{}') and {{ trimmed("coalesce((" ~ value ~ ") #>> '{}', '')") }} <> ''
{%- endmacro %}

{#- The list of integration fields, without a value where it says nothing; of a field that comes several -#}
{#- times only the first with a value, or the first where none has. -#}
{% macro distinct_fields(list) -%}
array(
        select field
        from (
            select
                field,
                place,
                row_number() over (partition by field -> 'id' order by (field -> 'value') is null, place) as rank
            from (
                select
                    place,
                    case when {{ has_value("field -> 'value'") }} then field else field - 'value' end as field
                from jsonb_array_elements({{ list }}) with ordinality as listed(field, place)
                offset 0
            ) as typed
        ) as ranked
        where rank = 1
        order by place
    )
{%- endmacro %}

{#- ---------- the lists of a record ---------- -#}

{#- An expression over an item, which it knows by this name, for each item of a list. -#}
{% macro of_each(name, list, expression) -%}
array(
    select {{ expression }}
    from unnest({{ list }}) with ordinality as listed({{ name }}, place)
    order by place
)
{%- endmacro %}

{#- The same where the expression is a list: their items in one list. -#}
{% macro all_of_each(name, list, expression) -%}
array(
    select found
    from unnest({{ list }}) with ordinality as listed({{ name }}, place)
    cross join lateral unnest({{ expression }}) with ordinality as items(found, found_place)
    order by place, found_place
)
{%- endmacro %}

{#- The first item for which a condition holds. -#}
{% macro first_where(name, list, condition) -%}
(
    select {{ name }}
    from unnest({{ list }}) with ordinality as listed({{ name }}, place)
    where {{ condition }}
    order by place
    limit 1
)
{%- endmacro %}

{#- The items for which a condition holds; all where it holds for none, or where there is no choice. -#}
{% macro preferred(name, list, condition) -%}
case when cardinality({{ list }}) < 2 then {{ list }} else {{ let(
    "chosen",
    "array(
        select " ~ name ~ "
        from unnest(" ~ list ~ ") with ordinality as listed(" ~ name ~ ", place)
        where " ~ condition ~ "
        order by place
    )",
    "case when cardinality(chosen) = 0 then " ~ list ~ " else chosen end"
) }} end
{%- endmacro %}

{#- The first of the items whose moment is the latest; the first of all where none has a moment. -#}
{% macro latest(name, list, moment) -%}
case when cardinality({{ list }}) < 2 then ({{ list }})[1] else (
    select {{ name }}
    from (
        select {{ name }}, place, {{ moment }} as moment
        from unnest({{ list }}) with ordinality as listed({{ name }}, place)
        offset 0
    ) as dated
    order by moment desc nulls last, place
    limit 1
) end
{%- endmacro %}

{% macro greatest_of(list) -%} (select max(item) from unnest({{ list }}) as listed(item)) {%- endmacro %}

{#- Of the texts at whose place another list has nothing, the first in the order of their code points. -#}
{% macro least_text_without(texts, others) -%}
(
    select min({{ in_order("item") }}) collate "default"
    from unnest({{ texts }}, {{ others }}) as listed(item, other)
    where other is null
)
{%- endmacro %}

{#- The items of a list as json, without what is null and what came before. -#}
{% macro json_list_of_distinct(list) -%}
(
    select coalesce(jsonb_agg(item order by place), '[]')
    from (
        select item, min(place) as place
        from unnest({{ list }}) with ordinality as listed(item, place)
        where item is not null
        group by item
    ) as items
)
{%- endmacro %}

{#- A row for each item of a list. -#}
{% macro each_of(list) -%} unnest({{ list }}) {%- endmacro %}

{#- A member of a field as text, and its value as json. -#}
{% macro field_text(field, name) -%} ({{ field }} ->> '{{ name }}') {%- endmacro %}

{% macro field_value(field) -%} ({{ field }} -> 'value') {%- endmacro %}

{% macro json_kind(value) -%}
case jsonb_typeof({{ value }})
    when 'string' then 'text'
    when 'boolean' then 'boolean'
    when 'array' then 'list'
    when 'object' then 'object'
    when 'number' then 'number'
end
{%- endmacro %}

{#- How many different json values a group has; those of the same text are the same. -#}
{% macro distinct_json(value) -%} count(distinct cast({{ value }} as text)) {%- endmacro %}

{#- The different words of a group in one text, null where there is none. -#}
{% macro distinct_words(word) -%}
string_agg(distinct {{ in_order(word) }}, ', ' order by {{ in_order(word) }})
{%- endmacro %}

{#- ---------- text ---------- -#}

{#- White space and what Unicode calls a separator. -#}
{% macro blanks() -%}
E' \t\n\x0B\f\r\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A'
    '\u2028\u2029\u202F\u205F\u3000'
{%- endmacro %}

{#- The same in a bracket of a regular expression; without the vertical tab, as the patterns have it. -#}
{% macro blank_class() -%}
\u0009\u000a\u000c\u000d\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000
{%- endmacro %}

{% macro trimmed(text) -%} btrim({{ text }}, {{ blanks() }}) {%- endmacro %}

{% macro not_blank(text) -%} case when {{ trimmed(text) }} <> '' then {{ text }} end {%- endmacro %}

{% macro clean(text) -%} {{ composed(not_blank(text)) }} {%- endmacro %}

{#- In Unicode NFC, which ASCII always is. -#}
{% macro composed(text) -%}
{{ let("words", text, "case when octet_length(words) = length(words) then words else normalize(words, nfc) end") }}
{%- endmacro %}

{#- By Unicode's rules, whatever the database's own are. -#}
{% macro upper_case(text) -%}
(replace(upper(({{ text }}) collate "pg_c_utf8"), 'ß', 'ẞ') collate "default")
{%- endmacro %}

{% macro mapping_key(text) -%}
(lower({{ composed(trimmed(text)) }} collate "pg_c_utf8") collate "default")
{%- endmacro %}

{#- The first part that is not blank of a text that joins several. -#}
{% macro first_part(text, separator) -%}
(
    select {{ trimmed("part") }}
    from unnest(string_to_array({{ text }}, '{{ separator }}')) with ordinality as split(part, place)
    where {{ trimmed("part") }} <> ''
    order by place
    limit 1
)
{%- endmacro %}

{% macro parts_of(text, pattern) -%}
case when {{ text }} is not null then array(
    select part
    from regexp_split_to_table({{ text }}, '{{ pattern }}') with ordinality as split(part, place)
    where part <> ''
    order by place
) end
{%- endmacro %}

{#- The parts that are there in one text, null where none is. -#}
{% macro joined(separator, parts) -%}
nullif(concat_ws('{{ separator }}', {{ parts | join(", ") }}), '')
{%- endmacro %}

{#- The texts of a list in one text; null ones are left out. -#}
{% macro joined_list(separator, texts) -%} nullif(array_to_string({{ texts }}, '{{ separator }}'), '') {%- endmacro %}

{#- The nth text of a list that is not null. -#}
{% macro nth_text(texts, place) -%} (array_remove({{ texts }}, null))[{{ place }}] {%- endmacro %}

{#- An expression over `answer`, for each text of a list that it gives something for. -#}
{% macro each_text(texts, expression) -%}
array(
    select value
    from (
        select place, {{ expression }} as value
        from unnest({{ texts }}) with ordinality as given(answer, place)
        offset 0
    ) as found
    where value is not null
    order by place
)
{%- endmacro %}

{#- The first text of a list for which a condition over `answer` holds. -#}
{% macro first_text(texts, condition) -%}
(
    select answer
    from unnest({{ texts }}) with ordinality as given(answer, place)
    where {{ condition }}
    order by place
    limit 1
)
{%- endmacro %}

{% macro all_yes_or_no(texts) -%}
cardinality({{ texts }}) > 0
and not exists (select 1 from unnest({{ texts }}) as given(answer) where {{ yes_or_no("answer") }} is null)
{%- endmacro %}

{% macro email(text) -%}
case when ({{ trimmed(text) }} collate "pg_c_utf8") ~ (
    '^[^{{ blank_class() }}@.,;:<>()\[\]\\"]+(\.[^{{ blank_class() }}@.,;:<>()\[\]\\"]+)*@'
    || '([[:alnum:]]([[:alnum:]-]*[[:alnum:]])?\.)+[[:alnum:]-]*[[:alpha:]][[:alnum:]-]*$'
) then {{ trimmed(text) }} end
{%- endmacro %}

{#- A json list with an object for each of several texts, without what is null and what came before. -#}
{% macro contacts(key, texts) -%}
(
        select coalesce(jsonb_agg(jsonb_build_object('{{ key }}', word, 'type', null) order by place), '[]')
        from (
            select word, min(place) as place
            from unnest(array[{{ texts | join(", ") }}]) with ordinality as listed(word, place)
            where word is not null
            group by word
        ) as words
    )
{%- endmacro %}

{#- ---------- numbers and booleans ---------- -#}

{#- `38.50`, `38,5`, `38,5 Std.`, `1.234,50`; null for all else. -#}
{% macro decimal(text) -%}
{{ let("number",
    "regexp_replace(" ~ trimmed(text) ~ ", '[" ~ blank_class() ~ "]*(std|stunde|stunden|h)\\.?$', '', 'i')",
    "case
        when number ~ '^[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)$' then " ~ finite("number") ~ "
        when number ~ '^[+-]?[0-9]+,[0-9]+$' then " ~ finite("replace(number, ',', '.')") ~ "
        when number ~ '^[+-]?[0-9]{1,3}(\\.[0-9]{3})+,[0-9]+$'
            then " ~ finite("replace(replace(number, '.', ''), ',', '.')") ~ "
    end") }}
{%- endmacro %}

{#- What is too small for a double is 0, what is too large nothing. -#}
{% macro finite(number) -%}
case
    when pg_input_is_valid({{ number }}, 'double precision') then cast({{ number }} as double precision)
    when abs(cast({{ number }} as numeric)) < 1 then 0
end
{%- endmacro %}

{% macro whole_number(text, kind="integer") -%}
case when {{ trimmed(text) }} ~ '^[+-]?[0-9]+$' and pg_input_is_valid({{ trimmed(text) }}, '{{ kind }}')
    then cast({{ trimmed(text) }} as {{ kind }}) end
{%- endmacro %}

{% macro yes_or_no(text) -%}
case
    when {{ mapping_key(text) }} in ('ja', 'true', '1', 'yes') then true
    when {{ mapping_key(text) }} in ('nein', 'false', '0', 'no') then false
end
{%- endmacro %}

{#- ---------- time ---------- -#}

{#- Null for the ways to say that there is no date. -#}
{% macro date_text(text) -%}
case when {{ trimmed(text) }} !~ '^0000-00-00([T ]00:00(:00(\.0+)?)?)?$' then {{ text }} end
{%- endmacro %}

{#- A date or time as the source writes it, in UTC: Berlin wall time where it names no zone of its own. -#}
{% macro utc(text) -%} {{ moment(text, "interval '0 hour'") }} {%- endmacro %}

{#- The same, but a date without a time ends at 24:00. -#}
{% macro utc_at_end(text) -%}
{{ moment(text, "case when written[2] is null then interval '24 hour' else interval '0 hour' end") }}
{%- endmacro %}

{#- An expression with a name, so that it is written and computed once. -#}
{% macro let(name, value, result) -%}
(select {{ result }} from (select {{ value }} as {{ name }} offset 0) as let_{{ name }})
{%- endmacro %}

{% macro moment(text, more) -%}
case when {{ text }} is not null then
{{ let("written", written_time(text), let("instant", instant(more), within_years("instant"))) }} end
{%- endmacro %}

{#- The parts of a date as written, day first or year first: day, clock, seconds, fraction, zone. -#}
{% macro written_time(text) -%}
regexp_match(
    regexp_replace({{ trimmed(text) }}, '^([0-9]{1,2})[.-]([0-9]{1,2})[.-]([0-9]{4})', '\3-\2-\1'),
    '^([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})'
        || '(?:[T ]((?:[01]?[0-9]|2[0-3]):[0-5][0-9])(?:(:[0-5][0-9])([.,][0-9]+)?)?)?'
        || '( ?(?:Z|z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?))?$'
)
{%- endmacro %}

{% macro instant(more) -%}
{{ let("local", local_time(), "case
    when not pg_input_is_valid(local, 'timestamp') then null
    when written[5] is null then " ~ let("wall", "cast(local as timestamp) + " ~ more, berlin("wall")) ~ "
    else cast(local || upper(trim(written[5])) as timestamp with time zone) + " ~ more ~ "
end") }}
{%- endmacro %}

{#- To the microsecond; what is finer is cut off. -#}
{% macro local_time() -%}
written[1] || ' ' || coalesce(written[2], '00:00') || coalesce(written[3], ':00')
    || coalesce(replace(left(written[4], 7), ',', '.'), '')
{%- endmacro %}

{#- Of the hour that repeats in October the first reading; a time in March's missing hour moves forward. -#}
{% macro berlin(wall) -%}
{{ let("later", "timezone('Europe/Berlin', " ~ wall ~ ")",
    "case when timezone('Europe/Berlin', later - interval '1 hour') = " ~ wall ~ "
        then later - interval '1 hour' else later end") }}
{%- endmacro %}

{% macro within_years(instant) -%}
case when {{ instant }} between timestamptz '0001-01-01 00:00:00+00' and timestamptz '9999-12-31 23:59:59.999999+00'
    then {{ instant }} end
{%- endmacro %}

{#- When a date, a month or a year begins, to put them in order; null where it is none. -#}
{% macro beginning_of(text) -%}
{{ let("written", "regexp_replace(" ~ trimmed(text) ~ ", '^([0-9]{1,2})[./-]([0-9]{4})$', '\\2-\\1')", let(
    "day",
    "case
        when written ~ '^[0-9]{4}-[0-9]{1,2}$' then written || '-01'
        when written ~ '^[0-9]{4}$' then written || '-01-01'
        else written
    end",
    utc("day")
)) }}
{%- endmacro %}
