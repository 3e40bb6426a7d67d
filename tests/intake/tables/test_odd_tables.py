"""Further tables as offices send them: each read right, refused, or remarked on."""

import datetime
from io import BytesIO

import pytest
import xlsxwriter
from table_reading import RULES, error, notes, points, read, refusals, units, workbook

from bochiso.errors import SourceError
from bochiso.intake.figures.detect import read_files
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.intake.result import unit_figures
from bochiso.score.scoring import score_units

GROUPS = "CKMB;TDGQ;CLGQ;TTTT;MDHL;MDSH"
POINTS = "11,79;17,46;6,95;5,93;17,81;10,43"
NAMES = ("Đơn vị", *GROUPS.split(";"))


def totals(data, kind=None, choice=NO_CHOICE):
    raw = data.encode() if isinstance(data, str) else data
    intake = read_files(kind, [("bảng.csv", raw)], RULES, choice)
    scored = score_units(unit_figures(intake, RULES), RULES)
    return {one.unit.code: None if one.total is None else str(one.total) for one in scored}


def formatted(*rows):
    """An XLSX whose cells may be (value, number format)."""
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                value, form = cell if isinstance(cell, tuple) else (cell, None)
                sheet.write(at, place, value, book.add_format({"num_format": form}) if form else None)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "found"),
    [
        # numbers with something about them
        ("Đơn vị;Tổng điểm\nSở Y tế;70,37/100\n", {"Sở Y tế": "70.37"}),
        ("Đơn vị;Tổng điểm\nSở Y tế;70,37 điểm\nSở Nội vụ;68đ\n", {"Sở Y tế": "70.37", "Sở Nội vụ": "68.00"}),
        (
            "Đơn vị;Tổng điểm\nSở Y tế;70,37*\nSở Nội vụ;68,2(1)\nSở Tư pháp;60¹\n",
            {"Sở Y tế": "70.37", "Sở Nội vụ": "68.20", "Sở Tư pháp": "60.00"},
        ),
        ("Đơn vị;Tổng điểm\nSở Y tế;\u00a068,5\u00a0\n", {"Sở Y tế": "68.50"}),
        ("Đơn vị;Tổng điểm\nSở Y tế;'70,37\n", {"Sở Y tế": "70.37"}),
        (f"Đơn vị;{GROUPS}\nSở Y tế;80%;80 %;80,0%;80％;80,0 %;80 %\n", {"Sở Y tế": "80.00"}),
        # rows around the units
        (
            f"Đơn vị;{GROUPS};Tổng điểm\n;18;20;12;10;18;22;100\nSở Y tế;{POINTS};70,37\n",
            {"Sở Y tế": "70.37"},
        ),
        (f"Đơn vị;{GROUPS};Tổng điểm\n1;2;3;4;5;6;7;8=2+7\nSở Y tế;{POINTS};70,37\n", {"Sở Y tế": "70.37"}),
        (
            "Đơn vị;Tổng điểm\nSở Y tế;70\n----;----\nSở Nội vụ;60\n",
            {"Sở Y tế": "70.00", "Sở Nội vụ": "60.00"},
        ),
        (
            "Đơn vị;Tổng điểm\nSở Y tế;70\nBQ chung;65\n"
            "Điểm TB khối sở;66\nTB;64\nCao nhất;70\nSố đơn vị: 1;\n"
            "Bình quân toàn tỉnh: 65,5;\nTổng cộng: 02 đơn vị;\n",
            {"Sở Y tế": "70.00"},
        ),
        (
            "Đơn vị;Tổng điểm\nSở Y tế;70\n(*) Đơn vị chưa có hồ sơ;\n- Như trên;\n- Lưu: VT;\n",
            {"Sở Y tế": "70.00"},
        ),
        (
            "STT;Đơn vị;Tổng điểm\n1;Sở Y tế;70\n;Người lập;Trưởng phòng\n;Nguyễn Văn A;Trần B\n",
            {"Sở Y tế": "70.00"},
        ),
        (
            "Đơn vị;Tổng điểm\nCông an tỉnh;70\nUBND xã Tổng Cọt;55\n",
            {"Công an tỉnh": "70.00", "UBND xã Tổng Cọt": "55.00"},
        ),
        # several tables
        (
            "Đơn vị;Tổng điểm\nSở Y tế;70\n\nII. CẤP XÃ\nSTT;Tên xã;Tổng điểm\n1;UBND xã A;60\n",
            {"Sở Y tế": "70.00", "UBND xã A": "60.00"},
        ),
        (
            "Đơn vị;Tổng điểm;Ghi chú\nSở Y tế;70;\n;;\nĐơn vị;Ghi chú;Tổng điểm\nUBND xã A;;60\n",
            {"Sở Y tế": "70.00", "UBND xã A": "60.00"},
        ),
        (
            "STT;Đơn vị;Tổng điểm;;STT;Xã/phường;Tổng điểm\n"
            "1;Sở Y tế;70;;3;UBND xã A;50\n2;Sở Nội vụ;60;;;;\n",
            {"Sở Y tế": "70.00", "Sở Nội vụ": "60.00", "UBND xã A": "50.00"},
        ),
        (
            "Đơn vị;Tổng điểm\nSở Y tế;70\nĐơn vị;Tổng điểm\nSở Nội vụ;60\n",
            {"Sở Y tế": "70.00", "Sở Nội vụ": "60.00"},
        ),
        # names
        (
            "TT;Đơn vị;Tổng điểm\n1;1. Sở Y tế (*);70\n2; 2) Sở  Nội vụ¹ ;60\n3;- UBND xã Ea Kar;50\n",
            {"Sở Y tế": "70.00", "Sở Nội vụ": "60.00", "UBND xã Ea Kar": "50.00"},
        ),
        ("Mã đơn vị;Tên đơn vị;Tổng điểm\nSở Y tế;H15.05;70\n", {"H15.05": "70.00"}),
        (
            "Mã;Đơn vị;Tổng điểm\nH15 .05;Sở Y tế;70\nH15-08;Sở Nội vụ;40\n",
            {"H15.05": "70.00", "Sở Nội vụ": "40.00"},
        ),
        (
            "Đơn vị;Tổng điểm\nH15.05 - Sở Y tế;70\nSở Nội vụ (H15.06);60\n",
            {"H15.05": "70.00", "H15.06": "60.00"},
        ),
        ("Tỉnh, thành phố;Tổng điểm\nĐắk Lắk;70\nHà Nội;50\n", {"Đắk Lắk": "70.00", "Hà Nội": "50.00"}),
        # bytes
        ("Đơn vị;Tổng điểm\nSở Y tế;70,5\n".encode("utf-16-le"), {"Sở Y tế": "70.50"}),
        ("Đơn vị;Tổng điểm\nSở Y tế;70,5\n".encode("utf-16-be"), {"Sở Y tế": "70.50"}),
        (b"\xef\xbb\xbf\xef\xbb\xbf" + "Đơn vị;Tổng điểm\nSở Y tế;70,5\n".encode(), {"Sở Y tế": "70.50"}),
        ("Đơn vị;Tổng điểm\nSở Y tế;70,5\n".encode().decode("latin-1"), {"Sở Y tế": "70.50"}),
        ("Đơn vị;Tổng điểm\rSở Y tế;70,5\r", {"Sở Y tế": "70.50"}),
        ('sep=;\nĐơn vị;"Tổng\nđiểm";Ghi chú\n"Sở\nY tế";70,5;"a ""b""\nc"\n', {"Sở Y tế": "70.50"}),
        ("| Đơn vị | Tổng điểm |\n|---|---|\n| Sở Y tế | 70,5 |\n", {"Sở Y tế": "70.50"}),
        # fonts of before Unicode, in a column or in a cell
        (
            "Đơn vị;Tổng điểm\nSở Y tế;70\nUBND x· V©n Canh;60\n",
            {"Sở Y tế": "70.00", "UBND xã Vân Canh": "60.00"},
        ),
        (
            "Đơn vị;Tổng điểm\nUBND xaõ Ñaêk Song;70\nSôû Y teá;60\n",
            {"UBND xã Đăk Song": "70.00", "Sở Y tế": "60.00"},
        ),
        (workbook([["Đơn vị", "Tổng điểm"], ["Së Y tÕ", 70]]), {"Sở Y tế": "70.00"}),
        # formats of numbers
        (formatted(NAMES, ["Sở Y tế", *[(0.8, "0.00%;[Red]-0.00%")] * 6]), {"Sở Y tế": "80.00"}),
        (formatted(NAMES, ["Sở Y tế", *[(0.8, "[>1]0%;0.00%")] * 6]), {"Sở Y tế": "80.00"}),
        (formatted(["Đơn vị", "Tổng điểm"], ["Sở Y tế", (70.37, '0.00" điểm"')]), {"Sở Y tế": "70.37"}),
        (
            formatted(
                (*NAMES, "Tổng điểm"), ["Sở Y tế", 11.79, 17.46, 6.95, 5.93, 17.81, 10.43, (0.7037, "0.00%")]
            ),
            {"Sở Y tế": "70.37"},
        ),
    ],
)
def test_what_is_clear_is_read(data, found):
    assert totals(data) == found


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("Đơn vị;Tổng điểm\nSở Y tế;703,7\n", "tổng điểm 703,7 vượt mức tối đa 100 điểm."),
        ("Đơn vị;Tổng điểm\nSở Y tế;7O,37\n", "không đọc được “7O,37” là số"),
        ("Đơn vị;Tổng điểm\nSở Y tế;70-75\n", "không đọc được “70-75” là số"),
        ("Đơn vị;Tổng điểm\nSở Y tế;70\u00a0,37\n", "là số"),
        ("Đơn vị,Tổng điểm\nSở Y tế,70,5\n", "dòng có 3 ô, dòng tiêu đề có 2 ô"),
        (f"Đơn vị;{GROUPS}\nSở Y tế;80%;80 %;80,0%;80,0 %;80;0,8\n", "cột MDSH: 0,8 không ghi dấu %"),
        (
            f"Đơn vị;{GROUPS};Tổng điểm\nSở Y tế;11,79;17,46;6,95;KPS;17,81;10,43;99\n",
            "không thể có được từ các nhóm",
        ),
        (
            f"Đơn vị;{GROUPS};Tổng điểm\nSở Y tế;11,79;17,46;6,95;KPS;17,81;10,43;50\n",
            "không thể có được từ các nhóm",
        ),
        (
            formatted(["Đơn vị", "Tổng điểm"], ["Sở Y tế", (datetime.date(2025, 10, 12), "dd/mm/yyyy")]),
            "ô là ngày tháng (2025-10-12), không phải số",
        ),
        (formatted(["Đơn vị", "Tổng điểm"], ["Sở Y tế", (70370, "0.00,")]), "vượt mức tối đa"),
        (formatted(NAMES, ["Sở Y tế", *[(75, "0%")] * 6]), "tỷ lệ 7.500% vượt quá 100%."),
    ],
)
def test_what_cannot_be_used_is_refused_by_row(data, why):
    found = refusals(read(data))
    assert len(found) == 1
    assert why in found[0]
    assert found[0].startswith("bảng.csv, dòng 2")


@pytest.mark.parametrize(
    ("unit", "sign"),
    [
        ("../../x", "../"),
        ('H15.05"><script>', ">"),
        ("C:\\x", "\\"),
        ("{{ 7 * 7 }}", "{"),
        ("＝1+1", "＝"),
    ],
)
@pytest.mark.parametrize("columns", ["unit", "unit_name", "unit_name,unit"])
def test_what_no_unit_is_called_is_refused(unit, sign, columns):
    cells = ",".join('"' + unit.replace('"', '""') + '"' for _ in columns.split(","))
    (found,) = refusals(read(f"{columns},level,total\n{cells},department,70\n"))
    assert f"có dấu “{sign}” nên không phải mã hay tên đơn vị" in found


@pytest.mark.parametrize(
    "unit",
    ["- UBND xã Ea M’Đroh", "Trung tâm Y tế huyện/thị xã", "Sở Y tế (cũ) & CDC", "Sở Y tế..."],
)
def test_what_clerks_write_beside_a_name_is_no_obstacle(unit):
    assert not refusals(read(f"Đơn vị;Cấp;Tổng điểm\n{unit};Sở;70,37\n"))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (
            f"Đơn vị;{GROUPS};Tổng điểm\nĐiểm tối đa;15;25;12;10;16;22;100\nSở Y tế;{POINTS};70,37\n",
            "bảng ghi điểm tối đa của “Công khai, minh bạch” là 15, bộ chỉ số qd766 là 18.",
        ),
        ("Đơn vị;Công khai (25 điểm);Tổng điểm\nSở Y tế;15;70\n", "là 25, bộ chỉ số qd766 là 18."),
        (
            "Đơn vị;Công khai;;Tiến độ;\n;Điểm tối đa;Điểm đạt;Điểm tối đa;Điểm đạt\nSở Y tế;25;11;20;17\n",
            "là 25, bộ chỉ số qd766 là 18.",
        ),
        ("Đơn vị;CKMB;CKMB;Tổng điểm\nSở Y tế;11;12;70\n", '--column "Công khai, minh bạch=C"'),
        ("Đơn vị;Tuần 1;Tuần 2;Tuần 3\nSở Y tế;70;71;72\n", '--column "Tổng điểm=Tuần 3"'),
        (
            "Đơn vị;Tổng điểm ngày 07/11;Tổng điểm ngày 14/11\nSở Y tế;70;71\n",
            "cùng được hiểu là “Tổng điểm”",
        ),
        (
            "Đơn vị;Công khai;;Tổng điểm\n;Kế hoạch;Thực hiện;\nSở Y tế;18;11;70\n",
            "cùng được hiểu là “Công khai",
        ),
        ("Đơn vị;Tổng điểm }{;Tổng điểm {0}\nSở Y tế;71;72\n", "và cột “Tổng điểm {0}” cùng được hiểu"),
        (
            "Đơn vị;Tổng điểm\nSở Y tế;70\nSở Nội vụ;60\n\n"
            "Tên đơn vị;Xếp loại;Tổng điểm\nSở Y tế;;50\nSở Nội vụ;;40\n",
            "hai bảng trên cùng một trang (từ dòng 2 và từ dòng 6) ghi số liệu khác nhau",
        ),
        ("{\\rtf1\\ansi x}", "đây là tệp RTF (Word), không phải bảng tính."),
        (workbook([]), "tệp rỗng."),
        ("<html><body><div>Đơn vị</div></body></html>", "không có bảng nào đọc được"),
    ],
)
def test_what_is_open_is_asked_about(data, why):
    assert why in error(data)


