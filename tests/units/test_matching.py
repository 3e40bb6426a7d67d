"""A name without a code means one known unit, or is a question with candidates."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bochiso.units.codes import find_unit
from bochiso.units.known_lists import shipped_units
from bochiso.units.matching import NameIndex
from bochiso.units.model import Level, Unit


def of(province: str, level: Level) -> list[Unit]:
    """The shipped units of a province and level."""
    return [unit for unit in shipped_units() if (unit.parent, unit.level) == (province, level)]


DAK_LAK = {level: NameIndex(of("H15", level)) for level in (Level.DEPARTMENT, Level.COMMUNE)}


def test_the_lists_hold_all_units_of_both_provinces() -> None:
    sizes = {
        (province, level): len(of(province, level))
        for province in ("H15", "H21")
        for level in (Level.DEPARTMENT, Level.COMMUNE)
    }

    assert sizes == {
        ("H15", Level.DEPARTMENT): 14, ("H15", Level.COMMUNE): 102,
        ("H21", Level.DEPARTMENT): 14, ("H21", Level.COMMUNE): 135,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Sở Y tế (*)", "Sở Y tế"),
        ("sở y tế¹", "Sở Y tế"),
        ("so y te", "Sở Y tế"),
        ("Sở Văn hoá,  Thể thao & Du lịch", "Sở Văn hóa, Thể thao và Du lịch"),
        ("Văn phòng UBND Tỉnh", "Văn phòng UBND tỉnh Đắk Lắk"),
        ("UBND xã Hoà Phú - tỉnh Đắk Lắk", "UBND xã Hòa Phú"),
        ("Ủy ban nhân dân Xã Đăk Liêng", "UBND xã Đắk Liêng"),
        ("Cư Mgar", "UBND xã Cư M’gar"),
        ("xã Cư M gar", "UBND xã Cư M’gar"),
        ("UBND xã M`Drắk", "UBND xã M’Drắk"),
        ("Tân Lập", "UBND phường Tân Lập"),
    ],
)
def test_another_way_of_writing_is_the_same_unit(written: str, name: str) -> None:
    level = Level.DEPARTMENT if "s" in written[:1].lower() or "Văn" in written else Level.COMMUNE

    found = DAK_LAK[level].match(written, level).unit

    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("UBND xã Tân Lập", ["UBND phường Tân Lập"]),
        ("UBND xã Hòa Phu", ["UBND xã Hòa Phú"]),
        ("UBND xã Quỳnh Trang", []),
    ],
)
def test_what_is_not_sure_is_a_question(written: str, names: list[str]) -> None:
    found = DAK_LAK[Level.COMMUNE].match(written, Level.COMMUNE)

    assert found.unit is None
    assert [unit.name for unit in found.candidates] == names


def test_two_units_of_one_name_are_told_apart_by_what_they_belong_to() -> None:
    twins = [Unit(f"H19.{n}.1", "UBND xã Phú Lâm", Level.COMMUNE, f"H19.{n}") for n in (1, 2)]
    index = NameIndex(twins)

    assert index.match("xã Phú Lâm", Level.COMMUNE, "H19.2").unit == twins[1]
    assert index.match("xã Phú Lâm", Level.COMMUNE).unit is None
    assert len(index.match("xã Phú Lâm", Level.COMMUNE).candidates) == 2


@given(st.sampled_from(of("H15", Level.COMMUNE) + of("H21", Level.COMMUNE)), st.data())
def test_every_listed_commune_is_found_however_it_is_written(unit: Unit, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([unit.name, unit.name.removeprefix("UBND "), unit.name.upper()]))
    name = name.replace("’", data.draw(st.sampled_from(["'", "’", "ʼ", "`", ""])))
    name = name.replace(" ", data.draw(st.sampled_from([" ", "  ", "\n"])))
    name += data.draw(st.sampled_from(["", " (*)", "*", " (1)"]))
    name = unicodedata.normalize(data.draw(st.sampled_from(["NFC", "NFD"])), name)
    index = NameIndex(of(unit.parent or "", Level.COMMUNE))

    assert index.match(name, Level.COMMUNE).unit == unit


def test_a_code_finds_its_own_unit_alone() -> None:
    assert find_unit("H15", [Unit("H15.06", "H15.06", Level.DEPARTMENT, "H15")]) == []


def test_search_takes_a_name_without_its_apostrophe() -> None:
    found = find_unit("cu mgar", of("H15", Level.COMMUNE))

    assert [unit.name for unit in found] == ["UBND xã Cư M’gar"]
