{% set supplier = source.part("CandidateSupplier", ["EntityName"]) %}
{% set family_name = source.text("CandidateProfile.PersonalData.PersonName.FamilyName") %}
given_names as (
    select
        *,
        ({{ source.items("CandidateSupplier") }})[1] as first_supplier,
        {{ joined_list(" ", json_texts(source.items("CandidateProfile.PersonalData.PersonName.GivenName"))) }}
            as given_name
    from employments
),

names as (
    select
        *,
        case
            when given_name is null and {{ family_name }} is null
                then {{ source.text("CandidateProfile.PersonalData.PersonName.FormattedName") }}
            else {{ family_name }}
        end as family_name,
        {{ supplier.text_of("first_supplier", "EntityName") }} as source
    from given_names
),
