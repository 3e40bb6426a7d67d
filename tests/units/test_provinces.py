"""The provinces: 63, 34, and which became which (Resolution 202/2025/QH15)."""

import csv
import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from bochiso.units.provinces import (
    every_province,
    legal_source,
    province,
    provinces_on,
    same_map,
    successor,
)

EXAMPLES = Path(__file__).parents[2] / "bochiso" / "examples"
BEFORE = date(2025, 6, 30)
SINCE = date(2025, 7, 1)

MERGERS = {
    "Tuyên Quang": "Hà Giang + Tuyên Quang",
    "Lào Cai": "Yên Bái + Lào Cai",
    "Thái Nguyên": "Bắc Kạn + Thái Nguyên",
    "Phú Thọ": "Vĩnh Phúc + Hòa Bình + Phú Thọ",
    "Bắc Ninh": "Bắc Giang + Bắc Ninh",
    "Hưng Yên": "Thái Bình + Hưng Yên",
    "Hải Phòng": "Hải Dương + Hải Phòng",
    "Ninh Bình": "Hà Nam + Nam Định + Ninh Bình",
    "Quảng Trị": "Quảng Bình + Quảng Trị",
    "Đà Nẵng": "Quảng Nam + Đà Nẵng",
    "Quảng Ngãi": "Kon Tum + Quảng Ngãi",
    "Gia Lai": "Bình Định + Gia Lai",
    "Khánh Hòa": "Ninh Thuận + Khánh Hòa",
    "Lâm Đồng": "Đắk Nông + Bình Thuận + Lâm Đồng",
    "Đắk Lắk": "Phú Yên + Đắk Lắk",
    "Hồ Chí Minh": "Bình Dương + Bà Rịa - Vũng Tàu + Hồ Chí Minh",
    "Đồng Nai": "Bình Phước + Đồng Nai",
    "Tây Ninh": "Long An + Tây Ninh",
    "Cần Thơ": "Sóc Trăng + Hậu Giang + Cần Thơ",
    "Vĩnh Long": "Bến Tre + Trà Vinh + Vĩnh Long",
    "Đồng Tháp": "Tiền Giang + Đồng Tháp",
    "Cà Mau": "Bạc Liêu + Cà Mau",
    "An Giang": "Kiên Giang + An Giang",
}
UNCHANGED = (
    *("Hà Nội", "Huế", "Cao Bằng", "Điện Biên", "Hà Tĩnh", "Lai Châu"),
    *("Lạng Sơn", "Nghệ An", "Quảng Ninh", "Thanh Hóa", "Sơn La"),
)


def codes_of(day: date) -> dict[str, str]:
    return {found.name: found.code for found in provinces_on(day)}


@pytest.mark.parametrize(("day", "number"), [(date(2024, 7, 8), 63), (BEFORE, 63), (SINCE, 34)])
def test_there_were_63_provinces_until_30_june_2025_and_are_34_since(day: date, number: int) -> None:
    assert len({found.code for found in provinces_on(day)}) == len(provinces_on(day)) == number


@pytest.mark.parametrize("day", [date(2026, 4, 30), date(2026, 9, 1), date(2026, 9, 20), date(2026, 10, 10)])
def test_a_new_name_changes_nothing_in_the_number(day: date) -> None:
    assert len(provinces_on(day)) == 34


def predecessors(code: str) -> set[str]:
    """The codes that became it, its own left out."""
    return {each.code for each in every_province() if each.became == code}


@pytest.mark.parametrize("new", MERGERS)
def test_each_of_the_23_mergers_is_known(new: str) -> None:
    before, code = codes_of(BEFORE), codes_of(SINCE)[new]
    assert before[new] == code
    merged = {before[name] for name in MERGERS[new].split(" + ")} - {code}
    assert predecessors(code) == merged
    assert {successor(old) for old in merged} == {code}
    assert successor(code) is None


def test_eleven_provinces_were_left_as_they_were() -> None:
    before, since = codes_of(BEFORE), codes_of(SINCE)
    assert set(since) == {*MERGERS, *UNCHANGED}
    assert all(before[name] == since[name] and predecessors(since[name]) == set() for name in UNCHANGED)


def test_every_retired_code_leads_to_one_that_stands() -> None:
    before, since = codes_of(BEFORE), codes_of(SINCE)
    retired = set(before.values()) - set(since.values())
    assert len(retired) == 29
    assert {successor(code) for code in retired} <= set(since.values())
    assert all(province(code, SINCE) is None for code in retired)


def test_the_codes_are_h01_to_h63() -> None:
    assert {found.code for found in provinces_on(BEFORE)} == {f"H{number:02}" for number in range(1, 64)}


def test_what_never_was_a_province_has_no_successor_and_no_predecessors() -> None:
    assert successor("H64") is None
    assert predecessors("H64") == set()
    assert province("H64", SINCE) is None


@pytest.mark.parametrize(
    ("code", "day", "before", "since"),
    [
        ("H57", date(2025, 1, 1), "tỉnh Thừa Thiên Huế", "thành phố Huế"),
        ("H19", date(2026, 4, 30), "tỉnh Đồng Nai", "thành phố Đồng Nai"),
        ("H49", date(2026, 9, 1), "tỉnh Quảng Ninh", "thành phố Quảng Ninh"),
        ("H05", date(2026, 9, 20), "tỉnh Bắc Ninh", "thành phố Bắc Ninh"),
    ],
)
def test_a_renamed_province_keeps_its_code(code: str, day: date, before: str, since: str) -> None:
    eve = date.fromordinal(day.toordinal() - 1)
    old, new = province(code, eve), province(code, day)
    assert old is not None
    assert new is not None
    assert (f"{old.kind} {old.name}", f"{new.kind} {new.name}") == (before, since)
    assert same_map(eve, day)


@pytest.mark.parametrize(("day", "cities"), [(BEFORE, 6), (SINCE, 6), (date(2026, 10, 10), 9)])
def test_six_cities_became_nine_in_2026(day: date, cities: int) -> None:
    assert sum(found.kind.lower() == "thành phố" for found in provinces_on(day)) == cities


def test_the_map_changed_on_1_july_2025_alone() -> None:
    assert not same_map(BEFORE, SINCE)
    assert not same_map(date(2026, 10, 6), date(2024, 8, 5))
    assert same_map(date(2024, 8, 5), BEFORE)
    assert same_map(SINCE, date(2026, 10, 10))


def test_the_names_of_one_code_follow_each_other_without_gap() -> None:
    for code in codes_of(BEFORE).values():
        names = [found for found in every_province() if found.code == code]
        for old, new in pairwise(names):
            assert old.last is not None
            assert new.first is not None
            assert new.first.toordinal() - old.last.toordinal() == 1


def test_every_name_rests_on_an_act() -> None:
    assert all(legal_source(found) for found in every_province())
    phu_yen = province("H45", BEFORE)
    assert phu_yen is not None
    assert "202/2025/QH15" in legal_source(phu_yen)


@pytest.mark.parametrize("day", [date(2026, 9, 17), date(2026, 10, 6)])
def test_the_portals_own_list_has_the_same_codes_and_names(day: date) -> None:
    with (EXAMPLES / f"provinces-{day}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    code = next(column for column in ("unit", "code") if column in rows[0])
    name = next(column for column in ("unit_name", "name") if column in rows[0])
    published = {row[code]: re.sub(r"^UBND (tỉnh|thành phố) ", "", row[name], flags=re.I) for row in rows}
    assert published == {found.code: found.name for found in provinces_on(day)}
