placed as (
    select
        *,
        {{ json_texts(method.items("PostalAddress.DeliveryAddress.AddressLine")) }} as lines,
        row_number() over (partition by record_row order by place) as address_place
    from method_texts
    where {{ list_length(method.items("PostalAddress")) }} > 0
),

addresses as (
    select
        record_row as housed_row,
        {{ method.text("PostalAddress") }} as address,
        coalesce({{ nth_text("lines", 1) }}, {{ joined(" ", [
            method.text("PostalAddress.DeliveryAddress.StreetName"),
            method.text("PostalAddress.DeliveryAddress.BuildingNumber"),
        ]) }}) as street_1,
        {{ nth_text("lines", 2) }} as street_2,
        {{ method.text("PostalAddress.PostalCode") }} as zip_code,
        {{ method.text("PostalAddress.Municipality") }} as city,
        {{ method.text("PostalAddress.Region") }} as state,
        {{ method.text("PostalAddress.CountryCode") }} as country
    from placed
    where address_place = 1
),
