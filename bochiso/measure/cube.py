"""The cube: what every unit did with every procedure in a period, counted once.

All indicators of dossiers are sums over it, so a million dossiers are read once and the rest is
arithmetic on some ten thousand rows. The same expression runs on DuckDB and on Spark.
"""

from datetime import UTC, datetime, time, timedelta

import ibis
from ibis import Table, ifelse
from ibis.expr.types import BooleanValue, IntegerScalar

from bochiso.measure.lateness import with_clock
from bochiso.measure.schema import DOSSIERS, PETITIONS, PROCEDURES
from bochiso.periods import Period
from bochiso.rules.dossier_times import DRAFT
from bochiso.text import VIETNAM

ONLINE = 2
"""Channel 2: filed online."""

COUNTS = (
    "received", "online", "judged", "on_time", "content", "closed", "seconds", "owing", "paid",
    "paid_any", "result", "component", "both", "reused", "stored", "population",
)  # fmt: skip
"""What the cube counts, each a number of dossiers but `seconds`."""


def bounds(period: Period) -> tuple[datetime, datetime]:
    """The first moment of a period and the first after it, UTC without a zone; days are Việt Nam's."""
    first = datetime.combine(period.first, time(), VIETNAM)
    after = datetime.combine(period.last + timedelta(days=1), time(), VIETNAM)
    return plain(first), plain(after)


def plain(moment: datetime) -> datetime:
    """A moment as facts keep it: UTC without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def end_of(period: Period, as_of: datetime) -> datetime:
    """What stands for the end of what is still open: the period's last second, or `as_of` while it runs."""
    return min(bounds(period)[1] - timedelta(seconds=1), plain(as_of))


def cube(period: Period, as_of: datetime) -> Table:
    """COUNTS by unit and procedure of the dossiers received in `period`, as they stood at `as_of`.

    A dossier belongs to a period by its receipt, or its filing where that lacks. Dossiers whose
    unit is not known are in no unit's figures; they are listed for a clerk to map.
    """
    dossiers = ibis.table(DOSSIERS, name="dossiers")
    petitions = ibis.table(PETITIONS, name="petitions")
    procedures = ibis.table(PROCEDURES, name="procedures")
    first, after = bounds(period)
    end = end_of(period, as_of)
    began = dossiers.received_at.coalesce(dossiers.filed_at)
    chosen = dossiers.filter(
        began >= first,
        began < after,
        began <= plain(as_of),
        dossiers.status.fill_null(0) != DRAFT,
        dossiers.unit.notnull(),
    )
    limits = procedures.select("maximum_hours", limit_of="procedure")
    chosen = chosen.left_join(limits, chosen.procedure == limits.limit_of)
    about = petitions.filter(petitions.dossier.notnull(), petitions.sent_at <= plain(as_of))
    about = about.select(complaint=about.dossier).distinct()
    chosen = with_clock(chosen.left_join(about, chosen.dossier == about.complaint), plain(as_of), end)
    fee = ~_set(chosen.fee_free)
    return chosen.group_by("unit", "procedure").aggregate(
        received=chosen.count(),
        online=_count(chosen.channel == ONLINE),
        judged=_count(chosen.counted),
        on_time=_count(chosen.on_time),
        content=_count(chosen.on_time & chosen.complaint.isnull()),
        closed=_count(chosen.closed),
        seconds=ifelse(chosen.closed, chosen.seconds, 0).sum(),
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


CUBE: dict[str, str] = {"unit": "string", "procedure": "string", **dict.fromkeys(COUNTS, "int64")}
"""The cube as a table, which the engine keeps while a period is measured."""


def _set(flag: BooleanValue) -> BooleanValue:
    return flag.fill_null(False)


def _count(condition: BooleanValue) -> IntegerScalar:
    return ifelse(condition, 1, 0).sum()
