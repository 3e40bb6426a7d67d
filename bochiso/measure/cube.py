"""The cube: what every unit did with every procedure in a period, counted once.

All indicators of dossiers are sums over it, so a million dossiers are read once and the rest is
arithmetic on some ten thousand rows. The same expression runs on DuckDB and on Spark.
"""

from datetime import UTC, datetime, time, timedelta

import ibis
from ibis import Table, ifelse

from bochiso.measure.lateness import counted, days_taken, on_time
from bochiso.measure.schema import DOSSIERS, PETITIONS, PROCEDURES
from bochiso.periods import Period
from bochiso.text import VIETNAM

ONLINE = 2
"""Channel 2: filed online."""


def facts() -> tuple[Table, Table, Table]:
    """The tables of dossiers, procedures and petitions, by name; no connection is opened."""
    return (
        ibis.table(DOSSIERS, name="dossiers"),
        ibis.table(PROCEDURES, name="procedures"),
        ibis.table(PETITIONS, name="petitions"),
    )


def bounds(period: Period) -> tuple[datetime, datetime]:
    """The first moment of a period and the first after it, UTC without a zone; days are Việt Nam's."""
    first = datetime.combine(period.first, time(), VIETNAM)
    after = datetime.combine(period.last + timedelta(days=1), time(), VIETNAM)
    return tuple(each.astimezone(UTC).replace(tzinfo=None) for each in (first, after))  # type: ignore[return-value]


def cube(period: Period, as_of: datetime) -> Table:
    """Counts by unit and procedure of the dossiers received in `period`, as they stood at `as_of` (UTC).

    A dossier belongs to a period by its receipt, or its filing where that lacks.
    """
    dossiers, procedures, petitions = facts()
    first, after = bounds(period)
    end = min(after, as_of.astimezone(UTC).replace(tzinfo=None))
    began = dossiers.received_at.coalesce(dossiers.filed_at)
    chosen = dossiers.filter(began >= first, began < after, began <= as_of_naive(as_of), counted(dossiers))
    limits = procedures.select(limit_of="procedure", maximum_hours="maximum_hours")
    chosen = chosen.left_join(limits, chosen.procedure == limits.limit_of)
    complained = petitions.filter(petitions.dossier.notnull(), petitions.sent_at <= end)
    complained = complained.select(complaint=complained.dossier).distinct()
    chosen = chosen.left_join(complained, chosen.dossier == complained.complaint)
    timely = on_time(chosen, end)
    closed, days = days_taken(chosen, end)
    fee = ~chosen.fee_free.fill_null(False)
    return chosen.group_by("unit", "procedure").aggregate(
        dossiers=chosen.count(),
        online=_count(chosen.channel == ONLINE),
        on_time=_count(timely),
        content=_count(timely & chosen.complaint.isnull()),
        closed=_count(closed),
        days=days.sum(),
        owing=_count(fee),
        paid=_count(fee & _set(chosen.paid_online)),
        paid_any=_count(_set(chosen.paid_online)),
        result=_count(_set(chosen.result_file)),
        component=_count(_set(chosen.component_file)),
        both=_count(_set(chosen.component_file) & _set(chosen.result_file)),
        reused=_count(_set(chosen.data_reused)),
        stored=_count(_set(chosen.from_store)),
        population=_count(_set(chosen.population_data)),
    )


def as_of_naive(as_of: datetime) -> datetime:
    """A moment as facts keep it: UTC without a zone."""
    return as_of.astimezone(UTC).replace(tzinfo=None)


def _set(flag: "ibis.expr.types.BooleanColumn") -> "ibis.expr.types.BooleanColumn":
    return flag.fill_null(False)


def _count(condition: "ibis.expr.types.BooleanColumn") -> "ibis.expr.types.IntegerScalar":
    return ifelse(condition, 1, 0).sum()
