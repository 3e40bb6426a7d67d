"""The open dossiers that are overdue or due soon, by the index's clock or by the law's."""

import ibis
from ibis import Table, ifelse
from ibis.expr.types import BooleanValue, IntegerValue, TimestampScalar

from bochiso.measure.cube import of_chosen, was_accepted, with_procedures
from bochiso.measure.index_clock import with_end, with_verdict
from bochiso.measure.legal_clock import with_legal_clock
from bochiso.measure.limits import with_calendar, with_limit_end
from bochiso.measure.ministries import ministry_of
from bochiso.measure.query_parameters import flag_parameter, moment_parameter, number_parameter
from bochiso.measure.schema import DOSSIERS

DAY_SECONDS = 86_400
COLUMNS = (
    "dossier", "unit", "ministry", "province", "procedure", "status", "received_at", "due_at", "days_late",
)  # fmt: skip


def open_dossiers_of(*, subset: bool = False) -> Table:
    """Dossiers still open at the moment asked for: late, or due within the days asked for (`open_values`).

    By the index's clock; `subset`: only of `units_chosen`. Columns: dossier, unit, ministry (as
    ministry_of), province, procedure, status, received_at, due_at, days_late (one decimal, negative where
    days are left; null where no date is known), the most urgent first.
    """
    moment = moment_parameter("asked_as_of")
    clock = with_verdict(with_limit_end(with_end(accepted_by(moment, subset=subset), moment, moment)))
    clock = clock.filter(clock.counted, ~clock.closed)
    clock = clock.mutate(received_at=clock.began, passed=passed(clock))
    # While a supplement is awaited the clock stands still: nothing to hurry.
    return _listed(clock, clock.on_time, clock.waiting == 0).select(COLUMNS)


def passed(clock: Table) -> IntegerValue:
    """Seconds past the limit; none of two unanswered requests, which are late before it too."""
    until_due = clock.ended.delta(clock.due_at, unit="second") - clock.waited
    found = until_due.coalesce(clock.seconds - clock.maximum_hours.cast("int64") * 3600)
    return ifelse(clock.too_many & (found < 0), 0, found)


def open_dossiers_by_law(*, subset: bool = False) -> Table:
    """The same by the law's clock: due_at is the end of the last day for a result.

    Besides: started_at, from which the law counts; reappointments, the new dates that were given.
    """
    moment = moment_parameter("asked_as_of")
    clock = with_legal_clock(accepted_by(moment, subset=subset), moment, moment)
    clock = clock.filter(clock.legal_counted, ~clock.legal_closed)
    clock = clock.mutate(
        due_at=clock.legal_due_at,
        started_at=clock.completed_at.coalesce(clock.received_at),
        passed=clock.legal_ended.delta(clock.legal_due_at, unit="second"),
    )
    listed = _listed(clock, clock.legal_on_time, ~clock.stands_still)
    return listed.select(*COLUMNS, "started_at", "reappointments")


def accepted_by(moment: TimestampScalar, *, subset: bool = False) -> Table:
    """The dossiers accepted by a moment, with what their procedures allow; `subset`: of `units_chosen`."""
    dossiers = of_chosen(ibis.table(DOSSIERS, name="dossiers"), subset)
    began = dossiers.received_at.coalesce(dossiers.filed_at)
    chosen = dossiers.filter(was_accepted(dossiers, moment), began <= moment)
    # By the law some limits hold for dossiers whose procedure no list has.
    return with_calendar(with_procedures(chosen, "maximum_hours", "working_days").drop("calendar"))


def _listed(clock: Table, on_time: BooleanValue, running: BooleanValue) -> Table:
    """Those that are late, or on time, running and due within the days asked for; needs `passed`, seconds."""
    passed: IntegerValue = clock.passed
    clock = clock.mutate(
        days_late=(passed / DAY_SECONDS).round(1),
        ministry=ministry_of(clock),
        timely=on_time,
        running=running,
    )
    late, days = flag_parameter("asked_late"), number_parameter("asked_days")
    due = clock.timely & clock.running & (clock.passed >= -days * DAY_SECONDS)
    clock = clock.filter(ifelse(late, ~clock.timely, due))
    return clock.order_by(clock.passed.desc(nulls_first=False), "dossier")
