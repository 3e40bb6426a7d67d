"""The days of a calendar that differ from the week's order, as rows for people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bochiso.rules.calendar import Calendar
from bochiso.rules.day_table import DayKind, DayTable
from bochiso.text import Text, say


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
