"""Periods that figures are valid for: 2026, 2026-H1, 2026-Q3, 2026-08, 2026-W46, 2026-10-06..2026-10-10.

And those of periodic reports (Decree 09/2019/NĐ-CP, Article 12): 2026-11@15 runs from 15 October to 14
November, 2026-Q3@15, 2026-H1@15 and 2026@15 likewise from the 15th before to the 14th of their last month.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bochiso.errors import ComputeError
from bochiso.text import VIETNAM, Lang, Text, say

_FORM = re.compile(
    r"(?P<year>\d{4})(?:-H(?P<half>[12])|-Q(?P<quarter>[1-4])|-W(?P<week>\d{2})|-(?P<month>\d{2}))?"
    r"(?P<cut>@15)?"
)
_CUT = "@15"
YEARS = range(2000, 2100)
"""Years that a figure can be of; another is a slip of the hand."""

_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, order=True)
class Period:
    """Days from `first` to `last`, both included; `code` is how it is written."""

    first: date
    last: date
    code: str

    def __str__(self) -> str:
        return self.code

    def show(self, lang: Lang) -> str:
        """The period in words: `quý III năm 2026`."""
        match = _FORM.fullmatch(self.code)
        if match is None:
            return self.days(lang)
        if match["cut"]:
            if month := match["month"]:  # as reports write it: tháng 11/2026
                named = say("tháng {m}/{y}", "{y}-{m}", m=_padded(int(month)), y=match["year"]).render(lang)
            else:
                named = self.calendar.show(lang)
            return f"{named} ({self.days(lang)})"
        year = int(match["year"])
        if half := match["half"]:
            vi, en = ("6 tháng đầu", "first half") if half == "1" else ("6 tháng cuối", "second half")
            return f"{vi} năm {year}" if lang is Lang.VI else f"{en} of {year}"
        if quarter := match["quarter"]:
            roman = ("I", "II", "III", "IV")[int(quarter) - 1]
            return f"quý {roman} năm {year}" if lang is Lang.VI else f"Q{quarter} {year}"
        if week := match["week"]:
            return f"tuần {week} năm {year}" if lang is Lang.VI else f"week {week} of {year}"
        if match["month"]:
            month = self.first.month
            return f"tháng {_padded(month)} năm {year}" if lang is Lang.VI else f"{year}-{month:02d}"
        return f"năm {year}" if lang is Lang.VI else str(year)

    @property
    def words(self) -> Text:
        """The same for a message, whatever its language."""
        return Text(self.show(Lang.VI), self.show(Lang.EN))

    def days(self, lang: Lang) -> str:
        """Its first and last day: `từ 15/10/2026 đến 14/11/2026`."""
        return say("từ {a} đến {b}", "{a} to {b}", a=self.first, b=self.last).render(lang)

    @property
    def of_report(self) -> bool:
        """Whether it is a periodic report's, from the 15th to the 14th."""
        return self.code.endswith(_CUT)

    @property
    def calendar(self) -> "Period":
        """The same month, quarter, half or year by the calendar; any other is itself."""
        return parse_period(self.code.removesuffix(_CUT)) if self.of_report else self

    @property
    def before(self) -> "Period":
        """The period just before, of the same kind and length.

        >>> parse_period("2026-01@15").before.code, parse_period("2026-Q1").before.code
        ('2025-12@15', '2025-Q4')
        """
        match = _FORM.fullmatch(self.code)
        last = self.first - timedelta(days=1)
        if match is None:
            return parse_period(f"{last - (self.last - self.first)}..{last}")
        year, cut = last.year, match["cut"] or ""
        if match["week"]:
            week = last.isocalendar()
            return parse_period(f"{week.year}-W{week.week:02d}")
        if match["half"]:
            return parse_period(f"{year}-H{(last.month + 5) // 6}{cut}")
        if match["quarter"]:
            return parse_period(f"{year}-Q{(last.month + 2) // 3}{cut}")
        return parse_period(f"{year}-{last.month:02d}{cut}" if match["month"] else f"{year}{cut}")


def _padded(month: int) -> str:
    # Decree 30/2020/NĐ-CP, Annex I, II.4b: a zero before months 1 and 2 only.
    return f"{month:02d}" if month < 3 else str(month)


def parse_period(text: str) -> Period:
    """The period that `text` writes; the days of a year, quarter, month or week are that.

    Raises ComputeError where it is none.

    >>> parse_period("2026-Q3").first, parse_period("2026-Q3").last
    (datetime.date(2026, 7, 1), datetime.date(2026, 9, 30))
    >>> parse_period("2026-07-01..2026-09-30").code, parse_period("2026-10-05..2026-10-11").code
    ('2026-Q3', '2026-W41')
    """
    code = text.strip().upper()
    try:
        if match := _RANGE.fullmatch(code):
            first, last = (date.fromisoformat(part) for part in match.groups())
            if first > last or not {first.year, last.year}.issubset(YEARS):
                raise ValueError
            return Period(first, last, _named(first, last) or code)
        if match := _FORM.fullmatch(code):
            days = _bounds(match)
            return Period(*(_cut(days) if match["cut"] else days), code)
    except ValueError:
        pass
    raise ComputeError(
        say("không hiểu kỳ “{text}”.", "“{text}” is not a period.", text=text),
        do=say(
            "Viết như 2026, 2026-H1, 2026-Q3, 2026-08, 2026-W46 hoặc 2026-10-06..2026-10-10; kỳ báo cáo "
            "định kỳ từ ngày 15 đến ngày 14 thì thêm @15, như 2026-11@15.",
            "Write 2026, 2026-H1, 2026-Q3, 2026-08, 2026-W46 or 2026-10-06..2026-10-10; add @15 for a "
            "periodic report's, from the 15th to the 14th: 2026-11@15.",
        ),
    )


