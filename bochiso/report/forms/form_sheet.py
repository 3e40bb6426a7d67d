"""Forms as a workbook, in the layout of the circular's annex: A4, landscape, one form a sheet."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from math import ceil
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from bochiso.measure.forms.filling import FilledRow, FilledTable
from bochiso.report.forms.form_layout import (
    SIGNED_LEFT,
    SIGNED_RIGHT,
    FilledForm,
    head_cells,
    head_depth,
    widths,
)
from bochiso.report.xlsx.sheets import A4, FONT
from bochiso.text import Lang

_PAGE_CHARACTERS = 140
"""How many characters of the sheet's font stand side by side on an A4 page, landscape."""
_LINE = 13.5
_TOO_LONG = 31


class _Sheet:
    """One form being written."""

    def __init__(self, book: Workbook, sheet: Worksheet, form: FilledForm) -> None:
        self.book, self.sheet, self.form = book, sheet, form
        self.columns = max(len(each.table.columns) for each in form.tables)
        widest = next(each for each in form.tables if len(each.table.columns) == self.columns)
        self.widths = [max(5.0, share * _PAGE_CHARACTERS) for share in widths(widest.table.columns)]
        if len(form.tables) > 1:  # a table without names shares the narrow column of numbers
            self.widths[0] = max(self.widths[0], 11.0)
        for at, width in enumerate(self.widths):
            sheet.set_column(at, at, width)
        self.row = 0

    def style(self, **properties: Any) -> Format:
        base = {"font_name": FONT, "font_size": 11, "valign": "vcenter", "text_wrap": True}
        return self.book.add_format(base | properties)

    def merged(self, first: int, last: int, text: str, style: Format, *, row: int | None = None) -> None:
        at = self.row if row is None else row
        if first == last:
            self.sheet.write_string(at, first, text, style)
        else:
            self.sheet.merge_range(at, first, at, last, text, style)

    def lines(self, text: str, first: int, last: int) -> int:
        """How many lines a text takes in these columns."""
        room = sum(self.widths[first : last + 1]) * 1.05
        return sum(max(1, ceil(len(part) / room)) for part in text.split("\n"))

    def edges(self) -> tuple[int, int]:
        """The last column of the head's left cell and of its middle."""
        whole, seen = sum(self.widths), 0.0
        cuts: list[int] = []
        for at, width in enumerate(self.widths):
            seen += width
            while len(cuts) < 2 and seen >= whole * (0.2, 0.7)[len(cuts)]:
                cuts.append(at)
        left = min(cuts[0], self.columns - 3)
        return left, min(max(cuts[1], left + 1), self.columns - 2)

    def head(self) -> None:
        """The form's number, its title with the period, who reports to whom."""
        form, (left, middle) = self.form.form, self.edges()
        title = f"{form.title.upper()}\n{self.form.named}\n{self.form.days}"
        right = "\n".join(self.form.parties)
        self.merged(0, left, form.number, self.style(bold=True, align="left", valign="top"))
        bold = self.style(bold=True, align="center", valign="top", font_size=12)
        self.merged(left + 1, middle, title, bold)
        self.merged(middle + 1, self.columns - 1, right, self.style(align="left", valign="top"))
        tall = max(self.lines(title, left + 1, middle) * 1.2, self.lines(right, middle + 1, self.columns - 1))
        self.sheet.set_row(self.row, tall * _LINE + 4)
        self.row += 1
        self.merged(
            middle + 1,
            self.columns - 1,
            f"Đơn vị tính: {form.counted}.",
            self.style(italic=True, align="right"),
        )
        self.row += 1

    def table(self, filled: FilledTable) -> None:
        """One table of the form, with its heads, the columns' numbers and its rows."""
        table, last = filled.table, len(filled.table.columns) - 1
        if table.title:
            self.merged(0, last, table.title, self.style(bold=True, align="left"))
            self.sheet.set_row(self.row, self.lines(table.title, 0, last) * _LINE + 4)
            self.row += 1
        heading = self.style(bold=True, border=1, align="center")
        top, depth = self.row, head_depth(table.columns)
        high = [_LINE + 3] * depth
        for cell in head_cells(table.columns):
            end = cell.column + cell.columns - 1
            need = self.lines(cell.text, cell.column, end) * _LINE + 3
            bottom = cell.row + cell.rows - 1
            have = sum(high[cell.row : bottom + 1])
            high[bottom] += max(0.0, need - have)
            if cell.rows * cell.columns == 1:
                self.sheet.write_string(top + cell.row, cell.column, cell.text, heading)
            else:
                self.sheet.merge_range(top + cell.row, cell.column, top + bottom, end, cell.text, heading)
        number = self.style(italic=True, border=1, align="center", font_size=8)
        for at, column in enumerate(table.columns):
            self.sheet.write_string(top + depth, at, table.printed(column), number)
        tallest = max(self.lines(table.printed(column), at, at) for at, column in enumerate(table.columns))
        for at, height in enumerate([*high, tallest * 11 + 3]):
            self.sheet.set_row(top + at, height)
        self.row = top + depth + 1
        if table is self.form.tables[0].table:
            self.sheet.repeat_rows(top, top + depth)
        self.body(filled)

    def body(self, filled: FilledTable) -> None:
        """The rows, then their sums."""
        last, counted = len(filled.table.columns) - 1, []
        part = self.style(bold=True, border=1, align="left")
        for row in filled.rows:
            if row.part is not None:
                self.sheet.write_string(
                    self.row, 0, f"{row.part}.", self.style(bold=True, border=1, align="center")
                )
                self.merged(1, last, row.label, part)
                self.row += 1
                continue
            counted.append(self.row)
            self.numbers(filled, row, bold=False, above=())
        if filled.table.total:
            self.numbers(filled, filled.total, bold=True, above=counted)

    def numbers(self, filled: FilledTable, row: FilledRow, *, bold: bool, above: Sequence[int]) -> None:
        """A row of numbers; what is a sum is a formula. `above`: the rows that it is the sum of."""
        table, named = filled.table, {"serial", "label"} & {each.key for each in filled.table.columns}
        plain, count = (
            self.style(border=1, bold=bold),
            self.style(border=1, bold=bold, num_format="#,##0", align="right", indent=1),
        )
        for at, column in enumerate(table.columns):
            value = row.values.get(column.key)
            if column.key == "serial":
                text = "" if row.serial is None else str(row.serial)
                self.sheet.write_string(self.row, at, text, self.style(border=1, bold=bold, align="center"))
            elif column.key == "label":
                self.sheet.write_string(self.row, at, row.label, plain)
            elif value is None:
                self.sheet.write_blank(self.row, at, None, count)
            elif column.sums:
                parts = "+".join(xl_rowcol_to_cell(self.row, table.place(key) - 1) for key in column.sums[0])
                self.sheet.write_formula(self.row, at, f"={parts}", count, value)
            elif above and above[-1] - above[0] == len(above) - 1:
                cells = f"{xl_rowcol_to_cell(above[0], at)}:{xl_rowcol_to_cell(above[-1], at)}"
                self.sheet.write_formula(self.row, at, f"=SUM({cells})", count, value)
            else:
                self.sheet.write_number(self.row, at, value, count)
        if bold and {"serial", "label"} <= named:
            self.sheet.merge_range(
                self.row, 0, self.row, 1, row.label, self.style(border=1, bold=True, align="center")
            )
        if "label" in named:
            place = table.place("label") - 1
            self.sheet.set_row(self.row, self.lines(row.label, place, place) * _LINE + 3)
        self.row += 1

    def foot(self, lang: Lang) -> None:
        """What is to be known of the figures, and who signs."""
        notes = list(self.form.below(lang))
        if notes:
            text = "Lưu ý:\n" + "\n".join(f"- {each}" for each in notes)
            self.merged(0, self.columns - 1, text, self.style(italic=True, align="left"))
            self.sheet.set_row(self.row, self.lines(text, 0, self.columns - 1) * _LINE + 4)
            self.row += 1
        self.row += 1
        half = self.columns // 2
        dated = f"{self.form.place}, ngày … tháng … năm …" if self.form.place else "Ngày … tháng … năm …"
        self.merged(half, self.columns - 1, dated, self.style(italic=True, align="center"))
        self.row += 1
        for (left, right), bold in zip(
            zip(SIGNED_LEFT, SIGNED_RIGHT, strict=True), (True, False), strict=True
        ):
            look = self.style(bold=bold, italic=not bold, align="center")
            self.merged(0, half - 1, left, look)
            self.merged(half, self.columns - 1, right, look)
            self.row += 1


