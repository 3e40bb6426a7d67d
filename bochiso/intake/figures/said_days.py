"""The day, the period and the province that a table names itself, beside those that the person gave.

In a title only what introduces figures counts: "tính đến ngày 14/11/2025", "số liệu ngày …", "quý
II/2024"; the day of a decision or of a signature does not. In the name of a sheet or of a file any whole
day does.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePath
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
from bochiso.units.names import named_province, province_title

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
    """What a title or a name says: a day, a period or provinces, in which file, sheet and row."""

    file: str
    row: int | None
    text: str
    day: date | None = None
    period: Period | None = None
    provinces: frozenset[str] = frozenset()


def disagreement(
    files: Sequence[tuple[str, bytes]], as_of: date, period: Period | None, province: str | None = None
) -> SourceError | None:
    """What is asked where a file names another day, period or province than the one given.

    None where it doesn't.
    """
    named = [each for name, _ in files for each in _named(name, PurePath(name).stem)]
    if named and all(each.day != as_of for each in named):
        return _ask(named[0], as_of, period)
    for name, data in files:
        try:
            said = list(_said(name, data, as_of))
        except SourceError:
            continue  # whoever reads the table says what is wrong with the file
        places = [each for each in said if each.provinces]
        if province and places and not any(province in each.provinces for each in places):
            return _ask_province(places[0], province, as_of)
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


def _ask_province(said: Said, province: str, on: date) -> SourceError:
    return SourceError(
        say(
            "tiêu đề của bảng ghi “{text}”, còn số liệu đang nạp cho {given} ({code}).",
            "the table's title says “{text}”, and the figures are brought in for {given} ({code}).",
            text=said.text[:120],
            given=province_title(province, on),
            code=province,
        ),
        where=Where(said.file, said.row),
        do=say(
            "Kiểm tra lại tệp và tỉnh (--province; trên trang: ô “Bảng của tỉnh nào”); nếu đúng, thêm --sure "
            "(trên trang: đánh dấu “Tôi đã kiểm tra ngày và kỳ”).",
            "Check the file and the province (--province; on the page its field); if they are right add "
            "--sure (on the page: tick “I have checked the day and the period”).",
        ),
    )


def _ask(said: Said, as_of: date, period: Period | None) -> SourceError:
    return SourceError(
        say(
            "{what} ghi “{text}”, còn số liệu đang nạp cho {given}.",
            "{what} says “{text}”, and the figures are brought in for {given}.",
            what=say("tiêu đề của bảng", "the table's title")
            if said.row
            else say("tên tệp hoặc tên trang tính", "the name of the file or the sheet"),
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


def _said(name: str, data: bytes, on: date) -> Iterator[Said]:
    for file, row, text in _titles(name, data):
        if row is None:
            yield from _named(file, text)
            continue
        plain = " ".join(text.lower().split())
        if provinces := _provinces(plain, on):
            yield Said(file, row, text, provinces=provinces)
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


def _named(file: str, name: str) -> Iterator[Said]:
    """The days in the name of a file or a sheet, whole ones: "BC 14.11.2025", "bao-cao-2025-11-14"."""
    for form in _NAMED_DAYS:
        for match in form.finditer(name):
            if day := _day(match):
                yield Said(file, None, name, day=day)


_NAMED_DAYS = tuple(
    re.compile(form)
    for form in (
        r"(?<!\d)(?P<d>\d{1,2})[-._ ](?P<m>\d{1,2})[-._ ](?P<y>20\d\d)(?!\d)",
        r"(?<!\d)(?P<y>20\d\d)[-._ ](?P<m>\d{2})[-._ ](?P<d>\d{2})(?!\d)",
        r"(?<!\d)(?P<y>20\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)",
    )
)
_PLACE = re.compile(r"\b(?:tỉnh|thành phố|tp\.?) (?P<name>\w[\w' –-]*)")


def _provinces(text: str, on: date) -> frozenset[str]:
    """The codes of the provinces that a title names: "UBND TỈNH GIA LAI"."""
    found = set()
    for match in _PLACE.finditer(text):
        words = match["name"].split()
        for many in range(min(4, len(words)), 0, -1):
            if code := named_province(f"tỉnh {' '.join(words[:many])}", on):
                found.add(code)
                break
    return frozenset(found)


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None


def _titles(name: str, data: bytes) -> Iterator[tuple[str, int | None, str]]:
    """File (and sheet), row and text of what stands above a table's heading; sheets' names without a row."""
    if is_workbook(data) or is_markup(data):
        reader = workbook_sheets if is_workbook(data) else markup_sheets
        for sheet in apart(name, reader, name, data):
            if sheet.visible:
                yield f"{name} › {sheet.title}", None, sheet.title
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
