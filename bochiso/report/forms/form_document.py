"""Forms as an annex in Word: the same tables as the workbook's, each form on pages of its own."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Pt
from docx.table import Table, _Cell, _Row

from bochiso.measure.forms.filling import FilledTable
from bochiso.report.forms.form_layout import (
    SIGNED_LEFT,
    SIGNED_RIGHT,
    FilledForm,
    head_cells,
    head_depth,
    widths,
)
from bochiso.text import Lang

FONT = "Times New Roman"
_WIDTH = 25.7
"""Centimetres between the margins of an A4 page, landscape."""
_WORD_2013 = "15"


def blank_document(title: str, author: str, moment: datetime) -> Docx:
    """An empty document: Times New Roman, Vietnamese, not in Word's compatibility mode."""
    document = Document()
    core = document.core_properties
    core.title, core.author, core.last_modified_by = title[:255], author[:255], author[:255]
    core.created = core.modified = moment.astimezone(UTC).replace(tzinfo=None)
    core.comments, core.language = "", "vi-VN"
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:eastAsia", "w:cs", "w:hAnsi"):
        fonts.set(qn(script), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.get_or_add_rPr().append(language)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    settings = document.settings.element
    for old in settings.findall(qn("w:compat")):
        settings.remove(old)
    compat, mode = OxmlElement("w:compat"), OxmlElement("w:compatSetting")
    for key, value in (
        ("w:name", "compatibilityMode"),
        ("w:uri", "http://schemas.microsoft.com/office/word"),
        ("w:val", _WORD_2013),
    ):
        mode.set(qn(key), value)
    compat.append(mode)
    place = next((each for each in settings if each.tag in _AFTER_COMPAT), None)
    if place is None:
        settings.append(compat)
    else:
        place.addprevious(compat)
    return document


_AFTER_COMPAT = {
    qn(f"w:{name}")
    for name in (
        "docVars", "rsids", "themeFontLang", "clrSchemeMapping", "doNotIncludeSubdocsInStats",
        "shapeDefaults", "decimalSymbol", "listSeparator",
    )
} | {qn("m:mathPr")}  # fmt: skip


def form_document(forms: Sequence[FilledForm], moment: datetime, lang: Lang = Lang.VI) -> bytes:
    """An annex with these forms, A4 landscape."""
    first = forms[0]
    document = blank_document(f"{first.form.number}: {first.form.title}", first.reporter, moment)
    for at, form in enumerate(forms):
        section = document.sections[0] if at == 0 else document.add_section(WD_SECTION.NEW_PAGE)
        _landscape(section)
        _head(document, form)
        for filled in form.tables:
            _table(document, filled)
        _foot(document, form, lang)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _landscape(section: Section) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(2.0)
    section.top_margin, section.bottom_margin = Cm(2.0), Cm(1.5)


def say_in(
    cell: _Cell,
    lines: Iterable[str],
    align: ALIGN,
    size: float = 11,
    *,
    bold: bool = False,
    italic: bool = False,
) -> None:
    """Put lines into a cell, a paragraph each."""
    for at, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
        paragraph.alignment = align
        run = paragraph.add_run(line)
        run.font.size = Pt(size)
        if bold:
            run.bold = True
        if italic:
            run.italic = True


def _head(document: Docx, form: FilledForm) -> None:
    own = form.form
    table = document.add_table(1, 3)
    fix_columns(table, (0.2 * _WIDTH, 0.5 * _WIDTH, 0.3 * _WIDTH))
    left, middle, right = table.rows[0].cells
    say_in(left, [own.number], ALIGN.LEFT, bold=True)
    say_in(middle, [own.title.upper(), form.named, form.days], ALIGN.CENTER, 12, bold=True)
    say_in(right, form.parties, ALIGN.LEFT)
    unit = document.add_paragraph()
    unit.alignment = ALIGN.RIGHT
    run = unit.add_run(f"Đơn vị tính: {own.counted}.")
    run.italic, run.font.size = True, Pt(11)


def _table(document: Docx, filled: FilledTable) -> None:
    table, columns = filled.table, filled.table.columns
    if table.title:
        run = document.add_paragraph().add_run(table.title)
        run.bold, run.font.size = True, Pt(11)
    depth = head_depth(columns)
    body = [*filled.rows, *([filled.total] if table.total else [])]
    grid = document.add_table(depth + 1 + len(body), len(columns))
    grid.style = "Table Grid"
    rows = list(grid.rows)
    cells = [list(row.cells) for row in rows]  # asked for once: each asking goes through the whole row
    fix_columns(grid, [share * _WIDTH for share in widths(columns)], cells)
    for line in cells:
        for each in line:
            each.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for head in head_cells(columns):
        last = cells[head.row + head.rows - 1][head.column + head.columns - 1]
        say_in(cells[head.row][head.column].merge(last), [head.text], ALIGN.CENTER, 10, bold=True)
    for at, column in enumerate(columns):
        say_in(cells[depth][at], [table.printed(column)], ALIGN.CENTER, 8, italic=True)
    for row in rows[: depth + 1]:
        _mark(row, "w:tblHeader")
    for row in rows:
        _mark(row, "w:cantSplit")
    for own, line in zip(body, cells[depth + 1 :], strict=True):
        bold = own is filled.total
        if own.part is not None:
            say_in(line[0], [f"{own.part}."], ALIGN.CENTER, 10, bold=True)
            say_in(line[1].merge(line[-1]), [own.label], ALIGN.LEFT, 10, bold=True)
            continue
        for at, column in enumerate(columns):
            if column.key == "label":
                say_in(line[at], [own.label], ALIGN.CENTER if bold else ALIGN.LEFT, 10, bold=bold)
            elif column.key == "serial":
                say_in(line[at], ["" if own.serial is None else str(own.serial)], ALIGN.CENTER, 10)
            else:
                value = own.values.get(column.key)
                say_in(line[at], ["" if value is None else number(value)], ALIGN.RIGHT, 10, bold=bold)
    document.add_paragraph()


def number(value: int) -> str:
    """A number as a table of a form has it: 1.209, and 0 as it is."""
    return f"{value:,}".replace(",", ".")


def _foot(document: Docx, form: FilledForm, lang: Lang) -> None:
    notes = list(form.below(lang))
    if notes:
        for line in ("Lưu ý:", *(f"- {each}" for each in notes)):
            run = document.add_paragraph().add_run(line)
            run.italic, run.font.size = True, Pt(11)
        document.add_paragraph()
    table = document.add_table(1, 2)
    fix_columns(table, (_WIDTH / 2, _WIDTH / 2))
    left, right = table.rows[0].cells
    say_in(left, ["", SIGNED_LEFT[0]], ALIGN.CENTER, bold=True)
    dated = f"{form.place}, ngày … tháng … năm …" if form.place else "Ngày … tháng … năm …"
    say_in(right, [dated], ALIGN.CENTER, italic=True)
    for cell, lines in ((left, SIGNED_LEFT[1:]), (right, SIGNED_RIGHT)):
        for at, line in enumerate(lines):
            paragraph = cell.add_paragraph()
            paragraph.alignment = ALIGN.CENTER
            run = paragraph.add_run(line)
            run.bold = cell is right and at == 0
            run.italic = not run.bold
            run.font.size = Pt(11)
    _mark(table.rows[0], "w:cantSplit")


def fix_columns(
    table: Table, centimetres: Sequence[float], cells: Sequence[Sequence[_Cell]] | None = None
) -> None:
    """Columns of these widths, in grid and cells alike, so that every office lays them out the same."""
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, centimetres, strict=True):
        column.width = Cm(width)
    for row in cells or [row.cells for row in table.rows]:
        for cell, width in zip(row, centimetres, strict=True):
            cell.width = Cm(width)


def _mark(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))
