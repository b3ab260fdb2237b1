{% set employer_org = "CandidateProfile.EmploymentHistory.EmployerOrg" %}
{% set employer = source.part(employer_org, ["@currentEmployer", "EmployerOrgName"], lists=["PositionHistory"]) %}
{% set position = employer.part("PositionHistory", ["Title", "StartDate", "EndDate"]) %}
{% set is_current = yes_or_no(employer.text_of("employer", "@currentEmployer")) %}
{% set positions = employer.items_of("employer", "PositionHistory") %}
{% set started = beginning_of(position.text_of("position", "StartDate")) %}
{% set last_started = greatest_of(of_each("position", positions, started)) %}
{% set lasts = position.text_of("position", "EndDate") ~ " is null" %}
-- Of the employers the current ones, or else all; of these the one whose last position began latest.
employer_orgs as (
    select *, {{ source.items(employer_org) }} as employer_orgs from addresses
),

likely_employers as (
    select *, {{ preferred("employer", "employer_orgs", is_current) }} as likely_employers from employer_orgs
),

employers as (
    select *, {{ latest("employer", "likely_employers", last_started) }} as employer from likely_employers
),

-- Of its positions those that last, or else all; of these the one that began latest.
positions as (
    select *, {{ positions }} as positions from employers
),

likely_positions as (
    select *, {{ preferred("position", "positions", lasts) }} as likely_positions from positions
),

held_positions as (
    select *, {{ latest("position", "likely_positions", started) }} as held_position from likely_positions
),

employments as (
    select
        *,
        {{ employer.text_of("employer", "EmployerOrgName") }} as company,
        {{ position.text_of("held_position", "Title") }} as title
    from held_positions
),
