"""The open dossiers that are overdue or due soon, by the index's clock or by the law's."""

from datetime import datetime

import ibis
from ibis import Table, ifelse
from ibis.expr.types import BooleanValue, IntegerValue, TimestampScalar

from bochiso.measure.cube import with_procedures
from bochiso.measure.lateness import CLOSINGS, with_end, with_verdict
from bochiso.measure.legal_lateness import with_legal_clock
from bochiso.measure.limits import with_calendar, with_limit_end
from bochiso.measure.schema import DOSSIERS
from bochiso.rules.dossier_times import DRAFT, IN_PROGRESS

DAY_SECONDS = 86_400
COLUMNS = ("dossier", "unit", "province", "procedure", "status", "received_at", "due_at", "days_late")


def open_dossiers_of(as_of: datetime, unit: str | None, days: int | None) -> Table:
    """Dossiers still open at `as_of` (UTC without a zone): late, or on time and due within `days`.

    By the index's clock. Columns: dossier, unit, procedure, status, received_at, due_at, days_late
    (one decimal, negative where days are left; null where no date is known), the most urgent first.
    """
    moment = ibis.literal(as_of)
    clock = with_verdict(with_limit_end(with_end(_chosen(as_of, unit), moment, moment)))
    clock = clock.filter(clock.counted, ~clock.closed)
    passed = clock.ended.delta(clock.due_at, unit="second") - clock.waited
    clock = clock.mutate(received_at=clock.began, passed=passed)
    # While a supplement is awaited the clock stands still: nothing to hurry.
    return _listed(clock, clock.on_time, clock.requests == 0, days).select(COLUMNS)


def open_dossiers_by_law(as_of: datetime, unit: str | None, days: int | None) -> Table:
    """The same by the law's clock: due_at is the end of the last day for a result.

    Besides: started_at, from which the law counts; reappointments, the new dates that were given.
    """
    moment = ibis.literal(as_of)
    clock = with_legal_clock(_chosen(as_of, unit), moment, moment)
    clock = clock.filter(clock.legal_counted, ~clock.legal_closed)
    clock = clock.mutate(
        due_at=clock.legal_due_at,
        started_at=clock.completed_at.coalesce(clock.received_at),
        passed=clock.legal_ended.delta(clock.legal_due_at, unit="second"),
    )
    listed = _listed(clock, clock.legal_on_time, ~clock.waiting, days)
    return listed.select(*COLUMNS, "started_at", "reappointments")


def _chosen(as_of: datetime, unit: str | None) -> Table:
    dossiers = ibis.table(DOSSIERS, name="dossiers")
    began = dossiers.received_at.coalesce(dossiers.filed_at)
    chosen = dossiers.filter(dossiers.status.fill_null(0) != DRAFT, began <= as_of)
    if unit is not None:
        chosen = chosen.filter((chosen.unit == unit) | chosen.unit.startswith(unit + "."))
    # By the law some limits hold for dossiers whose procedure no list has.
    chosen = with_calendar(with_procedures(chosen, "maximum_hours", "working_days").drop("calendar"))
    return _asked_then(chosen, ibis.literal(as_of))


def _asked_then(table: Table, as_of: TimestampScalar) -> Table:
    """The requests for supplements as they stood: one that was answered later was open, or not yet made.

    Only the latest answer and the time of all are known: answered requests are taken for one that
    ended then, which they nearly always are. What was closed since was in progress.
    """
    closed_since = ibis.coalesce(*(table[name] for name in CLOSINGS)).notnull()
    later = (table.completed_at > as_of).fill_null(False)
    asked = table.completed_at - table.supplement_seconds.as_interval("s")
    waiting = (later & (asked <= as_of)).fill_null(False)
    first = ifelse(table.first_open_request_at > as_of, None, table.first_open_request_at)
    others = ifelse(table.first_open_request_at > as_of, 0, table.open_requests.fill_null(0))
    return table.mutate(
        open_requests=others + waiting.cast("int32"),
        first_open_request_at=ifelse(waiting, ibis.least(asked, first.coalesce(asked)), first),
        supplement_seconds=ifelse(later, 0, table.supplement_seconds),
        completed_at=ifelse(later, None, table.completed_at),
        status=ifelse(closed_since, IN_PROGRESS, table.status),
    )


def _listed(clock: Table, on_time: BooleanValue, running: BooleanValue, days: int | None) -> Table:
    """Those that are late, or on time, running and due within so many days; needs `passed`, seconds."""
    passed: IntegerValue = clock.passed
    clock = clock.mutate(
        days_late=(passed / DAY_SECONDS).round(1),
        timely=on_time,
        running=running,
    )
    if days is None:
        clock = clock.filter(~clock.timely)
    else:
        clock = clock.filter(clock.timely, clock.running, clock.passed >= -days * DAY_SECONDS)
    return clock.order_by(clock.passed.desc(nulls_first=False), "dossier")
