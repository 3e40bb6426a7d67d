"""One grid of cells written as any kind of file that an office sends."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from xml.sax.saxutils import escape

import xlsxwriter

Span = tuple[int, int, int, int]
"""First and last row, first and last column, from 0."""


@dataclass(frozen=True)
class Share:
    """A cell that holds a share of 1 and shows it as percent."""

    value: Decimal

    @property
    def shown(self) -> Decimal:
        """What the person reads, without the sign."""
        return self.value * 100


Cell = str | Decimal | Share
Rows = Sequence[Sequence[Cell]]


@dataclass
class Grid:
    """Rows of cells and what of them is merged."""

    rows: list[list[Cell]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def add(self, *cells: Cell) -> int:
        """Add a row; returns its place."""
        self.rows.append(list(cells))
        return len(self.rows) - 1


def as_text(grid: Grid, between: str, mark: str) -> str:
    """CSV or the like; `mark` is the decimal mark."""
    return "".join(between.join(_plain(cell, mark) for cell in row) + "\n" for row in grid.rows)


def _plain(cell: Cell, mark: str) -> str:
    if isinstance(cell, str):
        return cell
    number = f"{cell.shown if isinstance(cell, Share) else cell:f}".replace(".", mark)
    return number + ("%" if isinstance(cell, Share) else "")


def as_xlsx(grid: Grid) -> bytes:
    """A workbook whose shares have a format of percent."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, percent = book.add_worksheet("Bảng"), book.add_format({"num_format": "0.00%"})
        for top, bottom, left, right in grid.spans:
            sheet.merge_range(top, left, bottom, right, "")
        for at, row in enumerate(grid.rows):
            for place, cell in enumerate(row):
                if isinstance(cell, Share):
                    sheet.write_number(at, place, float(cell.value), percent)
                elif isinstance(cell, Decimal):
                    sheet.write_number(at, place, float(cell))
                elif cell:
                    sheet.write_string(at, place, cell)
    return out.getvalue()


_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def as_ods(grid: Grid) -> bytes:
    """An OpenDocument whose shares are of the type percentage."""
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, bottom, left, right in grid.spans}
    covered = {
        (row, column)
        for top, bottom, left, right in grid.spans
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    } - spans.keys()
    rows = "".join(
        "<table:table-row>"
        + "".join(
            "<table:covered-table-cell/>" if (at, place) in covered else _cell(cell, spans.get((at, place)))
            for place, cell in enumerate(row)
        )
        + "</table:table-row>"
        for at, row in enumerate(grid.rows)
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES}><office:body>'
        f'<office:spreadsheet><table:table table:name="Bảng">{rows}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return out.getvalue()


def _cell(cell: Cell, span: tuple[int, int] | None) -> str:
    down, across = span or (1, 1)
    wide = f' table:number-rows-spanned="{down}" table:number-columns-spanned="{across}"' if span else ""
    if isinstance(cell, str):
        text = f"<text:p>{escape(cell)}</text:p>" if cell else ""
        return (
            f'<table:table-cell{wide} office:value-type="string">{text}</table:table-cell>'
            if cell
            else (f"<table:table-cell{wide}/>")
        )
    kind = "percentage" if isinstance(cell, Share) else "float"
    value = cell.value if isinstance(cell, Share) else cell
    shown = escape(_plain(cell, ","))
    return (
        f'<table:table-cell{wide} office:value-type="{kind}" office:value="{value:f}">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )
