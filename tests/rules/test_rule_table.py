"""The set as rows for people."""

import pytest

from bochiso.rules.loader import builtin_ids, load_rules
from bochiso.rules.rule_table import deadline_rows, grade_rows, group_rows, indicator_rows
from bochiso.text import Lang


def test_an_indicator_is_told_with_its_points_target_levels_and_source() -> None:
    row = next(row for row in indicator_rows(load_rules("qd766"), Lang.VI) if row.number == "1.2")
    assert (row.code, row.group, row.points, row.target, row.empty) == (
        "PUBLIC_UPDATE_ON_TIME",
        "CKMB",
        "4",
        "100%",
        "0",
    )
    assert row.name == "Tỷ lệ thủ tục hành chính được cập nhật, công khai đúng hạn"
    assert row.levels == "cấp tỉnh; kế thừa từ tỉnh: sở, ban, ngành; cấp huyện; cấp xã"
    assert row.source == "Quyết định số 766/QĐ-TTg, chỉ số 1.2; Quyết định số 31/2021/QĐ-TTg ngày 11/10/2021"


def test_a_shown_only_indicator_has_dashes_for_target_and_empty() -> None:
    row = next(row for row in indicator_rows(load_rules("qd766"), Lang.VI) if row.number == "2.2")
    assert (row.points, row.target, row.empty, row.levels) == ("không tính điểm", "–", "–", "tất cả các cấp")


def test_english_rows_are_english() -> None:
    row = next(row for row in indicator_rows(load_rules("qd766"), Lang.EN) if row.number == "5.4")
    assert (row.name, row.target, row.levels) == (
        "Satisfaction with the handling of dossiers",
        "90%",
        "all levels",
    )


def test_groups_come_in_the_order_of_the_boxes_and_name_their_members() -> None:
    rows = group_rows(load_rules("qd766-five-groups"), Lang.VI)
    assert [(row.code, row.points, row.made_of) for row in rows[3:6]] == [
        ("ONLINE_SERVICE", "22", "CLGQ + TTTT"),
        ("MDHL", "18", "5.1a, 5.1b, 5.2, 5.3, 5.4"),
        ("CLGQ", "12", "3.1, 3.2, 3.3"),
    ]


def test_grades_are_worded_as_offices_write_them() -> None:
    assert [(row.name, row.totals) for row in grade_rows(load_rules("qd766"), Lang.VI)] == [
        ("Xuất sắc", "từ 90 điểm trở lên"),
        ("Tốt", "từ 80 đến dưới 90 điểm"),
        ("Khá", "từ 70 đến dưới 80 điểm"),
        ("Trung bình", "từ 50 đến dưới 70 điểm"),
        ("Yếu", "dưới 50 điểm"),
    ]


def test_deadlines_are_worded_in_working_days() -> None:
    rows = deadline_rows(load_rules("qd766"), Lang.VI)
    assert (rows[1].number, rows[1].deadline) == (
        "1.1",
        "chậm nhất 05 ngày làm việc trước ngày thủ tục có hiệu lực",
    )
    assert rows[6].deadline == "chậm nhất 15 ngày làm việc kể từ ngày gửi hoặc chuyển gần nhất"


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("source", builtin_ids())
def test_every_row_of_every_set_says_something_in_every_column(source: str, lang: Lang) -> None:
    rules = load_rules(source)
    for rows in (group_rows(rules, lang), grade_rows(rules, lang), deadline_rows(rules, lang)):
        assert all(all(vars(row).values()) for row in rows)
    for row in indicator_rows(rules, lang):
        assert all(value for key, value in vars(row).items() if key != "note")
