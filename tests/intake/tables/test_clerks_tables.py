"""Tables as offices have them: read right or refused with what to do, never wrong in silence."""

import unicodedata
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from table_reading import RULES, error, notes, points, read, refusals, units, workbook
from thoroughness import tries

from bochiso.errors import SourceError
from bochiso.intake.figures.detect import read_files
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.intake.result import unit_figures
from bochiso.score.scoring import score_units
from bochiso.text import Lang

FILES = Path(__file__).parent / "files"
GROUPS = "CKMB;TDGQ;CLGQ;TTTT;MDHL;MDSH"
RATES = "Đơn vị;" + GROUPS + "\n"


def scored(data, kind=None, name="bảng.csv", choice=NO_CHOICE):
    """(total, grade) of every unit by its code, as a ranking would have it."""
    raw = data.encode() if isinstance(data, str) else data
    intake = read_files(kind, [(name, raw)], RULES, choice)
    return {
        one.unit.code: None if one.total is None else str(one.total)
        for one in score_units(unit_figures(intake, RULES), RULES)
    }


def refused(data, kind=None, choice=NO_CHOICE):
    with pytest.raises(SourceError) as found:
        scored(data, kind, choice=choice)
    return found.value.render(Lang.VI)


# What a cell means.


@pytest.mark.parametrize("form", ["xlsx", "xls", "ods"])
def test_an_annex_in_any_workbook_format(form):
    """Merged headings, percent cells, a section, a mean, a signature, a hidden sheet, two annexes."""
    data = (FILES / f"annex.{form}").read_bytes()
    assert scored(data) == {
        "Sở Y tế": "85.94", "Sở Tài chính": "71.00", "UBND xã Ea Kar": "75.50",
        "UBND phường Buôn Hồ": "60.00",
    }  # fmt: skip
    said = " ".join(notes(read(data, name=f"annex.{form}")))
    assert f"annex.{form}: bỏ qua trang ẩn “cũ”" in said
    assert "dòng 4 “Sở, ban, ngành” (dòng mục), dòng 7 “Trung bình” (dòng trung bình)" in said
    assert f"annex.{form} › Phụ lục II: 1 cột không dùng (Tổng điểm – Tuần trước)" in said


HEADING = ("Đơn vị", *GROUPS.split(";"))


def percent_book(rows, number_format="0%", heading=HEADING):
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet, shown = book.add_worksheet(), book.add_format({"num_format": number_format})
        sheet.write_row(0, 0, heading)
        for at, (unit, *cells) in enumerate(rows, 1):
            sheet.write(at, 0, unit)
            for column, cell in enumerate(cells, 1):
                sheet.write(at, column, cell, shown)
    return data.getvalue()


@pytest.mark.parametrize("kind", [None, "points", "rates"])
def test_a_cell_that_shows_80_percent_is_a_rate_of_80_whatever_the_kind(kind):
    book = percent_book([("Sở Y tế", 0.8, 0.95, 0.6, 0.5, 1, 0.75)])
    assert scored(book, kind) == {"Sở Y tế": "80.10"}


def test_a_sign_that_is_only_written_behind_the_number_multiplies_nothing():
    book = percent_book([("Sở Y tế", 80, 95, 60, 50, 100, 75)], '0"%"')
    assert scored(book) == {"Sở Y tế": "80.10"}


def test_a_total_in_percent_is_a_total():
    book = percent_book([("UBND xã A", 0.7773)], "0.00%", ("Đơn vị", "Tổng điểm"))
    assert scored(book) == {"UBND xã A": "77.73"}


def test_numbers_that_all_look_like_shares_of_one_are_refused():
    assert "có vẻ là phân số" in refusals(read(RATES + "Sở Y tế;0,8;0,95;0,6;0,5;1;0,75\n"))[0]
    assert "đều không quá 1" in refusals(read("Đơn vị;Tổng điểm\nUBND xã A;0,7573\n"))[0]