@pytest.mark.parametrize(
    ("column", "total"),
    [("Tổng điểm=Tuần 2", "71.00"), ("Tổng điểm=D", "72.00"), ("Tổng điểm=Tuần 1", "70.00")],
)
def test_a_column_that_no_word_is_known_of_is_read_where_the_person_names_it(column, total):
    what, which = column.split("=")
    choice = Choice(columns=((what, which),))
    assert totals("Đơn vị;Tuần 1;Tuần 2;Tuần 3\nSở Y tế;70;71;72\n", choice=choice) == {"Sở Y tế": total}


def test_the_totals_decide_against_headings_that_say_rates():
    data = f"Đơn vị;Tỷ lệ công khai;Tỷ lệ TDGQ;CLGQ;TTTT;MDHL;MDSH;Tổng điểm\nSở Y tế;{POINTS};70,37\n"
    assert totals(data) == {"Sở Y tế": "70.37"}
    assert "chỉ đọc là điểm (points) mới khớp tổng điểm" in " ".join(notes(read(data)))


def test_a_bare_fraction_among_percent_cells_is_refused_and_the_others_go_in():
    data = formatted(NAMES, ["Sở Y tế", *[(0.8, "0%")] * 6], ["Sở Nội vụ", *[0.8] * 6])
    assert totals(data) == {"Sở Y tế": "80.00"}
    (refusal,) = refusals(read(data))
    assert "có vẻ là phân số" in refusal


