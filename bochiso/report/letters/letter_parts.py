"""The parts of a letter by Decree 30/2020/NĐ-CP: head, subject, addressees, text, tables, signature."""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO

from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from msgspec import Struct

from bochiso.report import phrases
from bochiso.report.context import DocumentKind
from bochiso.report.forms.form_document import blank_document, fix_columns, say_in
from bochiso.report.office_settings import OfficeSettings

ROOM = "\u00a0" * 6
"""Room for a number or a day that is written in when the letter is issued."""

WIDTH, BROAD = 16.5, 25.7
"""Centimetres between the margins of a page, and of a broad one."""


class LetterFrame(Struct, frozen=True):
    """What stands around a letter's text. `symbol`: behind the number; `kind`: BÁO CÁO, or nothing."""

    parent: str
    agency: str
    symbol: str
    place: str
    day: date
    kind: str
    subject: str
    to: Sequence[str]
    recipients: Sequence[str]
    signer: Sequence[str]
    signer_name: str = ""
    number: str = ""


def begun(frame: LetterFrame, moment: datetime, size: tuple[Length, Length] = (Cm(21), Cm(29.7))) -> Docx:
    """A document with its head, subject and addressees."""
    document = blank_document(frame.subject, frame.agency, moment)
    page = document.sections[0]
    page.page_width, page.page_height = size
    page.top_margin = page.bottom_margin = Cm(2)
    page.left_margin, page.right_margin = Cm(3), Cm(1.5)
    _number_pages(document)
    _head(document, frame)
    _subject(document, frame)
    if frame.to:
        addressees(document, frame.to)
    return document


