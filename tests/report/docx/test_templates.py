"""The Word templates that come along: made by the builder, laid out by Decree 30/2020/NĐ-CP."""

import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from build_templates import CHARTED, HOME, PUBLISHING, build
from docx import Document
from docx.document import Document as Docx
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from template_samples import PROPERTIES, annex, sample
from thoroughness import spread

from bochiso.report.context import DocumentKind
from bochiso.report.docx.render import Template, render


def filled(kind: DocumentKind, **given: object) -> Docx:
    template = Template(f"{kind}.docx", (HOME / f"{kind}.docx").read_bytes())
    return Document(BytesIO(render(template, sample(kind, **given), PROPERTIES)))


def texts(document: Docx) -> list[tuple[str, str]]:
    """Style and text of every paragraph, those in tables included, in order."""
    found = []
    for element in document.element.body.iter(qn("w:p")):
        name = Paragraph(element, document._body).style.name
        found.append((name, "".join(text.text or "" for text in element.iter(qn("w:t")))))
    return found


def graded(document: Docx) -> Table:
    """The annex of a level."""
    return next(table for table in document.tables if table.cell(0, 0).text == "Xếp hạng")


def millimetres(*lengths: Length | None) -> list[int]:
    return [round(length.mm) for length in lengths if length is not None]


@pytest.mark.parametrize("kind", DocumentKind)
def test_the_committed_files_are_what_the_builder_makes(kind: DocumentKind) -> None:
    with zipfile.ZipFile(HOME / f"{kind}.docx") as kept, zipfile.ZipFile(BytesIO(build(kind))) as made:
        assert kept.namelist() == made.namelist()
        for name in made.namelist():
            assert kept.read(name) == made.read(name), (
                f"{kind}.docx/{name}: chạy lại `python tools/templates/build_templates.py`"
            )


def test_the_builder_always_makes_the_same_bytes() -> None:
    assert build(DocumentKind.WEEK) == build(DocumentKind.WEEK)


@pytest.mark.parametrize("kind", spread(DocumentKind, 3))
def test_the_page_is_the_decree_s(kind: DocumentKind) -> None:
    upright, across = [210, 297], [297, 210]
    pages = list(filled(kind).sections)
    charts = [upright] if kind in CHARTED else []
    # Two levels, the province's indicators, the handling of dossiers, publications that were late.
    annexes = [across] * (5 if kind in PUBLISHING else 4)
    assert [millimetres(page.page_width, page.page_height) for page in pages] == [upright, *annexes, *charts]
    for page in pages:
        sides = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
        assert millimetres(*sides) == [20, 20, 30, 15]
        # Numbers from 1 in every part, centred in the top margin, none on the first page.
        assert page.different_first_page_header_footer
        assert page._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
        assert "PAGE" in page.header._element.xml
        assert "PAGE" not in page.first_page_header._element.xml
        assert page.header.paragraphs[0].style.name == "VB Số trang"


def test_sizes_bold_and_italic_are_the_decree_s() -> None:
    """Decree 30/2020/NĐ-CP, Annex I, V: component, size, bold, italic, capitals."""
    rows = [
        ("VB Quốc hiệu", 12, True, False, True),
        ("VB Tiêu ngữ", 13, True, False, False),
        ("VB Cơ quan chủ quản", 12, False, False, True),
        ("VB Cơ quan ban hành", 12, True, False, True),
        ("VB Số, ký hiệu", 13, False, False, False),
        ("VB Địa danh, ngày tháng", 13, False, True, False),
        ("VB Tên loại", 14, True, False, True),
        ("VB Trích yếu", 14, True, False, False),
        ("VB Trích yếu công văn", 12, False, False, False),
        ("VB Căn cứ", 14, False, True, False),
        ("VB Nội dung", 14, False, False, False),
        ("VB Chức vụ", 14, True, False, False),
        ("VB Họ tên người ký", 14, True, False, False),
        ("VB Nơi nhận", 12, True, True, False),
        ("VB Nơi nhận, danh sách", 11, False, False, False),
        ("VB Phụ lục", 14, True, False, False),
        ("VB Kèm theo", 14, False, True, False),
        ("VB Số trang", 13, False, False, False),
    ]
    document = Document(HOME / "week.docx")
    for name, size, bold, italic, capitals in rows:
        font = document.styles[name].font
        assert (font.name, font.size) == ("Times New Roman", Pt(size)), name
        assert (bool(font.bold), bool(font.italic), bool(font.all_caps)) == (bold, italic, capitals), name
    body = document.styles["VB Nội dung"].paragraph_format
    assert round(body.first_line_indent.cm, 2) == 1.27
    assert body.space_before + body.space_after >= Pt(6)
    assert 1 <= body.line_spacing <= 1.5


