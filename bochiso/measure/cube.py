"""The cube: what every unit did with every procedure in a period, counted once.

All indicators of dossiers are sums over it, so a million dossiers are read once and the rest is
arithmetic on some ten thousand rows. The same expression runs on DuckDB and on Spark.
"""

from datetime import UTC, date, datetime, time, timedelta

import ibis
from ibis import Table, ifelse
from ibis.expr.types import BooleanValue

from bochiso.measure.lateness import with_clock
from bochiso.measure.schema import ASKED, DOSSIERS, PETITIONS, PROCEDURES
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


def asked(period: Period, as_of: datetime) -> dict[str, datetime | date]:
    """The row of ASKED; `asked_end` is the period's last second, or `as_of` while it runs."""
    first, after = bounds(period)
    moment = plain(as_of)
    return {
        "asked_first": first,
        "asked_after": after,
        "asked_as_of": moment,
        "asked_end": min(after - timedelta(seconds=1), moment),
        "asked_first_day": period.first,
        "asked_last_day": period.last,
        "asked_today": min(period.last, as_of.astimezone(VIETNAM).date()),
    }


def with_asked(table: Table) -> Table:
    """Every row with what is asked for beside it."""
    return table.cross_join(ibis.table(ASKED, name="asked"))


def cube() -> Table:
    """COUNTS by unit and procedure of the dossiers received in the period asked for, as they stood then.

    A dossier belongs to a period by its receipt, or its filing where that lacks. Dossiers whose
    unit is not known are in no unit's figures; they are listed for a clerk to map.
    """
    dossiers = with_asked(ibis.table(DOSSIERS, name="dossiers"))
    petitions = with_asked(ibis.table(PETITIONS, name="petitions"))
    procedures = ibis.table(PROCEDURES, name="procedures")
    began = dossiers.received_at.coalesce(dossiers.filed_at)
    chosen = dossiers.filter(
        began >= dossiers.asked_first,
        began < dossiers.asked_after,
        began <= dossiers.asked_as_of,
        dossiers.status.fill_null(0) != DRAFT,
        dossiers.unit.notnull(),
    )
    limits = procedures.select("maximum_hours", limit_of="procedure")
    chosen = chosen.left_join(limits, chosen.procedure == limits.limit_of)
    about = petitions.filter(petitions.dossier.notnull(), petitions.sent_at <= petitions.asked_as_of)
    about = about.select(complaint=about.dossier).distinct()
    chosen = with_clock(chosen.left_join(about, chosen.dossier == about.complaint))
    fee = ~_set(chosen.fee_free)
    return chosen.group_by("unit", "procedure").aggregate(
        received=chosen.count(),
        online=chosen.count(where=chosen.channel == ONLINE),
        judged=chosen.count(where=chosen.counted),
        on_time=chosen.count(where=chosen.on_time),
        content=chosen.count(where=chosen.on_time & chosen.complaint.isnull()),
        closed=chosen.count(where=chosen.closed),
        seconds=ifelse(chosen.closed, chosen.seconds, 0).sum(),
        owing=chosen.count(where=fee),
        paid=chosen.count(where=fee & _set(chosen.paid_online)),
        paid_any=chosen.count(where=_set(chosen.paid_online)),
        result=chosen.count(where=_set(chosen.result_file)),
        component=chosen.count(where=_set(chosen.component_file)),
        both=chosen.count(where=_set(chosen.component_file) & _set(chosen.result_file)),
        reused=chosen.count(where=_set(chosen.data_reused)),
        stored=chosen.count(where=_set(chosen.from_store)),
        population=chosen.count(where=_set(chosen.population_data)),
    )


CUBE: dict[str, str] = {"unit": "string", "procedure": "string", **dict.fromkeys(COUNTS, "int64")}
"""The cube as a table, which the engine keeps while a period is measured."""


def _set(flag: BooleanValue) -> BooleanValue:
    return flag.fill_null(False)
