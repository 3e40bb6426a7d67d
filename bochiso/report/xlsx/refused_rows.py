"""The rows that were refused as a workbook, the reason beside each, to be mended and brought back."""

import io
from collections.abc import Sequence

from xlsxwriter import Workbook

from bochiso.intake.result import Refusal
from bochiso.intake.tables.table_reader import RawTable
from bochiso.report.xlsx.sheets import FONT
from bochiso.text import Lang

REASON, PLACE = "Lý do từ chối", "Dòng trong tệp"
"""Columns that the reader passes over when the workbook comes back."""


def refused_workbook(tables: Sequence[RawTable], refusals: Sequence[Refusal]) -> bytes:
    """The bytes of the workbook: a sheet for each table that has refused rows, under its own headings."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        plain = book.add_format({"font_name": FONT, "font_size": 12, "text_wrap": True, "valign": "top"})
        bold = book.add_format({"font_name": FONT, "font_size": 12, "bold": True, "bottom": 1})
        told = book.add_format({"font_name": FONT, "font_size": 12, "text_wrap": True, "bg_color": "#FCE4D6"})
        for n, (headings, rows) in enumerate(_sheets(tables, refusals), start=1):
            sheet = book.add_worksheet(f"Từ chối {n}")
            for at, text in enumerate(headings):
                sheet.write_string(0, at, text, bold)
                sheet.set_column(at, at, 60 if text == REASON else 18)
            for number, cells in enumerate(rows, start=1):
                for at, cell in enumerate(cells):
                    if cell:
                        sheet.write_string(number, at, cell, told if headings[at] == REASON else plain)
            sheet.freeze_panes(1, 0)
    return out.getvalue()


def _sheets(
    tables: Sequence[RawTable], refusals: Sequence[Refusal]
) -> list[tuple[list[str], list[list[str]]]]:
    found = []
    left = list(refusals)
    for table in tables:
        alone = sum(other.file == table.file for other in tables) == 1
        own = set(table.rows.to_pylist())
        mine = [
            each
            for each in left
            if each.where.file == table.file
            and each.where.row is not None
            and (alone or each.where.row in own)
        ]
        if not mine:
            continue
        left = [each for each in left if each not in mine]
        places = {row: at for at, row in enumerate(table.rows.to_pylist())}
        used = [at for at, heading in enumerate(table.headings) if heading.text]
        rows = []
        for each in mine:
            at = places.get(each.where.row)
            cells = [""] * len(used) if at is None else [table.columns[one][at].as_py() or "" for one in used]
            rows.append([*cells, str(each.where.row), _reason(each)])
        headings = [" ".join(table.headings[one].text.split()) for one in used]
        found.append(([*headings, PLACE, REASON], rows))
    if left or not found:
        rest = [
            [each.where.file or "", str(each.where.row or ""), each.content, _reason(each)] for each in left
        ]
        found.append((["Tệp", PLACE, "Nội dung", REASON], rest))
    return found


def _reason(each: Refusal) -> str:
    column = f"cột “{each.where.column}”: " if each.where.column else ""
    return column + each.reason.render(Lang.VI)
