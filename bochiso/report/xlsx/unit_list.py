"""The list of units as a workbook: names that have no code yet on top, to be filled in and read back."""

import io
from collections.abc import Sequence

from xlsxwriter import Workbook

from bochiso.report.xlsx.sheets import FONT
from bochiso.store.figures.name_questions import NameQuestion
from bochiso.text import Lang
from bochiso.units.model import LEVEL_NAMES, Unit

_HEADINGS = ("Mã đơn vị", "Tên đơn vị", "Cấp", "Mã tỉnh", "Có thể là")
_WIDTHS = (14, 48, 22, 10, 60)


def unit_workbook(units: Sequence[Unit], asked: Sequence[NameQuestion]) -> bytes:
    """The bytes of the workbook: a sheet of names to fill codes in, and one of the known units."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        plain = book.add_format({"font_name": FONT, "font_size": 12})
        bold = book.add_format({"font_name": FONT, "font_size": 12, "bold": True, "bottom": 1})
        fill = book.add_format({"font_name": FONT, "font_size": 12, "bg_color": "#FFF2CC", "border": 1})
        rows = [
            ("", each.name, each.level, each.province or "",
             "; ".join(f"{unit.code} {unit.name}" for unit in each.candidates))
            for each in asked
        ]  # fmt: skip
        listed = [(each.code, each.name, each.level, each.parent or "", "") for each in units]
        for title, lines in (("Tên chưa có mã", rows), ("Đơn vị đã biết", listed)):
            sheet = book.add_worksheet(title)
            shown = _HEADINGS if lines is rows else _HEADINGS[:4]
            for at, (heading, width) in enumerate(zip(shown, _WIDTHS, strict=False)):
                sheet.set_column(at, at, width, plain)
                sheet.write_string(0, at, heading, bold)
            for row, (code, name, level, above, some) in enumerate(lines, start=1):
                cells = (code, name, LEVEL_NAMES[level].render(Lang.VI), above, some)[: len(shown)]
                for at, cell in enumerate(cells):
                    sheet.write_string(row, at, cell, fill if lines is rows and at == 0 else plain)
            sheet.freeze_panes(1, 0)
    return out.getvalue()
