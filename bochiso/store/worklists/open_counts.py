"""What waits at each unit, in numbers: dossiers overdue, due soon, filed online and not accepted in time."""

from datetime import UTC, date, datetime

import duckdb
from msgspec import Struct

from bochiso.measure.compiled_sql import open_query
from bochiso.measure.missed.missed_sql import waiting_query
from bochiso.measure.query_parameters import open_values, plain
from bochiso.rules.one_stop import Limit, one_stop
from bochiso.rules.verdict import day_of
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.measuring.deadline_table import store_deadline_table
from bochiso.store.measuring.measurement import choose_units, run
from bochiso.store.worklists.work_lists import WORKING_HOURS_OF_A_DAY, earliest_filed
from bochiso.store.worklists.worklist import keep_limits


class OpenCount(Struct, frozen=True):
    """What waits at one unit itself, without those below it. first_due: the day on which the first of `soon`
    is due, in Việt Nam."""

    unit: str
    overdue: int = 0
    soon: int = 0
    first_due: date | None = None
    waiting: int = 0


def dossiers_known(db: duckdb.DuckDBPyConnection) -> bool:
    """Whether any dossier was ever received: else nothing is known, which is not nothing to do."""
    return db.execute("select 1 from dossiers limit 1").fetchone() is not None


def open_counts(db: duckdb.DuckDBPyConnection, as_of: datetime, days: int) -> list[OpenCount]:
    """What waits at each unit at a moment: `soon`, due within so many days. By the index's clock."""
    moment, calendar = as_of.astimezone(UTC).replace(tzinfo=None), calendar_of(db)
    keep_limits(db, moment, calendar)
    values = {"asked_as_of": plain(as_of).isoformat()}
    counted = _COUNTED.format(open_query())
    overdue, soon = (
        {unit: (n, due) for unit, n, due in run(db, counted, open_values(as_of, within)).fetchall()}
        for within in (None, days)
    )
    choose_units(db, [unit for (unit,) in db.execute(_UNITS).fetchall()])
    patience = -(-one_stop().accept_online.working_hours // WORKING_HOURS_OF_A_DAY)
    limits = [Limit(0, "day"), Limit(patience, "working_day")]
    store_deadline_table(db, earliest_filed(db, as_of), day_of(as_of), limits, calendar)
    query = f"select unit, count(*) from ({waiting_query(patience)}) group by unit"  # noqa: S608 (our words)
    waiting = dict(run(db, query, values).fetchall())
    units = sorted({*overdue, *soon, *waiting} - {None})
    return [
        OpenCount(
            unit,
            overdue.get(unit, (0, None))[0],
            soon.get(unit, (0, None))[0],
            _day(soon.get(unit, (0, None))[1]),
            waiting.get(unit, 0),
        )
        for unit in units
    ]


_COUNTED = "select unit, count(*), min(due_at) from ({}) group by unit"
_UNITS = "select distinct unit from dossiers where unit is not null"


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else day_of(moment.replace(tzinfo=UTC))
