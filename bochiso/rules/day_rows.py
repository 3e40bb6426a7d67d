"""The days of a calendar that differ from the week's order, as rows for people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bochiso.rules.calendar import Calendar
from bochiso.rules.day_table import DayKind, DayTable
from bochiso.text import Text, say


@dataclass(frozen=True)
class DayRow:
    """One day with the notice it rests on. `own`: whether the province's own table says so."""

    day: date
    kind: DayKind
    name: str
    source: str
    own: bool


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


def day_rows(calendar: Calendar, own: Iterable[DayTable]) -> list[DayRow]:
    """The special days in order; `own` are the tables that were put over the country's."""
    named = {day for table in own for day in table.days}
    days = sorted(calendar.table.days.values(), key=lambda each: each.day)
    return [DayRow(each.day, each.kind, each.name, each.source, each.day in named) for each in days]
