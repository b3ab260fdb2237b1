{#- What DuckDB says in its own way. Each macro turns SQL expressions into one SQL expression. -#}
{#- Another dialect is another file here with macros of the same names; no model knows which one it gets. -#}

{#- ---------- types and rows ---------- -#}

{% macro type_of(kind) -%}
{{ {"text": "varchar", "double": "double", "boolean": "boolean", "timestamp": "timestamp with time zone",
    "integer": "integer", "json": "json", "row": "bigint"}[kind] }}
{%- endmacro %}

{% macro nothing(kind) -%} cast(null as {{ type_of(kind) }}) {%- endmacro %}

{% macro row_column() -%} rowid {%- endmacro %}

{#- Which of so many parts a record, a group of rows of raw, is in: by its last row, so that a part reads few -#}
{#- row groups, and whole ones where it takes several. A record's rows are counted in one part only. -#}
{% macro bucket(raw, count, rows_a_group) -%}
{%- set rows = "(select max(rowid) + 1 from " ~ raw ~ ")" -%}
max(rowid) // cast(case
    when {{ rows }} < {{ 2 * count * rows_a_group }} then ceil({{ rows }} / {{ count }})
    else {{ rows_a_group }} * ceil({{ rows }} / {{ count * rows_a_group }})
end as bigint)
{%- endmacro %}

{#- What stands at the end of each CTE, so that it is computed once. -#}
{% macro end_of_cte() %}{% endmacro %}

{#- What tells the planner how a new table is filled; empty where it knows. -#}
{% macro count_rows_of(table) %}{% endmacro %}

{#- How a table whose rows hold whole records is kept, so that who asks for other columns need not read them. -#}
{% macro table_options() %}{% endmacro %}

{#- What makes the rows of single records quick to find; empty where a scan is quick enough. -#}
{% macro index_of(table, columns) %}{% endmacro %}

{#- A text that others are put in order by. -#}
{% macro in_order(text) -%} {{ text }} {%- endmacro %}

{% macro list_length(list) -%} len({{ list }}) {%- endmacro %}

{#- ---------- json ---------- -#}

{#- One call for all paths, which are lists of segments, 0 being the first item of a list; of each choice of -#}
{#- paths the first value that is there. -#}
{% macro json_values(document, choices) -%}
{%- set places = namespace(last=0) -%}
{%- set found %}json_extract({{ document }}, [
        {%- for path in choices | sum(start=[]) %}{{ quoted(json_path(path)) }}{{ ", " if not loop.last }}{% endfor -%}
    ]){% endset -%}
{%- set picked %}[
        {%- for choice in choices -%}
        {%- if choice | length > 1 %}coalesce({% endif -%}
        {%- for _ in choice -%}
        {%- set places.last = places.last + 1 -%}
        nullif(found[{{ places.last }}], 'null'){{ ", " if not loop.last }}
        {%- endfor -%}
        {%- if choice | length > 1 %}){% endif -%}
        {{ ", " if not loop.last }}
        {%- endfor -%}
    ]{% endset -%}
{{ let("found", found, picked) }}
{%- endmacro %}

{% macro json_path(segments) -%}
${% for segment in segments %}{% if segment is number %}[{{ segment }}]{% else %}."{{ segment }}"{% endif %}{% endfor %}
{%- endmacro %}

{#- The text of a scalar, of "#text" in an object, of the first item of a list. -#}
{% macro json_text(value) -%}
case json_type({{ value }})
    when 'VARCHAR' then json_extract_string({{ value }}, '$')
    when 'OBJECT' then json_extract_string({{ value }}, '$."#text"')
    when 'ARRAY' then coalesce(
        json_extract_string({{ value }}, '$[0]."#text"'),
        case when json_type({{ value }}, '$[0]') not in ('OBJECT', 'ARRAY')
            then json_extract_string({{ value }}, '$[0]') end
    )
    else json_extract_string({{ value }}, '$')
end
{%- endmacro %}

{% macro json_texts(values) -%}
list_transform({{ values }}, lambda element: {{ clean(json_text("element")) }})
{%- endmacro %}

{#- What comes as a list, as one bare value or not at all, as a list of json. -#}
{% macro json_items(value) -%}
case
    when {{ value }} is null or {{ value }} in ('null', '""', '{}') then []
    when json_type({{ value }}) = 'ARRAY'
        then list_filter(cast({{ value }} as json[]), lambda item: item not in ('null', '""', '{}'))
    else [{{ value }}]
end
{%- endmacro %}

{% macro json_object_of(members) -%}
json_object(
    {%- for key, value in members.items() %}
    '{{ key }}', {{ value }}{{ "," if not loop.last }}
    {%- endfor %}
)
{%- endmacro %}

{% macro json_string(value, key) -%} json_extract_string({{ value }}, '$."{{ key }}"') {%- endmacro %}

{% macro json_list(list) -%} to_json({{ list }}) {%- endmacro %}

{% macro json_list_of(item, order, condition) -%}
coalesce(to_json(list({{ item }} order by {{ order }}) filter (where {{ condition }})), '[]')
{%- endmacro %}

{#- A number without a fraction is written without one. -#}
{% macro json_number(number) -%}
case when {{ number }} = trunc({{ number }}) and abs({{ number }}) < 1e15
    then to_json(cast({{ number }} as bigint)) else to_json({{ number }}) end
{%- endmacro %}

{#- A record as the models can read it. -#}
{% macro readable_record(record) -%} {{ record }} {%- endmacro %}

{#- The record in an object of its own, byte for byte. -#}
{% macro wrapped_record(operation, record) -%}
cast('{"{{ operation }}": ' || cast({{ record }} as varchar) || '}' as json)
{%- endmacro %}

{#- The members of an object as a list of {key, value}, in their order; none for what is no object. -#}
{#- A map takes keys and values in one reading. What gives none is read once for each: DuckDB 2 refuses a map -#}
{#- of an object that names a key twice. -#}
{% macro json_members(document) -%}
coalesce(map_entries(from_json({{ document }}, '"MAP(VARCHAR, JSON)"')), {{ keys_and_values(document) }})
{%- endmacro %}

{#- Its first character tells an object: json_type would read all of it once more. -#}
{% macro keys_and_values(document) -%}
list_transform(
    list_zip(json_keys({{ document }}), case when regexp_matches(cast({{ document }} as varchar), '^\s*\{')
        then json_extract({{ document }}, '$.*') else [] end),
    lambda pair: struct_pack(key := pair[1], value := pair[2])
)
{%- endmacro %}

{#- The integration fields of a record. `own` says per top-level element that holds the customer's own fields -#}
{#- the way down to them: the members of an object, or, with `names`, a list of {key, label, value}. -#}
{% macro integration_fields(model, document, used, own, names=none) -%}
case when {{ document }} is not null then to_json(flatten(list_transform(
    list_filter({{ json_members(document) }}, lambda member:
        member.key in ({{ own.keys() | map("quoted_text") | join(", ") }})
        or member.key not in ({{ used | map("quoted_text") | join(", ") }})),
    lambda member: case
        {%- for key, way in own.items() %}
        when member.key = {{ quoted(key) }} then {{ own_fields(model, at_path("member.value", way), names) }}
        {%- endfor %}
        else [{{ field(model, "DEFAULT", "member.key", "member.value", nothing("text")) }}]
    end
))) end
{%- endmacro %}

{#- As a struct: one to_json of all fields costs less than an object of each, which it would read again. -#}
{% macro field(model, type, key, value, label) -%}
struct_pack(id := md5(connection_id || '|{{ model }}|' || {{ key }}), key := {{ key }},
    type := '{{ type }}', value := {{ value }}, label := {{ label }})
{%- endmacro %}

{% macro own_fields(model, value, names) -%}
{%- if names -%}
{%- set read_fields %}
list_transform(
                from_json(listed, '[{{ structure(names) }}]'),
                lambda item, place: {{ let(
                    "key", "coalesce(" ~ named_value("item", names.key) ~ ", '')",
                    field(model, "CUSTOM", "key",
                        "coalesce(" ~ named_value("item", names.value) ~ ", case when key = '' then "
                            ~ bare_value("json_extract(listed, place - 1)") ~ " end)",
                        not_blank(named_value("item", names.label)))
                ) }}
            )
{%- endset -%}
{{ let("listed", as_json_list(value), read_fields) }}
{%- else -%}
{{ let("own", value, "list_transform(" ~ json_members("own") ~ ", lambda item: "
    ~ field(model, "CUSTOM", "item.key", "item.value", nothing("text")) ~ ")") }}
{%- endif -%}
{%- endmacro %}

{#- The json types that from_json reads the names as. -#}
{% macro structure(names) -%}
{ {%- for kind, alternatives in names.items() %}{% for name in alternatives -%}
"{{ name }}":"{{ "JSON" if kind == "value" else "VARCHAR" }}"{{ "," if not loop.last }}
{%- endfor %}{{ "," if not loop.last }}{% endfor -%} }
{%- endmacro %}

{% macro named_value(item, names) -%}
coalesce({% for name in names %}{{ item }}['{{ name }}']{{ ", " if not loop.last }}{% endfor %})
{%- endmacro %}

{% macro bare_value(value) -%} case when json_type({{ value }}) <> 'OBJECT' then {{ value }} end {%- endmacro %}

{#- What comes as a list, as one bare value or not at all, as one json list. -#}
{% macro as_json_list(value) -%}
{{ let("found", value, "case
    when found is null or found in ('null', '\"\"') then '[]'
    when json_type(found) = 'ARRAY' then found
    else '[' || found || ']'
end") }}
{%- endmacro %}

{% macro at_path(value, way) -%}
{% if way %}json_extract({{ value }}, {{ quoted(json_path(way)) }}){% else %}{{ value }}{% endif %}
{%- endmacro %}

{#- The fields of a record that have a value, by their keys in custom_fields: of those tried the first. -#}
{% macro picked_fields(list, promoted) -%}
{%- if not promoted -%} cast('{}' as json)
{%- else -%}
{{ let("filled", filled_among(list, promoted), picked(promoted)) }}
{%- endif -%}
{%- endmacro %}

{#- The fields of these keys that have a value; the keys are looked at first, as they cost less. -#}
{% macro filled_among(list, promoted) -%}
list_filter(
    list_filter(
        from_json({{ list }}, '[{"key":"VARCHAR","value":"JSON"}]'),
        lambda field: field.key in (
            {{- promoted | map(attribute="tried") | sum(start=()) | map("quoted_text") | join(", ") -}}
        )
    ),
    lambda field: {{ has_value("field.value") }}
)
{%- endmacro %}

{% macro has_value(value) -%}
{{ value }} not in ('null', '[]', '{}')
            and not regexp_full_match(coalesce(json_extract_string({{ value }}, '$'), ''), '[\s\p{Z}\x0B]*')
{%- endmacro %}

{% macro picked(promoted) -%}
cast('{' || concat_ws(', '
    {%- for one in promoted %},
    {{ quoted(one.json_key ~ ": ") }} || cast(coalesce(
        {%- for key in one.tried -%}
        list_filter(filled, lambda field: field.key = {{ quoted(key) }})[1].value{{ ", " if not loop.last }}
        {%- endfor -%}
    ) as varchar)
    {%- endfor %}) || '}' as json)
{%- endmacro %}

{#- The list of integration fields as structs; a value is null where it says nothing. -#}
{% macro typed_fields(list) -%}
list_transform(
    from_json({{ list }}, '[{"id":"VARCHAR","key":"VARCHAR","type":"VARCHAR","value":"JSON","label":"VARCHAR"}]'),
    lambda field: struct_pack(
        id := field.id, key := field.key, type := field.type, label := field.label,
        value := case when {{ has_value("field.value") }} then field.value end
    )
)
{%- endmacro %}

{#- The same, of a field that comes several times only the first with a value, or the first where none has. -#}
{% macro distinct_fields(list) -%}
{{ let("fields", typed_fields(list),
    "case when len(list_distinct(list_transform(fields, lambda field: field.id))) = len(fields) then fields
        else list_filter(fields, lambda field, place: len(list_filter(fields, lambda other, before:
            other.id = field.id and ((other.value is not null and field.value is null)
                or ((other.value is null) = (field.value is null) and before < place)))) = 0) end") }}
{%- endmacro %}

{#- ---------- the lists of a record ---------- -#}

{#- An expression over an item, which it knows by this name, for each item of a list. -#}
{% macro of_each(name, list, expression) -%}
list_transform({{ list }}, lambda {{ name }}: {{ expression }})
{%- endmacro %}

{#- The same where the expression is a list: their items in one list. -#}
{% macro all_of_each(name, list, expression) -%} flatten({{ of_each(name, list, expression) }}) {%- endmacro %}

{#- The first item for which a condition holds. -#}
{% macro first_where(name, list, condition) -%}
list_filter({{ list }}, lambda {{ name }}: {{ condition }})[1]
{%- endmacro %}

{#- The items for which a condition holds; all where it holds for none, or where there is no choice. -#}
{% macro preferred(name, list, condition) -%}
case when len({{ list }}) < 2 then {{ list }} else {{ let(
    "chosen",
    "list_filter(" ~ list ~ ", lambda " ~ name ~ ": " ~ condition ~ ")",
    "case when len(chosen) = 0 then " ~ list ~ " else chosen end"
) }} end
{%- endmacro %}

{#- The first of the items whose moment is the latest; the first of all where none has a moment. -#}
{% macro latest(name, list, moment) -%}
case when len({{ list }}) < 2 then {{ list }}[1] else {{ let(
    "moments",
    of_each(name, list, moment),
    list ~ "[coalesce(list_position(moments, " ~ greatest_of("moments") ~ "), 1)]"
) }} end
{%- endmacro %}

{% macro greatest_of(list) -%} list_max({{ list }}) {%- endmacro %}

{#- Of the texts at whose place another list has nothing, the first in the order of their code points. -#}
{% macro least_text_without(texts, others) -%}
case when list_count({{ others }}) < len({{ others }})
    then list_min(list_filter({{ texts }}, lambda text, place: {{ others }}[place] is null)) end
{%- endmacro %}

{#- The items of a list as json, without what is null and what came before. -#}
{% macro json_list_of_distinct(list) -%}
{{ let("listed", list, "to_json(list_filter(listed, lambda item, place: item is not null
    and list_position(listed, item) = place))") }}
{%- endmacro %}

{#- A row for each item of a list. -#}
{% macro each_of(list) -%} unnest({{ list }}) {%- endmacro %}

{#- A member of a field as text, and its value as json. -#}
{% macro field_text(field, name) -%} {{ field }}.{{ name }} {%- endmacro %}

{% macro field_value(field) -%} {{ field }}.value {%- endmacro %}

{% macro json_kind(value) -%}
case json_type({{ value }})
    when 'VARCHAR' then 'text'
    when 'BOOLEAN' then 'boolean'
    when 'ARRAY' then 'list'
    when 'OBJECT' then 'object'
    else case when {{ value }} is not null then 'number' end
end
{%- endmacro %}

{#- How many different json values a group has; those of the same text are the same. -#}
{% macro distinct_json(value) -%} count(distinct {{ value }}) {%- endmacro %}

{#- The different words of a group in one text, null where there is none. -#}
{% macro distinct_words(word) -%} string_agg(distinct {{ word }}, ', ' order by {{ word }}) {%- endmacro %}

{#- ---------- text ---------- -#}

{% macro trimmed(text) -%} regexp_replace({{ text }}, '^[\s\p{Z}\x0B]+|[\s\p{Z}\x0B]+$', '', 'g') {%- endmacro %}

{% macro not_blank(text) -%}
case when not regexp_full_match({{ text }}, '[\s\p{Z}\x0B]*') then {{ text }} end
{%- endmacro %}

{% macro clean(text) -%} nfc_normalize({{ not_blank(text) }}) {%- endmacro %}

{% macro upper_case(text) -%} upper({{ text }}) {%- endmacro %}

{% macro mapping_key(text) -%} lower(nfc_normalize({{ trimmed(text) }})) {%- endmacro %}

{#- The first part that is not blank of a text that joins several. -#}
{% macro first_part(text, separator) -%}
list_filter(
    list_transform(string_split({{ text }}, '{{ separator }}'), lambda part: {{ trimmed("part") }}),
    lambda part: part <> ''
)[1]
{%- endmacro %}

{% macro parts_of(text, pattern) -%}
list_filter(regexp_split_to_array({{ text }}, '{{ pattern }}'), lambda part: part <> '')
{%- endmacro %}

{#- The parts that are there in one text, null where none is. -#}
{% macro joined(separator, parts) -%}
nullif(concat_ws('{{ separator }}', {{ parts | join(", ") }}), '')
{%- endmacro %}

{#- The texts of a list in one text; null ones are left out. -#}
{% macro joined_list(separator, texts) -%}
nullif(array_to_string(list_filter({{ texts }}, lambda text: text is not null), '{{ separator }}'), '')
{%- endmacro %}

{#- The nth text of a list that is not null. -#}
{% macro nth_text(texts, place) -%} list_filter({{ texts }}, lambda text: text is not null)[{{ place }}] {%- endmacro %}

{#- An expression over `answer`, for each text of a list that it gives something for. -#}
{% macro each_text(texts, expression) -%}
list_filter(list_transform({{ texts }}, lambda answer: {{ expression }}), lambda value: value is not null)
{%- endmacro %}

{#- The first text of a list for which a condition over `answer` holds. -#}
{% macro first_text(texts, condition) -%} list_filter({{ texts }}, lambda answer: {{ condition }})[1] {%- endmacro %}

{% macro all_yes_or_no(texts) -%}
len({{ texts }}) > 0 and len(list_filter({{ texts }}, lambda answer: {{ yes_or_no("answer") }} is null)) = 0
{%- endmacro %}

{% macro email(text) -%}
case when regexp_full_match(
    {{ trimmed(text) }},
    '[^\s\p{Z}@.,;:<>()\[\]\\"]+(\.[^\s\p{Z}@.,;:<>()\[\]\\"]+)*@'
    || '([\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]*\p{L}[\p{L}\p{N}-]*'
) then {{ trimmed(text) }} end
{%- endmacro %}

{#- A list of texts without what is null and what came before. -#}
{% macro distinct_texts(texts) -%}
list_filter([{{ texts | join(", ") }}], lambda text, place: text is not null
    and list_position([{{ texts | join(", ") }}], text) = place)
{%- endmacro %}

{% macro contacts(key, texts) -%}
to_json(list_transform({{ distinct_texts(texts) }}, lambda text: json_object('{{ key }}', text, 'type', null)))
{%- endmacro %}

{#- ---------- numbers and booleans ---------- -#}

{#- `38.50`, `38,5`, `38,5 Std.`, `1.234,50`; null for all else. -#}
{% macro decimal(text) -%}
list_transform(
    [regexp_replace({{ trimmed(text) }}, '[\s\p{Z}]*(std|stunde|stunden|h)\.?$', '', 'i')],
    lambda number: case
        when regexp_full_match(number, '[+-]?(\d+\.?\d*|\.\d+)') then {{ finite("number") }}
        when regexp_full_match(number, '[+-]?\d+,\d+') then {{ finite("replace(number, ',', '.')") }}
        when regexp_full_match(number, '[+-]?\d{1,3}(\.\d{3})+,\d+')
            then {{ finite("replace(replace(number, '.', ''), ',', '.')") }}
    end
)[1]
{%- endmacro %}

{% macro finite(number) -%}
case when isfinite(try_cast({{ number }} as double)) then try_cast({{ number }} as double) end
{%- endmacro %}

{% macro whole_number(text, kind="integer") -%}
case when regexp_full_match({{ trimmed(text) }}, '[+-]?\d+') then try_cast({{ trimmed(text) }} as {{ kind }}) end
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
case when not regexp_full_match({{ trimmed(text) }}, '0000-00-00([T ]00:00(:00(\.0+)?)?)?') then {{ text }} end
{%- endmacro %}

{#- A date or time as the source writes it, in UTC: Berlin wall time where it names no zone of its own. -#}
{% macro utc(text) -%} {{ moment(text, "interval 0 hour") }} {%- endmacro %}

{#- The same, but a date without a time ends at 24:00. -#}
{% macro utc_at_end(text) -%}
{{ moment(text, "case when written.clock = '' then interval 24 hour else interval 0 hour end") }}
{%- endmacro %}

{#- An expression with a name, so that it is written and computed once. -#}
{% macro let(name, value, result) -%} list_transform([{{ value }}], lambda {{ name }}: {{ result }})[1] {%- endmacro %}

{% macro moment(text, more) -%}
{{ let("written", written_time(text), let("instant", instant(more), within_years("instant"))) }}
{%- endmacro %}

{#- The parts of a date as written, day first or year first; all empty where it is none of our forms. -#}
{% macro written_time(text) -%}
regexp_extract(
    regexp_replace({{ trimmed(text) }}, '^(\d{1,2})[.-](\d{1,2})[.-](\d{4})', '\3-\2-\1'),
    '^(\d{4}-\d{1,2}-\d{1,2})(?:[T ]((?:[01]?\d|2[0-3]):[0-5]\d)(?:(:[0-5]\d)([.,]\d+)?)?)?'
        || '( ?(?:Z|z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?))?$',
    ['day', 'clock', 'seconds', 'fraction', 'zone']
)
{%- endmacro %}

{% macro instant(more) -%}
case
    when written.zone = ''
        then {{ let("wall", "try_cast(" ~ local_time() ~ " as timestamp) + " ~ more, berlin("wall")) }}
    else try_cast({{ local_time() }} || upper(trim(written.zone)) as timestamptz) + {{ more }}
end
{%- endmacro %}

{% macro local_time() -%}
written.day || ' ' || coalesce(nullif(written.clock, ''), '00:00')
    || coalesce(nullif(written.seconds, ''), ':00') || replace(written.fraction, ',', '.')
{%- endmacro %}

{#- Of the hour that repeats in October the first reading; a time in March's missing hour moves forward. -#}
{% macro berlin(wall) -%}
{{ let("later", "timezone('Europe/Berlin', " ~ wall ~ ")",
    "case when timezone('Europe/Berlin', later - interval 1 hour) = " ~ wall ~ "
        then later - interval 1 hour else later end") }}
{%- endmacro %}

{% macro within_years(instant) -%}
case when {{ instant }} between timestamptz '0001-01-01 00:00:00+00' and timestamptz '9999-12-31 23:59:59.999999+00'
    then {{ instant }} end
{%- endmacro %}

{#- When a date, a month or a year begins, to put them in order; null where it is none. -#}
{% macro beginning_of(text) -%}
{{ let("written", "regexp_replace(" ~ trimmed(text) ~ ", '^(\\d{1,2})[./-](\\d{4})$', '\\2-\\1')", let(
    "day",
    "case
        when regexp_full_match(written, '\\d{4}-\\d{1,2}') then written || '-01'
        when regexp_full_match(written, '\\d{4}') then written || '-01-01'
        else written
    end",
    utc("day")
)) }}
{%- endmacro %}
