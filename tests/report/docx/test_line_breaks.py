"""Where lines may not end; what is read of the text stays the same."""

from io import BytesIO

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from hypothesis import given
from hypothesis import strategies as st

from bochiso.report.docx.line_breaks import justified_styles, keep_together


def kept(text: str) -> tuple[str, str]:
    """The text as it reads, and the marks of its XML."""
    document = Document()
    document.add_paragraph(text)
    keep_together(document.element.body)
    output = BytesIO()
    document.save(output)
    paragraph = Document(BytesIO(output.getvalue())).paragraphs[0]
    return paragraph.text, paragraph._p.xml


@pytest.mark.parametrize(
    ("text", "hyphens"),
    [
        ("Công văn số 1541/UBND-KSTTHC ngày 27/02/2024", 1),
        ("Quyết định số 45/2026/QĐ-TTg; 07406/UBND-PVHCC", 2),
        ("đúng hạn - quá hạn, Bà Rịa-Vũng Tàu", 0),
    ],
)
def test_a_documents_number_is_not_torn(text: str, hyphens: int) -> None:
    read, xml = kept(text)
    assert read.replace("\u00a0", " ") == text
    assert xml.count("<w:noBreakHyphen/>") == hyphens


def test_a_word_stays_with_its_figure() -> None:
    read, _ = kept("tuần 02 tháng 11/2025, quý III năm 2026, Phụ lục II, năm nay")
    assert read == "tuần\u00a002 tháng\u00a011/2025, quý\u00a0III năm\u00a02026, Phụ lục\u00a0II, năm nay"


def test_a_short_figure_stays_with_what_it_counts_in_a_justified_line() -> None:
    document = Document()
    said = "tăng 1,38 điểm (12,26 điểm), giảm 05 bậc; 75 × 22/100; đạt 65,64/100 điểm, 3 điểmX"
    document.add_paragraph(said).alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    keep_together(document.element.body)
    assert document.paragraphs[0].text == (
        "tăng 1,38\u00a0điểm (12,26\u00a0điểm), giảm 05\u00a0bậc; 75\u00a0× 22/100; đạt 65,64/100 điểm, "
        "3 điểmX"
    )


def test_no_long_piece_is_kept_whole_in_a_justified_line() -> None:
    """It would move to the next line as one and leave the line before it stretched."""
    document = Document()
    based = document.styles.add_style("Dưới nội dung", WD_STYLE_TYPE.PARAGRAPH)
    based.base_style = document.styles.add_style("Nội dung", WD_STYLE_TYPE.PARAGRAPH)
    based.base_style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    said = "gửi trước ngày 19/10/2026, hạng 07/34. Năm 2026, tháng 9"
    for style in ("Dưới nội dung", None):
        document.add_paragraph(said, style)
    document.add_paragraph(said).alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    justified = justified_styles(document.styles.element)
    assert len(justified) == 2
    keep_together(document.element.body, justified)
    whole = "gửi trước ngày\u00a019/10/2026, hạng\u00a007/34. Năm\u00a02026, tháng\u00a09"
    loose = "gửi trước ngày 19/10/2026, hạng 07/34. Năm\u00a02026, tháng\u00a09"
    assert [each.text for each in document.paragraphs] == [loose, whole, loose]


@given(st.text(st.sampled_from("abĐ/-0 1"), max_size=40))
def test_whatever_the_text_it_reads_the_same(text: str) -> None:
    assert kept(text)[0].replace("\u00a0", " ") == text
