"""Names without codes meet the codes, in either order, on one day and across days."""

from pathlib import Path

import pytest
from reading_samples import keep, totals

from bochiso.store.figures.facts import open_facts
from bochiso.store.figures.identities import Identified
from bochiso.store.figures.snapshot_store import open_store, rebuild
from bochiso.store.folder import DataFolder
from bochiso.units.model import Level

CODED = Path("bochiso/examples/units-H21-2026-10-02.csv").read_text("utf-8")
NAMES = "Đơn vị;Cấp;Tổng điểm\n" + "\n".join(
    ";".join([line.split(",H21,")[0].split(",", 1)[1].rpartition(",")[0].strip('"').replace("Hòa", "Hoà"),
              "Cấp xã" if ",commune," in line else "Sở", line.rpartition(",")[2]])
    for line in Path("bochiso/examples/units-H21-2026-10-07.csv").read_text("utf-8").splitlines()[1:]
)  # fmt: skip
WEEK_1 = "Đơn vị;Tổng điểm\nUBND xã Hòa Phú;71,5\nSở Y tế;70\nUBND xã Cư Mgar;60\nUBND xã Đắk Liêng;61\n"
WEEK_2 = (
    "Đơn vị;Tổng điểm\nUBND xã Hoà Phú;72,5\nSở Y tế (*);71\nUBND Xã Cư M’gar ;61\nUBND xã Đăk Liêng;62\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def codes(folder: DataFolder) -> list[list[str]]:
    """The units of each snapshot, by their codes."""
    with open_store(folder) as store:
        return [[unit.code for unit in store.units(each)] for each in store.snapshots()]


def questions(folder: DataFolder) -> list[tuple[str, tuple[str, ...]]]:
    with open_facts(folder) as facts:
        return [(each.name, each.candidates) for each, _ in facts.identified()
                if each.how in (Identified.OPEN, Identified.TWICE)]  # fmt: skip


@pytest.mark.parametrize("order", [(CODED, NAMES), (NAMES, CODED)])
def test_names_and_codes_meet_across_days_in_both_orders(folder: DataFolder, order: tuple[str, ...]) -> None:
    keep(folder, order[0], day="2026-10-02")
    keep(folder, order[1], day="2026-10-07", hour=1)

    first, second = codes(folder)
    assert first == second
    assert len(first) == 149
    assert questions(folder) == []


def test_on_one_day_a_unit_by_its_name_is_not_counted_beside_its_code(folder: DataFolder) -> None:
    keep(folder, CODED)
    keep(folder, NAMES, hour=1)

    assert len(codes(folder)[0]) == 149


def test_two_weeks_in_other_writing_are_the_same_units_of_the_shipped_list(folder: DataFolder) -> None:
    keep(folder, WEEK_1, day="2026-10-02")
    keep(folder, WEEK_2, day="2026-10-07", hour=1)

    first, second = codes(folder)
    assert first == second
    assert all(code.startswith("H15.") for code in first)


def test_without_any_list_names_meet_names(folder: DataFolder) -> None:
    table = "Đơn vị;Tổng điểm\nUBND xã Bù Đốp;{a}\nUBND xã Thanh Hoà;{b}\n"
    keep(folder, table.format(a=70, b=71), day="2024-04-15", period="2024")
    keep(folder, table.format(a=71, b=72).replace("Hoà", "Hòa"), day="2024-04-22", period="2024", hour=1)

    first, second = codes(folder)
    assert first == second == ["UBND xã Bù Đốp", "UBND xã Thanh Hoà"]


def test_two_communes_of_one_name_belong_to_their_provinces(folder: DataFolder) -> None:
    keep(folder, "Đơn vị;Mã tỉnh;Tổng điểm\nUBND xã Tân Tiến;H15;70\nUBND xã Tân Tiến;H44;71\n")

    with open_store(folder) as store:
        found = {unit.parent: unit.code for unit in store.units(store.snapshots()[0])}
    assert found["H15"].startswith("H15.")
    assert found["H44"] == "UBND xã Tân Tiến (H44)"


def test_the_departments_of_a_province_without_a_list_are_not_taken_for_anothers(folder: DataFolder) -> None:
    keep(folder, "Đơn vị;Tổng điểm\nSở Y tế;70\nSở Nội vụ;71\n", province="H10")

    with open_store(folder) as store:
        found = store.units(store.snapshots()[0])
    assert [(unit.code, unit.parent) for unit in found] == [("Sở Nội vụ", "H10"), ("Sở Y tế", "H10")]


def test_departments_alone_are_matched_once_the_province_is_said(folder: DataFolder) -> None:
    keep(folder, "Đơn vị;Tổng điểm\nSở Y tế;70\n", province="H21")

    assert codes(folder) == [["H21.19"]]


def test_provinces_are_known_by_their_names(folder: DataFolder) -> None:
    keep(folder, "Tên tỉnh;Cấp;Tổng điểm\nUBND tỉnh Đắk Lắk;Tỉnh;70\nUBND Thành phố Hồ Chí Minh;Tỉnh;71\n")

    assert codes(folder) == [["H15", "H29"]]


def test_a_name_that_is_not_sure_is_asked_with_its_candidates(folder: DataFolder) -> None:
    keep(folder, WEEK_1 + "UBND xã Tân Lập;50\n")

    assert questions(folder) == [("UBND xã Tân Lập", ("H15.102",))]


def test_two_names_of_one_table_never_become_one_unit(folder: DataFolder) -> None:
    keep(folder, WEEK_1 + "UBND xã M'Drắk;50\nM Drắk;51\n".replace("M Drắk", "xã M Drắk"))

    assert [unit for unit in codes(folder)[0] if "Drắk" in unit] == ["UBND xã M'Drắk", "xã M Drắk"]
    assert [name for name, _ in questions(folder)] == ["UBND xã M'Drắk", "xã M Drắk"]


def test_a_code_without_a_name_takes_the_name_that_is_known(folder: DataFolder) -> None:
    keep(folder, CODED, day="2026-10-02")
    keep(folder, "unit,level,total\nH21.17,department,71.10\n", day="2026-10-07", hour=1)

    with open_store(folder) as store:
        (unit,) = store.units(store.snapshots()[1])
    assert (unit.code, unit.level) == ("H21.17", Level.DEPARTMENT)
    assert unit.name.startswith("Sở Văn hóa, Thể thao và Du lịch")


def test_a_rebuild_knows_the_same_units(folder: DataFolder) -> None:
    keep(folder, WEEK_1, day="2026-10-02")
    keep(folder, CODED, day="2026-10-07", hour=1)
    before = codes(folder)
    rebuild(folder)

    assert codes(folder) == before


def test_a_figure_found_again_under_its_code_has_not_changed(folder: DataFolder) -> None:
    keep(folder, WEEK_1, day="2026-10-06")
    keep(folder, "unit,unit_name,level,total\nH15.17,Sở Y tế,department,70\n", day="2026-10-07", hour=1)

    with open_store(folder) as store:
        changed = [store.changed_at(each) for each in store.snapshots()]
        assert totals(store, store.snapshots()[1]) == {"H15.17": "70.000000"}
    assert changed[0] == changed[1]
