"""The open dossiers that are overdue or due soon, by the index's clock."""

from datetime import datetime

import ibis
from ibis import Table

from bochiso.measure.lateness import with_clock
from bochiso.measure.schema import DOSSIERS, PROCEDURES
from bochiso.rules.dossier_times import DRAFT

DAY_SECONDS = 86_400


def open_dossiers_of(as_of: datetime, unit: str | None, days: int | None) -> Table:
    """Dossiers still open at `as_of` (UTC without a zone): late, or on time and due within `days`.

    Columns: dossier, unit, procedure, status, received_at, due_at, days_late (one decimal, negative
    where days are left; null where no date is known), the most urgent first.
    """
    dossiers = ibis.table(DOSSIERS, name="dossiers")
    limits = ibis.table(PROCEDURES, name="procedures").select("maximum_hours", limit_of="procedure")
    began = dossiers.received_at.coalesce(dossiers.filed_at)
    chosen = dossiers.filter(dossiers.status.fill_null(0) != DRAFT, began <= as_of)
    if unit is not None:
        chosen = chosen.filter((chosen.unit == unit) | chosen.unit.startswith(unit + "."))
    chosen = chosen.left_join(limits, chosen.procedure == limits.limit_of)
    moment = ibis.literal(as_of)
    clock = with_clock(chosen.mutate(asked_as_of=moment, asked_end=moment))
    clock = clock.filter(clock.counted, ~clock.closed)
    passed = clock.ended.delta(clock.due_at, unit="second") - clock.waited
    clock = clock.mutate(received_at=clock.began, days_late=(passed / DAY_SECONDS).round(1), passed=passed)
    if days is None:
        clock = clock.filter(~clock.on_time)
    else:
        # While a supplement is awaited the clock stands still: nothing to hurry.
        running = clock.requests == 0
        clock = clock.filter(clock.on_time, running, clock.passed >= -days * DAY_SECONDS)
    return clock.order_by(clock.passed.desc(nulls_first=False), "dossier").select(
        "dossier", "unit", "procedure", "status", "received_at", "due_at", "days_late"
    )
