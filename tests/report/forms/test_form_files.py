"""Forms as files: heads, sums that are formulas, the same numbers in Word, blanks where none is known."""

import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from docx import Document

from bochiso.intake.tables.spreadsheet import workbook_sheets
from bochiso.measure.forms.filling import filled, summed
from bochiso.periods import parse_period
from bochiso.report.forms.form_document import form_document
from bochiso.report.forms.form_layout import FilledForm
from bochiso.report.forms.form_sheet import form_workbook
from bochiso.report.forms.outline import OutlineFacts, outline_document, outline_lines
from bochiso.rules.periodic_forms import due_by, expected_periods, report_forms
from bochiso.units.model import Level

NOW = datetime(2026, 11, 16, 3, tzinfo=UTC)
COUNTS = {
    "online_full": 3, "online_partial": 1, "by_post": 0, "in_person": 1, "carried": 2,
    "early": 4, "on_day": 1, "late": 1, "open_in_time": 1, "open_late": 0,
}  # fmt: skip
ROWS = [
    {"unit": "H15.17", "field": "Lĩnh vực Hộ tịch"} | COUNTS,
    {"unit": "H15.105", "field": "Hộ tịch"} | COUNTS,
    {"unit": "H15.105", "field": None} | COUNTS,
]


def form(code: str) -> FilledForm:
    own = report_forms().forms[code]
    tables = tuple(filled(table, ROWS, {"H15.105"}) for table in own.tables)
    return FilledForm(
        code, own, "UBND tỉnh Đắk Lắk", "", "H15", "Đắk Lắk", parse_period("2026-11@15"), tables
    )


def test_a_form_s_sheet_has_its_heads_its_numbers_and_formulas_for_sums() -> None:
    data = form_workbook([form("07b")], NOW)
    (sheet,) = workbook_sheets("a.xlsx", data)
    text = "\n".join(cell for row in sheet.rows for cell in row)
    for said in (
        "Biểu số 07b/BTP/KSTT", "Kỳ báo cáo: Tháng 11/2026", "(Từ ngày 15/10/2026 đến ngày 14/11/2026)",
        "Trực tuyến toàn trình", "(3) = (4) + (5) + (6) + (7) + (8)", "Đơn vị tính: Số hồ sơ TTHC.",
    ):  # fmt: skip
        assert said in text
    (row,) = [row for row in sheet.rows if row[1] == "Lĩnh vực Hộ tịch"]
    assert list(row[2:8]) == ["7", "3", "1", "0", "1", "2"]
    with zipfile.ZipFile(BytesIO(data)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert 'orientation="landscape"' in xml
    assert '<mergeCell ref="C3:H3"/>' in xml
    assert re.search(r"<f>D\d+\+E\d+\+F\d+\+G\d+\+H\d+</f><v>7</v>", xml)


def test_fields_spelt_two_ways_are_one_and_what_nobody_names_comes_last() -> None:
    (table,) = form("07a").tables
    assert [row.label for row in table.rows] == ["Hộ tịch", "Lĩnh vực chưa xác định"]
    assert table.total.values["received"] == 21


def test_the_word_annex_has_the_same_numbers_and_no_compatibility_mode() -> None:
    document = Document(BytesIO(form_document([form("07b")], NOW)))
    grid = document.tables[1]
    cells = [[cell.text for cell in row.cells] for row in grid.rows]
    assert cells[-1][2:] == ["21", "9", "3", "0", "3", "6", "18", "12", "3", "3", "3", "3", "0"]
    compat = document.settings.element.xml
    assert 'w:name="compatibilityMode"' in compat
    assert 'w:val="15"' in compat


def test_parts_are_the_province_s_offices_and_the_communes() -> None:
    (table,) = form("07b").tables
    assert [row.part or row.serial for row in table.rows] == ["I", 1, "II", 1, 2]
    rows = [row.values for row in table.rows if row.part is None]
    assert summed(rows) == dict(table.total.values)


@pytest.mark.parametrize("level", [Level.PROVINCE, Level.COMMUNE])
def test_the_outline_is_filled_where_facts_exist_and_blank_elsewhere(level: Level) -> None:
    numbers = {"received": 1209, "petitions_received": 2, "petitions_open": 0}
    facts = OutlineFacts(
        "H15", "UBND tỉnh Đắk Lắk", "Bộ Tư pháp", "Đắk Lắk", level, parse_period("2026-11@15"), numbers
    )
    lines = [text for _, text in outline_lines(facts)]
    assert any(
        "tiếp nhận trong kỳ báo cáo: 02; trong đó: số tiếp nhận mới trong kỳ: …" in each for each in lines
    )
    assert "- Số phản ánh, kiến nghị đang xử lý: 0." in lines
    whole = level is Level.PROVINCE
    assert any("báo cáo: 1.209; trong đó" in each for each in lines) is whole
    assert ("II. ĐÁNH GIÁ CHUNG" in lines) is whole
    text = "\n".join(each.text for each in Document(BytesIO(outline_document(facts, NOW))).paragraphs)
    assert "(Từ ngày 15/10/2026 đến ngày 14/11/2026)" in text


def test_twelve_periods_of_a_year_are_reported_on_each_by_its_20th() -> None:
    codes = [each.code for each in expected_periods(2026)]
    assert len(codes) == 12
    assert {"2026-03@15", "2026-06@15", "2026-09@15", "2026-12@15"}.isdisjoint(codes)
    assert str(due_by(parse_period("2026-Q3@15"))) == "2026-09-20"