def test_small_points_whose_sum_is_their_total_are_points():
    text = "Đơn vị;" + GROUPS + ";Tổng điểm\nSở Y tế;0,5;0,5;0,5;0,5;0,5;0,5;3\n"
    assert scored(text) == {"Sở Y tế": "3.00"}


def test_rows_of_fractions_among_rows_of_percent_are_refused():
    text = RATES + "Sở Một;0,75;0,98;0,8;0,6;1;0,5\nSở Hai;75;98;80;60;100;50\n"
    assert scored(text, "rates") == {"Sở Hai": "77.70"}


SIX = "11,79;19,41;6,31;7,34;18;12,49"


def test_the_totals_decide_against_a_reading_that_contradicts_them():
    low = "Đơn vị;" + GROUPS + ";Tổng điểm\nUBND xã A;10;15;8;9;12;20;12,92\n"
    assert scored(low) == {"UBND xã A": "12.92"}
    assert "đọc là tỷ lệ phần trăm (rates) thì khớp 1/1 dòng. Hãy nạp lại với loại rates." in refused(
        low, "points"
    )
    table = "Đơn vị;" + GROUPS + f";Tổng điểm\nUBND xã A;{SIX};75,34\n"
    assert "đọc là điểm (points) thì khớp 1/1 dòng" in refused(table, "rates")


@pytest.mark.parametrize("cell", ["#REF!", "#DIV/0!", "#N/A", "Err:508"])
def test_errors_of_the_spreadsheet_are_named(cell):
    assert (
        f"ô báo lỗi {cell} của bảng tính" in refusals(read(f"Đơn vị;CKMB;MDSH\nSở A;{cell};9\nSở B;9;9\n"))[0]
    )


def test_a_formula_that_was_never_computed_is_named():
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Đơn vị", "Tổng điểm"])
        sheet.write(1, 0, "Sở A")
        sheet.write_formula(1, 1, "=40+30", None, "")
        sheet.write_row(2, 0, ["Sở B", 60])
    raw = data.getvalue()
    assert [unit[0] for unit in units(read(raw))] == ["Sở B"] or "công thức" in refusals(read(raw))[0]


@pytest.mark.parametrize("word", ["x", "X", "KPS", "không phát sinh", "…", "...", "/"])
def test_words_for_nothing_are_nothing_and_said(word):
    intake = read(f"Đơn vị;CKMB;MDSH\nSở A;{word};9\n")
    assert points(intake, "Sở A") == {"MDSH": 9}
    assert f"1 ô ghi “{word}” được hiểu là không có số liệu" in notes(intake)[0]


def test_a_table_of_dossiers_is_no_table_of_points():
    assert "không nhận ra dòng tiêu đề" in error("Cơ quan;Tổng số;Đúng hạn;Quá hạn\nSở A;85;80;5\n")


# Rounding in tables made by hand.


def test_the_sheets_own_total_stands_where_its_groups_are_rounded():
    rows = "Sở Một;16,195;18,000;10,995;8,995;16,195;19,595;89,975\n"
    rows += "Sở Hai;16,195;18,005;10,995;8,995;16,195;19,595;89,98\n"
    assert scored("Đơn vị;" + GROUPS + ";Tổng điểm\n" + rows) == {"Sở Một": "89.98", "Sở Hai": "89.98"}


@pytest.mark.parametrize(("total", "stands"), [("75,33", True), ("75,36", True), ("75,30", False)])
def test_two_decimals_may_be_half_a_hundredth_off_a_group(total, stands):
    intake = read("Đơn vị;" + GROUPS + f";Tổng điểm\nUBND xã A;{SIX};{total}\n")
    assert bool(intake.refusals) is not stands


def test_the_noise_of_binary_fractions_is_nothing():
    intake = read(workbook([["Đơn vị", *GROUPS.split(";"), "Tổng điểm"],
                            ["UBND xã C", 11.79, 19.41, 6.31, 7.34, 18, 12.49, 75.33999999]]))  # fmt: skip
    assert not intake.refusals
    assert not notes(intake)


