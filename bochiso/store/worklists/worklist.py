"""The open dossiers to act on, by one of the two clocks."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import duckdb

from bochiso.errors import ComputeError
from bochiso.measure.compiled_sql import caseload_query, open_query
from bochiso.measure.query_parameters import open_values, plain
from bochiso.measure.schema import CLOSINGS
from bochiso.rules.calendar import Calendar
from bochiso.rules.lateness import notify_by
from bochiso.rules.one_stop import one_stop
from bochiso.rules.verdict import day_of
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.measuring.deadline_table import published_limits, store_deadline_table
from bochiso.store.measuring.measurement import choose_units, rows_of, run, unit_tree
from bochiso.text import VIETNAM, say
from bochiso.units.codes import normalise_code


class LatenessClock(StrEnum):
    """By what a dossier is late: the index (supplement time subtracted) or the law (counted again)."""

    INDEX = "index"
    LAW = "law"


def dossiers_known(db: duckdb.DuckDBPyConnection) -> bool:
    """Whether any dossier was ever received: else nothing is known, which is not nothing to do."""
    return db.execute("select 1 from dossiers limit 1").fetchone() is not None


def dossiers_known_of(db: duckdb.DuckDBPyConnection, unit: str | None, as_of: datetime) -> bool:
    """The same of a unit and those below it; None: of all."""
    known = dossiers_known(db)
    if unit is None or not known:
        return known
    _choose(db, unit, as_of)
    found = db.execute("select 1 from dossiers semi join units_chosen using (unit) limit 1")
    return found.fetchone() is not None


def require_dossiers_of(db: duckdb.DuckDBPyConnection, unit: str | None, as_of: datetime) -> None:
    """Raises ComputeError where none is known: a list of them would say that there are none."""
    if not dossiers_known_of(db, unit, as_of):
        raise ComputeError(
            say("chưa có hồ sơ nào được đồng bộ về đây.", "no dossier has been received yet.")
            if unit is None
            else say(
                "chưa có hồ sơ nào của đơn vị {unit} được đồng bộ về đây.",
                "no dossier of the unit {unit} has been received yet.",
                unit=unit,
            )
        )


def open_list(
    db: duckdb.DuckDBPyConnection,
    as_of: datetime,
    unit: str | None,
    days: int | None,
    clock: LatenessClock = LatenessClock.INDEX,
) -> list[dict[str, Any]]:
    """Open dossiers that are overdue, or on time and due within `days`; the most urgent first.

    days_late is negative where days are left; moments are Việt Nam's. By the law's clock also
    reappointments, notify_by (the last day to notify and apologise that the date will be missed),
    and confirmed: whether every day off that the due date was counted over has been announced.
    """
    return open_lists(db, as_of, unit, (days,), clock)


def open_lists(
    db: duckdb.DuckDBPyConnection,
    as_of: datetime,
    unit: str | None,
    several: Sequence[int | None],
    clock: LatenessClock,
) -> list[dict[str, Any]]:
    """Several of these lists, one after the other: the days that limits come to are worked out once."""
    if unit is not None:
        _choose(db, unit, as_of)
    calendar = calendar_of(db)
    keep_limits(db, plain(as_of), calendar)
    query = open_query(by_law=clock is LatenessClock.LAW, subset=unit is not None)
    rows: list[dict[str, Any]] = [
        {name: vietnamese(value) for name, value in row.items()}
        for days in several
        for row in rows_of(run(db, query, open_values(as_of, days)))
    ]
    for row in rows:
        own = calendar.of(row.pop("province"))
        if clock is LatenessClock.LAW:
            due, started = row["due_at"].date(), row.pop("started_at").date()
            row["notify_by"] = notify_by(due, own)
            row["confirmed"] = own.settled(min(started, due), due)
    return rows


def caseloads(db: duckdb.DuckDBPyConnection, first: date, as_of: datetime, unit: str) -> list[dict[str, Any]]:
    """What a unit and each unit within it had on its hands from a day on: the columns of `caseload`."""
    _choose(db, unit, as_of)
    moment, since = plain(as_of), plain(datetime.combine(first, time(), VIETNAM))
    keep_limits(db, moment, calendar_of(db))
    asked = {"asked_since": since.isoformat(), "asked_as_of": moment.isoformat()}
    rows = rows_of(run(db, caseload_query(), asked))
    return [{name: value if name == "unit" else int(value) for name, value in row.items()} for row in rows]


def _choose(db: duckdb.DuckDBPyConnection, unit: str, as_of: datetime) -> None:
    code = normalise_code(unit)
    choose_units(db, unit_tree(db, day_of(as_of)).within(code) or [code])


def known_until(db: duckdb.DuckDBPyConnection, province: str, as_of: datetime) -> datetime | None:
    """The last moment by `as_of` at which anything befell a dossier of a province; None for no dossiers."""
    moment = as_of.astimezone(UTC).replace(tzinfo=None)
    (found,) = db.execute(_LAST, [moment] * len(_MOMENTS) + [province]).fetchall()
    (last,) = found
    return None if last is None else last.replace(tzinfo=UTC)


def busy_days(db: duckdb.DuckDBPyConnection, province: str, last: datetime) -> int:
    """On how many of the thirty days up to a moment dossiers of a province were received."""
    moment = last.astimezone(UTC).replace(tzinfo=None)
    (found,) = db.execute(_BUSY, [province, moment - timedelta(days=30), moment]).fetchall()
    return int(found[0])


_BUSY = """
select count(distinct (coalesce(received_at, filed_at) + interval 7 hours)::date) from dossiers
where province = ? and coalesce(received_at, filed_at) between ? and ?
"""
_MOMENTS = ("filed_at", "received_at", *CLOSINGS, "reopened_at", "last_known_at")
_LAST = f"""
select max(greatest({", ".join(f"case when {each} <= ? then {each} end" for each in _MOMENTS)}))
from dossiers where province = ?
"""  # noqa: S608 (our names)


def keep_limits(db: duckdb.DuckDBPyConnection, moment: datetime, calendar: Calendar) -> None:
    """The table of limits for every dossier received by a moment (UTC without a zone), by both clocks."""
    limits = [*published_limits(db), one_stop().complete_supplement]
    store_deadline_table(db, *_days(db, moment), limits, calendar)


def _days(db: duckdb.DuckDBPyConnection, moment: datetime) -> tuple[date, date]:
    """The first and the last day that limits of the dossiers received by a moment count from."""
    (found,) = db.execute(_FIRST_AND_LAST, [moment]).fetchall()
    days = [day_of(each.replace(tzinfo=UTC)) for each in (*found, moment) if each is not None]
    return min(days), max(days)


_FIRST_AND_LAST = """
with present as (from dossiers where coalesce(received_at, filed_at) <= ?),
    asked as (select unnest(requests, recursive := true) from present where requests is not null)
select min(filed_at), max(filed_at), min(received_at), max(received_at),
    (select min(asked_at) from asked), (select max(greatest(asked_at, answered_at)) from asked)
from present
"""


def vietnamese(value: object) -> object:
    """A moment of the facts by Việt Nam's clock; anything else as it is."""
    return value.replace(tzinfo=UTC).astimezone(VIETNAM) if isinstance(value, datetime) else value
