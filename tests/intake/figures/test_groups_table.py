"""Tables of rates and of points: torn readings, rounding, bare totals, mixtures."""

from decimal import Decimal
from pathlib import Path

import pytest
from table_reading import RULES, figures, notes, points, read, refusals, units

from bochiso.intake.figures.detect import read_files

EXAMPLES = Path(__file__).parents[3] / "bochiso" / "examples"
BOXES = "CKMB,TDGQ,CLGQ,TTTT,MDHL,MDSH"
POINTS = f"unit,unit_name,level,{BOXES},total\n"


def rates(intake, unit):
    return {code: values[2] for (who, code), values in figures(intake).items() if who == unit}


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("provinces-2026-09-17", 34),
        ("provinces-2026-10-06", 34),
        ("units-H21-2026-10-02", 149),
        ("units-H21-2026-10-07", 149),
    ],
)
def test_the_published_tables_all_go_in(name, count):
    intake = read_files("points", [(name, (EXAMPLES / f"{name}.csv").read_bytes())], RULES)
    assert (intake.rows, len(intake.units), len(intake.figures)) == (count, count, 7 * count)
    assert (intake.refusals, intake.notes) == ((), ())


def test_five_groups_as_the_provincial_report_prints_them():
    head = "Tên đơn vị;Công khai, minh bạch;Tiến độ, kết quả giải quyết;Số hóa hồ sơ;"
    head += "Cung cấp dịch vụ trực tuyến;Mức độ hài lòng;Tổng điểm\n"
    intake = read(head + "Tỉnh Đắk Lắk;14,53;18,62;20,1;17,94;17,53;88,72\n")
    assert points(intake, "Tỉnh Đắk Lắk") == {
        "CKMB": Decimal("14.53"),
        "TDGQ": Decimal("18.62"),
        "MDSH": Decimal("20.1"),
        "ONLINE_SERVICE": Decimal("17.94"),
        "MDHL": Decimal("17.53"),
        "TOTAL": Decimal("88.72"),
    }


# Torn readings and rounding.


@pytest.mark.parametrize(
    ("row", "total", "summed"),
    [
        ("H21.17,Sở Văn hóa,sở,11.79,19.97,6.72,8.51,18.0,14.16,79.09", "79,09", "79,15"),
        ("H21.227,UBND xã X,xã,11.79,19.97,6.72,8.51,18.0,10.27,75.45", "75,45", "75,26"),
    ],
)
def test_a_torn_row_is_refused_with_both_sums(row, total, summed):
    intake = read(POINTS + row + "\nH21.9,Sở B,sở,11.79,19.58,6.48,6.33,18.0,10.83,73.01\n")
    assert refusals(intake) == [
        f"bảng.csv, dòng 2, cột total: tổng điểm {total} khác tổng các nhóm {summed}; nhiều khả năng "
        "Cổng đang tính lại lúc đọc số liệu, hãy lấy lại số liệu của đơn vị này."
    ]
    assert [unit[0] for unit in units(intake)] == ["H21.9"]


def test_groups_printed_with_one_decimal_may_miss_the_total_by_rounding():
    intake = read(
        "unit_name;CKMB;TDGQ;CLGQ;TTTT;MDHL;MDSH;total\nTỉnh Đắk Lắk;11,4;19,3;5,8;2,7;18,0;15,5;72,78\n"
    )
    assert points(intake, "Tỉnh Đắk Lắk")["TOTAL"] == Decimal("72.78")
    assert notes(intake) == [
        "bảng.csv, dòng 2: tổng điểm 72,78 lệch 0,08 so với tổng các nhóm "
        "do các nhóm ghi số đã làm tròn; lấy tổng điểm ghi trong bảng."
    ]


def test_rounding_explains_half_a_tenth_a_group_and_no_more():
    row = "H21,,,11.4,19.3,5.8,2.7,18.0,15.5,{}\n"
    assert not read(POINTS + row.format("73.00")).refusals
    assert "khác tổng các nhóm" in refusals(read(POINTS + row.format("73.01")))[0]


def test_a_total_is_not_compared_where_a_group_is_not_given():
    intake = read(POINTS + "H21,,,11.4,19.3,,2.7,18.0,15.5,72.78\n")
    assert not intake.refusals
    assert set(points(intake, "H21")) == {"CKMB", "TDGQ", "TTTT", "MDHL", "MDSH", "TOTAL"}


