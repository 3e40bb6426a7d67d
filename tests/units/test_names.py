import doctest
from datetime import date

import pytest

from bochiso.units import names
from bochiso.units.names import place_name, province_title, short_name


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(names).failed == 0


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Sở Văn hóa, Thể thao và Du lịch - tỉnh Gia Lai", "Sở Văn hóa, Thể thao và Du lịch"),
        ("Sở Công Thương - Tỉnh Phú Thọ", "Sở Công Thương"),
        ("Sở Nội vụ - Thành phố Hồ Chí Minh", "Sở Nội vụ"),
        ("UBND xã Vân Canh", "UBND xã Vân Canh"),
        ("Ban Quản lý - Dự án tỉnh", "Ban Quản lý - Dự án tỉnh"),
        ("Văn phòng - UBND tỉnh Gia Lai", "Văn phòng - UBND tỉnh Gia Lai"),
        ("- tỉnh Gia Lai", "- tỉnh Gia Lai"),
    ],
)
def test_only_the_province_behind_a_name_is_left_out(name: str, short: str) -> None:
    assert short_name(name) == short


def test_a_province_is_named_without_its_office() -> None:
    assert place_name("UBND Thành phố Đồng Nai") == "Thành phố Đồng Nai"
    assert place_name("") == ""


def test_a_province_is_called_as_it_was_that_day() -> None:
    assert province_title("H49", date(2026, 8, 31)).vi == "tỉnh Quảng Ninh"
    assert province_title("H49", date(2026, 10, 6)).vi == "thành phố Quảng Ninh"
    assert province_title("X", date(2026, 10, 6)).vi == "X"
