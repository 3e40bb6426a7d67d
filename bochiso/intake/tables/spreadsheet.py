"""Spreadsheets (XLSX, XLS, ODS): the first sheet with a known heading, its cells as text.

A cell formatted as 75% holds the number 0.75 and is read as 0.75: the format isn't part of it.
Rates that all look like fractions are therefore refused (see `groups`).
"""

import io
from datetime import date, datetime
from decimal import Decimal
from unicodedata import normalize

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, load_workbook

from bochiso.intake.tables.headings import Heading, Headings
from bochiso.intake.tables.numbers import exact_text
from bochiso.intake.tables.table_reader import RawTable, find_heading, from_rows, no_heading
from bochiso.intake.tables.zip_guard import broken, check_workbook
from bochiso.text import say


def read_workbook(name: str, data: bytes, headings: Headings) -> RawTable:
    """The table of a workbook; a note names further sheets that hold tables too and aren't read."""
    check_workbook(name, data)
    try:
        with load_workbook(io.BytesIO(data)) as book:
            return _read(name, book, headings)
    except (CalamineError, PasswordError) as error:
        raise broken(name) from error


def cell_text(value: object) -> str:
    """A cell as text that reads back to exactly its value; dates as 2026-10-06."""
    if value is None:
        return ""
    if isinstance(value, str):
        return normalize("NFC", value)
    if isinstance(value, float):
        return exact_text(Decimal(format(value, ".15g")))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _read(name: str, book: CalamineWorkbook, headings: Headings) -> RawTable:
    chosen: tuple[list[list[str]], int, tuple[Heading, ...]] | None = None
    first: list[list[str]] = []
    others: list[str] = []
    for title in book.sheet_names:
        rows = _cells(book.get_sheet_by_name(title))
        row, found = find_heading(rows, headings)
        first = first or rows
        if not found:
            continue
        if chosen is None:
            chosen, read = (rows, row, found), title
        else:
            others.append(title)
    if chosen is None:
        raise no_heading(name, first)
    rows, row, found = chosen
    notes = (
        say(
            "{file}: đọc trang “{read}”; chưa đọc: {others}. Mỗi tệp chỉ đọc một trang.",
            "{file}: read sheet “{read}”, not {others}. One sheet of a file is read.",
            file=name,
            read=read,
            others=", ".join(others),
        ),
    )
    return from_rows(name, enumerate(rows[row + 1 :], row + 2), found, notes if others else ())


def _cells(sheet: CalamineSheet) -> list[list[str]]:
    return [[cell_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