# Headings.


@pytest.mark.parametrize(
    "heading",
    [
        "Xã/phường", "Sở/ngành", "Tên cơ quan/đơn vị", "Tỉnh/thành phố", "Tên xã", "Các đơn vị",
        "Tên đơn vị hành chính", "Cơ quan,\nđơn vị", "Các sở, ban, ngành",
    ],
)  # fmt: skip
def test_headings_of_units(heading):
    assert scored(f'"{heading}";Tổng điểm\nUBND xã A;80\n') == {"UBND xã A": "80.00"}


@pytest.mark.parametrize(
    "heading",
    [
        "Tổng điểm (tối đa 100)", "Tổng điểm (100)", "Tổng số điểm đạt được", "Điểm đánh giá",
        "Tổng điểm đánh giá", "Tổng điểm tuần này", "Tổng điểm tuần 02", "TỔNG ĐIỂM/100",
    ],
)  # fmt: skip
def test_headings_of_totals(heading):
    assert scored(f"Đơn vị;{heading}\nUBND xã A;80\n") == {"UBND xã A": "80.00"}


TWO_WEEKS = "Đơn vị;Tổng điểm;\n;Tuần 01;Tuần 02\nUBND xã A;85,01;75,34\n"


def test_two_columns_that_could_be_the_total_are_refused_with_how_to_choose():
    assert refused(TWO_WEEKS) == (
        "bảng.csv: cột “Tổng điểm – Tuần 01” và cột “Tổng điểm – Tuần 02” cùng được hiểu là “Tổng điểm”. "
        'Hãy chọn bằng --column "Tổng điểm=Tuần 02", hoặc chỉ giữ lại một cột.'
    )


@pytest.mark.parametrize("column", ["Tuần 02", "Tổng điểm – Tuần 02", "C"])
def test_the_person_chooses_a_column(column):
    choice = Choice(columns=(("Tổng điểm", column),))
    assert scored(TWO_WEEKS, choice=choice) == {"UBND xã A": "75.34"}


def test_a_choice_that_names_no_column_says_which_there_are():
    message = refused(TWO_WEEKS, choice=Choice(columns=(("Tổng điểm", "Tuần 03"),)))
    assert "không có cột “Tuần 03”. Bảng có các cột: Đơn vị, Tổng điểm – Tuần 01" in message


def test_the_period_before_is_told_from_this_one():
    assert scored("Đơn vị;Tổng điểm;\n;Kỳ trước;Kỳ này\nUBND xã A;85,01;75,34\n") == {"UBND xã A": "75.34"}


def test_counts_under_a_group_are_not_its_points():
    head = "Đơn vị;Công khai, minh bạch;;;Số hóa hồ sơ;;\n;Tử số;Mẫu số;Tỷ lệ;Tử số;Mẫu số;Tỷ lệ\n"
    intake = read(head + "UBND xã A;12;18;66,67;11;30;36,67\n")
    assert not points(intake, "UBND xã A").get("CKMB")
    assert "4 cột không dùng" in " ".join(notes(intake))


def test_points_stand_where_rates_stand_beside_them():
    head = "Đơn vị;Công khai, minh bạch;;Số hóa hồ sơ;\n;Tỷ lệ (%);Điểm;Tỷ lệ (%);Điểm\n"
    assert points(read(head + "Sở A;80;14,4;75;16,5\n"), "Sở A") == {
        "CKMB": Decimal("14.4"), "MDSH": Decimal("16.5"),
    }  # fmt: skip


# Rows that aren't units.


def test_rows_that_are_no_units_are_passed_over_and_said():
    rows = "STT;Đơn vị;Tổng điểm\nI. Sở, ban, ngành;;\n1;Sở A;80\n2;Công an tỉnh;70\nTổng cộng;;150\n"
    rows += ";Trung bình;75\n;Ghi chú: số liệu lấy lúc 8 giờ;\n;;Đắk Lắk, ngày 14 tháng 11 năm 2025\n"
    intake = read(rows)
    assert [(unit[0], unit[2]) for unit in units(intake)] == [
        ("Sở A", "department"), ("Công an tỉnh", "department"),
    ]  # fmt: skip
    assert not intake.refusals
    assert "bỏ qua 5 dòng không phải đơn vị" in notes(intake)[0]