@pytest.mark.parametrize("kind", spread(DocumentKind, 3))
def test_a_document_has_its_parts_in_the_decree_s_order(kind: DocumentKind) -> None:
    found = texts(filled(kind))
    order = [name for name, _ in found]
    head = ["VB Cơ quan chủ quản", "VB Cơ quan ban hành", "VB Quốc hiệu", "VB Tiêu ngữ", "VB Số, ký hiệu"]
    named = kind in (DocumentKind.WEEK, DocumentKind.NOTICE)
    head += ["VB Địa danh, ngày tháng", "VB Tên loại"] if named else ["VB Trích yếu công văn", "VB Kính gửi"]
    head += ["VB Nội dung", "VB Nơi nhận", "VB Chức vụ", "VB Họ tên người ký", "VB Phụ lục"]
    places = [order.index(name) for name in head]
    assert places == sorted(places)
    assert ("VB Quốc hiệu", "Cộng hòa xã hội chủ nghĩa Việt Nam") in found
    assert ("VB Tiêu ngữ", "Độc lập - Tự do - Hạnh phúc") in found
    assert not [text for _, text in found if "{" in text or "}" in text]
    last = [text for name, text in found if name == "VB Nội dung"][-1]
    assert last.endswith("./.")


def test_one_addressee_stands_on_the_line_several_below_it() -> None:
    paper = sample(DocumentKind.MONTH).paper

    def addressees(*to: str) -> list[str]:
        document = filled(DocumentKind.MONTH, paper=replace(paper, to=list(to)))
        return [text for name, text in texts(document) if "Kính" in name]

    assert addressees("UBND tỉnh") == ["Kính gửi: UBND tỉnh."]
    assert addressees("UBND tỉnh", "Các sở") == ["Kính gửi:", "- UBND tỉnh;", "- Các sở."]
    assert addressees() == []


def test_an_annex_has_a_row_for_every_unit_and_its_heading_on_every_page() -> None:
    names = [f"UBND xã {number}" for number in range(102)]
    given = annex(names, number="Phụ lục II", compared=True, notes=[])
    table = graded(filled(DocumentKind.WEEK, annexes=[given]))
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert [row[1] for row in rows[1:]] == names
    groups, results = ["Công khai, minh bạch (18)", "Tiến độ (20)"], ["Tổng điểm (most)", "Xếp loại"]
    assert rows[0][2:] == [*groups, *results, "Thay đổi điểm", "Thay đổi hạng"]
    assert rows[1][2:] == ["11,79", "19,97", "88,72", "Tốt", "+0,27", "+5"]
    heading, *others = table._tbl.tr_lst
    assert heading.trPr.find(qn("w:tblHeader")) is not None
    assert all(row.trPr.find(qn("w:tblHeader")) is None for row in others)
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in table._tbl.tr_lst)


@pytest.mark.parametrize(
    ("columns", "compared"), spread([(0, False), (2, True), (5, False), (5, True), (6, True)], 3)
)
def test_an_annex_is_as_wide_as_its_page_however_many_columns_it_has(columns: int, compared: bool) -> None:
    given = annex(["UBND xã Ia Krái"])
    row = replace(given.rows[0], points=["11,79"] * columns)
    given = replace(given, columns=given.columns[:1] * columns, rows=[row], compared=compared)
    document = filled(DocumentKind.WEEK, annexes=[given])
    page, table = document.sections[1], graded(document)
    assert (page.page_width > page.page_height) is (columns > 0)
    room = page.page_width - page.left_margin - page.right_margin
    widths = [column.width for column in table.columns]
    assert len(widths) == 4 + columns + 2 * compared
    assert abs(sum(widths) - room) < Cm(0.1)
    assert [cell.width for cell in table.rows[0].cells] == widths


def test_the_signature_stays_with_the_end_of_the_text() -> None:
    for kind in DocumentKind:
        document = filled(kind)
        last = [each for each in document.paragraphs if each.style.name == "VB Nội dung"][-1]
        assert last.paragraph_format.keep_with_next
        signature = next(table for table in document.tables if "Nơi nhận" in table.cell(0, 0).text)
        assert signature._tbl.tr_lst[0].trPr.find(qn("w:cantSplit")) is not None


def test_each_annex_ends_with_the_mark_of_its_figures() -> None:
    found = texts(filled(DocumentKind.WEEK, annexes=[annex(["A"], foot="mã 1"), annex(["B"], foot="mã 2")]))
    feet = [text for name, text in found if name == "VB Nguồn số liệu"]
    assert feet == ["mã 1", "mã 2", *["foot"] * 3]


def test_charts_stand_upright_after_the_annexes_each_with_its_number_and_title() -> None:
    found = texts(filled(DocumentKind.WEEK))
    assert [text for name, text in found if name == "VB Tên hình"] == ["Hình 1. title", "Hình 2. title"]
    annexes = [text for name, text in found if name == "VB Phụ lục"]
    assert annexes == ["number"] * 5
    assert [name for name, _ in found][-5:-1] == ["VB Hình", "VB Tên hình"] * 2


def test_a_picture_stays_with_its_caption_and_is_no_wider_than_the_page() -> None:
    document = filled(DocumentKind.QUARTER)
    page = document.sections[-1]
    room = page.page_width - page.left_margin - page.right_margin
    assert [shape.width <= room for shape in document.inline_shapes] == [True, True]
    assert {round(shape.width / shape.height, 2) for shape in document.inline_shapes} == {2.0}
    assert document.styles["VB Hình"].paragraph_format.keep_with_next


@pytest.mark.parametrize("kind", [DocumentKind.NOTICE, DocumentKind.DIRECTIVE])
def test_notices_and_steering_letters_have_no_charts(kind: DocumentKind) -> None:
    assert not filled(kind).inline_shapes
    assert not [text for name, text in texts(filled(kind)) if name == "VB Tên hình"]