def test_online_service_stands_for_its_two_parts():
    head = "unit,CKMB,TDGQ,ONLINE_SERVICE,MDHL,MDSH,total\n"
    assert not read(head + "H20,11.46,17.67,15.24,14.25,9.64,68.26\n").refusals
    assert "khác tổng các nhóm 68,26" in refusals(read(head + "H20,11.46,17.67,15.24,14.25,9.64,68.30\n"))[0]


def test_online_service_beside_its_parts_must_agree():
    head = "unit,CLGQ,TTTT,ONLINE_SERVICE\n"
    assert set(points(read(head + "H20,8.88,6.36,15.24\n"), "H20")) == {"CLGQ", "TTTT"}
    assert refusals(read(head + "H20,8.88,6.36,15.26\n")) == [
        "bảng.csv, dòng 2, cột ONLINE_SERVICE: ONLINE_SERVICE ghi 15,26 nhưng CLGQ + TTTT cho ra 15,24; "
        "hãy giữ lại một cách ghi."
    ]
    assert set(rates(read(head + "H20,50,72,60\n", "rates"), "H20")) == {"CLGQ", "TTTT"}
    assert "nhưng CLGQ + TTTT cho ra 60" in refusals(read(head + "H20,50,72,61\n", "rates"))[0]


# Rates, totals, mixtures.


def test_rates_are_percent_with_or_without_the_sign():
    intake = read("Tên cơ quan;Số hóa hồ sơ;Mức độ hài lòng\nSở A;75;99,5 %\n", "rates")
    assert rates(intake, "Sở A") == {"MDSH": 75, "MDHL": Decimal("99.5")}


def test_departments_with_rates_and_communes_with_totals_in_one_table():
    intake = read(f"unit_name,level,{BOXES},total\nSở A,sở,90,80,70,60,75,75,\nUBND xã B,xã,,,,,,,91.5\n")
    assert rates(intake, "Sở A")["MDSH"] == 75
    assert points(intake, "UBND xã B") == {"TOTAL": Decimal("91.5")}
    assert notes(intake) == ["bảng.csv: số liệu các nhóm của Sở, ban, ngành được hiểu là tỷ lệ phần trăm."]


def test_departments_with_rates_and_communes_with_points_in_one_table():
    intake = read(f"unit_name,level,{BOXES}\nSở A,sở,90,80,70,60,75,75\nUBND xã B,xã,11,19,6,8,18,14\n")
    assert rates(intake, "Sở A")["CKMB"] == 90
    assert points(intake, "UBND xã B")["CKMB"] == 11


def test_headings_decide_whether_small_numbers_are_rates():
    assert rates(read("unit_name,Tỷ lệ số hóa hồ sơ\nSở A,15\n"), "Sở A") == {"MDSH": 15}
    assert points(read("unit_name,Số hóa hồ sơ (22 điểm)\nSở A,15\n"), "Sở A") == {"MDSH": 15}


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("unit,indicator,numerator,denominator\nH20,3.3,1,2\n", "numerator"),
        ("unit,dossiers_paid_online,dossiers_with_fee\nH20,1,2\n", "numerator"),
        ("unit,total\nH20,90\n", "points"),
        ("unit,CKMB,MDSH\nH20,11.46,9.64\n", "points"),
        ("unit,CKMB,MDSH\nH20,75,80\n", "rate"),
        ("unit,CKMB,MDSH\nH20,5%,8%\n", "rate"),
    ],
)
def test_a_table_shows_its_kind(text, column):
    intake = read_files(None, [("bảng.csv", text.encode())], RULES)
    assert not intake.refusals
    given = {
        name
        for name in ("numerator", "rate", "points")
        if intake.figures[name].null_count < len(intake.figures)
    }
    assert given == {column}


def test_a_column_of_points_alone_is_the_total():
    assert points(read("Địa phương;Cấp;Điểm\nXã A;xã;88,72\n"), "Xã A") == {"TOTAL": Decimal("88.72")}


