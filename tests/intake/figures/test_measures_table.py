"""Tables of measures, the payment table, and what is wrong with their rows."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_reading import RULES, error, figures, notes, read, refusals, units
from thoroughness import tries

from bochiso.intake.figures.detect import read_files
from bochiso.text import Lang

EXAMPLES = Path(__file__).parents[3] / "bochiso" / "examples"
HEAD = "unit,unit_name,level,indicator,numerator,denominator,score\n"


def one(row, head=HEAD):
    """The only refusal of a row that stands below a good one."""
    intake = read(head + "H20,UBND tỉnh Đồng Tháp,province,DOSSIER_SYNC,349383,349383,6\n" + row + "\n")
    assert intake.rows == 2
    assert len(intake.figures) == 1
    [reason] = refusals(intake)
    return reason.removeprefix("bảng.csv, dòng 3, ")


def test_the_published_measures_all_go_in():
    name = "metrics-2026.csv"
    intake = read_files("measures", [(name, (EXAMPLES / name).read_bytes())], RULES)
    assert (intake.rows, len(intake.figures), intake.refusals, intake.notes) == (53, 53, (), ())
    resolved = figures(intake)["H20", "RESOLVED_ON_TIME"]
    assert resolved == (358660, 405424, None, Decimal("17.69"))
    assert units(intake)[0] == ("H20", "UBND tỉnh Đồng Tháp", "province", None)


def test_the_payment_table_gives_three_indicators_and_the_points_of_the_group():
    name = "payment-2026.csv"
    intake = read_files("measures", [(name, (EXAMPLES / name).read_bytes())], RULES)
    assert (intake.rows, len(intake.figures), intake.refusals) == (11, 44, ())
    found = {code: values for (unit, code), values in figures(intake).items() if unit == "H44"}
    assert found == {
        "PAYMENT_DOSSIERS": (309542, 358625, None, None),
        "PAYMENT_PROCEDURES": (119, 313, None, None),
        "PAYMENT_INTEGRATED": (68, 313, None, None),
        "TTTT": (None, None, None, Decimal("6.67")),
    }


def test_a_payment_table_in_vietnamese():
    head = "Mã đơn vị;Cấp;Số hồ sơ thanh toán trực tuyến;Hồ sơ có phí, lệ phí;Điểm\n"
    intake = read(head + "H44;tỉnh;309.542;358.625;6,67\nH44.03;sở;18;17;7,67\n")
    assert figures(intake)["H44", "PAYMENT_DOSSIERS"] == (309542, 358625, None, None)
    assert refusals(intake) == [
        "bảng.csv, dòng 3, cột Số hồ sơ thanh toán trực tuyến: "
        "tử số 18 lớn hơn mẫu số 17; kiểm tra lại hai số."
    ]


@pytest.mark.parametrize("written", ["ONLINE_FILING", "online_filing", "3.3", "Tỷ lệ hồ sơ nộp trực tuyến"])
def test_an_indicator_may_be_given_by_code_number_or_name(written):
    name = RULES.indicator["ONLINE_FILING"].names.vi if written.startswith("Tỷ lệ") else written
    intake = read(f"Mã đơn vị;Tên đơn vị;Chỉ số;Tử số;Mẫu số\nH44;UBND tỉnh Phú Thọ;{name};589.496;597.894\n")
    assert figures(intake) == {("H44", "ONLINE_FILING"): (589496, 597894, None, None)}


@pytest.mark.parametrize("code", [indicator.code for indicator in RULES.indicators])
def test_every_indicator_is_known_by_its_number_and_its_names(code):
    rule = RULES.indicator[code]
    for written in (rule.names.vi, rule.names.en, f"{rule.number} {rule.names.vi}"):
        assert ("H44", code) in figures(read(f"unit;indicator;score\nH44;{written};0\n"))


def test_published_points_without_counts_are_enough():
    assert figures(read("unit,indicator,score\nH20,4.6,2\n")) == {
        ("H20", "ELECTRONIC_CERTIFIED_COPY"): (None, None, None, 2)
    }


def test_a_row_of_nulls_is_kept_as_not_measured():
    for nothing in ("null,null,", "-,–,—", ",,"):
        intake = read(HEAD + f"H20,,,ELECTRONIC_CERTIFIED_COPY,{nothing}\n")
        assert figures(intake) == {("H20", "ELECTRONIC_CERTIFIED_COPY"): (None,) * 4}


def test_zero_is_zero():
    assert figures(read(HEAD + "H20,,,PUBLISH_ON_TIME,0,52,0\n"))["H20", "PUBLISH_ON_TIME"] == (
        0,
        52,
        None,
        0,
    )


def test_a_unit_without_a_code_goes_by_its_name():
    intake = read("unit_name,indicator,numerator,denominator\nUBND xã Ea Drăng,3.3,1,2\n")
    assert units(intake) == [("UBND xã Ea Drăng", "UBND xã Ea Drăng", "commune", None)]


def test_a_unit_below_a_province_has_it_as_its_parent():
    intake = read("unit,level,indicator,numerator,denominator\nh21.17,sở,3.3,1,2\n")
    assert units(intake) == [("H21.17", "H21.17", "department", "H21")]


# Rows that are refused.


def test_a_row_without_a_unit():
    assert one(",,,3.3,1,2,") == ("cột unit: dòng không có mã và tên đơn vị; điền ít nhất một trong hai.")


def test_a_level_that_nobody_knows():
    assert one("H20.1,X,liên xã,3.3,1,2,").startswith(
        "cột level: không hiểu cấp “liên xã”; ghi vào cột “level”"
    )


def test_a_level_that_is_neither_given_nor_clear():
    assert one("H20.1,Trung tâm,,3.3,1,2,").startswith("cột level: không rõ cấp của “Trung tâm”; ghi vào cột")


def test_an_indicator_that_the_rules_do_not_have():
    assert one("H20,,,9.9,1,2,") == (
        "cột indicator: bộ chỉ số qd766 không có chỉ số “9.9”; ghi mã (như ONLINE_FILING) hoặc số (như 3.3)."
    )


def test_a_row_without_an_indicator():
    assert one("H20,,,,1,2,") == "cột indicator: dòng không ghi chỉ số."


def test_a_numerator_without_denominator_and_the_reverse():
    assert one("H20,,,3.3,1,,") == "cột denominator: có tử số mà không có mẫu số."
    assert one("H20,,,3.3,,2,") == "cột numerator: có mẫu số mà không có tử số."


def test_a_numerator_above_its_denominator():
    assert one("H20,,,3.3,405425,405424,") == (
        "cột numerator: tử số 405.425 lớn hơn mẫu số 405.424; kiểm tra lại hai số."
    )


def test_negative_figures():
    assert one("H20,,,3.3,-1,2,") == "cột numerator: -1 là số âm."
    assert one("H20,,,3.3,0,−2,") == "cột denominator: -2 là số âm."
    assert one("H20,,,3.3,1,2,-0.5") == "cột score: -0,5 là số âm."


@pytest.mark.parametrize("huge", ["1000000001", "9999999999", "9" * 15, "9" * 30, "99.999.999.999"])
def test_counts_beyond_all_measure(huge):
    assert "lớn bất thường (vượt 1.000.000.000); kiểm tra lại dấu phân cách hàng nghìn." in one(
        f"H20,,,3.3,1,{huge},"
    )


def test_points_above_the_maximum_of_the_indicator():
    assert one("H20,,,3.3,1,2,6.01").startswith("cột score: 6,01 điểm vượt mức tối đa 6 điểm")


def test_cells_that_are_no_numbers():
    assert one("H20,,,3.3,mười,12,") == (
        "cột numerator: không đọc được “mười” là số; hãy ghi như 1.209 hoặc 88,72."
    )
    assert one('H20,,,3.3,"12,5",13,') == (
        "cột numerator: “12,5” không phải số nguyên; số lượng không có phần thập phân."
    )


def test_the_heading_in_the_message_is_the_one_the_person_wrote():
    intake = read("Mã đơn vị;Mã chỉ số;Tử số;Mẫu số\nH20;3.3;2;1\n")
    assert refusals(intake)[0].startswith("bảng.csv, dòng 2, cột Tử số: ")
    assert intake.refusals[0].content == "H20 | 3.3 | 2 | 1"


def test_messages_in_english():
    intake = read("unit,indicator,numerator,denominator\nH20,3.3,405425,405424\n")
    assert refusals(intake, Lang.EN) == [
        "bảng.csv, row 2, column numerator: the numerator 405,425 "
        "is above the denominator 405,424; check both."
    ]


# Rows about the same thing.


def test_identical_rows_count_once_and_the_later_ones_are_refused():
    intake = read(HEAD + "H20,,,3.3,1,2,\nH20,,,3.3,1,2,\nH20,,,ONLINE_FILING,1,2,\n")
    assert figures(intake) == {("H20", "ONLINE_FILING"): (1, 2, None, None)}
    assert refusals(intake) == [
        "bảng.csv, dòng 3: trùng hoàn toàn với dòng 2 (H20 ONLINE_FILING); chỉ tính một lần.",
        "bảng.csv, dòng 4: trùng hoàn toàn với dòng 2 (H20 ONLINE_FILING); chỉ tính một lần.",
    ]


def test_contradicting_rows_are_all_refused_naming_the_other():
    intake = read(HEAD + "H20,,,3.3,1,2,\nH20,,,3.3,1,3,\nH20,,,3.3,1,2,\nH20,,,3.2,1,2,\n")
    assert list(figures(intake)) == [("H20", "ONLINE_WITH_DOSSIERS")]
    assert refusals(intake) == [
        f"bảng.csv, dòng {row}: cùng là H20 ONLINE_FILING như dòng {other} nhưng số liệu khác nhau; "
        "cả hai đều không được dùng, hãy giữ lại dòng đúng."
        for row, other in ((2, 3), (3, 2), (4, 3))
    ]


def test_a_unit_whose_rows_were_all_refused_is_not_in_the_list_of_units():
    intake = read(HEAD + "H20,,,3.3,1,2,\nH20,,,3.3,1,3,\nH21,,,3.3,2,1,\nH44,,,3.3,1,2,\n")
    assert [unit[0] for unit in units(intake)] == ["H44"]


def test_duplicates_across_files_are_found_too():
    files = [(f"{n}.csv", f"unit,indicator,numerator,denominator\nH20,3.3,{n},9\n".encode()) for n in (1, 2)]
    intake = read_files("measures", files, RULES)
    assert refusals(intake) == [
        "1.csv, dòng 2: cùng là H20 ONLINE_FILING như 2.csv, dòng 2 nhưng số liệu khác nhau; "
        "cả hai đều không được dùng, hãy giữ lại dòng đúng.",
        "2.csv, dòng 2: cùng là H20 ONLINE_FILING như 1.csv, dòng 2 nhưng số liệu khác nhau; "
        "cả hai đều không được dùng, hãy giữ lại dòng đúng.",
    ]


def test_a_figure_that_two_tables_share_counts_once_and_refuses_nothing_else():
    payment = EXAMPLES / "payment-2026.csv"
    points = "unit,unit_name,TTTT,MDHL\nH44,UBND tỉnh Phú Thọ,6.67,12\n"
    files = [("payment.csv", payment.read_bytes()), ("points.csv", points.encode())]
    intake = read_files(None, files, RULES)
    assert intake.refusals == ()
    assert figures(intake)["H44", "MDHL"] == (None, None, None, 12)
    assert len(intake.figures) == 45


def test_one_code_with_two_names_or_levels_gives_a_note():
    intake = read(HEAD + "H05,UBND tỉnh Bắc Ninh,,3.3,1,2,\nH05,UBND Thành phố Bắc Ninh,,3.2,1,2,\n")
    assert len(intake.figures) == 2
    assert notes(intake) == [
        "1 đơn vị mang hai tên khác nhau, lấy tên gặp trước: "
        "H05 (UBND tỉnh Bắc Ninh / UBND Thành phố Bắc Ninh)."
    ]
    intake = read(HEAD + "H05.1,A,sở,3.3,1,2,\nH05.1,A,xã,3.2,1,2,\n")
    assert notes(intake) == [
        "1 đơn vị được ghi ở hai cấp khác nhau, lấy cấp gặp trước: "
        "H05.1 (Sở, ban, ngành / Xã, phường, đặc khu)."
    ]


def test_maxima_that_are_not_the_rule_sets_give_a_note():
    intake = read("unit,indicator,score,max_score\nH20,3.3,5,8\nH20,3.2,4,4\n")
    assert notes(intake) == [
        "bảng.csv: điểm tối đa ghi trong bảng khác bộ chỉ số qd766 ở: ONLINE_FILING. Tính theo bộ chỉ số."
    ]


def test_a_table_of_another_kind_is_refused():
    assert error("unit,total\nH20,90\n", "measures").startswith(
        "bảng.csv: bảng không thuộc loại “Tử số, mẫu số từng chỉ số” (measures); "
        "loại này cần các cột mã đơn vị, chỉ số, tử số, mẫu số."
    )
    assert "không thuộc loại “Điểm theo nhóm chỉ số” (points)" in error(
        "unit,indicator,numerator,denominator\nH20,3.3,1,2\n", "points"
    )


@pytest.mark.parametrize("beside", ["", "H20;AVERAGE_PROCESSING_DAYS;4,5;;\n"])
@pytest.mark.parametrize("numbers", ["999999999999;;0", "999999999999;3;0", "3;999999999999;0"])
def test_a_count_beyond_all_measure_is_refused_whatever_stands_beside_it(beside, numbers):
    intake = read(f"unit;indicator;numerator;denominator;score\n{beside}H20;3.3;{numbers}\n")
    (refusal,) = intake.refusals
    assert refusal.reason.render(Lang.VI).startswith("999.999.999.999 lớn bất thường (vượt 1.000.000.000)")
    assert len(intake.figures) == bool(beside)


# Properties.

CELL = st.one_of(
    st.integers(-2, 12).map(str), st.sampled_from(["", "1.000", "x", "12,5", "9" * 12, "null", "=1", "3.0"])
)


@settings(max_examples=tries(25, 10), deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["H20", "H21", "", "H21.3"]), CELL, CELL, CELL), min_size=1, max_size=12
    )
)
def test_every_row_goes_in_or_is_refused_whatever_stands_beside_it(rows):
    codes = [indicator.code for indicator in RULES.indicators]
    lines = [
        f'{unit};{code};"{top}";"{bottom}";"{score}"'
        for (unit, top, bottom, score), code in zip(rows, codes, strict=False)
    ]
    head = "unit;indicator;numerator;denominator;score\n"
    together = read(head + "\n".join(lines) + "\n")
    assert together.rows == len(lines)
    assert len(together.figures) + len(together.refusals) == len(lines)
    alone = [read(head + line + "\n") for line in lines]
    assert figures(together) == {key: value for one in alone for key, value in figures(one).items()}


def test_group_columns_beside_indicators_are_not_dropped_in_silence():
    head = "unit,unit_name,level,indicator,numerator,denominator,CKMB,MDSH\n"
    intake = read(head + "H15,UBND tỉnh Đắk Lắk,province,3.3,3,8,11,9\n")
    assert list(figures(intake)) == [("H15", "ONLINE_FILING")]
    assert any("CKMB, MDSH" in note for note in notes(intake))


def test_a_mean_may_have_decimals_stand_alone_and_be_above_one():
    head = "unit,unit_name,level,indicator,numerator,denominator\n"
    alone = 'H15,UBND tỉnh Đắk Lắk,province,2.2,"8,12",\n'
    over = "H20,UBND tỉnh Đồng Tháp,province,2.2,1209,300\n"
    intake = read(head + alone + over + "H15,UBND tỉnh Đắk Lắk,province,3.3,3,8\n")
    assert refusals(intake) == []
    assert figures(intake)["H15", "AVERAGE_PROCESSING_DAYS"][:2] == (Decimal("8.12"), None)
    assert figures(intake)["H20", "AVERAGE_PROCESSING_DAYS"][:2] == (1209, 300)
    assert figures(intake)["H15", "ONLINE_FILING"][:2] == (3, 8)


def test_a_mean_below_zero_is_refused():
    assert "âm" in one("H20,UBND tỉnh Đồng Tháp,province,2.2,-1,,")