def test_a_lone_rate_of_less_than_one_is_remarked_on():
    data = f"Đơn vị;{GROUPS}\nSở Y tế;80;80;80;80;80;80\nSở Nội vụ;0,8;80;80;80;80;80\n"
    (remark,) = notes(read(data, "rates"))
    assert "1 tỷ lệ không quá 1 được hiểu là phần trăm, không phải phân số (dòng 3 cột CKMB: 0,8)" in remark


def test_a_unit_merged_over_two_rows_of_figures_is_never_one_of_them():
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Đơn vị", "Nội dung", "Tổng điểm"])
        sheet.merge_range(1, 0, 2, 0, "Sở Y tế")
        sheet.write_row(1, 1, ["Tuần trước", 65])
        sheet.write_row(2, 1, ["Tuần này", 70])
    intake = read(data.getvalue())
    assert not len(intake.figures)
    assert all("số liệu khác nhau" in each for each in refusals(intake))


def test_a_unit_merged_over_its_indicators_is_the_unit_of_each():
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Đơn vị", "Chỉ số", "Tử số", "Mẫu số"])
        sheet.merge_range(1, 0, 2, 0, "Sở Y tế")
        sheet.write_row(1, 1, ["2.1", 10, 20])
        sheet.write_row(2, 1, ["3.3", 11, 20])
    found = read(data.getvalue())
    assert refusals(found) == []
    assert {row["code"] for row in found.figures.to_pylist()} == {"RESOLVED_ON_TIME", "ONLINE_FILING"}


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("P. Buôn Hồ", "commune"),
        ("X. Ea Kar", "commune"),
        ("UBND TT. Ea Drăng", "commune"),
        ("VP UBND tỉnh", "department"),
        ("BQL Khu kinh tế", "department"),
    ],
)
def test_kinds_of_units_in_short(name, level):
    assert [unit[2] for unit in units(read(f"Đơn vị;Tổng điểm\n{name};70\n"))] == [level]


