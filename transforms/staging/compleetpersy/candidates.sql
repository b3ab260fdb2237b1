{% set source = document("compleetpersy", "candidates", [
    "CandidateRecordInfo.CreationDate", "CandidateRecordInfo.LastModificationDate", "Confidential",
    "CandidateSupplier", "CandidateProfile.PersonalData.PersonName.FormattedName",
    "CandidateProfile.PersonalData.PersonName.GivenName", "CandidateProfile.PersonalData.PersonName.FamilyName",
    "CandidateProfile.PersonalData.ContactMethod", "CandidateProfile.EmploymentHistory.EmployerOrg",
], unread=["CandidateRecordInfo.Id.IdValue", "PositionOpening", "UserArea"]) %}
{% set method = source.part("CandidateProfile.PersonalData.ContactMethod", [
    "Use", "Telephone", "Mobile", "InternetEmailAddress", "PostalAddress", "PostalAddress.CountryCode",
    "PostalAddress.PostalCode", "PostalAddress.Region", "PostalAddress.Municipality",
    "PostalAddress.DeliveryAddress.AddressLine", "PostalAddress.DeliveryAddress.StreetName",
    "PostalAddress.DeliveryAddress.BuildingNumber",
]) %}
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

{% include "staging/compleetpersy/candidates/contacts.sql" %}
{% include "staging/compleetpersy/candidates/addresses.sql" %}
{% include "staging/compleetpersy/candidates/employers.sql" %}
{% include "staging/compleetpersy/candidates/names.sql" %}
named as (
    select
        read.record_row,
        ---------- text
        names.given_name,
        names.family_name,
        names.source,
        employers.company,
        employers.title,
        {{ source.text("Confidential") }} as confidential_text,
        ---------- contacts
        coalesce(phones.phone_numbers, '[]') as phone_numbers,
        coalesce(emails.email_addresses, '[]') as email_addresses,
        emails.no_email_address,
        addresses.*,
        ---------- timestamps
        {{ date_text(source.text("CandidateRecordInfo.CreationDate")) }} as creation_date,
        {{ date_text(source.text("CandidateRecordInfo.LastModificationDate")) }} as last_modification_date,
        read.integration_fields
    from read
    left join names on names.named_row = read.record_row
    left join employers on employers.employed_row = read.record_row
    left join phones on phones.called_row = read.record_row
    left join emails on emails.mailed_row = read.record_row
    left join addresses on addresses.housed_row = read.record_row
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
