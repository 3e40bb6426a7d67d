"""The day and the period that a table's own title names, beside those that the person gave.

Only what introduces figures counts: "tính đến ngày 14/11/2025", "số liệu ngày …", "quý II/2024"; the
day of a decision or of a signature does not.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from unicodedata import normalize

from msgspec import Struct

from bochiso.errors import ComputeError, SourceError, Where
from bochiso.intake.formats.encodings import decode
from bochiso.intake.formats.isolated_reading import apart
from bochiso.intake.formats.markup import is_markup, markup_sheets
from bochiso.intake.formats.zip_guard import is_workbook
from bochiso.intake.tables.spreadsheet import workbook_sheets
from bochiso.periods import Period, parse_period
from bochiso.text import VIETNAM, say

_ROWS = 12
_HEADING_CELLS = 3
"""A row of so many cells is the heading: titles stand above it."""

_LATE = timedelta(days=45)
"""Figures of a month or a quarter are read until so long after its end."""

_LEADS = r"(?:đến|tới|số liệu|thời điểm|cập nhật|chốt|lũy kế|luỹ kế)"
_NUMERIC = r"(?P<d>\d{1,2})\s?[/.-]\s?(?P<m>\d{1,2})\s?[/.-]\s?(?P<y>\d{4})"
_IN_WORDS = r"(?P<d>\d{1,2}) tháng (?P<m>\d{1,2}) năm (?P<y>\d{4})"
_DAYS = tuple(re.compile(rf"\b{_LEADS}\b[^0-9]{{0,40}}?{form}") for form in (_NUMERIC, _IN_WORDS))
_QUARTER = re.compile(r"\bquý (?P<q>iv|iii|ii|i|[1-4])(?:\s?/\s?| năm )(?P<y>\d{4})")
_MONTH = re.compile(r"(?<!ngày \d )(?<!ngày \d\d )\btháng (?P<m>\d{1,2})(?:\s?/\s?| năm )(?P<y>\d{4})")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


class Said(Struct, frozen=True):
    """What a title says: a day or a period, in which file, sheet and row, in which words."""

    file: str
    row: int
    text: str
    day: date | None = None
    period: Period | None = None


def disagreement(
    files: Sequence[tuple[str, bytes]], as_of: date, period: Period | None
) -> SourceError | None:
    """What is asked where a title names another day or period than the one given; None where none does."""
    for name, data in files:
        try:
            said = list(_said(name, data))
        except SourceError:
            continue  # whoever reads the table says what is wrong with the file
        days = [each for each in said if each.day]
        if days and all(each.day != as_of for each in days):
            return _ask(days[0], as_of, period)
        for each in said:
            if each.period and not _fits(each.period, as_of, period):
                return _ask(each, as_of, period)
    return None


_MOMENTS = ("%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y", "%d/%m/%Y", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d")


def check_moments(as_of: date, read_at: str | None, now: datetime) -> datetime:
    """When the source was read. Raises ComputeError for a day or a moment that is still to come."""
    if as_of > now.astimezone(VIETNAM).date():
        raise ComputeError(
            say("ngày {day} chưa đến.", "{day} is still to come.", day=as_of),
            do=say("Kiểm tra lại ngày của số liệu.", "Check the day of the figures."),
        )
    if read_at is None:
        return now
    found = next((one for form in _MOMENTS if (one := _moment(read_at, form))), None)
    if found is None:
        raise ComputeError(
            say("không hiểu thời điểm “{text}”.", "“{text}” is no moment.", text=read_at[:40]),
            do=say("Viết như 08/07/2024 11:00.", "Write it as 08/07/2024 11:00."),
        )
    if found > now:
        raise ComputeError(
            say("thời điểm đọc {at} chưa đến.", "{at} is still to come.", at=found),
            do=say("Kiểm tra lại ngày, giờ đọc nguồn.", "Check when the source was read."),
        )
    return found


def _moment(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(" ".join(text.split()), form).replace(tzinfo=VIETNAM).astimezone(UTC)
    except ValueError:
        return None


def _fits(said: Period, as_of: date, given: Period | None) -> bool:
    kinds_agree = given is None or given == said or len(given.code) != len(said.code)
    return kinds_agree and said.first <= as_of <= said.last + _LATE


def _ask(said: Said, as_of: date, period: Period | None) -> SourceError:
    return SourceError(
        say(
            "tiêu đề của bảng ghi “{text}”, còn số liệu đang nạp cho {given}.",
            "the table's title says “{text}”, and the figures are brought in for {given}.",
            text=said.text[:120],
            given=say("ngày {day}", "{day}", day=as_of)
            if said.day or period is None
            else say("ngày {day}, kỳ {period}", "{day}, {period}", day=as_of, period=period.code),
        ),
        where=Where(said.file, said.row),
        do=say(
            "Kiểm tra lại ngày và kỳ; nếu ngày, kỳ đang nạp là đúng, thêm --sure (trên trang: đánh dấu “Tôi "
            "đã kiểm tra ngày và kỳ”).",
            "Check the day and the period; if they are right add --sure (on the page: tick “I have checked "
            "the day and the period”).",
        ),
    )


def _said(name: str, data: bytes) -> Iterator[Said]:
    for file, row, text in _titles(name, data):
        plain = " ".join(text.lower().split())
        for form in _DAYS:
            for match in form.finditer(plain):
                day = _day(match)
                if day:
                    yield Said(file, row, text, day=day)
        for match in _QUARTER.finditer(plain):
            quarter = _ROMAN.get(match["q"]) or int(match["q"])
            yield Said(file, row, text, period=parse_period(f"{match['y']}-Q{quarter}"))
        for match in _MONTH.finditer(plain):
            if 1 <= int(match["m"]) <= 12:
                yield Said(file, row, text, period=parse_period(f"{match['y']}-{int(match['m']):02}"))


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None


def _titles(name: str, data: bytes) -> Iterator[tuple[str, int, str]]:
    """File (and sheet), row and text of what stands above a table's heading."""
    if is_workbook(data) or is_markup(data):
        reader = workbook_sheets if is_workbook(data) else markup_sheets
        for sheet in apart(name, reader, name, data):
            if sheet.visible:
                yield from _above(f"{name} › {sheet.title}", sheet.rows[:_ROWS])
        return
    if data.lstrip()[:1] in (b"{", b"["):
        return
    lines = decode(name, data)[0].decode().splitlines()[:_ROWS]
    mark = max(";,\t|", key=lambda mark: max((line.count(mark) for line in lines), default=0))
    yield from _above(name, [line.split(mark) for line in lines])


def _above(file: str, rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, int, str]]:
    for at, row in enumerate(rows, start=1):
        cells = [cell.strip(' "') for cell in row if cell.strip(' "')]
        if len(cells) >= _HEADING_CELLS:
            return
        yield from ((file, at, normalize("NFC", cell)) for cell in cells)