@pytest.mark.parametrize(
    ("heading", "level"),
    [("Xã/phường", "commune"), ("Sở, ban, ngành", "department"), ("Tên tỉnh, thành phố", "province")],
)
def test_the_heading_of_the_names_tells_their_level(heading, level):
    assert [unit[2] for unit in units(read(f"{heading};Tổng điểm\nĐắk Lắk;70\n"))] == [level]


def test_the_wrong_choice_says_what_columns_there_are():
    with pytest.raises(SourceError, match="no column"):
        totals("Đơn vị;Tổng điểm\nSở Y tế;70\n", choice=Choice(columns=(("Tổng điểm", "Tuần 9"),)))


def test_points_of_one_unit_stay_its_own():
    found = points(read(f"Đơn vị;{GROUPS};Tổng điểm\nSở Y tế;{POINTS};70,37\n"), "Sở Y tế")
    assert str(found["TOTAL"]) == "70.37"


def test_hidden_rows_and_columns_are_read_and_said():
    data = BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Bảng")
        for at, row in enumerate([["Đơn vị", "Tổng điểm", "Ghi chú"], ["Sở Y tế", 70], ["Sở Nội vụ", 60]]):
            sheet.write_row(at, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(2, 2, None, None, {"hidden": True})
    assert totals(data.getvalue()) == {"Sở Y tế": "70.00", "Sở Nội vụ": "60.00"}
    (said,) = notes(read(data.getvalue()))
    assert "trang “Bảng” có 1 dòng và 1 cột đang ẩn, vẫn được đọc" in said


def test_rows_that_a_page_hides_are_no_rows_of_it():
    data = (
        "<table><tr><td>Đơn vị</td><td>Tổng điểm</td></tr>"
        '<tr style="display:none"><td>Sở Nội vụ</td><td>1</td></tr>'
        "<tr><td>Sở Y tế</td><td>70,5</td></tr></table>"
    )
    assert totals(data) == {"Sở Y tế": "70.50"}


def test_a_group_that_is_nothing_for_all_units_is_remarked_on_when_it_comes_in():
    rows = "".join(f"UBND xã Số {n};0;18;10;9;15;20;72\n" for n in range(1, 7))
    (said,) = notes(read(f"Đơn vị;{GROUPS};Tổng điểm\n{rows}"))
    assert "“Công khai, minh bạch” bằng 0 ở cả 6 đơn vị cấp “Xã, phường, đặc khu”" in said


def test_a_head_that_is_torn_over_two_lines_is_refused_in_words():
    head = "unit,unit_name,level,parent,CKMB,TDGQ,CLGQ,TT\nTT,MDHL,MDSH,total\n"
    row = "H21.19,Sở Y tế - tỉnh Gia Lai,department,H21,11.79,17.46,6.95,5.93,17.81,10.43,70.37\n"
    found = read_files(None, [("bảng.csv", (head + 4 * row).encode())], RULES, NO_CHOICE)
    assert found.figures.num_rows == 0
    assert found.refusals
