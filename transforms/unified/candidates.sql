with coveto_candidates as (
    select * from {{ staging("coveto", "candidates") }}
),

persy_candidates as (
    select * from {{ staging("compleetpersy", "candidates") }}
),

coveto_mapped as (
    select coveto_candidates.*, {{ mapped("country") }} as country_code
    from coveto_candidates
    {{ join_mapping("country", "coveto_candidates", "country", "coveto") }}
),

persy_mapped as (
    select persy_candidates.*, {{ mapped("country") }} as country_code
    from persy_candidates
    {{ join_mapping("country", "persy_candidates", "country", "compleetpersy") }}
),

coveto as (
    select
        {{ unified_id("candidates", "connection_id", "remote_id") }} as id,
        connection_id,
        'coveto' as tool,
        remote_id,
        valid_from as changed_at,
        deleted_at as remote_deleted_at,
        vorname as first_name,
        nachname as last_name,
        {{ nulls("text", ["company", "title"]) }},
        {{ nulls("boolean", ["confidential"]) }},
        {{ nulls("text", ["source"]) }},
        {{ where_read("coveto_mapped", contacts("phone_number", ["telefon", "mobil"])) }} as phone_numbers,
        {{ where_read("coveto_mapped", contacts("email_address", ["email_address", "email_address_2"])) }}
            as email_addresses,
        {{ location("coveto_mapped", "country_code") }} as location,
        {{ custom_fields("candidates", "coveto_mapped") }} as custom_fields,
        integration_fields,
        remote_created_at,
        remote_updated_at,
        content_row as remote_data,
        ---------- what did not map or could not be read
        {{ nulls("text", ["unreadable__confidential"]) }},
        coalesce({{ gap("email", "email_address") }}, {{ gap("email2", "email_address_2") }})
            as unreadable__email_addresses,
        {{ gap("country", "country_code") }} as unmapped__location,
        {{ gap("erstellt_am", "remote_created_at") }} as unreadable__remote_created_at,
        {{ gap("geaendert_am", "remote_updated_at") }} as unreadable__remote_updated_at
    from coveto_mapped
),

compleetpersy as (
    select
        {{ unified_id("candidates", "connection_id", "remote_id") }} as id,
        connection_id,
        'compleetpersy' as tool,
        remote_id,
        valid_from as changed_at,
        deleted_at as remote_deleted_at,
        given_name as first_name,
        family_name as last_name,
        company,
        title,
        confidential,
        source,
        {{ where_read("persy_mapped", "phone_numbers") }} as phone_numbers,
        {{ where_read("persy_mapped", "email_addresses") }} as email_addresses,
        {{ location("persy_mapped", "country_code") }} as location,
        {{ custom_fields("candidates", "persy_mapped") }} as custom_fields,
        integration_fields,
        remote_created_at,
        remote_updated_at,
        content_row as remote_data,
        ---------- what did not map or could not be read
        {{ gap("confidential_text", "confidential") }} as unreadable__confidential,
        no_email_address as unreadable__email_addresses,
        {{ gap("country", "country_code") }} as unmapped__location,
        {{ gap("creation_date", "remote_created_at") }} as unreadable__remote_created_at,
        {{ gap("last_modification_date", "remote_updated_at") }} as unreadable__remote_updated_at
    from persy_mapped
),

unioned as (
    {{ union_all_of(tools) }}
)

select * from unioned
