{% set housed = source.part(contact_method, [], lists=["PostalAddress"]) %}
{% set address = source.part(contact_method, [
    "PostalAddress", "PostalAddress.CountryCode", "PostalAddress.PostalCode", "PostalAddress.Region",
    "PostalAddress.Municipality", "PostalAddress.DeliveryAddress.StreetName",
    "PostalAddress.DeliveryAddress.BuildingNumber",
], lists=["PostalAddress.DeliveryAddress.AddressLine"]) %}
{% set has_address = list_length(housed.items_of("method", "PostalAddress")) ~ " > 0" %}
address_methods as (
    select *, {{ first_where("method", "contact_methods", has_address) }} as address_method from read_contacts
),

address_elements as (
    select *, {{ address.extract("address_method") }} as address_elements from address_methods
),

address_texts as (
    select
        *,
        {{ address.texts("address_elements") }} as address_texts,
        {{ json_texts(address.items("PostalAddress.DeliveryAddress.AddressLine", "address_elements")) }} as lines
    from address_elements
),

addresses as (
    select
        *,
        {{ address.text("PostalAddress", "address_texts") }} as address,
        coalesce({{ nth_text("lines", 1) }}, {{ joined(" ", [
            address.text("PostalAddress.DeliveryAddress.StreetName", "address_texts"),
            address.text("PostalAddress.DeliveryAddress.BuildingNumber", "address_texts"),
        ]) }}) as street_1,
        {{ nth_text("lines", 2) }} as street_2,
        {{ address.text("PostalAddress.PostalCode", "address_texts") }} as zip_code,
        {{ address.text("PostalAddress.Municipality", "address_texts") }} as city,
        {{ address.text("PostalAddress.Region", "address_texts") }} as state,
        {{ address.text("PostalAddress.CountryCode", "address_texts") }} as country
    from address_texts
),