def test_rates_that_look_like_fractions_are_refused_not_scored():
    intake = read("unit_name,CKMB,MDSH\nSở A,0.75,1\nSở B,0.5,0\nSở C,0,0\n", "rates")
    assert [unit[0] for unit in units(intake)] == ["Sở C"]
    assert "có vẻ là phân số (0,75) chứ không phải phần trăm (75)" in refusals(intake)[0]


def test_rates_below_one_percent_are_believed_with_their_sign():
    assert rates(read('unit_name,CKMB\nSở A,"0,75%"\n', "rates"), "Sở A") == {"CKMB": Decimal("0.75")}


def test_one_column_that_looks_like_fractions_gives_a_note():
    intake = read("unit_name,CKMB,MDSH\nSở A,75,0.9\nSở B,80,0\n", "rates")
    assert not intake.refusals
    assert notes(intake) == [
        "bảng.csv: mọi tỷ lệ ở cột MDSH đều không quá 1; nếu là phân số, hãy ghi lại bằng phần trăm."
    ]


def test_an_empty_group_is_not_zero_and_the_unit_stays():
    intake = read(POINTS + "H21.20,Thanh tra tỉnh,sở,11.79,,,0,18.0,8.9,\nH21.21,Sở X,sở,,,,,,,\n")
    assert set(points(intake, "H21.20")) == {"CKMB", "TTTT", "MDHL", "MDSH"}
    assert [unit[0] for unit in units(intake)] == ["H21.20", "H21.21"]
    assert not intake.refusals


def test_a_section_between_the_rows_is_passed_over_not_taken_for_a_unit():
    intake = read('STT,Tên đơn vị,Tổng điểm\nI,"Sở, ban, ngành",69.28\n1,Sở A,90\n')
    assert [unit[0] for unit in units(intake)] == ["Sở A"]
    assert not intake.refusals
    assert notes(intake) == ["bảng.csv: bỏ qua 1 dòng không phải đơn vị: dòng 2 “Sở, ban, ngành” (dòng mục)."]


# Rows that are refused.


@pytest.mark.parametrize(
    ("kind", "row", "reason"),
    [
        (
            "points",
            "H21,18.01,,",
            "cột CKMB: 18,01 điểm vượt mức tối đa 18 điểm; nếu là tỷ lệ %, hãy nạp theo "
            "loại “Tỷ lệ theo nhóm chỉ số” (rates).",
        ),
        (
            "points",
            "H21,,,100.5",
            "cột total: tổng điểm 100,5 vượt mức tối đa 100 điểm.",
        ),
        ("points", "H21,-1,,", "cột CKMB: -1 là số âm."),
        ("points", "H21,5%,,", "cột CKMB: “5%” là tỷ lệ phần trăm, ở đây cần số điểm."),
        ("points", "H21,abc,,", "cột CKMB: không đọc được “abc” là số; hãy ghi như 1.209 hoặc 88,72."),
        ("points", "H21,,,chín", "cột total: không đọc được “chín” là số; hãy ghi như 1.209 hoặc 88,72."),
        ("rates", "H21,100.1,,", "cột CKMB: tỷ lệ 100,1% vượt quá 100%."),
        ("rates", "H21,−5,,", "cột CKMB: -5 là số âm."),
        ("points", ",11,,", "cột unit: dòng không có mã và tên đơn vị; điền ít nhất một trong hai."),
    ],
)
def test_each_fault_has_its_own_message(kind, row, reason):
    intake = read(f"unit,CKMB,MDSH,total\nH20,11,,\n{row}\n", kind)
    assert refusals(intake) == [f"bảng.csv, dòng 3, {reason}"]
    assert len(intake.figures) == 1


def test_a_unit_twice():
    head = "unit,CKMB,total\n"
    same = read(head + "H20,11,\nH20,11.0,\n")
    assert refusals(same) == ["bảng.csv, dòng 3: trùng hoàn toàn với dòng 2 (H20); chỉ tính một lần."]
    assert len(same.figures) == 1
    other = read(head + "H20,11,\nH20,12,\nH21,9,\n")
    assert [line.split(":")[0] for line in refusals(other)] == ["bảng.csv, dòng 2", "bảng.csv, dòng 3"]
    assert "cùng là H20 như dòng 3 nhưng số liệu khác nhau" in refusals(other)[0]
    assert [unit[0] for unit in units(other)] == ["H21"]
