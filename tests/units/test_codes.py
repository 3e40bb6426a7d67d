"""Codes, names and levels as sources write them."""

import csv
import doctest
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bochiso.units import codes
from bochiso.units.codes import (
    find_unit,
    fold,
    guess_level,
    natural_key,
    normalise_code,
    parent_code,
    parse_level,
    same_name,
)
from bochiso.units.model import LEVEL_NAMES, Level, Unit

EXAMPLES = Path(__file__).parents[2] / "bochiso" / "examples"
PROVINCE, DEPARTMENT, DISTRICT, COMMUNE = Level.PROVINCE, Level.DEPARTMENT, Level.DISTRICT, Level.COMMUNE

long_codes = st.from_regex(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[HGhg][0-9]{2}", fullmatch=True)
short_codes = st.from_regex(r"\s?[Hh][0-9]{2}(\.[0-9]{1,4}){0,4}\s?", fullmatch=True)


def test_the_examples_in_the_docs_are_true() -> None:
    assert doctest.testmod(codes).failed == 0


# Codes.


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("000.00.00.H22", "H22"),
        ("000.00.18.H22", "H22.18"),
        ("000.12.34.H22", "H22.34.12"),
        ("001.12.34.h22", "H22.34.12.001"),
        ("000.00.10.G05", "G05.10"),
        (" h21.17\n", "H21.17"),
        ("\u00a0H21.227", "H21.227"),
        ("H15.50.05.13", "H15.50.05.13"),
        ("H55.242", "H55.242"),
    ],
)
def test_old_and_new_forms_of_a_code_are_one(written: str, code: str) -> None:
    assert normalise_code(written) == code


@pytest.mark.parametrize("text", ["Sở Y tế", "1.000656.000.00.00.H29", "000.00.53.H48-220921-0099", "12", ""])
def test_what_is_not_a_units_code_stays_as_it_is(text: str) -> None:
    assert normalise_code(f" {text} ") == text


def test_a_name_in_place_of_a_code_is_one_however_its_accents_are_stored() -> None:
    assert normalise_code(unicodedata.normalize("NFD", "Sở Y tế")) == "Sở Y tế"


@given(long_codes | short_codes | st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise_code(normalise_code(text)) == normalise_code(text)


@given(long_codes)
def test_an_old_code_keeps_its_province(code: str) -> None:
    assert normalise_code(code).split(".")[0] == code[-3:].upper()


@pytest.mark.parametrize(
    ("code", "parent"),
    [
        ("H21.17", "H21"),
        ("H15.50.05.13", "H15"),
        ("000.00.18.H22", "H22"),
        ("H45.02", "H45"),
        ("H21", None),
        ("000.00.00.H22", None),
        ("G05", None),
        ("G05.10", None),
        ("Sở Y tế", None),
        ("", None),
    ],
)
def test_a_unit_stands_under_the_province_in_its_code(code: str, parent: str | None) -> None:
    assert parent_code(code) == parent


def test_codes_sort_as_people_number_them() -> None:
    codes = ["H22", "H21.227", "H21.17.1", "H21.17", "H21.2", "H21.02", "H21", "H2.9"]
    assert sorted(codes, key=natural_key) == codes[::-1]


@given(short_codes | st.text(), short_codes | st.text())
def test_two_codes_never_sort_as_one(a: str, b: str) -> None:
    assert (natural_key(a) < natural_key(b)) + (natural_key(b) < natural_key(a)) == (a != b)


def test_a_code_of_ten_thousand_digits_sorts_too() -> None:
    assert natural_key("H21." + "9" * 10_000) > natural_key("H21.227")


# Names.


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("UBND xã Ea Drăng", "ubnd xa ea drang"),
        ("  ĐẮK\u00a0LẮK ", "dak lak"),
        (unicodedata.normalize("NFD", "Thanh Hóa"), "thanh hoa"),
        ("Hồ Chí Minh", "ho chi minh"),
        ("xã Krông Pắc", "xa krong pac"),
    ],
)
def test_folding_leaves_what_is_typed_in_a_hurry(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(st.characters(max_codepoint=0x1EFF)))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(max_codepoint=0x1EFF)))
def test_folding_does_not_see_how_accents_are_stored(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("UBND Thành phố Huế", "UBND thành phố Huế"),
        ("UBND Xã Chơ Long", "UBND xã  Chơ Long "),
        ("Sở Y tế", unicodedata.normalize("NFD", "SỞ Y TẾ")),
        ("UBND xã Hòa Hội", "UBND xã Hoà Hội"),
        ("UBND phường Thủy Xuân", "UBND phường Thuỷ Xuân"),
        ("Ủy ban nhân dân", "Uỷ ban nhân dân"),
    ],
)
def test_capitals_spaces_and_ways_of_writing_an_accent_make_no_new_name(a: str, b: str) -> None:
    assert same_name(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("UBND tỉnh Quảng Ninh", "UBND thành phố Quảng Ninh"),
        ("UBND xã Ia Le", "UBND xã Ia Lê"),
        ("UBND xã Hòa Hội", "UBND xã Hóa Hội"),
        ("UBND xã Đak Pơ", "UBND xã Dak Pơ"),
        ("UBND xã Quỳ Hợp", "UBND xã Quy Hợp"),
    ],
)
def test_another_accent_kind_or_word_is_another_name(a: str, b: str) -> None:
    assert not same_name(a, b)


