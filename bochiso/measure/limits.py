"""Limits in days, joined from a small table in which they were counted with the calendar beforehand."""

import ibis
from ibis import Table, ifelse
from ibis.expr.types import DateValue, IntegerValue, StringValue, TimestampValue

from bochiso.measure.schema import CALENDARS, COUNTRY, LIMIT_DAYS

HOURS_AHEAD = 7
"""Việt Nam's time is UTC+7 all year."""

WORKING_DAY, PLAIN_DAY = "working_day", "day"

_LAST_SECOND = 86_399 - HOURS_AHEAD * 3_600


def day_of(moment: TimestampValue) -> DateValue:
    """The day in Việt Nam of a moment."""
    return (moment + ibis.interval(hours=HOURS_AHEAD)).date()


def month_of(moment: TimestampValue) -> IntegerValue:
    """The month in Việt Nam of a moment: 202609."""
    day = day_of(moment)
    return (day.year() * 100 + day.month()).cast("int32")


def end_of(day: DateValue) -> TimestampValue:
    """The last second of a day in Việt Nam, in UTC."""
    return day.cast("timestamp") + ibis.interval(seconds=_LAST_SECOND)


def with_calendar(table: Table) -> Table:
    """The table with a column `calendar`: that of its `province`."""
    own = ibis.table(CALENDARS, name="calendars")
    joined = table.left_join(own, table.province == own.province_of)
    return joined.mutate(calendar=joined.own_calendar.fill_null(COUNTRY)).drop(*CALENDARS)


def with_last_day(
    table: Table, name: str, unit: StringValue | str, amount: IntegerValue | int, day: DateValue
) -> Table:
    """The table with a column `name`: the last day of a limit that counts from `day`.

    null where one of them is, or where `limit_days` has no such day. Needs `calendar`.
    """
    asked = table.mutate(
        limit_unit_=unit if not isinstance(unit, str) else ibis.literal(unit),
        limit_amount_=ibis.literal(amount).cast("int32") if isinstance(amount, int) else amount,
        limit_day_=day,
    )
    days = ibis.table(LIMIT_DAYS, name="limit_days").rename({name: "limit_last"})
    met = [
        asked.limit_day_ == days.limit_day,
        asked.calendar == days.limit_calendar,
        asked.limit_amount_ == days.limit_amount,
        asked.limit_unit_ == days.limit_unit,
    ]
    return asked.left_join(days, met).drop(
        "limit_unit_", "limit_amount_", "limit_day_", *(each for each in LIMIT_DAYS if each != "limit_last")
    )


def with_limit_end(dossiers: Table) -> Table:
    """The dossiers, those without a due date due at the end of their procedure's working days.

    As `limit_end` of rules/lateness.py. Needs `working_days`, `calendar` and `began`.
    """
    day = ifelse(dossiers.due_at.isnull(), day_of(dossiers.began), ibis.null("date"))
    table = with_last_day(dossiers, "limit_last", WORKING_DAY, dossiers.working_days, day)
    return table.mutate(due_at=table.due_at.coalesce(end_of(table.limit_last))).drop("limit_last")
