{% set employer = source.part("CandidateProfile.EmploymentHistory.EmployerOrg", [
    "@currentEmployer", "EmployerOrgName", "PositionHistory",
]) %}
{% set position = employer.part("PositionHistory", ["Title", "StartDate", "EndDate"]) %}
{% set employer_items = source.items("CandidateProfile.EmploymentHistory.EmployerOrg") %}
employer_orgs as (
    select
        record_row,
        unnest({{ employer_items }}) as item,
        generate_subscripts({{ employer_items }}, 1) as place
    from read
),

employer_elements as (
    select record_row, place, {{ employer.extract("item") }} as elements from employer_orgs
),

employer_texts as (
    select *, {{ employer.texts() }} as texts from employer_elements
),

positions as (
    select
        record_row,
        place,
        unnest({{ employer.items("PositionHistory") }}) as item,
        generate_subscripts({{ employer.items("PositionHistory") }}, 1) as position_place
    from employer_texts
),

position_elements as (
    select *, {{ position.extract("item") }} as elements from positions
),

position_texts as (
    select *, {{ position.texts() }} as texts from position_elements
),

dated_positions as (
    select
        record_row,
        place,
        position_place,
        {{ position.text("Title") }} as title,
        {{ beginning_of(position.text("StartDate")) }} as started,
        {{ position.text("EndDate") }} is null as lasts
    from position_texts
),

latest_positions as (
    select
        *,
        max(started) over (partition by record_row, place) as last_started,
        row_number() over (
            partition by record_row, place order by lasts desc, started desc nulls last, position_place
        ) as rank
    from dated_positions
),

named_employers as (
    select
        record_row,
        place,
        {{ employer.text("EmployerOrgName") }} as company,
        coalesce({{ yes_or_no(employer.text("@currentEmployer")) }}, false) as is_current
    from employer_texts
),

ranked_employers as (
    select
        named_employers.record_row,
        named_employers.company,
        latest_positions.title,
        row_number() over (
            partition by named_employers.record_row
            order by
                named_employers.is_current desc,
                latest_positions.last_started desc nulls last,
                named_employers.place
        ) as rank
    from named_employers
    left join latest_positions
        on latest_positions.record_row = named_employers.record_row
        and latest_positions.place = named_employers.place
        and latest_positions.rank = 1
),

employers as (
    select record_row as employed_row, company, title from ranked_employers where rank = 1
),
