{% set telephone = method.part("Telephone", [
    "FormattedNumber", "InternationalCountryCode", "AreaCityCode", "SubscriberNumber",
]) %}
{% set methods = source.items("CandidateProfile.PersonalData.ContactMethod") %}
methods as (
    select record_row, unnest({{ methods }}) as item, generate_subscripts({{ methods }}, 1) as place from read
),

method_elements as (
    select record_row, place, {{ method.extract("item") }} as elements from methods
),

method_texts as (
    select *, {{ method.texts() }} as texts from method_elements
),

telephones as (
    select
        record_row,
        place,
        {{ upper_case(trimmed(method.text("Use"))) }} as type,
        unnest({{ method.items("Telephone") }} || {{ method.items("Mobile") }}) as item,
        generate_subscripts({{ method.items("Telephone") }} || {{ method.items("Mobile") }}, 1) as number_place
    from method_texts
),

telephone_elements as (
    select *, {{ clean(json_text("item")) }} as bare_text, {{ telephone.extract("item") }} as elements
    from telephones
),

telephone_texts as (
    select *, {{ telephone.texts() }} as texts from telephone_elements
),

read_numbers as (
    select
        record_row,
        type,
        1000 * place + number_place as place,
        coalesce({{ telephone.text("FormattedNumber") }}, {{ joined(" ", [
            telephone.text("InternationalCountryCode"), telephone.text("AreaCityCode"),
            telephone.text("SubscriberNumber"),
        ]) }}, bare_text) as phone_number
    from telephone_texts
),

numbers as (
    select record_row, type, phone_number, min(place) as place
    from read_numbers
    group by record_row, type, phone_number
),

phones as (
    select
        record_row as called_row,
        {{ json_list_of(
            json_object_of({"phone_number": "phone_number", "type": "type"}), "place", "phone_number is not null"
        ) }} as phone_numbers
    from numbers
    group by record_row
),

mails as (
    select
        record_row,
        1000 * place as method_place,
        {{ upper_case(trimmed(method.text("Use"))) }} as type,
        unnest({{ json_texts(method.items("InternetEmailAddress")) }}) as address_text
    from method_texts
),

read_mails as (
    select record_row, type, address_text, {{ email("address_text") }} as email_address, min(method_place) as place
    from mails
    group by record_row, type, address_text
),

distinct_mails as (
    select
        record_row,
        type,
        email_address,
        min(place) as place,
        min(case when email_address is null then {{ in_order("address_text") }} end) as no_email_address
    from read_mails
    group by record_row, type, email_address
),

emails as (
    select
        record_row as mailed_row,
        {{ json_list_of(
            json_object_of({"email_address": "email_address", "type": "type"}), "place", "email_address is not null"
        ) }} as email_addresses,
        min({{ in_order("no_email_address") }}) as no_email_address
    from distinct_mails
    group by record_row
),
