"""Units as a tree of any depth, from lists as people type them."""

from datetime import date

import pytest

from bochiso.text import Lang
from bochiso.units.model import Level, Unit
from bochiso.units.tree import Listed, UnitTree, below, placed, planted, tops, tree_of

NOW, THEN = date(2026, 11, 28), date(2024, 6, 30)


def tree(*listed: Listed, day: date = NOW) -> UnitTree:
    return planted(listed, day)


def levels(found: UnitTree) -> dict[str, str]:
    return {code: unit.level.value for code, unit in found.units.items()}


def remarks(found: UnitTree) -> list[str]:
    return [remark.render(Lang.VI) for remark in found.remarks]


PROVINCE = Listed("H19", "UBND tỉnh Đồng Nai", Level.PROVINCE)
OFFICES = (
    PROVINCE,
    Listed("H19.30", "UBND huyện Long Thành", Level.DISTRICT, "H19"),
    Listed("H19.30.01", "UBND xã An Phước", Level.COMMUNE, "H19.30"),
    Listed("H19.24", "Sở Nông nghiệp và Môi trường", Level.DEPARTMENT, "H19"),
    Listed("H19.24.01", "Văn phòng Đăng ký đất đai", Level.DEPARTMENT, "H19.24"),
    Listed("H19.24.01.02", "Chi nhánh Long Thành", None, "H19.24.01"),
)


def test_units_stand_under_one_another_however_deep() -> None:
    found = tree(*OFFICES, day=THEN)
    assert found.above("H19.24.01.02") == ["H19.24.01", "H19.24", "H19"]
    assert found.above("H19.30.01") == ["H19.30", "H19"]
    assert found.within("H19.24") == ["H19.24", "H19.24.01", "H19.24.01.02"]
    assert set(found.within("H19")) == set(found.units)
    assert remarks(found) == []


def test_what_is_below_a_department_has_a_level_of_its_own() -> None:
    assert levels(tree(*OFFICES)) == {
        "H19": "province", "H19.24": "department", "H19.24.01": "subunit", "H19.24.01.02": "subunit",
        "H19.30": "district", "H19.30.01": "commune",
    }  # fmt: skip


def test_a_unit_that_names_itself_as_its_superior_is_told_of_and_placed_by_its_code() -> None:
    found = tree(Listed("H19", None, Level.PROVINCE, "H19"), Listed("H19.05", "Sở Y tế", None, "H19.05"))
    assert found.above("H19") == []
    assert found.above("H19.05") == ["H19"]
    assert remarks(found) == [
        "H19 là mã cấp tỉnh hoặc bộ nên không có đơn vị cấp trên: bỏ qua “H19”.",
        "H19.05 ghi chính mình là đơn vị cấp trên: đã xếp theo mã.",
    ]


def test_a_circle_of_superiors_is_told_of_and_opened() -> None:
    ring = [("H19.05", "H19.24.01"), ("H19.24", "H19.05"), ("H19.24.01", "H19.24")]
    found = tree(PROVINCE, *(Listed(code, None, Level.DEPARTMENT, above) for code, above in ring))
    assert {code: found.above(code)[-1] for code, _ in ring} == {code: "H19" for code, _ in ring}
    assert remarks(found) == [
        "Các đơn vị H19.05, H19.24, H19.24.01 ghi nhau là cấp trên thành vòng: đã xếp theo mã."
    ]


def test_a_superior_that_is_not_listed_makes_no_province() -> None:
    found = tree(
        Listed("H19.30.01", "UBND xã An Phước", Level.COMMUNE, "H19.30"), Listed("H19.05", None, None, "H19")
    )
    assert levels(found) == {"H19": "province", "H19.05": "department", "H19.30.01": "commune"}
    assert found.above("H19.30.01") == ["H19"]
    assert remarks(found) == [
        "H19.30.01 ghi đơn vị cấp trên là H19.30, không có trong danh sách: đã xếp dưới H19."
    ]


@pytest.mark.parametrize(
    ("name", "level"), [("Sở Y tế", "department"), ("UBND xã An Phước", "commune"), (None, "department")]
)
def test_a_code_below_a_province_is_no_province_whatever_its_level_says(name: str | None, level: str) -> None:
    found = tree(PROVINCE, Listed("H19.30", name, Level.PROVINCE))
    assert levels(found)["H19.30"] == level
    assert remarks(found) == [
        "H19.30 ghi là cấp tỉnh hoặc bộ nhưng mã nằm dưới một tỉnh hoặc bộ: đã xếp cấp theo tên."
    ]


def test_codes_of_a_merged_province_are_the_new_ones_since_the_merger() -> None:
    assert tree(Listed("H45.01")).above("H45.01") == ["H15"]
    assert tree(Listed("H45.01"), day=THEN).above("H45.01") == ["H45"]


def test_ministries_have_codes_of_their_own() -> None:
    found = tree(Listed("G05.11", "Cục Lãnh sự"))
    assert levels(found) == {"G05": "ministry", "G05.11": "subunit"}


def test_a_unit_without_a_superior_is_under_the_longest_listed_code_in_front_of_its_own() -> None:
    found = tree(PROVINCE, Listed("H19.24", "Sở Y tế"), Listed("H19.24.05.01", "Trạm"))
    assert found.above("H19.24.05.01") == ["H19.24", "H19"]


def table(*rows: tuple[str, Level, str | None]) -> list[Unit]:
    return [Unit(code, code, level, parent) for code, level, parent in rows]


def test_below_a_province_is_everything_below_it_though_its_superior_is_not_in_the_table() -> None:
    units = table(
        ("H19", Level.PROVINCE, None),
        ("H19.05", Level.DEPARTMENT, "H19"),
        ("H19.30.01", Level.COMMUNE, "H19.30"),
        ("H15.05", Level.DEPARTMENT, "H15"),
        ("H45.07", Level.COMMUNE, "H15"),
    )
    assert below("H19", units) == {"H19.05", "H19.30.01"}
    assert below("H15", units) == {"H15.05", "H45.07"}
    assert tops(units)["H19.30.01"] == "H19"
    assert tops(units)["H45.07"] == "H15"


def test_a_table_of_units_ranks_a_departments_subunit_among_subunits() -> None:
    units = table(
        ("H19", Level.PROVINCE, None),
        ("H19.24", Level.DEPARTMENT, "H19"),
        ("H19.24.01", Level.DEPARTMENT, "H19.24"),
        ("H19.30", Level.DISTRICT, "H19"),
        ("H19.30.01", Level.COMMUNE, "H19.30"),
        ("H19.31", Level.DEPARTMENT, "H19.31"),
    )
    assert [unit.level.value for unit in placed(units)] == [
        "province", "department", "subunit", "district", "commune", "department",
    ]  # fmt: skip


def test_a_tree_of_units_never_goes_round() -> None:
    found = tree_of(table(("H19.1", Level.DEPARTMENT, "H19.2"), ("H19.2", Level.DEPARTMENT, "H19.1")))
    assert found.above("H19.1") == ["H19.2"]
    assert found.within("H19.2") == ["H19.1", "H19.2"]
