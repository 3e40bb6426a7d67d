"""The table that limits in days are looked up in: each counted once with the calendar for every day."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from bochiso.measure.schema import LIMIT_DAYS
from bochiso.rules.calendar import Calendar
from bochiso.rules.one_stop import Limit

_REST = 40
"""More days off than ever stand together or near one another."""


def limit_table(first: date, last: date, limits: Iterable[Limit], calendar: Calendar) -> dict[str, list[Any]]:
    """Columns of LIMIT_DAYS: for each limit and each day from first to last what `legal_due` says."""
    asked = {(each.unit, each.amount) for each in limits}
    most = max((abs(amount) for _, amount in asked), default=0)
    margin = timedelta(days=2 * most + _REST)
    around = (first - margin + timedelta(days=n) for n in range((last - first + 2 * margin).days + 1))
    working = [day for day in around if calendar.is_working(day)]
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    columns: dict[str, list[Any]] = {name: [] for name in LIMIT_DAYS}
    for unit, amount in sorted(asked):
        columns["limit_unit"] += [unit] * len(span)
        columns["limit_amount"] += [amount] * len(span)
        columns["limit_day"] += span
        columns["limit_last"] += [_last(day, unit, amount, working) for day in span]
    return columns


def _last(day: date, unit: str, amount: int, working: list[date]) -> date:
    """The last day of a limit, by the working days around it."""
    if unit != "working_day":
        return working[bisect_left(working, day + timedelta(days=amount))]
    if amount < 0:
        return working[bisect_left(working, day) + amount]
    return working[bisect_right(working, day) + amount - 1] if amount else day


def published_limits(db: duckdb.DuckDBPyConnection) -> list[Limit]:
    """The limits in days that the procedures of a data folder have."""
    rows = db.execute(
        "select distinct working_days from procedures where working_days is not null"
    ).fetchall()
    hours = db.execute(
        "select distinct maximum_hours // 24 from procedures where maximum_hours % 24 = 0"
    ).fetchall()
    return [Limit(n, "working_day") for (n,) in rows] + [Limit(n, "day") for (n,) in hours]


_TYPES = {"string": pa.string(), "int32": pa.int32(), "date": pa.date32()}


def keep_limits(
    db: duckdb.DuckDBPyConnection, first: date, last: date, limits: Iterable[Limit], calendar: Calendar
) -> None:
    """Keep the table of limits, as `limit_days`, as long as the connection is open."""
    columns = limit_table(first, last, limits, calendar)
    table = pa.table({name: pa.array(columns[name], _TYPES[kind]) for name, kind in LIMIT_DAYS.items()})
    db.register("limits_", table)
    db.execute("create or replace temp table limit_days as from limits_")
    db.unregister("limits_")
