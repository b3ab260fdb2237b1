with coveto_applications as (
    select * from {{ staging("coveto", "applications") }}
),

persy_applications as (
    select * from {{ staging("compleetpersy", "applications") }}
),

vocabulary as (
    select connection_id, remote_id, typ
    from {{ staging("coveto", "application_statuses") }}
    where deleted_at is null
),

coveto_decided as (
    select
        coveto_applications.*,
        coalesce(
            coveto_applications.status_typ, vocabulary.typ, coveto_applications.status_bezeichnung
        ) as outcome_text
    from coveto_applications
    left join vocabulary
        on vocabulary.connection_id = coveto_applications.connection_id
        and vocabulary.remote_id = coveto_applications.status_id
),

coveto_mapped as (
    select coveto_decided.*, {{ mapped("outcome") }} as outcome
    from coveto_decided
    {{ join_mapping("outcome", "coveto_decided", "outcome_text", "coveto") }}
),

persy_mapped as (
    select
        persy_applications.*,
        coalesce(candidate_id, key_candidate_id) as remote_candidate_id,
        coalesce(opening_id, key_opening_id) as remote_job_id,
        {{ mapped("outcome") }} as outcome
    from persy_applications
    {{ join_mapping("outcome", "persy_applications", "application_status", "compleetpersy") }}
),

coveto as (
    select
        {{ unified_id("applications", "connection_id", "remote_id") }} as id,
        connection_id,
        'coveto' as tool,
        remote_id,
        valid_from as changed_at,
        deleted_at as remote_deleted_at,
        coalesce(outcome, 'PENDING') as outcome,
        rejected_at,
        {{ unified_id("jobs", "connection_id", "stelle_id") }} as job_id,
        stelle_id as remote_job_id,
        {{ unified_id("candidates", "connection_id", "bewerber_id") }} as candidate_id,
        bewerber_id as remote_candidate_id,
        {{ custom_fields("applications", "coveto_mapped") }} as custom_fields,
        integration_fields,
        remote_created_at,
        remote_updated_at,
        content_row as remote_data,
        ---------- what did not map or could not be read
        {{ gap("outcome_text", "outcome") }} as unmapped__outcome,
        {{ gap("abgelehnt_am", "rejected_at") }} as unreadable__rejected_at,
        {{ gap("erstellt_am", "remote_created_at") }} as unreadable__remote_created_at,
        {{ gap("geaendert_am", "remote_updated_at") }} as unreadable__remote_updated_at
    from coveto_mapped
),

compleetpersy as (
    select
        {{ unified_id("applications", "connection_id", "remote_id") }} as id,
        connection_id,
        'compleetpersy' as tool,
        remote_id,
        valid_from as changed_at,
        deleted_at as remote_deleted_at,
        coalesce(outcome, 'PENDING') as outcome,
        {{ nulls("timestamp", ["rejected_at"]) }},
        {{ unified_id("jobs", "connection_id", "remote_job_id") }} as job_id,
        remote_job_id,
        {{ unified_id("candidates", "connection_id", "remote_candidate_id") }} as candidate_id,
        remote_candidate_id,
        {{ nulls("json", ["custom_fields", "integration_fields"]) }},
        remote_created_at,
        {{ nulls("timestamp", ["remote_updated_at"]) }},
        content_row as remote_data,
        ---------- what did not map or could not be read
        {{ gap("application_status", "outcome") }} as unmapped__outcome,
        {{ nulls("text", ["unreadable__rejected_at"]) }},
        {{ gap("application_date", "remote_created_at") }} as unreadable__remote_created_at,
        {{ nulls("text", ["unreadable__remote_updated_at"]) }}
    from persy_mapped
),

unioned as (
    {{ union_all_of(tools) }}
)

select * from unioned
