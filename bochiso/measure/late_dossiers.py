"""The dossiers that indicator 2.1 counts as late, finished or open: its denominator less its numerator."""

from ibis import Table, ifelse

from bochiso.measure.cube import judged
from bochiso.measure.ministries import ministry_of
from bochiso.measure.open_dossiers import DAY_SECONDS, passed


def late_dossiers() -> Table:
    """Of the dossiers of `units_chosen` received in the period asked for, the late ones, the worst first.

    Columns: dossier, unit, ministry (as ministry_of), procedure, status, received_at, due_at, ended_at
    (null: still open), days_late (one decimal; null where no date is known).
    """
    clock = judged(True, "dossier", "sender", "status")
    late = clock.filter(clock.counted, ~clock.on_time)
    late = late.mutate(
        received_at=late.began,
        ended_at=ifelse(late.open, None, late.ended),
        passed=passed(late),
        ministry=ministry_of(late),
    )
    late = late.mutate(days_late=(late.passed / DAY_SECONDS).round(1))
    late = late.order_by(late.passed.desc(nulls_first=False), "dossier")
    return late.select(
        "dossier", "unit", "ministry", "procedure", "status", "received_at", "due_at", "ended_at", "days_late"
    )
