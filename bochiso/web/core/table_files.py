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


def as_xlsx(rows: list[Row], columns: Sequence[str] = (), above: Sequence[str] = ()) -> bytes:
    """A sheet with a frozen heading and filters, ready to print; numbers are numbers, text is text.

    `above`: lines that stand over the heading, the first of them the title.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet, head = book.add_worksheet("bochiso"), book.add_format({"bold": True, "bottom": 1, **_WRAPPED})
    days, words = book.add_format({"num_format": "dd/mm/yyyy", **_TOP}), book.add_format(_WRAPPED)
    plain, title = book.add_format(_TOP), book.add_format({"bold": True, "font_size": 13})
    names = list(rows[0] if rows else columns)
    top = len(above)
    for n, line in enumerate(above):
        sheet.write_string(n, 0, line, title if n == 0 else None)
    sheet.write_row(top, 0, names, head)
    for n, row in enumerate(rows, top + 1):
        for column, value in enumerate(row.values()):
            if value is None:
                continue
            if isinstance(value, str):
                sheet.write_string(n, column, value, words)
            elif hasattr(value, "isoformat"):
                sheet.write_datetime(n, column, value, days)
            else:
                sheet.write_number(n, column, float(value), plain)
    for column, name in enumerate(names):
        sheet.set_column(column, column, _width(name, [row.get(name) for row in rows]))
    sheet.freeze_panes(top + 1, 0)
    if rows:
        sheet.autofilter(top, 0, top + len(rows), len(names) - 1)
    sheet.repeat_rows(top)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&R&P/&N")
    book.close()
    return out.getvalue()


_TOP = {"valign": "top"}
_WRAPPED = {"valign": "top", "text_wrap": True}
_NARROWEST, _WIDEST = 7, 46


def _width(name: str, values: Sequence[Any]) -> float:
    """How many signs a column takes: its longest value, and its heading on two lines or more."""
    told = [10 if hasattr(each, "isoformat") else len(str(each)) for each in values if each is not None]
    words = max((len(word) for word in name.split()), default=0)
    return min(max([_NARROWEST, words + 2, len(name) / 3 + 2, *(n + 2 for n in told)]), _WIDEST)


FORMS: dict[str, tuple[Callable[..., bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "json": (as_json, "application/json"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