UNITS = [
    Unit("H15", "UBND tỉnh Đắk Lắk", PROVINCE),
    Unit("H21.19", "Sở Y tế - tỉnh Gia Lai", DEPARTMENT, "H21"),
    Unit("H15.105", "UBND xã Ea Drăng", COMMUNE, "H15"),
    Unit("H21.187", "UBND phường An Nhơn", COMMUNE, "H21"),
    Unit("H21.188", "UBND phường An Nhơn Đông", COMMUNE, "H21"),
    Unit("H21.149", "UBND xã Ia Pa", COMMUNE, "H21"),
    Unit("H21.151", "UBND xã Ia Pia", COMMUNE, "H21"),
]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("H15", ["H15"]),
        ("h21.19", ["H21.19"]),
        ("000.00.19.H21", ["H21.19"]),
        ("UBND xã Ea Drăng", ["H15.105"]),
        ("ea drang", ["H15.105"]),
        ("xa ea drang", ["H15.105"]),
        ("drang", ["H15.105"]),
        ("dak lak", ["H15"]),
        ("so y te", ["H21.19"]),
        ("An Nhơn", ["H21.187"]),
        ("phường an nhơn", ["H21.187"]),
        ("an nhon", ["H21.187"]),
        ("nhon", ["H21.187", "H21.188"]),
        ("ia pa", ["H21.149"]),
        ("ia p", ["H21.149", "H21.151"]),
        ("Hà Nội", []),
        ("  ", []),
    ],
)
def test_a_unit_is_found_by_code_name_or_part_of_the_name(query: str, codes: list[str]) -> None:
    assert [unit.code for unit in find_unit(query, UNITS)] == codes


# Levels.


