with coveto_jobs as (
    select * from {{ staging("coveto", "jobs") }}
),

persy_jobs as (
    select * from {{ staging("compleetpersy", "jobs") }}
),

coveto_mapped as (
    select
        coveto_jobs.*,
        {{ mapped("employment_type") }} as employment_type,
        {{ mapped("status") }} as mapped_status,
        {{ mapped("visibility") }} as visibility,
        {{ mapped("remote_work_status") }} as remote_work_status,
        {{ mapped("salary_currency") }} as salary_currency,
        {{ mapped("salary_period") }} as salary_period,
        {{ mapped("country") }} as country_code
    from coveto_jobs
    {{ join_mapping("employment_type", "coveto_jobs", "beschaeftigungsart", "coveto") }}
    {{ join_mapping("status", "coveto_jobs", "status", "coveto") }}
    {{ join_mapping("visibility", "coveto_jobs", "sichtbarkeit", "coveto") }}
    {{ join_mapping("remote_work_status", "coveto_jobs", "homeoffice", "coveto") }}
    {{ join_mapping("salary_currency", "coveto_jobs", "gehalt_waehrung", "coveto") }}
    {{ join_mapping("salary_period", "coveto_jobs", "gehalt_einheit", "coveto") }}
    {{ join_mapping("country", "coveto_jobs", "country", "coveto") }}
),

coveto as (
    select
        ---------- ids
        {{ unified_id("jobs", "connection_id", "remote_id") }} as id,
        connection_id,
        'coveto' as tool,
        remote_id,
        valid_from as changed_at,
        deleted_at as remote_deleted_at,
        ---------- the job
        titel as name,
        stellennummer as job_code,
        beschreibung as description,
        weekly_hours,
        coalesce(employment_type, beschaeftigungsart) as employment_type,
        coalesce(mapped_status, status) as status,
        coalesce(visibility, sichtbarkeit) as visibility,
        kategorie as category,
        url as post_url,
        coalesce(remote_work_status, homeoffice) as remote_work_status,
        salary_amount_from,
        salary_amount_to,
        salary_currency,
        coalesce(salary_period, gehalt_einheit) as salary_period,
        {{ location("coveto_mapped", "country_code") }} as location,
        {{ custom_fields("jobs", "coveto_mapped") }} as custom_fields,
        integration_fields,
        ---------- timestamps
        opened_at,
        closed_at,
        remote_created_at,
        remote_updated_at,
        content_row as remote_data,
        ---------- what did not map or could not be read
        {{ gap("wochenstunden", "weekly_hours") }} as unreadable__weekly_hours,
        {{ gap("beschaeftigungsart", "employment_type") }} as unmapped__employment_type,
        {{ gap("status", "mapped_status") }} as unmapped__status,
        {{ gap("sichtbarkeit", "visibility") }} as unmapped__visibility,
        {{ gap("homeoffice", "remote_work_status") }} as unmapped__remote_work_status,
        {{ gap("gehalt_von", "salary_amount_from") }} as unreadable__salary_amount_from,
        {{ gap("gehalt_bis", "salary_amount_to") }} as unreadable__salary_amount_to,
        {{ gap("gehalt_waehrung", "salary_currency") }} as unmapped__salary_currency,
        {{ gap("gehalt_einheit", "salary_period") }} as unmapped__salary_period,
        {{ gap("country", "country_code") }} as unmapped__location,
        {{ gap("veroeffentlicht_am", "opened_at") }} as unreadable__opened_at,
        {{ gap("gueltig_bis", "closed_at") }} as unreadable__closed_at,
        {{ gap("erstellt_am", "remote_created_at") }} as unreadable__remote_created_at,
        {{ gap("geaendert_am", "remote_updated_at") }} as unreadable__remote_updated_at
    from coveto_mapped
),

compleetpersy as (
    select
        {{ unified_id("jobs", "connection_id", "remote_id") }} as id,
        connection_id,
        'compleetpersy' as tool,
        remote_id,
        valid_from as changed_at,
        deleted_at as remote_deleted_at,
        position_title as name,
        {{ nulls("text", ["job_code", "description"]) }},
        {{ nulls("double", ["weekly_hours"]) }},
        {{ nulls("text", ["employment_type", "status", "visibility", "category", "post_url", "remote_work_status"]) }},
        {{ nulls("double", ["salary_amount_from", "salary_amount_to"]) }},
        {{ nulls("text", ["salary_currency", "salary_period"]) }},
        {{ nulls("json", ["location", "custom_fields", "integration_fields"]) }},
        {{ nulls("timestamp", ["opened_at", "closed_at", "remote_created_at", "remote_updated_at"]) }},
        content_row as remote_data,
        {{ nulls("text", [
            "unreadable__weekly_hours", "unmapped__employment_type", "unmapped__status", "unmapped__visibility",
            "unmapped__remote_work_status", "unreadable__salary_amount_from", "unreadable__salary_amount_to",
            "unmapped__salary_currency", "unmapped__salary_period", "unmapped__location", "unreadable__opened_at",
            "unreadable__closed_at", "unreadable__remote_created_at", "unreadable__remote_updated_at",
        ]) }}
    from persy_jobs
),

unioned as (
    {{ union_all_of(tools) }}
)

select * from unioned
