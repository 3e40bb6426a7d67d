"""Online dossiers that nobody has accepted yet, past the working hours that the decree allows for it."""

import ibis
from ibis import Table, ifelse

from bochiso.measure.cube import of_chosen, was_accepted
from bochiso.measure.limits import HOURS_AHEAD, PLAIN_DAY, WORKING_DAY, day_of, with_calendar, with_last_day
from bochiso.measure.ministries import ministry_of
from bochiso.measure.missed.item_columns import listed
from bochiso.measure.open_dossiers import DAY_SECONDS
from bochiso.measure.query_parameters import moment_parameter
from bochiso.measure.schema import CLOSINGS, DOSSIERS


def waiting_dossiers(days: int) -> Table:
    """The newly filed dossiers of `units_chosen` that wait for longer than so many working days, as ITEM.

    A limit in working hours is counted as whole working days of one clock time to the same: when an office
    opens is its own affair, so what waits a little less isn't accused. What was filed on a day off
    counts from the next working day. Needs `limit_days` with that limit.
    """
    as_of = moment_parameter("asked_as_of")
    d = of_chosen(ibis.table(DOSSIERS, name="dossiers"), True)
    closed = ibis.coalesce(*(d[name] for name in CLOSINGS))
    d = d.filter(~was_accepted(d, as_of), d.filed_at <= as_of, d.unit.notnull(), closed.isnull())
    d = with_calendar(d)
    d = with_last_day(d, "opened_on", PLAIN_DAY, 0, day_of(d.filed_at))
    d = with_last_day(d, "last_on", WORKING_DAY, days, day_of(d.filed_at))
    time = (d.filed_at + ibis.interval(hours=HOURS_AHEAD)).delta(
        day_of(d.filed_at).cast("timestamp"), unit="second"
    )
    working = d.opened_on == day_of(d.filed_at)
    # From a day off: until the end of the last day.
    after = ifelse(working, time, DAY_SECONDS - 1)
    due = d.last_on.cast("timestamp") - ibis.interval(hours=HOURS_AHEAD) + after.as_interval("s")
    d = d.mutate(due_at=due, began=d.filed_at)
    d = d.filter(d.due_at < as_of)
    d = d.mutate(
        item=d.dossier,
        ministry=ministry_of(d),
        open=ibis.literal(True),
        days=(as_of.delta(d.filed_at, unit="second") / DAY_SECONDS).round(1),
        mendable=ibis.literal(True),
        ended_at=ibis.null("timestamp"),
    )
    return listed(d)
