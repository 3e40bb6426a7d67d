"""What the sheets of the workbook share: formats, columns, headings, how they print.

Text of a source is always written as text: a name that starts with = + - @ is never a formula.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Any

from msgspec import Struct
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from bochiso.rules.rule_set import RuleSet
from bochiso.text import VIETNAM, Lang, Text

FONT = "Times New Roman"
FILL, CHECK_FILL, LINE = "#D9E2EF", "#EDEDED", "#7F7F7F"
TITLE_ROW, SUBTITLE_ROW, HEADING_ROW, FIRST_ROW = 0, 1, 3, 4
LONGEST_CELL = 32_767
LINE_HEIGHT, HIGHEST_ROW = 15, 400
A4 = 9

Cell = str | Decimal | Fraction | int | date | datetime | None


class ColumnKind(StrEnum):
    """What a column holds; each has one format."""

    TEXT = "text"
    WORD = "word"
    COUNT = "count"
    POINTS = "points"
    TOTAL = "total"
    SHARE = "share"
    RANK = "rank"
    CHANGE = "change"
    MOVE = "move"
    STEP = "step"
    DAY = "day"
    DAYS = "days"


_CENTRED = {"align": "center"}
_RIGHT = {"align": "right", "indent": 1}
_KINDS: dict[ColumnKind, dict[str, Any]] = {
    ColumnKind.TEXT: {"text_wrap": True, "indent": 1},
    ColumnKind.WORD: _CENTRED,
    ColumnKind.COUNT: {"num_format": "#,##0", **_RIGHT},
    ColumnKind.RANK: {"num_format": "#,##0", **_CENTRED},
    ColumnKind.POINTS: {"num_format": "#,##0.00", **_RIGHT},
    ColumnKind.TOTAL: {"num_format": "#,##0.00", "bold": True, **_RIGHT},
    ColumnKind.SHARE: {"num_format": "0.00%", **_RIGHT},
    ColumnKind.CHANGE: {"num_format": "+#,##0.00;−#,##0.00;0.00", **_RIGHT},
    ColumnKind.MOVE: {"num_format": '▲ 0;▼ 0;"="', **_RIGHT},
    ColumnKind.STEP: {"num_format": "+#,##0;−#,##0;0", **_RIGHT},
    ColumnKind.DAY: {"num_format": "dd/mm/yyyy", "align": "center"},
    ColumnKind.DAYS: {"num_format": "#,##0.0", **_RIGHT},
}

_GRADES: tuple[dict[str, Any], ...] = (
    {"bg_color": "#1F4E79", "font_color": "#FFFFFF", "bold": True},
    {"bg_color": "#9DC3E6", "bold": True},
    {"bg_color": "#DEEBF7"},
    {"bg_color": "#FCE4D6", "italic": True},
    {"bg_color": "#F4B183", "pattern": 14, "fg_color": "#7F3F00", "bold": True, "italic": True},
)
"""Best first: darker is better, italics are worse; apart in grey, too."""


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook, rules: RuleSet, lang: Lang) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.lang = lang
        names = [grade.names.render(lang) for grade in rules.grades.bounds]
        last = max(1, len(names) - 1)
        self._grades = {
            name: book.add_format(_GRADES[n * (len(_GRADES) - 1) // last]) for n, name in enumerate(names)
        }

    def get(self, **properties: Any) -> Format:
        """A format with these properties, in the workbook's font."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
            self._made[key] = self._book.add_format(base | properties)
        return self._made[key]

    def cell(self, kind: ColumnKind, **more: Any) -> Format:
        """The format of a cell in a table."""
        return self.get(border=1, border_color=LINE, **(_KINDS[kind] | more))

    def heading(self, *, check: bool = False) -> Format:
        """The format of a column's heading; `check`: of what is recomputed."""
        return self.get(
            bold=True,
            italic=check,
            border=1,
            border_color=LINE,
            bg_color=CHECK_FILL if check else FILL,
            align="center",
            text_wrap=True,
        )

    def mark_grades(self, sheet: Worksheet, cells: str) -> None:
        """Colours, patterns and bold or italic letters by grade, for cells that hold its name."""
        for name, style in self._grades.items():
            quoted = '"' + name.replace('"', '""') + '"'
            rule = {"type": "cell", "criteria": "==", "value": quoted, "format": style}
            sheet.conditional_format(cells, rule)


class SheetColumn(Struct, frozen=True):
    """A column of a table: its heading, width in letters, what it holds; `check`: recomputed."""

    key: str
    heading: Text
    width: float
    kind: ColumnKind = ColumnKind.POINTS
    check: bool = False


class SheetPage(Struct, frozen=True):
    """What every sheet says around its table: title, office, identity, both of figures and file."""

    title: str
    office: str
    mark: str


