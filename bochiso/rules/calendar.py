"""Working days and working hours of Vietnamese offices.

The dated table wins; a year whose notices are not all out is forecast with the package
`holidays`, which guesses Tết and knows no swap before it is announced, and is marked unconfirmed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from bochiso.errors import ComputeError
from bochiso.rules.day_table import DayKind, DayTable, SpecialDay, parse_day_table
from bochiso.text import VIETNAM, Text, say

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """Which days and hours an office works, from its table of days.

    `own`: what provinces that have tables of their own put over it.
    """

    table: DayTable
    own: Mapping[str, DayTable] = field(default_factory=dict)

    def with_table(self, own: DayTable, province: str | None = None) -> "Calendar":
        """This calendar with an office's own table over it, or over a province's: what that says wins."""
        if province is None:
            return replace(self, table=own.over(self.table))
        before = self.own.get(province)
        return replace(self, own={**self.own, province: own if before is None else own.over(before)})

    def of(self, province: str | None) -> "Calendar":
        """The calendar that holds in a province."""
        own = self.own.get(province or "")
        return self if own is None else Calendar(own.over(self.table))

    def special(self, day: date) -> SpecialDay | None:
        """What the table says of the day, with the notice's number; None where it says nothing."""
        return self.table.days.get(day)

    def confirmed(self, day: date) -> bool:
        """Whether notices have settled the day; the others are a forecast and may still change."""
        special = self.special(day)
        if special is not None:
            return special.kind is not DayKind.UNDECIDED
        return day.year in self.table.confirmed

    def settled(self, first: date, last: date) -> bool:
        """Whether every day from `first` to `last` is confirmed, so that a count over them stands."""
        return all(self.confirmed(first + n * _DAY) for n in range((last - first).days + 1))

    def is_working(self, day: date) -> bool:
        """Whether offices work on the day: not on weekends and days off, but on swapped Saturdays."""
        special = self.special(day)
        if special is not None and special.kind is not DayKind.UNDECIDED:
            return special.kind is DayKind.WORK
        if day.year in self.table.confirmed:
            return day.weekday() < _SATURDAY
        return day not in _forecast_off(day.year)

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day`, before it where n is negative; the day itself for 0.

        Raises ComputeError where that lies outside the years 1 to 9999.
        """
        step = _DAY if n > 0 else -_DAY
        left = abs(n)
        try:
            while left:
                day += step
                left -= self.is_working(day)
        except OverflowError:
            raise _outside() from None
        return day

    def add_days(self, day: date, n: int) -> date:
        """The last of `n` plain days after `day`, or the next working day where that one is off.

        Civil Code 2015, Articles 147 and 148. Raises ComputeError where that lies after the year 9999.
        """
        try:
            last = day + timedelta(days=n)
        except OverflowError:
            raise _outside() from None
        return last if self.is_working(last) else self.add_working_days(last, 1)

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """The moment at which offices have worked `amount`, 0 or more, since `start`; in UTC.

        Raises ComputeError where that lies after the year 9999.
        """
        left = amount
        try:
            local = start.astimezone(VIETNAM)
            day = local.date()
            while True:
                for opens, closes in self.table.hours if self.is_working(day) else ():
                    begin = max(local, datetime.combine(day, opens, VIETNAM))
                    end = datetime.combine(day, closes, VIETNAM)
                    if begin <= end and left <= end - begin:
                        return (begin + left).astimezone(UTC)
                    left -= max(end - begin, timedelta())
                day += _DAY
        except OverflowError:
            raise _outside() from None


@cache
def builtin_calendar() -> Calendar:
    """The calendar that comes with the program: the country's notices of 2022 to 2026."""
    from importlib.resources import files  # slow to import, and most commands don't come here

    name = "holidays.yaml"
    text = files("bochiso.rules").joinpath("data", name).read_text(encoding="utf-8")
    return Calendar(parse_day_table(text, name))


@cache
def _forecast_off(year: int) -> frozenset[date]:
    """Days of a year on which offices would rest by the standing rules."""
    import holidays  # slow to import, and only years without notices come here

    known = holidays.country_holidays("VN", years=year)
    days = (date(year, 1, 1) + n * _DAY for n in range(date(year, 12, 31).timetuple().tm_yday))
    return frozenset(day for day in days if not known.is_working_day(day))


def _outside() -> ComputeError:
    return ComputeError(
        say("ngày tính được nằm ngoài lịch.", "the day lies outside the calendar."),
        do=say("Kiểm tra lại năm đã nhập.", "Check the year that was given."),
    )


@dataclass(frozen=True)
class DayRow:
    """One day with the notice it rests on.

    `own`: whether a province's own table says so, and which one's: None where that isn't known.
    """

    day: date
    kind: DayKind
    name: str
    source: str
    own: bool
    province: str | None = None


DAY_KINDS: dict[DayKind, Text] = {
    DayKind.OFF: say("nghỉ", "off"),
    DayKind.WORK: say("làm bù", "worked"),
    DayKind.UNDECIDED: say("chờ quyết định", "undecided"),
}

WEEKDAYS: tuple[Text, ...] = (
    say("thứ Hai", "Monday"), say("thứ Ba", "Tuesday"), say("thứ Tư", "Wednesday"),
    say("thứ Năm", "Thursday"), say("thứ Sáu", "Friday"), say("thứ Bảy", "Saturday"),
    say("Chủ nhật", "Sunday"),
)  # fmt: skip
"""By date.weekday()."""


def day_rows(country: Calendar, own: Iterable[tuple[str | None, DayTable]]) -> list[DayRow]:
    """The special days of the country, then of each province with its own tables, in order.

    `own`: the tables and whose they are; of two that name a day the later holds.
    """
    tables: dict[str | None, DayTable] = {None: country.table}
    named: dict[str | None, set[date]] = {}
    for province, table in own:
        tables[province] = table.over(tables[province]) if province in tables else table
        named.setdefault(province, set()).update(table.days)
    return [
        DayRow(each.day, each.kind, each.name, each.source, each.day in named.get(province, ()), province)
        for province, table in tables.items()
        for each in sorted(table.days.values(), key=lambda each: each.day)
    ]
