"""Sheets of the binary workbooks of before 2007 (XLS)."""

import io
from typing import Any

from bochiso.intake.formats.sheet import Sheet, cell_text, is_percent, percent_text, shows_sign
from bochiso.intake.formats.zip_guard import broken


def xls_sheets(name: str, data: bytes) -> list[Sheet]:
    """The sheets of an XLS. Raises SourceError where it can't be read."""
    import xlrd  # few files need it

    try:
        with xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO()) as book:
            return [_sheet(book, sheet) for sheet in book.sheets()]
    except Exception as error:  # a damaged file makes it stumble in any way
        raise broken(name) from error


def _sheet(book: Any, sheet: Any) -> Sheet:
    width = sheet.ncols
    rows = []
    for row in range(sheet.nrows):
        cells = [_text(book, cell) for cell in sheet.row(row)]
        rows.append(cells + [""] * (width - len(cells)))
    spans = tuple((top, below - 1, left, right - 1) for top, below, left, right in sheet.merged_cells)
    return Sheet(sheet.name, rows, spans, visible=sheet.visibility == 0)


def _text(book: Any, cell: Any) -> str:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#ERROR!"))
    if cell.ctype == xlrd.XL_CELL_DATE:
        return cell_text(xlrd.xldate.xldate_as_datetime(cell.value, book.datemode))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return str(bool(cell.value))
    if cell.ctype != xlrd.XL_CELL_NUMBER:
        return cell_text(cell.value)
    shown = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
    if is_percent(shown):
        return percent_text(cell.value)
    return cell_text(cell.value) + ("%" if shows_sign(shown) else "")