def _cut(days: tuple[date, date]) -> tuple[date, date]:
    """The same by Decree 09/2019/NĐ-CP, Article 12: from the 15th of the month before to the 14th."""
    first, last = days
    if (last - first).days < 27:
        raise ValueError  # a week has no day of its own to close figures
    return (first - timedelta(days=1)).replace(day=15), last.replace(day=14)


def _named(first: date, last: date) -> str | None:
    """The code of the year, half, quarter, month or week that a range of days is, or of a report's period."""
    year, month, week = first.year, first.month, first.isocalendar()
    codes = [f"{year}", f"{year}-H{(month + 5) // 6}", f"{year}-Q{(month + 2) // 3}", f"{year}-{month:02}"]
    if week.year in YEARS:
        codes.append(f"{week.year}-W{week.week:02}")
    year, month = last.year, last.month
    ends = (f"{year}-{month:02}", f"{year}-Q{(month + 2) // 3}", f"{year}-H{(month + 5) // 6}", f"{year}")
    codes += [f"{each}{_CUT}" for each in ends]
    return next((code for code in codes if _days(code) == (first, last)), None)


def _days(code: str) -> tuple[date, date] | None:
    match = _FORM.fullmatch(code)
    if match is None:
        return None
    days = _bounds(match)
    return _cut(days) if match["cut"] else days


def _bounds(match: re.Match[str]) -> tuple[date, date]:
    year = int(match["year"])
    if year not in YEARS:
        raise ValueError
    if match["week"]:
        monday = date.fromisocalendar(year, int(match["week"]), 1)
        return monday, monday + timedelta(days=6)
    if match["half"]:
        start, months = 6 * int(match["half"]) - 5, 6
    elif match["quarter"]:
        start, months = 3 * int(match["quarter"]) - 2, 3
    elif match["month"]:
        start, months = int(match["month"]), 1
    else:
        start, months = 1, 12
    end = start + months - 1
    return date(year, start, 1), date(year, end, monthrange(year, end)[1])


def parse_day(text: str) -> date:
    """A day written 2025-11-14 or, as Vietnamese offices do, 14/11/2025.

    Raises ComputeError where it is none.

    >>> parse_day("4/11/2025")
    datetime.date(2025, 11, 4)
    """
    try:
        if "/" in text:
            first, month, year = (int(part) for part in text.strip().split("/"))
            day = date(year, month, first)
        else:
            day = date.fromisoformat(text.strip())
        if day.year not in YEARS:
            raise ValueError
        return day
    except ValueError:
        raise ComputeError(
            say("không có ngày “{text}”.", "“{text}” is not a day.", text=text),
            do=say("Viết như 2025-11-14 hoặc 14/11/2025.", "Write it as 2025-11-14 or 14/11/2025."),
        ) from None


_MOMENTS = ("%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")


def parse_moment(text: str, now: datetime) -> datetime:
    """A moment of the past in Việt Nam, written `12/10/2026 08:00`; a day alone is its end. In UTC.

    Raises ComputeError where it is none, or still to come.
    """
    for form in _MOMENTS:
        try:
            found = datetime.strptime(" ".join(text.split()), form).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
        if found > now:
            raise ComputeError(say("thời điểm {at} chưa đến.", "{at} is still to come.", at=found))
        return found.astimezone(UTC)
    return end_of_day(parse_day(text), now).astimezone(UTC)


def end_of_day(day: date, now: datetime) -> datetime:
    """The moment that "as of this day" means: its last second in Việt Nam, or `now` where it is today.

    Raises ComputeError for a day that hasn't come.
    """
    if day > now.astimezone(VIETNAM).date():
        raise ComputeError(
            say(
                "ngày {day} chưa đến nên chưa có số liệu.",
                "{day} hasn't come, so nothing is known of it.",
                day=day,
            ),
            do=say("Chọn hôm nay hoặc một ngày đã qua.", "Choose today or a day of the past."),
        )
    return min(now, datetime.combine(day, time(23, 59, 59), VIETNAM))


def require_begun(period: Period, day: date) -> None:
    """Nothing can be known of a period that had not begun on a day. Raises ComputeError then."""
    if day < period.first:
        raise ComputeError(
            say(
                "đến hết ngày {day}, kỳ {period} chưa bắt đầu nên chưa có số liệu.",
                "at the end of {day}, {period} hadn't begun, so nothing is known of it.",
                day=day, period=period.words,
            ),
            do=say(
                "Chọn kỳ khác, hoặc một ngày từ {first} trở đi.",
                "Choose another period, or a day from {first} on.",
                first=period.first,
            ),
        )  # fmt: skip