@pytest.mark.parametrize(
    "name", ["Công an tỉnh", "Cộng Hòa", "Tổng công ty Điện lực", "Xã Cộng Hòa", "Ban Dân tộc", "Q. Tân Bình"]
)
def test_names_that_begin_like_sums_are_units(name):
    intake = read(f"Đơn vị;Cấp;Tổng điểm\n{name};sở;80\n")
    assert [unit[0] for unit in units(intake)] == [name]


def test_a_department_that_is_called_cap_tinh_is_no_province():
    text = "Mã;Đơn vị;Cấp;Tổng điểm\nH15.20;Sở Nội vụ;PROVINCE;71\n"
    text += ";Sở Tư pháp;tỉnh;77\nH15;UBND tỉnh;PROVINCE;70\n"
    assert [unit[2] for unit in units(read(text))] == ["department", "department", "province"]


# Sheets.


def test_a_sheet_is_chosen_by_its_name_or_number():
    book = workbook([["Đơn vị", "Tổng điểm"], ["Sở A", 50]], [["Đơn vị", "Tổng điểm"], ["Sở A", 60]])
    for sheet in ("Sheet2", "2"):
        assert scored(book, choice=Choice(sheet=sheet)) == {"Sở A": "60.00"}
    assert "không có trang tính “Tuần 2”. Tệp có các trang: “Sheet1”, “Sheet2”" in refused(
        book, choice=Choice(sheet="Tuần 2")
    )


def test_sheets_of_two_weeks_are_asked_about():
    rows = [["Đơn vị", "Tổng điểm"], ["Sở A", 50], ["Sở B", 51]]
    later = [["Đơn vị", "Tổng điểm"], ["Sở A", 60], ["Sở B", 61]]
    assert "ghi số liệu khác nhau của cùng các đơn vị. Hãy chọn một trang bằng --sheet" in refused(
        workbook(rows, later)
    )


# Files that aren't what they seem.

HTML = """<html><head><meta charset="utf-8"></head><body><table><tr><td rowspan=2>Đơn vị</td>
<td colspan=2>Tổng điểm</td></tr><tr><td>Kỳ trước</td><td>Kỳ này</td></tr>
<tr><td>UBND xã<br>A</td><td>70</td><td>71,5</td></tr></table></body></html>"""
XML = """<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="p">
<NumberFormat ss:Format="Percent"/>
</Style></Styles><Worksheet ss:Name="a"><Table><Row><Cell><Data ss:Type="String">Đơn vị</Data></Cell><Cell>
<Data ss:Type="String">Tổng điểm</Data></Cell></Row><Row><Cell><Data ss:Type="String">UBND xã A</Data></Cell>
<Cell ss:StyleID="p"><Data ss:Type="Number">0.715</Data></Cell></Row></Table></Worksheet></Workbook>"""


@pytest.mark.parametrize("text", [HTML, XML, "Đơn vị|Tổng điểm\nUBND xã A|71,5\n"])
def test_html_xml_and_bars_are_read_whatever_the_name(text):
    assert scored(text, name="bảng.xls") == {"UBND xã A": "71.50"}


