{% set supplier = source.part("CandidateSupplier", ["EntityName"]) %}
{% set suppliers = source.items("CandidateSupplier") %}
supplier_names as (
    select record_row, place, {{ json_texts(supplier.extract("item")) }} as texts
    from (
        select record_row, unnest({{ suppliers }}) as item, generate_subscripts({{ suppliers }}, 1) as place from read
    ) as listed
),

first_suppliers as (
    select record_row, {{ supplier.text("EntityName") }} as source
    from supplier_names
    where place = 1
),

given_names as (
    select
        record_row,
        {{ joined_list(" ", json_texts(source.items("CandidateProfile.PersonalData.PersonName.GivenName"))) }}
            as given_name,
        {{ source.text("CandidateProfile.PersonalData.PersonName.FamilyName") }} as family_name,
        {{ source.text("CandidateProfile.PersonalData.PersonName.FormattedName") }} as formatted_name
    from read
),

names as (
    select
        given_names.record_row as named_row,
        given_names.given_name,
        case
            when given_names.given_name is null and given_names.family_name is null then given_names.formatted_name
            else given_names.family_name
        end as family_name,
        first_suppliers.source
    from given_names
    left join first_suppliers on first_suppliers.record_row = given_names.record_row
),