def finished(document: Docx) -> bytes:
    """Its bytes."""
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def line(
    document: Docx,
    text: str,
    align: ALIGN = ALIGN.JUSTIFY,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float = 14,
) -> Paragraph:
    """A paragraph of the text: indented, six points apart."""
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(6)
    if align is ALIGN.JUSTIFY:
        paragraph.paragraph_format.first_line_indent = Cm(1.27)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def table(
    document: Docx,
    heads: Sequence[str],
    widths: Sequence[float],
    rows: Sequence[Sequence[str]],
    size: float = 11,
) -> None:
    """A table with a head that stands on every page; rows aren't broken; columns of numbers are centred."""
    grid = document.add_table(1 + len(rows), len(heads))
    grid.style = "Table Grid"
    cells = [list(row.cells) for row in grid.rows]
    fix_columns(grid, widths, cells)
    for cell, head in zip(cells[0], heads, strict=True):
        say_in(cell, [head], ALIGN.CENTER, size, bold=True)
    for at, (own, values) in enumerate(zip(cells[1:], rows, strict=True), start=1):
        for cell, value in zip(own, values, strict=True):
            short = len(value) <= 10 and not any(each.isalpha() for each in value)
            say_in(cell, value.split("\n"), ALIGN.CENTER if short else ALIGN.LEFT, size)
        grid.rows[at]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def broad_section(document: Docx) -> None:
    """Go on with pages that lie across: an annex with a table, numbered anew."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(2)
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "1")
    section._sectPr.append(start)


def signed(document: Docx, frame: LetterFrame, width: float = WIDTH) -> None:
    """Recipients and the place of the signature."""
    gap = document.add_paragraph()
    gap.paragraph_format.keep_with_next = True
    grid = document.add_table(1, 2)
    fix_columns(grid, (0.45 * width, 0.55 * width))
    left, right = grid.rows[0].cells
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    say_in(left, ["Nơi nhận:"], ALIGN.LEFT, 12, bold=True, italic=True)
    for at, each in enumerate(frame.recipients, start=1):
        end = "." if at == len(frame.recipients) else ";"
        left.add_paragraph().add_run(f"- {each}{end}").font.size = Pt(11)
    say_in(right, [*frame.signer, *[""] * 4, frame.signer_name], ALIGN.CENTER, 14, bold=True)


def frame_of(
    settings: OfficeSettings, day: date, own: dict[str, str], subject: str, to: Sequence[str]
) -> LetterFrame:
    """The frame of a report of the office to its committee. `own`: what stands for names in braces."""
    week = settings.kinds[DocumentKind.WEEK]

    def fill(words: str) -> str:
        return words.format_map(own)

    return LetterFrame(
        parent=fill(settings.parent).upper(),
        agency=fill(settings.agency).upper(),
        symbol=fill(week.symbol),
        place=fill(settings.place),
        day=day,
        kind="BÁO CÁO",
        subject=subject,
        to=[fill(each) for each in to],
        recipients=["Như trên", fill("Chánh Văn phòng, các Phó Chánh Văn phòng {committee}"),
                    fill(week.recipients[-1])],
        signer=[fill(each).upper() for each in settings.signer],
        signer_name=fill(settings.signer_name),
    )  # fmt: skip


def addressees(document: Docx, to: Sequence[str]) -> None:
    """`Kính gửi`: one on its line, several each on its own."""
    if len(to) == 1:
        line(document, f"Kính gửi: {to[0]}.", ALIGN.CENTER).paragraph_format.space_after = Pt(6)
        return
    line(document, "Kính gửi:", ALIGN.LEFT).paragraph_format.left_indent = Cm(4)
    for at, each in enumerate(to, start=1):
        found = line(document, f"- {each}{'.' if at == len(to) else ';'}", ALIGN.LEFT)
        found.paragraph_format.left_indent, found.paragraph_format.space_before = Cm(5), Pt(0)


def issued(frame: LetterFrame) -> str:
    """`Đắk Lắk, ngày      tháng 11 năm 2026`: the day is written in at issue."""
    return f"{frame.place}, ngày{ROOM}tháng {phrases.month(frame.day.month)} năm {frame.day.year}"


def attached_to(frame: LetterFrame, office: str) -> str:
    """What says in an annex to which paper it belongs."""
    day = issued(frame).partition(", ")[2]
    kind = phrases.capital((frame.kind or "công văn").lower())
    return f"(Kèm theo {kind} số{frame.number or ROOM}/{frame.symbol} {day} của {office})"


def _head(document: Docx, frame: LetterFrame) -> None:
    inner = _inner(document)
    grid = document.add_table(2, 2)
    fix_columns(grid, (0.4 * inner, 0.6 * inner))
    left, right = grid.rows[0].cells
    small = inner < WIDTH - 1
    say_in(left, [frame.parent] if frame.parent else [], ALIGN.CENTER, 11 if small else 13)
    own = left.add_paragraph() if frame.parent else left.paragraphs[0]
    own.alignment = ALIGN.CENTER
    run = own.add_run(frame.agency)
    run.bold, run.font.size = True, Pt(11 if small else 13)
    motto = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    say_in(right, motto[:1], ALIGN.CENTER, 10 if small else 12, bold=True)
    below = right.add_paragraph()
    below.alignment = ALIGN.CENTER
    words = below.add_run(motto[1])
    words.bold, words.font.size = True, Pt(11 if small else 13)
    ruled(left, 0.14 * inner)
    ruled(right, (0.6 * inner - (4.6 if small else 5.8)) / 2)
    left, right = grid.rows[1].cells
    number = frame.number or ROOM
    say_in(
        left, [f"Số:{' ' if frame.number else ''}{number}/{frame.symbol}"], ALIGN.CENTER, 11 if small else 13
    )
    say_in(right, [issued(frame)], ALIGN.CENTER, 11 if small else 13, italic=True)


def _inner(document: Docx) -> float:
    page = document.sections[0]
    return ((page.page_width or 0) - (page.left_margin or 0) - (page.right_margin or 0)) / Cm(1)


def _subject(document: Docx, frame: LetterFrame) -> None:
    if frame.kind:
        found = line(document, frame.kind, ALIGN.CENTER, bold=True)
        found.paragraph_format.space_before = Pt(18)
    title = line(document, frame.subject, ALIGN.CENTER, bold=True)
    title.paragraph_format.space_before = Pt(0 if frame.kind else 14)
    ruled(title, 6.5)


def ruled(place: _Cell | Paragraph, each_side: float) -> None:
    """A thin line below what stands there, so many centimetres from its edges."""
    paragraph = place.add_paragraph() if isinstance(place, _Cell) else _after(place)
    own = paragraph.paragraph_format
    own.left_indent = own.right_indent = Cm(each_side)
    own.line_spacing = Pt(2)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for key, value in (("w:val", "single"), ("w:sz", "6"), ("w:space", "1"), ("w:color", "000000")):
        top.set(qn(key), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")


def _after(paragraph: Paragraph) -> Paragraph:
    made = OxmlElement("w:p")
    paragraph._p.addnext(made)
    return Paragraph(made, paragraph._parent)


def _number_pages(document: Docx) -> None:
    """Numbers in the middle of the top margin, but on the first page (Annex I, I.7)."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header_distance = Cm(1)
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = ALIGN.CENTER
    run = paragraph.add_run()
    run.font.size = Pt(13)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        made = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            made.set(qn("w:fldCharType"), kind)
        else:
            made.text = text
        run._r.append(made)
