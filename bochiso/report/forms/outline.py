"""The outline report (Mẫu 01-ĐC/BTP/KSTT): filled where facts say it, blank where people must write."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from io import BytesIO

import msgspec
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from msgspec import Struct

from bochiso.periods import Period
from bochiso.report.forms.form_document import blank_document, fix_columns, say_in
from bochiso.report.forms.form_layout import period_days, period_name
from bochiso.report.phrases import count
from bochiso.units.model import Level

BLANK = "…"
"""Where people must write."""


class OutlineFacts(Struct, frozen=True):
    """What the outline is filled with.

    `place`: before the day. `numbers`: by the outline's own names; what isn't there is blank.
    """

    unit: str
    agency: str
    receiver: str
    place: str
    level: Level
    period: Period
    numbers: Mapping[str, int]


class _Line(Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    level: int = 0
    commune: bool = False


class _Outline(Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    lines: tuple[_Line, ...]


@cache
def _outline() -> _Outline:
    from importlib.resources import files  # slow to import, and most commands don't come here

    return msgspec.yaml.decode(
        files("bochiso.report").joinpath("forms", "outline.yaml").read_bytes(), type=_Outline
    )


def outline_lines(facts: OutlineFacts) -> Iterator[tuple[int, str]]:
    """The outline's lines with their levels (0: a paragraph), as a unit of its kind writes them."""
    for line in _outline().lines:
        if line.commune or facts.level is not Level.COMMUNE:
            text = _NAME.sub(lambda name: _figure(facts.numbers.get(name[1])), line.text)
            yield line.level, text.replace(f"{BLANK}.", BLANK)


_NAME = re.compile(r"\{(\w+)\}")


def _figure(value: int | None) -> str:
    return BLANK if value is None else count(value) if value else "0"


def outline_document(facts: OutlineFacts, moment: datetime) -> bytes:
    """The outline as a Word document, by Decree 30/2020/NĐ-CP: A4, letterhead, place for the signature."""
    title = f"Công tác kiểm soát thủ tục hành chính {period_name(facts.period)}"
    document = blank_document(f"Báo cáo: {title}", facts.agency, moment)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Cm(2), Cm(2), Cm(3), Cm(1.5)
    _letterhead(document, facts)
    for text in ("BÁO CÁO", title, period_days(facts.period)):
        paragraph = _paragraph(document, text, ALIGN.CENTER, bold=True)
        paragraph.paragraph_format.space_before = Pt(18 if text == "BÁO CÁO" else 0)
    _paragraph(document, "", ALIGN.CENTER)
    for level, text in outline_lines(facts):
        paragraph = _paragraph(document, text, ALIGN.JUSTIFY, bold=level in (1, 2), italic=level == 3)
        paragraph.paragraph_format.first_line_indent = Cm(1.27)
        paragraph.paragraph_format.space_before = Pt(6)
        paragraph.paragraph_format.keep_with_next = level > 0
    _signature(document, facts)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _paragraph(
    document: Docx, text: str, align: ALIGN, *, bold: bool = False, italic: bool = False
) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(14)
    return paragraph


def _letterhead(document: Docx, facts: OutlineFacts) -> None:
    table = document.add_table(2, 2)
    fix_columns(table, (6.5, 10.0))
    left, right = table.rows[0].cells
    say_in(left, [facts.agency.upper()], ALIGN.CENTER, 13, bold=True)
    say_in(
        right,
        ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"],
        ALIGN.CENTER,
        13,
        bold=True,
    )
    for cell, each_side in ((left, 2.2), (right, 2.1)):
        _rule(cell, each_side)
    left, right = table.rows[1].cells
    say_in(left, ["", "Số: …/BC-…"], ALIGN.CENTER, 13)
    say_in(right, ["", f"{facts.place or BLANK}, ngày … tháng … năm …"], ALIGN.CENTER, 13, italic=True)


def _rule(cell: _Cell, each_side: float) -> None:
    """A thin line below what stands in a cell, so many centimetres from its edges."""
    paragraph = cell.add_paragraph()
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Cm(each_side)
    paragraph.paragraph_format.line_spacing = Pt(2)
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for key, value in (("w:val", "single"), ("w:sz", "6"), ("w:space", "1"), ("w:color", "000000")):
        line.set(qn(key), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")


def _signature(document: Docx, facts: OutlineFacts) -> None:
    document.add_paragraph()
    table = document.add_table(1, 2)
    fix_columns(table, (7.5, 9.0))
    left, right = table.rows[0].cells
    say_in(left, ["Nơi nhận:"], ALIGN.LEFT, 12, bold=True, italic=True)
    for line in (f"- {facts.receiver};", "- Lưu: VT."):
        left.add_paragraph().add_run(line).font.size = Pt(11)
    committee = facts.level in (Level.PROVINCE, Level.COMMUNE)
    signer = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH") if committee else ("THỦ TRƯỞNG CƠ QUAN",)
    say_in(right, signer, ALIGN.CENTER, 14, bold=True)
