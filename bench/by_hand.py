"""Measuring as a good hand writes it: the same counts of every unit, as one DuckDB query.

Reads the facts, `unit_list` for the units, and tables that it is given, ready made: `units_within`, and for
working days `due_days` and `limit_days`.
"""

PERIOD = "between timestamp '2025-12-31 17:00:00' and timestamp '2026-09-30 16:59:59'"
NOW = "timestamp '2026-09-30 16:59:59'"
YEAR = "between date '2026-01-01' and date '2026-09-30'"

GIVEN_TO_PEERS = {
    "open_requests": "int32",
    "first_open_request_at": "timestamp",
    "supplement_seconds": "int64",
}
"""What requests for supplements come to, worked out beforehand for the engines that have no lists."""

QUERY = f"""
with happened as (
    select unit, d.procedure, complained_at, channel,
        dislikes is not null and len(list_filter(dislikes, lambda r: r.since <= {NOW}
            and (r.until is null or r.until > {NOW}))) > 0 as disliked,
        coalesce(due_at, limit_last + interval '16:59:59') as due_at, paid_online, fee_free,
        result_file, component_file, data_reused, from_store, population_data, fee, returns_document,
        maximum_hours, received_at,
        coalesce(received_at, filed_at) as began,
        coalesce(list_sum(list_transform(list_filter(requests, lambda r: r.answered_at <= {NOW}),
            lambda r: date_diff('second', r.asked_at, r.answered_at))), 0) as waited,
        coalesce(if(done_at <= {NOW}, done_at, null), if(returned_at <= {NOW}, returned_at, null),
            least(if(stopped_at <= {NOW}, stopped_at, null), if(refused_at <= {NOW}, refused_at, null)))
            as done,
        if(withdrawn_at <= {NOW}, withdrawn_at, null) as gone,
        list_filter(d.requests, lambda r: r.asked_at <= {NOW}
            and (r.answered_at is null or r.answered_at > {NOW})) as waiting,
        coalesce(len(waiting), 0) as unanswered,
        list_min(list_transform(waiting, lambda r: r.asked_at)) as first_waiting_at,
        status in (3, 7, 8, 9, 10)
            and coalesce(done_at, returned_at, stopped_at, refused_at, withdrawn_at) is null as vague,
        received_at is null and done is null and (gone is not null or vague and status = 7) as never_taken
    from dossiers d left join procedures p on p.procedure = d.procedure and p.province = d.province
        left join limit_days l on due_at is null and l.limit_calendar = '' and l.limit_amount = p.working_days
            and l.limit_day = (coalesce(received_at, filed_at) + interval 7 hours)::date
    where coalesce(received_at, filed_at) {PERIOD} and coalesce(status, 0) <> 1 and unit is not null),
judged as (
    select *, done is not null or gone is not null or coalesce(vague, false) as closed,
        coalesce(done, gone, if(unanswered = 1 and not closed, first_waiting_at, null), {NOW}) as ended,
        date_diff('second', began, ended) - waited as seconds,
        unanswered > 1 and not closed as too_many,
        (due_at is not null or maximum_hours is not null or too_many) and not never_taken as counted,
        counted and not too_many and case when due_at is not null
            then date_diff('second', ended, due_at) + waited >= 0
            else seconds <= maximum_hours * 3600 end as on_time,
        (done is not null or gone is not null) and received_at is not null and seconds >= 0 as timed
    from happened),
counted as (
    select unit, count(*) as received, count(*) filter (channel = 2) as online,
        count(*) filter (counted) as judged, count(*) filter (on_time) as on_time,
        count(*) filter (not (counted and not on_time) and (complained_at is null or complained_at > {NOW})
            and not disliked) as content,
        count(*) filter (timed) as closed, coalesce(sum(seconds) filter (timed), 0) as seconds,
        count(*) filter (fee and fee_free is not true) as fee_owed,
        count(*) filter (fee and fee_free is not true and paid_online) as fee_paid,
        count(*) filter (returns_document) as result_due,
        count(*) filter (returns_document and result_file) as result_given,
        count(*) filter (component_file and (result_file or returns_document is not true)) as digitised,
        count(*) filter (data_reused) as reused, count(*) filter (from_store) as stored,
        count(*) filter (population_data) as population
    from judged group by unit),
handled as (
    select unit, procedure, bool_or(channel = 2) as online, bool_or(paid_online) as paid,
        bool_or(population_data) as population
    from dossiers
    where coalesce(received_at, filed_at) {PERIOD} and coalesce(status, 0) <> 1 and unit is not null
    group by all),
above as (
    select top as unit, procedure, bool_or(online) as online, bool_or(paid) as paid,
        bool_or(population) as population
    from handled join units_within on inside = unit
    where top in (select parent from unit_list) group by all),
did as (from handled where unit not in (select parent from unit_list where parent is not null)
    union all from above),
used as (
    select u.unit, count(*) filter (online and online_level in ('partial', 'full')) as services_used,
        count(*) filter (paid and fee) as procedures_paid,
        count(*) filter (population and open_to_citizens and population_connected is not true) as connected
    from did join unit_list u using (unit) join procedures p using (province, procedure)
    where office = u.unit or office is null and authority = level or level in ('province', 'ministry')
    group by u.unit),
offered as (
    select unit, count(*) as procedures,
        count(*) filter (online_level in ('partial', 'full')) as offered_online,
        count(*) filter (fee) as with_fee, count(*) filter (fee and payment_integrated) as integrated,
        count(*) filter (open_to_citizens) as for_citizens,
        count(*) filter (open_to_citizens and population_connected) as connected
    from unit_list join procedures using (province)
    where office = unit or office is null and authority = level or level in ('province', 'ministry')
    group by unit),
sent as (
    select *, if(refused_at <= {NOW}, refused_at, null) as refused,
        if(resolved_at <= {NOW}, resolved_at, null) as resolved,
        if(supplement_asked_at <= {NOW}, supplement_asked_at, null) as supplement,
        if(published_at <= {NOW}, published_at, null) as published,
        if(refused is null and resolved is null, {NOW}, null) as waiting
    from petitions where sent_at {PERIOD} and unit is not null),
steps as (
    unpivot (select petition, sent_at, forwarded_at, resolved_at, refused as PETITION_REFUSE,
        supplement as PETITION_SUPPLEMENT, resolved as PETITION_RESOLVE, published as PETITION_PUBLISH,
        waiting as PETITION_WAIT from sent)
    on PETITION_REFUSE, PETITION_SUPPLEMENT, PETITION_RESOLVE, PETITION_PUBLISH, PETITION_WAIT
    into name step value done_at),
late as (
    select distinct petition from steps join due_days on calendar = '' and day = (greatest(sent_at,
        if(forwarded_at <= done_at, forwarded_at, null),
        if(step = 'PETITION_PUBLISH' and resolved_at <= done_at, resolved_at, null)) + interval 7 hours)::date
    where (done_at + interval 7 hours)::date > case step when 'PETITION_REFUSE' then PETITION_REFUSE
        when 'PETITION_SUPPLEMENT' then PETITION_SUPPLEMENT when 'PETITION_PUBLISH' then PETITION_PUBLISH
        else PETITION_RESOLVE end),
asked as (
    select unit, count(*) as petitions, count(*) filter (about = 'procedure') as about_procedures,
        count(*) filter (about = 'staff') as about_staff,
        count(*) filter (petition not in (from late)) as petitions_on_time,
        count(*) filter (petition not in (from late) and disliked is not true and repeated is not true)
            as petitions_satisfied
    from sent group by unit),
decided as (
    select province, procedure, bool_or(effective_on is not null) as judged,
        bool_or(decided_on > coalesce(sign.PUBLISH_PROVINCE, effective_on)) as late,
        bool_or(coalesce(least(entered_on, date '2026-09-30'), date '2026-09-30') > enter.UPDATE_PROVINCE)
            as slow
    from publications
        left join due_days sign on sign.day = effective_on and sign.calendar = ''
        left join due_days enter on enter.day = decided_on and enter.calendar = ''
    where decided_on {YEAR} group by all),
published as (
    select province as unit, count(*) filter (judged and late is not true) as n_publish,
        count(*) filter (judged) as d_publish, count(*) filter (slow is not true) as n_update,
        count(*) as d_update
    from decided group by all),
complete as (
    select province as unit, count(*) filter (content_full) as n_content, count(*) as d_content
    from procedures semi join publications using (province, procedure) group by all),
own as (
    select * from counted full join asked using (unit) semi join unit_list using (unit)),
summed as (
    select top as unit, sum(columns(own.* exclude (unit)))
    from own join units_within on inside = own.unit group by top)
select * replace (coalesce(offered.connected, 0) + coalesce(used.connected, 0) as connected)
from unit_list left join summed using (unit) left join offered using (unit) left join used using (unit)
    left join published using (unit) left join complete using (unit)
"""
