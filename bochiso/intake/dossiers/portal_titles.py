"""A list of the portal's dossiers, opened: its tables, and what its titles and its end say of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

from bochiso.errors import SourceError, Where
from bochiso.intake.formats.encodings import decode
from bochiso.intake.formats.isolated_reading import apart
from bochiso.intake.formats.markup import is_markup, markup_sheets
from bochiso.intake.formats.sheet import Sheet
from bochiso.intake.formats.zip_guard import is_workbook
from bochiso.intake.headings.column_choice import Choice
from bochiso.intake.tables.named_rows import RecordHeadings
from bochiso.intake.tables.reader import tables_of
from bochiso.intake.tables.spreadsheet import converted, sheet_tables, workbook_sheets
from bochiso.intake.tables.table_reader import RawTable
from bochiso.text import say

MAX_LIST = 300 * 2**20
"""Bytes of one file of a list."""

_HEAD_ROWS, _TAIL_ROWS, _HEAD_BYTES = 12, 6, 8_192
_TOTAL = re.compile(
    r"\btổng(?: số| cộng)?(?: số)?(?: (?:hồ sơ|bản ghi|dòng|kết quả))?[\s:=;,|\"]{1,8}"
    r"(\d{1,3}(?:[.,\u00a0 ]\d{3})+|\d+)(?![\d.,]*\d)"
)
_DAY = r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"
_SPAN = re.compile(rf"\btừ (?:ngày )?{_DAY}[\s,;]*(?:đến|tới|-|–)[\s]*(?:hết )?(?:ngày )?{_DAY}")


@dataclass(frozen=True)
class Opened:
    """A file's tables. `stated`: how many dossiers it says it holds; the days of receipt that it names."""

    tables: Sequence[RawTable]
    stated: int | None = None
    first_day: date | None = None
    last_day: date | None = None


def opened(name: str, data: bytes, vocabulary: RecordHeadings, choice: Choice) -> Opened:
    """A file, by the one reader of tables. Raises SourceError where it is no such table, or is torn."""
    if len(data) > MAX_LIST:
        raise SourceError(
            say("tệp lớn hơn {most} MB.", "the file has more than {most} MB.", most=MAX_LIST // 2**20),
            where=Where(name),
            do=say(
                "Tách thành nhiều tệp rồi nạp tất cả trong một lệnh.",
                "Split it, and give all the files at once.",
            ),
        )
    if is_workbook(data) or is_markup(data):
        sheets = apart(name, workbook_sheets if is_workbook(data) else markup_sheets, name, data)
        sheets, _ = converted(name, sheets)
        tables = sheet_tables(name, sheets, vocabulary, choice)
        said = list(_ends(sheets))
    else:
        tables = tables_of(name, data, vocabulary, choice)
        text, _ = decode(name, data)
        _check_end(name, text, tables)
        said = [part.decode() for part in _text_ends(text)]
    for table in tables:
        vocabulary.check(table.file, table.names)
    return _read_titles(tables, "\n".join(said))


def _read_titles(tables: Sequence[RawTable], said: str) -> Opened:
    plain = normalize("NFC", said).lower()
    totals = [int(re.sub(r"\D", "", found[1])) for found in _TOTAL.finditer(plain)]
    spans = [days for found in _SPAN.finditer(plain) if (days := _days(found))]
    first, last = spans[0] if spans else (None, None)
    return Opened(tables, max(totals, default=None), first, last)


def _days(found: re.Match[str]) -> tuple[date, date] | None:
    one, month, year, other, other_month, other_year = map(int, found.groups())
    try:
        days = date(year, month, one), date(other_year, other_month, other)
    except ValueError:
        return None
    return days if days[0] <= days[1] else None


def _ends(sheets: Sequence[Sheet]) -> Iterator[str]:
    """The words of the first and the last rows of each sheet, those of rows of dossiers left out."""
    for sheet in sheets:
        rows = sheet.rows
        for row in (*rows[:_HEAD_ROWS], *rows[max(_HEAD_ROWS, len(rows) - _TAIL_ROWS) :]):
            cells = [cell for cell in row if cell]
            if len(cells) <= 3:
                yield " ".join(cells)


def _text_ends(text: bytes) -> Iterator[bytes]:
    """The lines at a text's (UTF-8) beginning and end, each whole."""
    if len(text) <= 2 * _HEAD_BYTES:
        yield text
        return
    yield text[: text.rfind(b"\n", 0, _HEAD_BYTES) + 1]
    yield text[text.find(b"\n", len(text) - _HEAD_BYTES) + 1 :]


def _check_end(name: str, text: bytes, tables: Sequence[RawTable]) -> None:
    """Raise SourceError where the text stops in the midst of its last row."""
    last = tables[-1]
    if text.endswith((b"\n", b"\r")) or not last.refusals:
        return
    row = last.refusals[-1].where.row or 0
    if row and (not len(last.rows) or row > last.rows[-1].as_py()):
        raise SourceError(
            say(
                "tệp bị cắt giữa chừng ở dòng {row:d}: không nạp gì.",
                "the file stops in the midst of row {row:d}: nothing was kept.",
                row=row,
            ),
            where=Where(name, row),
            do=say("Tải lại danh sách đầy đủ từ Cổng.", "Fetch the whole list from the portal."),
        )
