"""What units are called alike: communes by their kind, departments by their name without the province."""

import doctest

import pytest

from bochiso.units import kinds as module
from bochiso.units.kinds import commune_kind, is_kind, kind_name, kinds_of
from bochiso.units.model import Level, Unit


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("UBND Xã Phú Xuân", "xa"),
        ("Phường Xã Tắc", "phuong"),
        ("UBND đặc khu Phú Quý", "dac khu"),
        ("Ea Drăng", ""),
    ],
)
def test_a_commune_is_of_the_kind_that_its_name_begins_with(name: str, kind: str) -> None:
    assert commune_kind(Unit("H15.101", name, Level.COMMUNE, "H15")) == kind
    assert commune_kind(Unit("H15.01", "Sở Nội vụ", Level.DEPARTMENT, "H15")) == ""


def test_a_kind_is_one_however_its_units_are_written_and_needs_two_provinces() -> None:
    names = {
        "H15.05": "Sở Y tế - tỉnh Đắk Lắk", "H21.05": "SỞ Y TẾ", "H29.05": "Sở Y tế",
        "H15.06": "Sở Tư pháp", "H15.07": "Sở Ngoại vụ", "H29.07": "Sở Ngoại vụ Thành phố Hồ Chí Minh",
    }  # fmt: skip
    units = [Unit(code, name, Level.DEPARTMENT, code[:3]) for code, name in names.items()]
    assert kinds_of(units) == {"Sở Ngoại vụ": 2, "Sở Y tế": 3}
    assert [unit.code for unit in units if is_kind(unit, " sở  y tế ")] == ["H15.05", "H21.05", "H29.05"]


def test_a_province_a_ministry_and_a_commune_without_a_kind_have_no_like() -> None:
    alone = [
        Unit("H15", "UBND tỉnh Đắk Lắk", Level.PROVINCE),
        Unit("G03", "Bộ Tư pháp", Level.MINISTRY),
        Unit("H15.101", "Ea Drăng", Level.COMMUNE, "H15"),
    ]
    assert [kind_name(unit) for unit in alone] == ["", "", ""]
    assert not any(is_kind(unit, "") for unit in alone)
