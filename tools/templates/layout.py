"""How official documents look: page, styles and blocks of Decree 30/2020/NĐ-CP, Annex I.

The templates are made of these blocks once (`build_templates`); an office then edits them in Word.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Length, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
PAGE = (Cm(21.0), Cm(29.7))
TOP, BOTTOM, LEFT, RIGHT = Cm(2.0), Cm(2.0), Cm(3.0), Cm(1.5)
TEXT_WIDTH = Length(PAGE[0] - LEFT - RIGHT)
ANNEX_WIDTH = Length(PAGE[1] - LEFT - RIGHT)
AGENCY_WIDTH = Cm(6.3)
"""The left half of the letterhead; the nation's name has the rest."""

NATION_NAME = "Cộng hòa xã hội chủ nghĩa Việt Nam"
MOTTO_TEXT = "Độc lập - Tự do - Hạnh phúc"
MOTTO_WIDTH = Cm(5.7)
"""How wide the motto is in bold 13: its line is as long as the text."""


@dataclass(frozen=True)
class Look:
    """A paragraph style: its name as Word shows it, and how it looks. Lengths in points and centimetres."""

    name: str
    size: float
    align: ALIGN = ALIGN.CENTER
    bold: bool = False
    italic: bool = False
    caps: bool = False
    first_line: float = 0
    left: float = 0
    before: float = 0
    after: float = 0
    line: float = 1.0
    keep: bool = False


BODY = Look("VB Nội dung", 14, ALIGN.JUSTIFY, first_line=1.27, before=6, line=1.1)
BODY_LEFT = Look("VB Nội dung, trái", 14, ALIGN.LEFT, first_line=1.27, before=6, line=1.1)
HEADING = Look("VB Mục", 14, ALIGN.JUSTIFY, bold=True, first_line=1.27, before=6, line=1.1, keep=True)
GROUND = Look("VB Căn cứ", 14, ALIGN.JUSTIFY, italic=True, first_line=1.27, before=6, line=1.1)
NATION = Look("VB Quốc hiệu", 12, bold=True, caps=True)
MOTTO = Look("VB Tiêu ngữ", 13, bold=True)
PARENT = Look("VB Cơ quan chủ quản", 12, caps=True)
AGENCY = Look("VB Cơ quan ban hành", 12, bold=True, caps=True)
NUMBER = Look("VB Số, ký hiệu", 13, before=6)
ABOUT = Look("VB Trích yếu công văn", 12, before=6)
PLACE = Look("VB Địa danh, ngày tháng", 13, italic=True, before=6)
KIND = Look("VB Tên loại", 14, bold=True, caps=True, before=18)
SUBJECT = Look("VB Trích yếu", 14, bold=True)
TO = Look("VB Kính gửi", 14, ALIGN.LEFT, left=2.0, before=14, after=3)
TO_ONE = Look("VB Kính gửi, một nơi", 14, before=14, after=9)
TO_EACH = Look("VB Kính gửi, danh sách", 14, ALIGN.LEFT, left=4.0, before=3, after=3)
RECIPIENTS = Look("VB Nơi nhận", 12, ALIGN.LEFT, bold=True, italic=True)
RECIPIENT = Look("VB Nơi nhận, danh sách", 11, ALIGN.LEFT)
SIGNER = Look("VB Chức vụ", 14, bold=True)
SIGNED = Look("VB Họ tên người ký", 14, bold=True, before=72)
ANNEX = Look("VB Phụ lục", 14, bold=True, keep=True)
ANNEX_NAME = Look("VB Tên phụ lục", 14, bold=True, caps=True, keep=True)
ANNEX_OF = Look("VB Kèm theo", 14, italic=True, keep=True)
HEAD_CELL = Look("VB Ô tiêu đề", 10, bold=True, before=2, after=2, keep=True)
CELL = Look("VB Ô giữa", 11, before=1, after=1)
CELL_LEFT = Look("VB Ô trái", 11, ALIGN.LEFT, before=1, after=1)
CELL_RIGHT = Look("VB Ô phải", 11, ALIGN.RIGHT, before=1, after=1)
CELL_BOLD = Look("VB Ô giữa, đậm", 11, bold=True, before=1, after=1)
PICTURE = Look("VB Hình", 14, before=8, keep=True)
CAPTION = Look("VB Tên hình", 13, italic=True, before=2, after=6)
NOTE = Look("VB Chú thích", 10, ALIGN.LEFT, italic=True, before=3)
SMALL = Look("VB Nguồn số liệu", 9, ALIGN.LEFT, before=3)
AFTER_TABLE = Look("VB Khoảng cách", 6)
PAGE_NUMBER = Look("VB Số trang", 13)
LOOKS = tuple(each for each in globals().values() if isinstance(each, Look))


def new_document() -> Docx:
    """An empty document with the decree's page and styles."""
    document = Document()
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)  # noqa: S101 (python-docx's own default document)
    _font(normal, Look("Normal", 14))
    for look in LOOKS:
        _add_style(document, look)
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.PORTRAIT, *PAGE
    _margins(page)
    _number_pages(page)
    _settle(document)
    return document


