"""Counting as a good hand writes it for Spark: what the country's dossiers come to, by unit.

The dossiers' counts by unit and month, and what units did with which procedures: two queries, for one by
both would have a row for every pair. What else measuring does (petitions, the register) is left out of it.
"""

from bench.by_hand import NOW, PERIOD

FROM = f"where coalesce(received_at, filed_at) {PERIOD} and coalesce(status, 0) <> 1 and unit is not null"

COUNTED = f"""
with happened as (
    select /*+ BROADCAST(p), BROADCAST(l) */
        unit, d.province, complained_at, channel, paid_online, fee_free, result_file, component_file,
        data_reused, from_store, population_data, fee, returns_document, maximum_hours, received_at,
        coalesce(due_at, cast(limit_last as timestamp_ntz) + interval '16:59:59' hour to second) as due_at,
        coalesce(received_at, filed_at) as began, status, d.requests,
        size(filter(coalesce(dislikes, array()), r -> r.since <= {NOW}
            and (r.until is null or r.until > {NOW}))) > 0 as disliked,
        aggregate(filter(coalesce(d.requests, array()), r -> r.answered_at <= {NOW}), 0L, (sum, r) -> sum
            + timestampdiff(second, r.asked_at, r.answered_at)) as waited,
        filter(coalesce(d.requests, array()), r -> r.asked_at <= {NOW}
            and (r.answered_at is null or r.answered_at > {NOW})) as waiting,
        coalesce(if(done_at <= {NOW}, done_at, null), if(returned_at <= {NOW}, returned_at, null),
            least(if(stopped_at <= {NOW}, stopped_at, null), if(refused_at <= {NOW}, refused_at, null)))
            as done,
        if(withdrawn_at <= {NOW}, withdrawn_at, null) as gone,
        status in (3, 7, 8, 9, 10)
            and coalesce(done_at, returned_at, stopped_at, refused_at, withdrawn_at) is null as vague
    from dossiers d left join procedures p on p.procedure = d.procedure and p.province = d.province
        left join limit_days l on due_at is null and l.limit_calendar = '' and l.limit_amount = p.working_days
            and l.limit_day = cast(coalesce(received_at, filed_at) + interval 7 hours as date)
    {FROM}),
ended as (
    select *, done is not null or gone is not null or coalesce(vague, false) as closed,
        received_at is null and done is null and (gone is not null or vague and status = 7) as never_taken,
        coalesce(done, gone, if(size(waiting) = 1 and not (done is not null or gone is not null
            or coalesce(vague, false)), waiting[0].asked_at, null), {NOW}) as ended
    from happened),
timed as (
    select *, timestampdiff(second, began, ended) - waited as seconds,
        size(waiting) > 1 and not closed as too_many
    from ended),
judged as (
    select *, (due_at is not null or maximum_hours is not null or too_many) and not never_taken as counted,
        not too_many and case when due_at is not null then timestampdiff(second, ended, due_at) + waited >= 0
            else seconds <= maximum_hours * 3600 end as in_time,
        (done is not null or gone is not null) and received_at is not null and seconds >= 0 as timely
    from timed)
select province, unit, year(began + interval 7 hours) * 100 + month(began + interval 7 hours) as month,
    count(*) as received, count_if(channel = 2) as online, count_if(counted) as judged,
    count_if(counted and in_time) as on_time,
    count_if(not (counted and not coalesce(in_time, false))
        and (complained_at is null or complained_at > {NOW}) and not disliked) as content,
    count_if(timely) as closed, sum(if(timely, seconds, 0)) as seconds,
    count_if(fee and not coalesce(fee_free, false)) as fee_owed,
    count_if(fee and not coalesce(fee_free, false) and paid_online) as fee_paid,
    count_if(returns_document) as result_due, count_if(returns_document and result_file) as result_given,
    count_if(component_file and (result_file or not coalesce(returns_document, false))) as digitised,
    count_if(data_reused) as reused, count_if(from_store) as stored, count_if(population_data) as population
from judged group by 1, 2, 3
"""

HANDLED = f"""
select unit, procedure, bool_or(channel = 2) as online, bool_or(paid_online) as paid,
    bool_or(population_data) as population
from dossiers {FROM} group by unit, procedure
"""
