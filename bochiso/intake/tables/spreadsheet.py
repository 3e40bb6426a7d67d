"""Tables of a workbook (XLSX, XLS, ODS) or a page (HTML, Excel's XML): all that stand on visible sheets."""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace

from python_calamine import (
    CalamineError,
    CalamineSheet,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from bochiso.errors import SourceError, Where
from bochiso.intake.formats.legacy_fonts import FONTS, SAMPLE, convert_parts, font_of, typed_for
from bochiso.intake.formats.opendocument import is_opendocument, opendocument_sheets
from bochiso.intake.formats.sheet import Sheet, cell_text, percent_text, rectangular
from bochiso.intake.formats.sheet_marks import Mark, Marks, hidden_of, marks_of
from bochiso.intake.formats.xls import xls_sheets
from bochiso.intake.formats.zip_guard import broken, check_workbook
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.intake.headings.headings import Vocabulary, simplify
from bochiso.intake.tables.table_blocks import Block, blocks_of, table_of
from bochiso.intake.tables.table_reader import RawTable, empty, no_heading
from bochiso.text import Text, say
from bochiso.units.names import is_level_title

_ZIP = b"PK"
_OURS = b"bochiso."


def workbook_sheets(name: str, data: bytes) -> list[Sheet]:
    """The sheets of a workbook. Raises SourceError where it can't be read."""
    check_workbook(name, data)
    if not data.startswith(_ZIP):
        return xls_sheets(name, data)
    if is_opendocument(data):
        return opendocument_sheets(name, data)
    try:
        marks, hidden = marks_of(data), hidden_of(data)
        with load_workbook(io.BytesIO(data)) as book:
            return [
                _sheet(
                    book.get_sheet_by_name(one.name),
                    marks.get(one.name, {}),
                    one.visible,
                    hidden.get(one.name, (0, 0)),
                )
                for one in book.sheets_metadata
                if one.typ is SheetTypeEnum.WorkSheet
            ]
    except (CalamineError, PasswordError, ValueError, KeyError, SyntaxError) as error:
        raise broken(name) from error


def is_ours(data: bytes) -> bool:
    """Whether bochiso wrote a workbook: its properties name the figures that it holds."""
    if not data.startswith(_ZIP):
        return False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        member = "docProps/custom.xml"
        return member in archive.namelist() and _OURS in archive.read(member)


def sheet_tables(
    name: str,
    sheets: Sequence[Sheet],
    vocabulary: Vocabulary,
    choice: Choice = NO_CHOICE,
    *,
    ours: bool = False,
) -> tuple[RawTable, ...]:
    """The tables of all visible sheets, or of the chosen one; what isn't read is named in notes.

    `ours`: of a workbook that bochiso wrote, the sheets of levels hold the figures; the others
    compare and explain them.

    Raises SourceError where no sheet has a heading.
    """
    notes: list[Text] = []
    if choice.sheet is not None:
        read = [_chosen(name, sheets, choice.sheet)]
    else:
        read = [sheet for sheet in sheets if sheet.visible]
        if ours and any(is_level_title(sheet.title) for sheet in read):
            _name_unread(name, [one for one in read if not is_level_title(one.title)], notes)
            read = [sheet for sheet in read if is_level_title(sheet.title)]
        hidden = [sheet for sheet in sheets if not sheet.visible and any(map(any, sheet.rows))]
        if hidden:
            notes.append(_passed_over(name, hidden))
    tables: list[Block] = []
    without: list[Sheet] = []
    for sheet in read:
        found = blocks_of(sheet, vocabulary, choice)
        tables += found
        if not found and _is_filled(sheet):
            without.append(sheet)
    if not tables and not any(any(map(any, sheet.rows)) for sheet in sheets):
        raise empty(name)
    if not tables:
        raise no_heading(
            name, next((sheet.rows for sheet in read if any(map(any, sheet.rows))), []), vocabulary
        )
    if without:
        _name_unread(name, without, notes)
    notes += [_hidden_parts(name, each) for each in read if each.hidden_rows or each.hidden_columns]
    several = len({sheet.title for sheet, _ in tables}) > 1
    return tuple(
        table_of(
            f"{name} › {block[0].title}" if several and block[0].title else name,
            block, vocabulary, choice, () if at else tuple(notes),
        )
        for at, block in enumerate(tables)
    )  # fmt: skip


def converted(name: str, sheets: Sequence[Sheet]) -> tuple[list[Sheet], tuple[Text, ...]]:
    """Sheets typed for the fonts of before Unicode, in Unicode, with a note that says so."""
    found: list[Sheet] = []
    fonts: set[str] = set()
    for sheet in sheets:
        words, length = [], 0
        for row in sheet.rows:
            text = " ".join(cell for cell in row if not cell.isascii())
            words.append(text)
            length += len(text)
            if length > SAMPLE:
                break
        font = font_of(" ".join(words))
        if font is not None:
            fonts.add(font)
            convert = FONTS[font]
            rows = [[cell if cell.isascii() else convert(cell) for cell in row] for row in sheet.rows]
            sheet = Sheet(sheet.title, rows, sheet.spans, sheet.visible)
        elif length <= SAMPLE:
            sheet = _by_cells(sheet, fonts)
        found.append(sheet)
    return found, tuple(typed_for(name, font) for font in sorted(fonts))


_WHOLE_CELL = re.compile(r".+", re.DOTALL)


def _by_cells(sheet: Sheet, fonts: set[str]) -> Sheet:
    """A sheet of which some cells were typed for old fonts; `fonts` learns which."""
    rows = []
    for row in sheet.rows:
        cells = []
        for cell in row:
            text, found = (cell, []) if cell.isascii() else convert_parts(cell, _WHOLE_CELL)
            fonts.update(found)
            cells.append(text)
        rows.append(cells)
    return replace(sheet, rows=rows)


def _sheet(sheet: CalamineSheet, marks: Marks, visible: SheetVisibleEnum, hidden: tuple[int, int]) -> Sheet:
    values = sheet.to_python(skip_empty_area=False)
    rows = [[cell_text(cell) for cell in row] for row in values]
    for (row, column), mark in marks.items():
        inside = row < len(values) and column < len(values[row])
        value = values[row][column] if inside else None
        if isinstance(mark, Mark):
            if isinstance(value, int | float) and not isinstance(value, bool):
                rows[row][column] = percent_text(value) if mark is Mark.PERCENT else f"{cell_text(value)}%"
            continue
        # The reader leaves out what has no value, at the end of a sheet too.
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [""] * (column + 1 - len(rows[row]))
        rows[row][column] = mark
    spans = tuple(
        (top, bottom, left, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    return Sheet(sheet.name, rectangular(rows), spans, visible is SheetVisibleEnum.Visible, *hidden)


def _is_filled(sheet: Sheet) -> bool:
    """Whether a sheet holds more than a title."""
    return sum(sum(map(bool, row)) > 1 for row in sheet.rows) > 1


def _chosen(name: str, sheets: Sequence[Sheet], wanted: str) -> Sheet:
    for sheet in sheets:
        if sheet.title == wanted:
            return sheet
    same = [sheet for sheet in sheets if simplify(sheet.title) == simplify(wanted)]
    if len(same) == 1:
        return same[0]
    if wanted.isdecimal() and 1 <= int(wanted) <= len(sheets):
        return sheets[int(wanted) - 1]
    raise SourceError(
        say("không có trang tính “{wanted}”.", "there is no sheet “{wanted}”.", wanted=wanted),
        where=Where(name),
        do=say("Tệp có các trang: {titles}.", "It has the sheets: {titles}.", titles=_titles(sheets)),
    )


def _name_unread(name: str, sheets: Sequence[Sheet], notes: list[Text]) -> None:
    if sheets:
        notes.append(
            say(
                "{file}: không đọc trang {titles}: không có bảng số liệu nhận ra được. "
                "Nếu cần, hãy chọn trang bằng --sheet.",
                "{file}: not read: {titles}, which hold no known table of figures. "
                "Choose a sheet with --sheet if you need it.",
                file=name,
                titles=_titles(sheets),
            )
        )


def _hidden_parts(name: str, sheet: Sheet) -> Text:
    rows = say("{n} dòng", "{n} {n:row|rows}", n=sheet.hidden_rows)
    columns = say("{n} cột", "{n} {n:column|columns}", n=sheet.hidden_columns)
    both = say("{rows} và {columns}", "{rows} and {columns}", rows=rows, columns=columns)
    return say(
        "{file}: trang “{title}” có {what} đang ẩn, vẫn được đọc; nếu không cần, hãy xóa rồi nạp lại.",
        "{file}: the sheet “{title}” hides {what}, read all the same; delete what isn't wanted.",
        file=name,
        title=sheet.title,
        what=both if sheet.hidden_rows and sheet.hidden_columns else rows if sheet.hidden_rows else columns,
    )


def _passed_over(name: str, sheets: Sequence[Sheet]) -> Text:
    return say(
        "{file}: bỏ qua trang ẩn {titles}. Nếu cần, hãy chọn trang bằng --sheet.",
        "{file}: hidden sheets passed over: {titles}. Choose one with --sheet if you need it.",
        file=name,
        titles=_titles(sheets),
    )


def _titles(sheets: Sequence[Sheet]) -> str:
    shown = ", ".join(f"“{sheet.title}”" for sheet in sheets[:10])
    return shown + (", …" if len(sheets) > 10 else "")