def _settle(document: Docx) -> None:
    """What Word asks of a file: that it is of today's Word, not of 2010's, and in Vietnamese."""
    settings = document.settings.element
    for each in settings.iter(qn("w:compatSetting")):
        if each.get(qn("w:name")) == "compatibilityMode":
            each.set(qn("w:val"), "15")
    for name, mark in (("w:decimalSymbol", ","), ("w:listSeparator", ";")):
        settings.find(qn(name)).set(qn("w:val"), mark)
    for each in settings.iter(qn("w:themeFontLang")):
        each.attrib.clear()
        each.set(qn("w:val"), "vi-VN")


def _margins(section: Section) -> None:
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    section.left_margin, section.right_margin = LEFT, RIGHT
    section.header_distance = section.footer_distance = Cm(1.0)


def _add_style(document: Docx, look: Look) -> None:
    style = document.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)  # noqa: S101 (asked for just so)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    _font(style, look)
    form = style.paragraph_format
    form.alignment = look.align
    form.first_line_indent = Cm(look.first_line) if look.first_line else None
    form.left_indent = Cm(look.left) if look.left else None
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.line_spacing = look.line
    form.keep_with_next = look.keep or None
    form.widow_control = True


def _font(style: ParagraphStyle, look: Look) -> None:
    style.font.name, style.font.size = FONT, Pt(look.size)
    style.font.bold = look.bold or None
    style.font.italic = look.italic or None
    style.font.all_caps = look.caps or None
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.get_or_add_rPr().append(language)


def _number_pages(section: Section) -> None:
    """Arabic numbers from 1, centred inside the top margin, not on the first page (II.7)."""
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = section.first_page_header.is_linked_to_previous = False
    place = section.header.paragraphs[0]
    place.style = PAGE_NUMBER.name
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = place.add_run()._r
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run.append(mark)
    _count_from_one(section)


def _count_from_one(section: Section) -> None:
    numbering = section._sectPr.find(qn("w:pgNumType"))
    if numbering is None:
        numbering = OxmlElement("w:pgNumType")
        section._sectPr.insert_element_before(numbering, "w:cols", "w:titlePg", "w:docGrid")
    numbering.set(qn("w:start"), "1")


def end_upright(document: Docx) -> None:
    """End the pages so far; what follows counts its pages anew."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _margins(section)
    section.different_first_page_header_footer = True
    _count_from_one(section)
    _hide(_breaking_paragraph(document))


def end_part(document: Docx, *, across: bool) -> None:
    """What stands since the last end, lying across the page or upright, ends here."""
    paragraph = document.add_paragraph()
    _hide(paragraph)
    properties = deepcopy(document.sections[-1]._sectPr)
    paragraph._p.get_or_add_pPr().append(properties)
    if across:
        section = Section(properties, document.part)
        section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, PAGE[1], PAGE[0]


def _breaking_paragraph(document: Docx) -> Paragraph:
    """The paragraph that carries the last section break; python-docx may have put it on the text before."""
    return next(
        p for p in reversed(document.paragraphs) if p._p.pPr is not None and p._p.pPr.sectPr is not None
    )


def _hide(paragraph: Paragraph) -> None:
    """A paragraph that only ends something takes no room."""
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)


def add(place: Docx | _Cell, look: Look, text: str) -> Paragraph:
    """A paragraph of a style."""
    paragraph = place.add_paragraph(style=look.name)
    if text:
        paragraph.add_run(text)
    return paragraph


def fill(cell: _Cell, *lines: tuple[Look, str]) -> list[Paragraph]:
    """The paragraphs of a cell, from its first on."""
    first, *rest = lines
    cell.paragraphs[0].style = first[0].name
    cell.paragraphs[0].add_run(first[1])
    return [cell.paragraphs[0], *(add(cell, look, text) for look, text in rest)]


def rule(place: Docx | _Cell, width: Length, room: Length) -> Paragraph:
    """A solid line, centred in `room`."""
    paragraph = place.add_paragraph()
    _hide(paragraph)
    paragraph.paragraph_format.line_spacing = Pt(4)
    side = Length((room - width) // 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
    return paragraph


def frame(document: Docx, widths: Sequence[Length], rows: int = 1) -> Table:
    """A table without lines, to put things side by side; its rows stay on one page."""
    table: Table = document.add_table(rows, len(widths))
    set_widths(table, widths)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "0")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    table._tbl.tblPr.append(margins)
    for row in table.rows:
        whole_row(row._tr)
    return table


def grid(document: Docx, widths: Sequence[Length], rows: int) -> Table:
    """A table with lines; its rows stay whole."""
    table: Table = document.add_table(rows, len(widths))
    table.style = "Table Grid"
    set_widths(table, widths)
    for row in table.rows:
        whole_row(row._tr)
        for cell in row.cells:
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    return table


def set_room(table: Table, width: Length) -> None:
    """The width that the table has however many columns it is filled with."""
    held = table._tbl.tblPr.find(qn("w:tblW"))
    held.set(qn("w:type"), "dxa")
    held.set(qn("w:w"), str(width.twips))


def set_widths(table: Table, widths: Sequence[Length]) -> None:
    """Fixed widths of the columns, of the grid and of every cell: Word reads one, LibreOffice the other."""
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def whole_row(row: object) -> None:
    """A row that is not torn across pages."""
    _row_mark(row, "w:cantSplit")


def heading_row(row: object) -> None:
    """A row that is repeated on every page."""
    _row_mark(row, "w:tblHeader")


def _row_mark(row: object, name: str) -> None:
    properties = row.get_or_add_trPr()  # type: ignore[attr-defined]
    properties.append(OxmlElement(name))
