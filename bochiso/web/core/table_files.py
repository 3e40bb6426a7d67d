"""A table as a file to download: CSV, JSON or XLSX, whatever it is of."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import xlsxwriter

from bochiso.text import spreadsheet_text

Row = dict[str, Any]


def as_csv(rows: list[Row], columns: Sequence[str] = ()) -> bytes:
    """Comma-separated with a mark that makes Excel read it as UTF-8; a text never becomes a formula.

    `columns`: the heading of a table without rows.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(rows[0] if rows else columns)
    for row in rows:
        writer.writerow([_harmless(value) for value in row.values()])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _harmless(value: Any) -> Any:
    return spreadsheet_text(value) if isinstance(value, str) else value


def as_json(rows: list[Row], columns: Sequence[str] = ()) -> bytes:
    """An array of objects."""
    return msgspec.json.Encoder(decimal_format="number").encode(rows)


def as_xlsx(rows: list[Row], columns: Sequence[str] = ()) -> bytes:
    """A sheet with a frozen heading and filters; numbers are numbers, text is text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet, head = book.add_worksheet("bochiso"), book.add_format({"bold": True, "bottom": 1})
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    names = list(rows[0] if rows else columns)
    sheet.write_row(0, 0, names, head)
    for n, row in enumerate(rows, 1):
        for column, value in enumerate(row.values()):
            if value is None:
                continue
            if isinstance(value, str):
                sheet.write_string(n, column, value)
            elif hasattr(value, "isoformat"):
                sheet.write_datetime(n, column, value, days)
            else:
                sheet.write_number(n, column, float(value))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(names) - 1, 0), 14)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(names) - 1)
    book.close()
    return out.getvalue()


FORMS: dict[str, tuple[Callable[..., bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "json": (as_json, "application/json"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
