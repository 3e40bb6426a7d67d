"""What measured figures stand on: where 1.4 is known from, and whether dossiers reach the day asked for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import duckdb

from bochiso.measure.indicators import Measure
from bochiso.measure.query_parameters import bounds
from bochiso.periods import Period
from bochiso.rules.calendar import Calendar
from bochiso.score.own_basis import BEFORE_DAYS, RECENT_DAYS, MeasuredBasis, MessageFlow
from bochiso.store.journal.set_aside import items_aside
from bochiso.store.journal.statements import execute
from bochiso.store.measuring.sync_source import SyncSource
from bochiso.text import VIETNAM
from bochiso.units.model import Unit

_LONG = 120
"""Days that surely hold RECENT_DAYS and BEFORE_DAYS working days, holidays and all."""


def basis_of(
    db: duckdb.DuckDBPyConnection,
    measured: tuple[Sequence[Unit], Iterable[Measure]],
    sync: SyncSource,
    period: Period,
    as_of: datetime,
    calendar: Calendar,
) -> MeasuredBasis:
    """What `measured` (units and what was measured of them) stands on."""
    flow = (message_flow(db, province, period, as_of, calendar) for province in sync.provinces)
    return MeasuredBasis(sync.bases(*measured), tuple(flow), items_aside(db))


def message_flow(
    db: duckdb.DuckDBPyConnection, province: str, period: Period, as_of: datetime, calendar: Calendar
) -> MessageFlow:
    """How the dossiers of a province came in up to the last whole day of a period so far.

    By their own days of receipt and of steps, so that it is the same whether systems push them or a file
    brings them.
    """
    moment = as_of.astimezone(UTC).replace(tzinfo=None)
    first, after = bounds(period)
    end = last_whole_day(period, as_of)
    until = min(after - timedelta(seconds=1), moment)
    (last, received), *_ = execute(
        db, _REACH, {"province": province, "first": str(first), "until": str(until)}
    ).fetchall()
    days = dict(
        execute(
            db, _DAYS, {"province": province, "since": str(end - timedelta(days=_LONG)), "end": str(end)}
        ).fetchall()
    )
    last_day = None if last is None else last.replace(tzinfo=UTC).astimezone(VIETNAM).date()
    return flow_of(province, (last_day, received), days, end, calendar)


def last_whole_day(period: Period, as_of: datetime) -> date:
    """The last day of a period that was over by a moment."""
    return min(period.last, as_of.astimezone(VIETNAM).date() - timedelta(days=not _is_over(as_of)))


def flow_of(
    province: str, reach: tuple[date | None, int], days: Mapping[date, int], end: date, calendar: Calendar
) -> MessageFlow:
    """What days say of a province's dossiers up to `end`.

    `reach`: the last day on which anything befell one, and how many were received in the period; `days`: how
    many were received on each.
    """
    last, received = reach
    own = calendar.of(province)
    working = [each for n in range(_LONG) if own.is_working(each := end - timedelta(days=n))]
    recent_from, before_from = working[RECENT_DAYS - 1], working[RECENT_DAYS + BEFORE_DAYS - 1]
    recent = sum(n for day, n in days.items() if recent_from <= day <= end)
    before = sum(n for day, n in days.items() if before_from <= day < recent_from)
    quiet = 0 if last is None else _working_days_after(last, end, own)
    return MessageFlow(province, last, quiet, received, recent, round(before * RECENT_DAYS / BEFORE_DAYS))


def _is_over(as_of: datetime) -> bool:
    """Whether the day of a moment is over but for its last minute."""
    return (as_of + timedelta(minutes=1)).astimezone(VIETNAM).date() > as_of.astimezone(VIETNAM).date()


def _working_days_after(last: date, end: date, calendar: Calendar) -> int:
    return sum(calendar.is_working(last + timedelta(days=n)) for n in range(1, (end - last).days + 1))


_EVENTS = ("coalesce(received_at, filed_at)", "last_known_at", "done_at", "returned_at")

_REACH = f"""
select greatest({", ".join(f"max({each}) filter ({each} <= $until::timestamp)" for each in _EVENTS)}),
    count(*) filter (coalesce(received_at, filed_at) >= $first::timestamp
        and coalesce(received_at, filed_at) <= $until::timestamp)
from dossiers where province = $province
"""  # noqa: S608 (names of columns)

_DAYS = """
select (coalesce(received_at, filed_at) + interval 7 hour)::date as day, count(*)
from dossiers where province = $province and day between $since::date and $end::date group by day
"""