class Table:
    """One sheet with one table: heading row frozen and repeated, filters, one page wide."""

    def __init__(
        self, sheet: Worksheet, styles: Styles, columns: Sequence[SheetColumn], page: SheetPage, heading: Text
    ) -> None:
        self.sheet, self.styles, self.columns = sheet, styles, columns
        self.at = {column.key: n for n, column in enumerate(columns)}
        self.row = FIRST_ROW
        self._formats = [styles.cell(column.kind) for column in columns]
        lang = styles.lang
        bold = styles.get(bold=True, font_size=14)
        sheet.write_string(TITLE_ROW, 0, heading.render(lang), bold)
        sheet.write_string(SUBTITLE_ROW, 0, plain(page.title), styles.get(italic=True))
        highest = max(_lines(plain(c.heading.render(lang)), c.width) for c in columns)
        sheet.set_row(HEADING_ROW, LINE_HEIGHT * (highest + 1))
        for n, column in enumerate(columns):
            sheet.set_column(n, n, column.width)
            sheet.write_string(
                HEADING_ROW, n, plain(column.heading.render(lang)), styles.heading(check=column.check)
            )
        set_page(sheet, page, lang)
        sheet.repeat_rows(HEADING_ROW)

    def add(self, cells: Iterable[Cell]) -> None:
        """A row of values; None leaves its cell blank: null is not 0. Formulas are put after it."""
        values = list(cells)
        fit_height(self.sheet, self.row, zip(values, (column.width for column in self.columns), strict=True))
        for n, value in enumerate(values):
            put(self.sheet, self.row, n, value, self._formats[n])
        self.row += 1

    def formula(self, key: str, formula: str, value: Cell, row: int | None = None) -> None:
        """A formula with its value, so that a viewer that doesn't calculate shows it."""
        n = self.at[key]
        cached = float(value) if isinstance(value, Fraction) else "" if value is None else value
        row = self.row - 1 if row is None else row
        self.sheet.write_formula(row, n, formula, self._formats[n], cached)

    def cell(self, key: str, row: int | None = None) -> str:
        """`J5`: a cell of the row that was added last, or of another."""
        return str(xl_rowcol_to_cell(self.row - 1 if row is None else row, self.at[key]))

    def finish(self, frozen: int) -> None:
        """Filters, frozen panes (so many columns) and what prints: all but what is recomputed."""
        printed = sum(not column.check for column in self.columns) - 1
        last = max(self.row - 1, HEADING_ROW)
        self.sheet.autofilter(HEADING_ROW, 0, last, printed)
        self.sheet.freeze_panes(FIRST_ROW, frozen)
        self.sheet.print_area(0, 0, last, printed)


def put(sheet: Worksheet, row: int, column: int, value: Cell, style: Format) -> None:
    """A value as what it is: numbers as numbers, days as days, everything else as text."""
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, plain(value), style)
    elif isinstance(value, datetime):
        day = value.astimezone(VIETNAM).date() if value.tzinfo else value.date()
        sheet.write_datetime(row, column, day, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, float(value), style)


def fit_height(sheet: Worksheet, row: int, cells: Iterable[tuple[Cell, float]]) -> None:
    """A row as high as its longest text needs in a column of that width; call it before the row is written.

    Not every program fits rows to wrapped text by itself.
    """
    lines = max((_lines(value, width) for value, width in cells if isinstance(value, str)), default=1)
    if lines > 1:
        sheet.set_row(row, min(LINE_HEIGHT * lines, HIGHEST_ROW))


def _lines(text: str, width: float) -> int:
    return sum(max(1, ceil(len(part) / max(1.0, 1.1 * width - 1))) for part in text.split("\n"))


def plain(text: str) -> str:
    """A source's words for a cell: without control characters, no longer than a cell holds."""
    if text.isprintable():
        return text[:LONGEST_CELL]
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text)[:LONGEST_CELL]


def sheet_name(name: str) -> str:
    """A name that a sheet may have: 31 letters, none of those that formulas use."""
    return "".join(" " if c in "[]:*?/\\'" else c for c in name)[:31].strip()


def quoted(sheet: str) -> str:
    """A sheet's name as a formula writes it."""
    return f"'{sheet}'"


def column_range(sheet: str, column: int, first: int, last: int) -> str:
    """`'Chỉ số'!$A$5:$A$99`."""
    return f"{quoted(sheet)}!{xl_range_abs(first, column, last, column)}"


def set_page(sheet: Worksheet, page: SheetPage, lang: Lang, *, portrait: bool = False) -> None:
    """A4, one page wide, numbered; the office and the figures' identity on every page."""
    sheet.set_portrait() if portrait else sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.6, right=0.4, top=0.8, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    number = "Trang &P/&N" if lang is Lang.VI else "Page &P of &N"
    font = f'&"{FONT},Regular"&9 '  # the space keeps a title's own digits out of the size
    sheet.set_header(f"&L{font}{_printed(page.office)}&R{font}{_printed(page.title)}")
    sheet.set_footer(f"&L{font}{_printed(page.mark)}&R{font}{number}")


def _printed(text: str) -> str:
    """Words of a page's header: & is doubled there, and all of it has 255 letters."""
    return plain(text)[:90].replace("&", "&&").replace("\n", " ")
