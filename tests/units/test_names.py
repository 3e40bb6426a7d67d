import doctest
from datetime import date
from itertools import combinations

import pytest

from bochiso.text import Lang
from bochiso.units import names
from bochiso.units.model import Level
from bochiso.units.names import is_level_title, level_title, place_name, province_title, short_name


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(names).failed == 0


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Sở Văn hóa, Thể thao và Du lịch - tỉnh Gia Lai", "Sở Văn hóa, Thể thao và Du lịch"),
        ("Sở Công Thương - Tỉnh Phú Thọ", "Sở Công Thương"),
        ("Sở Nội vụ - Thành phố Hồ Chí Minh", "Sở Nội vụ"),
        ("Sở Nội vụ - tỉnh Bà Rịa - Vũng Tàu", "Sở Nội vụ"),
        ("Thanh tra tỉnh - tỉnh Gia Lai", "Thanh tra tỉnh"),
        ("UBND xã Kông Bơ La - Gia Lai", "UBND xã Kông Bơ La"),
        ("Sở Y tế tỉnh Gia Lai", "Sở Y tế"),
        ("UBND Xã Chơ Long", "UBND xã Chơ Long"),
        ("Ủy ban nhân dân  phường Pleiku", "UBND phường Pleiku"),
        ("UBND xã Ia Grai", "UBND xã Ia Grai"),
    ],
)
def test_a_unit_is_named_as_offices_write_it(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize(
    "name",
    [
        "Ban Quản lý - Dự án tỉnh",
        "Ban Quản lý Khu kinh tế - Khu công nghiệp",
        "Văn phòng - UBND tỉnh Gia Lai",
        "Văn phòng UBND tỉnh Gia Lai",
        "UBND tỉnh Gia Lai",
        "Tỉnh Gia Lai",
        "Gia Lai",
        "- tỉnh Gia Lai",
        "Sở A & B <c> \"d\" 'e'",
        "Sở " + "a" * 297,
        "",
    ],
)
def test_nothing_else_is_left_out_of_a_name(name: str) -> None:
    assert short_name(name) == name


def test_a_province_is_named_without_its_office() -> None:
    assert place_name("UBND Thành phố Đồng Nai") == "Thành phố Đồng Nai"
    assert place_name("") == ""


def test_a_province_is_called_as_it_was_that_day() -> None:
    assert province_title("H49", date(2026, 8, 31)).vi == "tỉnh Quảng Ninh"
    assert province_title("H49", date(2026, 10, 6)).vi == "thành phố Quảng Ninh"
    assert province_title("X", date(2026, 10, 6)).vi == "X"


@pytest.mark.parametrize("level", [Level.DISTRICT, Level.COMMUNE])
def test_what_units_are_called_together_is_known_again_whatever_kinds_there_are(level: Level) -> None:
    kinds = ("Xã", "Phường", "Thị trấn", "Đặc khu", "Huyện", "Quận", "Thị xã", "Thành phố")
    for size in range(len(kinds) + 1):
        for some in combinations(kinds, size):
            for title in (
                level_title(level, [f"UBND {kind} An" for kind in some]).render(lang) for lang in Lang
            ):
                assert is_level_title(title)
    assert not is_level_title("So sánh")
