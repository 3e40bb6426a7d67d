"""Headings as they are written in Vietnamese offices."""

from decimal import Decimal

import pytest
from table_reading import RULES

from bochiso.intake.headings.heading_words import IGNORED, PLACE
from bochiso.intake.headings.headings import Headings
from bochiso.rules.loader import load_rules


def names(*cells, rules=RULES):
    return [heading.name for heading in Headings(rules).row(cells)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("unit", "unit"),
        ("Unit_Name", "unit_name"),
        ("Mã định danh", "unit"),
        ("MÃ ĐƠN VỊ", "unit"),
        ("Tên cơ quan,\nđơn vị", "unit_name"),
        ("Địa phương", "unit_name"),
        ("Cấp", "level"),
        ("Đơn vị cấp trên", "parent"),
        ("Mã tỉnh", "parent"),
        ("Mã chỉ số", "indicator"),
        ("Chỉ số", "indicator_name"),
        ("Tử số", "numerator"),
        ("Mẫu số", "denominator"),
        ("Điểm công bố", "score"),
        ("Điểm tối đa", "max_score"),
        ("Tổng điểm", "total"),
        ("TỔNG ĐIỂM (100 điểm)", "total"),
        ("STT", "ordinal"),
        ("Xếp hạng", PLACE),
        ("Xếp loại", IGNORED),
        ("Ngày", IGNORED),
        ("CKMB", "CKMB"),
        ("Công khai, minh bạch", "CKMB"),
        ("1. Công khai minh bạch (18 điểm)", "CKMB"),
        ("Nhóm chỉ số tiến độ, kết quả giải quyết", "TDGQ"),
        ("Số hoá hồ sơ /22", "MDSH"),
        ("Tỷ lệ số hóa hồ sơ (%)", "MDSH"),
        ("ONLINE", "CLGQ"),
        ("Dịch vụ công trực tuyến (12 điểm)", "CLGQ"),
        ("Thanh toán trực tuyến: 10 điểm", "TTTT"),
        ("Mức độ hài lòng 18/100 điểm", "MDHL"),
        ("Hồ sơ có phí, lệ phí", "dossiers_with_fee"),
        ("Số điện thoại", ""),
        ("Công khai 5 điểm nhấn", ""),
        ("", ""),
        ("2026", ""),
    ],
)
def test_a_heading_is_known_by_what_clerks_write(text, name):
    assert names(text) == [name]


def test_a_heading_says_whether_its_cells_are_points_or_percent():
    points, rate, bare = Headings(RULES).row(["Số hóa hồ sơ (22 điểm)", "Tỷ lệ hài lòng", "TDGQ"])
    assert (points.cells, points.maximum) == ("points", Decimal(22))
    assert (rate.name, rate.cells) == ("MDHL", "percent")
    assert bare.cells is None


FIVE = ["Công khai, minh bạch", "Tiến độ, kết quả giải quyết", "Số hóa hồ sơ", "Mức độ hài lòng"]


def test_online_services_beside_online_payment_is_the_group_of_12():
    assert names(*FIVE, "Cung cấp dịch vụ trực tuyến", "Thanh toán trực tuyến")[-2:] == ["CLGQ", "TTTT"]


def test_online_services_in_a_table_of_five_groups_is_the_group_of_22():
    assert names(*FIVE, "Cung cấp dịch vụ trực tuyến")[-1] == "ONLINE_SERVICE"
    assert names("Cung cấp dịch vụ trực tuyến (22 điểm)") == ["ONLINE_SERVICE"]


def test_online_services_with_its_own_maximum_stays_the_group_of_12():
    assert names(*FIVE, "Cung cấp dịch vụ trực tuyến (12 điểm)")[-1] == "CLGQ"


def test_a_code_means_the_group_that_has_it():
    assert names(*FIVE, "CLGQ")[-1] == "CLGQ"


def test_another_rule_set_names_its_groups_itself():
    rules = load_rules("qd766-five-groups")
    assert names("Cung cấp dịch vụ trực tuyến", rules=rules) == ["ONLINE_SERVICE"]
