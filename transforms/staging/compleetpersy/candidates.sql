{% set source = document("compleetpersy", "candidates", [
    "CandidateRecordInfo.CreationDate", "CandidateRecordInfo.LastModificationDate", "Confidential",
    "CandidateProfile.PersonalData.PersonName.FormattedName", "CandidateProfile.PersonalData.PersonName.FamilyName",
], lists=[
    "CandidateSupplier", "CandidateProfile.PersonalData.PersonName.GivenName",
    "CandidateProfile.PersonalData.ContactMethod", "CandidateProfile.EmploymentHistory.EmployerOrg",
], unread=["CandidateRecordInfo.Id.IdValue", "PositionOpening", "UserArea"]) %}
{% set contact_method = "CandidateProfile.PersonalData.ContactMethod" %}
with versions as (
    select * from {{ versions("compleetpersy", "candidates") }}
),

contents as (
    {{ contents("compleetpersy", "candidates") }}
),

extracted as (
    select
        record_row,
        {{ source.extract("remote_data") }} as elements,
        {{ source.integration_fields("remote_data", own="UserArea") }} as integration_fields
    from contents
),

read as (
    select record_row, elements, {{ source.texts() }} as texts, integration_fields from extracted
),

-- Each file adds columns to the rows of the one before it, so their order counts.
{% include "staging/compleetpersy/candidates/contacts.sql" %}
{% include "staging/compleetpersy/candidates/addresses.sql" %}
{% include "staging/compleetpersy/candidates/employers.sql" %}
{% include "staging/compleetpersy/candidates/names.sql" %}
named as (
    select
        record_row,
        ---------- text
        given_name,
        family_name,
        source,
        company,
        title,
        {{ source.text("Confidential") }} as confidential_text,
        ---------- contacts
        phone_numbers,
        email_addresses,
        no_email_address,
        address,
        street_1,
        street_2,
        zip_code,
        city,
        state,
        country,
        ---------- timestamps
        {{ date_text(source.text("CandidateRecordInfo.CreationDate")) }} as creation_date,
        {{ date_text(source.text("CandidateRecordInfo.LastModificationDate")) }} as last_modification_date,
        integration_fields
    from names
),

typed as (
    select
        *,
        {{ yes_or_no("confidential_text") }} as confidential,
        {{ utc("creation_date") }} as remote_created_at,
        {{ utc("last_modification_date") }} as remote_updated_at
    from named
),

versioned as (
    select {{ version_columns("versions") }}, typed.*
    from versions
    left join typed on typed.record_row = versions.content_row
)

select * from versioned
