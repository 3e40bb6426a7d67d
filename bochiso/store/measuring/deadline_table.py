"""The table that limits in days are looked up in: each counted once with the calendar for every day."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any

import duckdb
import pyarrow as pa

from bochiso.measure.query_parameters import bounds, plain
from bochiso.measure.schema import COUNTRY, LIMIT_DAYS
from bochiso.periods import Period
from bochiso.rules.calendar import Calendar
from bochiso.rules.one_stop import Limit
from bochiso.rules.verdict import day_of
from bochiso.store.journal.statements import execute

_REST = 40
"""More days off than ever stand together or near one another."""


def deadline_table(
    first: date, last: date, limits: Iterable[Limit], calendar: Calendar, name: str = COUNTRY
) -> dict[str, list[Any]]:
    """Columns of LIMIT_DAYS: for each limit and each day from first to last what `legal_due` says.

    By one calendar, known by `name`.
    """
    asked = {(each.unit, each.amount) for each in limits}
    most = max((abs(amount) for _, amount in asked), default=0)
    margin = timedelta(days=2 * most + _REST)
    around = [first - margin + timedelta(days=n) for n in range((last - first + 2 * margin).days + 1)]
    flags = [calendar.is_working(day) for day in around]
    working = [day for day, works in zip(around, flags, strict=True) if works]
    counted = list(accumulate(flags, initial=0))  # working days before each day around
    places = range(margin.days, margin.days + (last - first).days + 1)
    span = [around[at] for at in places]
    columns: dict[str, list[Any]] = {name: [] for name in LIMIT_DAYS}
    for unit, amount in sorted(asked):
        columns["limit_calendar"] += [name] * len(span)
        columns["limit_unit"] += [unit] * len(span)
        columns["limit_amount"] += [amount] * len(span)
        columns["limit_day"] += span
        if unit != "working_day":
            columns["limit_last"] += [working[counted[at + amount]] for at in places]
        elif amount < 0:
            columns["limit_last"] += [working[counted[at] + amount] for at in places]
        elif amount > 0:
            columns["limit_last"] += [working[counted[at + 1] + amount - 1] for at in places]
        else:
            columns["limit_last"] += span
    return columns


def published_limits(db: duckdb.DuckDBPyConnection) -> list[Limit]:
    """The limits in days that the procedures of a data folder have."""
    return [Limit(amount, unit) for unit, amount in execute(db, _PUBLISHED).fetchall()]


_PUBLISHED = """
select distinct 'working_day', working_days from procedures where working_days is not null
union all select distinct 'day', maximum_hours // 24 from procedures where maximum_hours % 24 = 0
"""


def furthest_limit(
    db: duckdb.DuckDBPyConnection, period: Period, as_of: datetime, calendar: Calendar
) -> date:
    """The last day that limits in working days reach, of dossiers of a period that have no due date.

    The period's first day where there are none.
    """
    first, after = bounds(period)
    rows = db.execute(_LIMITED, [first, min(after, plain(as_of))]).fetchall()
    ends = (calendar.of(own or "").add_working_days(day_of(at.replace(tzinfo=UTC)), n) for own, n, at in rows)
    return max(ends, default=period.first)


_LIMITED = """
select dossiers.province, working_days, max(coalesce(received_at, filed_at)) from dossiers
join procedures using (province, procedure)
where due_at is null and working_days is not null
    and coalesce(received_at, filed_at) >= ? and coalesce(received_at, filed_at) < ?
group by all
"""


_TYPES = {"string": pa.string(), "int32": pa.int32(), "date": pa.date32()}


def store_deadline_table(
    db: duckdb.DuckDBPyConnection, first: date, last: date, limits: Iterable[Limit], calendar: Calendar
) -> None:
    """Keep the table of limits, as `limit_days`, and the provinces with days of their own, `calendars`."""
    limits = list(limits)
    tables = [
        deadline_table(first, last, limits, own, name) for name, own in calendars_by_name(calendar).items()
    ]
    table = pa.concat_tables(
        pa.table({name: pa.array(columns[name], _TYPES[kind]) for name, kind in LIMIT_DAYS.items()})
        for columns in tables
    )
    db.register("limits_", table)
    execute(db, "create or replace temp table limit_days as from limits_")
    db.unregister("limits_")
    own = {"province_of": pa.array(list(calendar.own), pa.string())}
    db.register("calendars_", pa.table(own | {"own_calendar": own["province_of"]}))
    execute(db, "create or replace temp table calendars as from calendars_")
    db.unregister("calendars_")


def calendars_by_name(calendar: Calendar) -> dict[str, Calendar]:
    """The country's calendar and those of the provinces that have their own, as tables name them."""
    return {COUNTRY: calendar, **{province: calendar.of(province) for province in calendar.own}}