@pytest.mark.parametrize(
    ("text", "font"),
    [
        ("§¬n vÞ;Tæng ®iÓm\nUBND x· V©n Canh;75,34\n", "TCVN3 (ABC)"),
        ("Ñôn vò;Toång ñieåm\nUBND xaõ Vaân Canh;75,34\n", "VNI"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_old_fonts_are_converted_and_said(text, font, encoding):
    intake = read(text.encode(encoding))
    assert [unit[0] for unit in units(intake)] == ["UBND xã Vân Canh"]
    assert f"chữ gõ theo bảng mã {font}" in notes(intake)[0]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n\0", "đây là tệp PDF"),
        (b"MIME-Version: 1.0\r\n", "đây là tệp MHTML"),
        ("Đơn vị;Tổng điểm\nUBND x".encode() + b"\xe3 A;71,5\n", "dòng 2: tệp lẫn hai bảng mã"),
    ],
)
def test_other_files_are_named(data, what):
    assert what in error(data)


# A known table, laid out at random, reads back the same or is refused.

NAMES = ("Sở Y tế", "Sở Nội vụ", "UBND xã Ea Kar", "UBND phường Buôn Hồ", "UBND xã Vân Canh")
HEADS = {
    "CKMB": ("Công khai, minh bạch", "CKMB", "1. Công khai minh bạch"),
    "TDGQ": ("Tiến độ, kết quả giải quyết", "TDGQ", "Tiến độ giải quyết"),
    "CLGQ": ("Dịch vụ công trực tuyến", "CLGQ"),
    "TTTT": ("Thanh toán trực tuyến", "TTTT"),
    "MDHL": ("Mức độ hài lòng", "MDHL"),
    "MDSH": ("Số hóa hồ sơ", "MDSH", "Số hoá hồ sơ"),
}
MOST = {"CKMB": 18, "TDGQ": 20, "CLGQ": 12, "TTTT": 10, "MDHL": 18, "MDSH": 22}


@st.composite
def layouts(draw):
    """A table of true points and the bytes of one way to write it down."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True))
    truth = {
        name: {code: Decimal(draw(st.integers(120, most * 100))) / 100 for code, most in MOST.items()}
        for name in names
    }
    rates = draw(st.booleans())
    order = draw(st.permutations(list(MOST)))
    total = draw(st.booleans())
    heads = [draw(st.sampled_from(HEADS[code])) for code in order]
    maxima = draw(st.booleans()) and not rates
    heads = [
        f"{head} ({MOST[code]} điểm)" if maxima else head for head, code in zip(heads, order, strict=True)
    ]
    mark = draw(st.sampled_from(",."))
    rows = [["STT", "Tên đơn vị", *heads, *(["Tổng điểm"] if total else [])]]
    if draw(st.booleans()) and not maxima:
        rows.append(["", "", *(["Tỷ lệ" if rates else "Điểm"] * len(order)), *([""] if total else [])])
    width = len(rows[0])
    if draw(st.booleans()):
        rows.append(["I", "Các đơn vị", *[""] * (width - 2)])
    for at, name in enumerate(names, 1):
        of = truth[name]
        cells = [of[code] if not rates else of[code] * 100 / MOST[code] for code in order]
        texts = [f"{cell:.6f}".replace(".", mark) + ("%" if rates else "") for cell in cells]
        whole = f"{sum(of.values()):.2f}".replace(".", mark)
        rows.append([str(at), name, *texts, *([whole] if total else [])])
    if draw(st.booleans()):
        rows.append(["", "Tổng cộng", *[""] * (width - 2)])
    titles = [["BẢNG TỔNG HỢP", *[""] * (width - 1)] for _ in range(draw(st.integers(0, 3)))]
    rows = titles + rows
    if draw(st.booleans()):
        return truth, workbook(rows)
    between = draw(st.sampled_from(";\t|"))
    text = "\n".join(between.join(row) for row in rows) + "\n"
    text = unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), text)
    return truth, text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))


@settings(max_examples=tries(60, 20), deadline=None)
@given(layouts())
def test_a_known_table_reads_back_the_same_or_is_refused(drawn):
    truth, data = drawn
    try:
        found = scored(data)
    except SourceError:
        return
    expected = {name: sum(of.values()) for name, of in truth.items()}
    assert set(found) <= set(expected)
    for name, total in found.items():
        assert total is not None
        assert abs(Decimal(total) - expected[name]) <= Decimal("0.03")
    assert len(found) == len(expected)
