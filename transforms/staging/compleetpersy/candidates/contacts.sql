{% set called = source.part(contact_method, ["Use"], lists=["Telephone", "Mobile"]) %}
{% set telephone = called.part("Telephone", [
    "FormattedNumber", "InternationalCountryCode", "AreaCityCode", "SubscriberNumber",
]) %}
{% set mailed = source.part(contact_method, ["Use"], lists=["InternetEmailAddress"]) %}
{% set telephones = called.items("Telephone", "called") ~ " || " ~ called.items("Mobile", "called") %}
{% set phone_number %}coalesce({{ telephone.text("FormattedNumber", "parts") }}, {{ joined(" ", [
    telephone.text("InternationalCountryCode", "parts"), telephone.text("AreaCityCode", "parts"),
    telephone.text("SubscriberNumber", "parts"),
]) }}, {{ clean(json_text("number")) }}){% endset %}
{% set phones_of_method = let("called", called.extract("method"), let(
    "type", upper_case(trimmed(called.text("Use", "(" ~ called.texts("called") ~ ")"))), of_each(
        "number", telephones,
        let("parts", telephone.texts(telephone.extract("number")), contact("phone_number", phone_number, "type"))
    )
)) %}
{% set address_texts = json_texts(mailed.items("InternetEmailAddress", "mailed")) %}
{% set emails_of_method = let("mailed", mailed.extract("method"), let(
    "type", upper_case(trimmed(mailed.text("Use", "(" ~ mailed.texts("mailed") ~ ")"))),
    of_each("address_text", address_texts, contact("email_address", email("address_text"), "type"))
)) %}
{% set email_texts = all_of_each("method", "contact_methods", let("mailed", mailed.extract("method"), address_texts)) %}
contact_methods as (
    select *, {{ source.items(contact_method) }} as contact_methods from read
),

contacts as (
    select
        *,
        {{ json_list_of_distinct(all_of_each("method", "contact_methods", phones_of_method)) }} as phone_numbers,
        {{ all_of_each("method", "contact_methods", emails_of_method) }} as emails
    from contact_methods
),

read_contacts as (
    select
        *,
        {{ json_list_of_distinct("emails") }} as email_addresses,
        {{ least_text_without(email_texts, "emails") }} as no_email_address
    from contacts
),
