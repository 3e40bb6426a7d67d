"""What is asked for: a period and a moment, as values that the engine is handed when it runs.

So the words of an expression stay the same for any of them and are made once, while the engine
plans with the values at hand.
"""

from datetime import UTC, date, datetime, time, timedelta

import ibis
from ibis.expr.types import BooleanScalar, DateScalar, IntegerScalar, StringScalar, TimestampScalar

from bochiso.periods import Period, require_begun
from bochiso.text import VIETNAM

PARAMETERS: dict[str, str] = {
    "asked_first": "timestamp",  # the period's first moment
    "asked_before": "timestamp",  # the last second before it
    "asked_after": "timestamp",  # the first moment after it
    "asked_as_of": "timestamp",  # nothing later has happened yet
    "asked_end": "timestamp",  # stands for the end of what is still open
    "asked_since": "timestamp",  # from when on a span of days is counted
    "asked_late": "boolean",  # of open dossiers the late ones, else those due within `asked_days`
    "asked_days": "int64",
    "asked_first_day": "date",
    "asked_last_day": "date",
    "asked_today": "date",
    "asked_unit": "string",  # whose procedures are listed
    "asked_province": "string",  # and whose decisions
    "asked_dossier": "string",  # the one dossier that is told of
}
"""Values that expressions name (moment_asked, day_asked), moments in UTC without a zone."""

PLACEHOLDER = "$"
"""Stands before the name of a value that is handed over: '$asked_end'."""


def bounds(period: Period) -> tuple[datetime, datetime]:
    """The first moment of a period and the first after it, UTC without a zone; days are Việt Nam's."""
    first = datetime.combine(period.first, time(), VIETNAM)
    after = datetime.combine(period.last + timedelta(days=1), time(), VIETNAM)
    return plain(first), plain(after)


def plain(moment: datetime) -> datetime:
    """A moment as facts keep it: UTC without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def query_values(period: Period, as_of: datetime) -> dict[str, str]:
    """The values of PARAMETERS; `asked_end` is the period's last second, or `as_of` while it runs.

    Raises ComputeError for a period that hadn't begun by then.
    """
    today = as_of.astimezone(VIETNAM).date()
    require_begun(period, today)
    first, after = bounds(period)
    moment = plain(as_of)
    values: dict[str, date] = {
        "asked_first": first,
        "asked_before": first - timedelta(seconds=1),
        "asked_after": after,
        "asked_as_of": moment,
        "asked_end": min(after - timedelta(seconds=1), moment),
        "asked_first_day": period.first,
        "asked_last_day": period.last,
        "asked_today": min(period.last, today),
    }
    return {name: value.isoformat() for name, value in values.items()}


def moment_parameter(name: str) -> TimestampScalar:
    """A moment of PARAMETERS, to be handed over."""
    return ibis.literal(PLACEHOLDER + name).cast(PARAMETERS[name])


def code_parameter(name: str) -> StringScalar:
    """A code of PARAMETERS, to be handed over."""
    return ibis.literal(PLACEHOLDER + name)


def day_parameter(name: str) -> DateScalar:
    """A day of PARAMETERS, to be handed over."""
    return ibis.literal(PLACEHOLDER + name).cast(PARAMETERS[name])


def flag_parameter(name: str) -> BooleanScalar:
    """A yes or no of PARAMETERS, to be handed over."""
    return ibis.literal(PLACEHOLDER + name).cast(PARAMETERS[name])


def number_parameter(name: str) -> IntegerScalar:
    """A whole number of PARAMETERS, to be handed over."""
    return ibis.literal(PLACEHOLDER + name).cast(PARAMETERS[name])


def open_values(as_of: datetime, days: int | None) -> dict[str, str]:
    """What a list of open dossiers is asked with: the late ones, or those due within so many days."""
    late, ahead = ("true", 0) if days is None else ("false", days)
    return {"asked_as_of": plain(as_of).isoformat(), "asked_late": late, "asked_days": str(ahead)}