@pytest.mark.parametrize(
    ("code", "name", "level"),
    [
        ("H21", "UBND tỉnh Gia Lai", PROVINCE),
        ("000.00.00.H15", "Đắk Lắk", PROVINCE),
        ("", "UBND tỉnh Đắk Lắk", PROVINCE),
        ("", "tỉnh Đăk Lăk", PROVINCE),
        ("", "UBND Thành phố Huế", PROVINCE),
        ("", "TP. Hồ Chí Minh", PROVINCE),
        ("", "TP.HCM", PROVINCE),
        ("", "UBND tỉnh Bà Rịa-Vũng Tàu", PROVINCE),
        ("1", "UBND thành phố Quảng Ninh", PROVINCE),
        ("H21.17", "Sở Văn hóa, Thể thao và Du lịch - tỉnh Gia Lai", DEPARTMENT),
        ("H44.01", "Văn phòng UBND Tỉnh - Tỉnh Phú Thọ", DEPARTMENT),
        ("H44.03", "Ban quản lý các khu công nghiệp - Tỉnh Phú Thọ", DEPARTMENT),
        ("H21.20", "Thanh tra tỉnh - tỉnh Gia Lai", DEPARTMENT),
        ("", "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", DEPARTMENT),
        ("", "Chi cục Kiểm lâm", DEPARTMENT),
        ("", "Cục Thuế", DEPARTMENT),
        ("", "So Y te", DEPARTMENT),
        ("", "Ban Quan ly Khu kinh te", DEPARTMENT),
        ("H19.30", "UBND huyện Long Thành", DISTRICT),
        ("", "UBND quận Ninh Kiều", DISTRICT),
        ("", "Thị xã Buôn Hồ", DISTRICT),
        ("H19.25", "UBND thành phố Biên Hòa", DISTRICT),
        ("H48.20", "UBND thành phố Quảng Ngãi", DISTRICT),
        ("", "UBND thành phố Quảng Ngãi", DISTRICT),
        ("", "TP Buôn Ma Thuột", DISTRICT),
        ("H21.113", "UBND Xã Chơ Long", COMMUNE),
        ("H21.186", "UBND phường Bình Định", COMMUNE),
        ("", "xã Ea Drăng", COMMUNE),
        ("", "phường Tân An", COMMUNE),
        ("", unicodedata.normalize("NFD", "Uỷ ban nhân dân thị trấn Ea Súp"), COMMUNE),
        ("", "Đặc khu Phú Quốc", COMMUNE),
        ("", "UBND xa Ea Drang", COMMUNE),
    ],
)
def test_code_and_name_show_the_level(code: str, name: str, level: Level) -> None:
    assert guess_level(code, name) is level


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("", ""),
        ("", "Đắk Lắk"),
        ("G03", "Bộ Tư pháp"),
        ("", "UBND tỉnh"),
        ("", "Bản Hồ"),
        ("", "Số thứ tự"),
        ("H15.105.2", "Văn phòng HĐND và UBND xã Ea Drăng"),
        ("", "Van phong HDND va UBND xa Ea Drang"),
        ("", "Thanh tra huyện Long Thành"),
        ("H21.00", "UBND tỉnh Gia Lai"),
    ],
)
def test_a_level_that_code_and_name_do_not_show_is_not_made_up(code: str, name: str) -> None:
    assert guess_level(code, name) is None


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("units-*.csv")), ids=lambda path: path.stem)
def test_the_levels_of_149_real_units_are_guessed_right(file: Path) -> None:
    with file.open(encoding="utf-8-sig", newline="") as rows:
        units = list(csv.DictReader(rows))
    assert len(units) == 149
    for unit in units:
        assert guess_level(unit["unit"], unit["unit_name"]) == unit["level"]
        assert guess_level("", unit["unit_name"]) == unit["level"]
        assert parent_code(unit["unit"]) == unit["parent"]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("province", PROVINCE),
        ("Tỉnh, thành phố", PROVINCE),
        ("tỉnh/thành phố", PROVINCE),
        ("Các tỉnh, thành phố trực thuộc trung ương", PROVINCE),
        ("AGENCY", DEPARTMENT),
        ("Department", DEPARTMENT),
        ("Sở", DEPARTMENT),
        ("Các sở, ban, ngành", DEPARTMENT),
        ("Sở, ban ngành tỉnh", DEPARTMENT),
        ("SO BAN NGANH", DEPARTMENT),
        ("Cấp huyện", DISTRICT),
        ("UBND các huyện, thị xã, thành phố", DISTRICT),
        ("quận", DISTRICT),
        ("COMMUNE", COMMUNE),
        (" cấp  xã ", COMMUNE),
        ("UBND cấp xã", COMMUNE),
        ("phường", COMMUNE),
        ("xã, phường", COMMUNE),
        ("Xã, phường, đặc khu", COMMUNE),
        ("UBND các xã, phường", COMMUNE),
        (unicodedata.normalize("NFD", "Xã, phường, thị trấn"), COMMUNE),
    ],
)
def test_a_level_is_read_as_clerks_and_the_portal_write_it(text: str, level: Level) -> None:
    assert parse_level(text) is level


@pytest.mark.parametrize("text", ["", "Cấp tỉnh", "cấp tỉnh", "CAP TINH", "thành phố", "cấp", "đơn vị", "1"])
def test_a_word_that_does_not_settle_the_level_leaves_it_open(text: str) -> None:
    assert parse_level(text) is None


def test_cap_tinh_of_the_provinces_reports_is_settled_by_the_name() -> None:
    assert (parse_level("Cấp tỉnh") or guess_level("", "Sở Nội vụ")) is DEPARTMENT
    assert (parse_level("Cấp tỉnh") or guess_level("H19", "UBND tỉnh Đồng Nai")) is PROVINCE


@pytest.mark.parametrize("level", Level)
def test_our_own_names_of_the_levels_are_read_back(level: Level) -> None:
    assert parse_level(level.value) is level
    assert parse_level(LEVEL_NAMES[level].vi) is level
    assert parse_level(LEVEL_NAMES[level].en) is level


def test_a_word_of_the_name_counts_before_the_word_for_its_kind() -> None:
    names = ("UBND phường Diên Hồng", "UBND xã Phú Túc", "UBND xã Tuy Phước Tây")
    units = [Unit(f"H21.{n}", name, Level.COMMUNE, "H21") for n, name in enumerate(names, start=101)]
    assert [unit.name for unit in find_unit("phu", units)] == ["UBND xã Phú Túc", "UBND xã Tuy Phước Tây"]
    assert [unit.name for unit in find_unit("phường", units)] == ["UBND phường Diên Hồng"]
