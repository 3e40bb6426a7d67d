"""Rows of tables whose columns have names: CSV and workbooks, read to the end or row by row."""

import csv
import io
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import chain, islice
from typing import Any

from python_calamine import CalamineError, CalamineSheet, PasswordError, load_workbook

from bochiso.errors import SourceError, Where
from bochiso.intake.archive import broken, check_workbook
from bochiso.intake.headings import simplify
from bochiso.text import VIETNAM, say

HEADING_ROWS = 30
"""The heading stands among the first so many rows."""

Words = Mapping[str, tuple[str, ...]]
"""Names of fields, and the headings that they may have beside their own name."""

_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d))?(?:\.\d+)?)?")
_DAY_FIRST = re.compile(r"(\d\d?)[/.-](\d\d?)[/.-](\d{4})(?:,? +(\d\d?):(\d\d)(?::(\d\d))?)?")


Row = tuple[int, dict[str, Any]]
"""A row's number in its file, the heading's counted too, and its cells by field."""


def csv_rows(name: str, stream: Any, words: Words) -> Iterator[Row]:
    """The rows of a CSV stream (UTF-8, with BOM or without; comma, semicolon or tab), by field."""
    text = io.TextIOWrapper(io.BufferedReader(_Readable(stream)), "utf-8-sig", newline="")
    try:
        opening = list(islice(text, HEADING_ROWS))
        separator = next((sign for sign in ",;\t" if _is_heading(opening, sign, words)), ",")
        lines = csv.reader(chain(opening, text), delimiter=separator)
        yield from table_rows(name, lines, words)
    except UnicodeDecodeError as error:
        raise SourceError(
            say("tệp CSV không phải UTF-8.", "the CSV isn't UTF-8."),
            where=Where(name),
            do=say("Lưu lại bằng “CSV UTF-8” rồi nạp lại.", "Save it as “CSV UTF-8” and try again."),
        ) from error
    except csv.Error as error:
        raise SourceError(
            say(
                "CSV sai cú pháp; kiểm tra dấu ngoặc kép.", "the CSV is broken; look at its quotation marks."
            ),
            where=Where(name),
        ) from error


def workbook_rows(name: str, data: bytes, words: Words) -> Iterator[Row]:
    """The rows of the first sheet of a workbook that has a known heading, by field."""
    check_workbook(name, data)
    try:
        with load_workbook(io.BytesIO(data)) as book:
            sheets = [_cells(book.get_sheet_by_name(title)) for title in book.sheet_names]
    except (CalamineError, PasswordError) as error:
        raise broken(name) from error
    for first, rows in sheets[:-1]:
        if any(_fields(row, words) for row in rows[:HEADING_ROWS]):
            return table_rows(name, rows, words, first)
    first, rows = sheets[-1] if sheets else (1, [])
    return table_rows(name, rows, words, first)


def _cells(sheet: CalamineSheet) -> tuple[int, list[list[Any]]]:
    """The number of the first row that isn't empty, and the rows from there on."""
    return (sheet.start or (0, 0))[0] + 1, sheet.to_python()


def table_rows(name: str, rows: Iterable[Sequence[Any]], words: Words, first: int = 1) -> Iterator[Row]:
    """Rows below the heading, by field; rows without anything fall away. Raises SourceError.

    `first`: the number of the first row in its file.
    """
    fields: dict[int, str] = {}
    for number, row in enumerate(rows, first):
        if not fields:
            fields = _fields(row, words)
            if not fields and number >= first + HEADING_ROWS:
                break
            continue
        values = {
            field: row[at] for at, field in fields.items() if at < len(row) and row[at] not in ("", None)
        }
        if values:
            yield number, values
    if not fields:
        raise SourceError(
            say(
                "không nhận ra dòng tiêu đề; cần cột {first}.",
                "no row of headings is recognised; it needs the column {first}.",
                first=next(iter(words)),
            ),
            where=Where(name),
        )


def _fields(row: Sequence[Any], words: Words) -> dict[int, str]:
    """The fields of a row of headings by their place; none where the first of `words` isn't there."""
    known = {simplify(word): field for field, many in words.items() for word in (field, *many)}
    found: dict[int, str] = {}
    for at, cell in enumerate(row):
        if not isinstance(cell, str):
            continue
        field = known.get(simplify(cell)) or cell.strip()
        if field and field not in found.values():
            found[at] = field
    return found if next(iter(words)) in found.values() else {}


def fields_of_rows(
    row: Mapping[str, Any], moments: Iterable[str], lasts: Container[str] = ()
) -> dict[str, Any]:
    """A row's cells as a message would have them: moments as yyyyMMddHHmmss, numbers as text.

    `lasts`: moments until which something may be done, which without a clock are the end of their day.
    """
    fields = {name: _plain(value) for name, value in row.items()}
    for name in moments:
        if name in fields:
            fields[name] = tidy_end(row[name]) if name in lasts else tidy_moment(row[name])
    return fields


def tidy_end(value: Any) -> Any:
    """As `tidy_moment`, a day alone its last second (Civil Code 2015, Article 148), not its first.

    >>> tidy_end("06/10/2026"), tidy_end("06/10/2026 00:00"), tidy_end("06/10/2026 17:00")
    ('20261006235959', '20261006000000', '20261006170000')
    """
    tidied = tidy_moment(value)
    midnight = isinstance(value, datetime) and value.time() == time()  # how workbooks keep a day alone
    a_day = isinstance(value, str) and isinstance(tidied, str) and len(value.strip()) <= len("2026-10-06")
    if midnight or a_day or (isinstance(value, date) and not isinstance(value, datetime)):
        return tidied[:8] + "235959" if len(tidied) == 14 else tidied
    return tidied


def tidy_moment(value: Any) -> Any:
    """A cell's moment as yyyyMMddHHmmss, Việt Nam's time; what can't be read stays as it is.

    >>> tidy_moment("06/10/2026 08:30"), tidy_moment("2026-10-06"), tidy_moment(20261006083000)
    ('20261006083000', '20261006000000', '20261006083000')
    """
    if isinstance(value, datetime):
        local = value.astimezone(VIETNAM) if value.tzinfo else value
        return local.strftime("%Y%m%d%H%M%S")
    if isinstance(value, date):
        return value.strftime("%Y%m%d000000")
    if isinstance(value, str):
        text = value.strip()
        if match := _ISO.fullmatch(text):
            year, month, day, *clock = match.groups()
        elif match := _DAY_FIRST.fullmatch(text):
            day, month, year, *clock = match.groups()
        else:
            return text
        return f"{year}{month:>02}{day:>02}" + "".join(f"{part or 0:>02}" for part in clock)
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return tidy_moment(value)
    return str(value) if isinstance(value, int | float) else value


def _is_heading(lines: Sequence[str], separator: str, words: Words) -> bool:
    """Whether one of the lines is a heading when its cells are so separated."""
    return any(_fields(row, words) for row in csv.reader(lines, delimiter=separator) if len(row) > 1)


class _Readable(io.RawIOBase):
    """A stream of any kind as one that text is read from."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = bytes(self._stream.read(len(buffer)))
        buffer[: len(data)] = data
        return len(data)
