"""The law's clock (Decree 118/2025/NĐ-CP) as one expression over the table of dossiers.

It states what `legal_verdict` of bochiso.rules.lateness says of one dossier as it stood, with its
`published_limit`; a test holds the two together on 100,000 generated ones.
"""

import ibis
from ibis import Table, ifelse
from ibis.expr.types import TimestampScalar

from bochiso.measure.index_clock import with_end
from bochiso.measure.limits import PLAIN_DAY, WORKING_DAY, day_of, end_of, with_last_day
from bochiso.rules.dossier_times import DRAFT
from bochiso.rules.lateness import HOURS_OF_A_DAY
from bochiso.rules.one_stop import one_stop


def with_legal_clock(dossiers: Table, as_of: TimestampScalar, end: TimestampScalar) -> Table:
    """The dossiers with what the law's clock finds of each, moments in UTC without a zone.

    Needs what `with_verdict` needs, `working_days`, and the table `limit_days` for the days of the
    dossiers. Adds: began; legal_day: the last day for a result; legal_due_at: its end; legal_counted;
    legal_closed; stands_still: while the applicant is awaited; legal_ended; legal_on_time.
    """
    return _judged(_due(_ended(with_end(dossiers, as_of, end), end)))


def _ended(table: Table, end: TimestampScalar) -> Table:
    """A request stops the clock at its moment; not answered in time, it closes the dossier there."""
    time = one_stop().complete_supplement
    table = with_last_day(table, "lapses_on", time.unit, time.amount, day_of(table.first_waiting_at))
    lapsed = (day_of(end) > table.lapses_on).fill_null(False)
    return table.mutate(
        stands_still=(table.waiting > 0) & ~lapsed,
        legal_closed=table.closed | lapsed,
        legal_ended=ifelse(table.waiting > 0, table.first_waiting_at, table.closed_at.coalesce(end)),
    )


def _due(table: Table) -> Table:
    """The limit from the receipt or the latest supplement, else the appointed day; later by a new date."""
    in_days = (table.maximum_hours % HOURS_OF_A_DAY == 0).fill_null(False)
    nothing = ibis.null("string")
    table = table.mutate(
        unit_=ifelse(table.working_days.notnull(), WORKING_DAY, ifelse(in_days, PLAIN_DAY, nothing)),
        amount_=table.working_days.coalesce((table.maximum_hours // HOURS_OF_A_DAY).cast("int32")),
    )
    started = day_of(table.completed_at.coalesce(table.received_at))
    table = with_last_day(table, "published_day", table.unit_, table.amount_, started)
    appointed = day_of(table.appointed_at.coalesce(table.due_at))
    table = table.mutate(first_day=ifelse(table.unit_.notnull(), table.published_day, appointed))
    again = day_of(table.reappointed_at)
    later = (again > table.first_day).fill_null(False)
    table = table.mutate(legal_day=ifelse(later, again, table.first_day))
    return table.mutate(legal_due_at=end_of(table.legal_day)).drop("unit_", "amount_", "first_day")


def _judged(table: Table) -> Table:
    counted = (table.status.fill_null(0) != DRAFT) & table.received_at.notnull() & table.legal_day.notnull()
    timely = (table.legal_due_at >= table.legal_ended).fill_null(False)
    return table.mutate(legal_counted=counted, legal_on_time=counted & timely)