def form_workbook(forms: Sequence[FilledForm], moment: datetime, lang: Lang = Lang.VI) -> bytes:
    """A workbook with a sheet for each form; every sum in it is a formula."""
    target = BytesIO()
    with Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        first = forms[0]
        book.set_properties(
            {
                "title": f"{first.form.number}: {first.form.title}", "author": first.reporter,
                "subject": first.period.show(lang), "created": moment.astimezone(UTC).replace(tzinfo=None),
            }
        )  # fmt: skip
        used: set[str] = set()
        for form in forms:
            sheet = book.add_worksheet(_name(form, used, alone=len(forms) == 1))
            sheet.set_landscape()
            sheet.set_paper(A4)
            sheet.set_margins(left=0.5, right=0.4, top=0.6, bottom=0.6)
            sheet.fit_to_pages(1, 0)
            sheet.set_footer("&R&8&P/&N")
            sheet.hide_gridlines(2)
            one = _Sheet(book, sheet, form)
            one.head()
            for table in form.tables:
                one.table(table)
                one.row += 1
            one.foot(lang)
    return target.getvalue()


def _name(form: FilledForm, used: set[str], *, alone: bool) -> str:
    """A sheet's name: the form's code, with the unit's where there are several."""
    name = re.sub(r"[\[\]:*?/\\']", "-", form.code if alone else f"{form.code} {form.unit}")[:_TOO_LONG]
    while name.casefold() in used:
        name = f"{name[: _TOO_LONG - 2]}_{len(used) % 10}"
    used.add(name.casefold())
    return name
