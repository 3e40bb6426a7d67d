"""Codes that no list has, and what a clerk gives them to."""

from pathlib import Path

import pytest
from sent import message, rows, settle

from bochiso.errors import StoreError
from bochiso.intake.procedures import read_procedures, read_units
from bochiso.store.dossiers import open_dossiers, rebuild_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.mapping import Unmapped, map_unit, unmapped

UNITS = "mã,tên,cấp\nH15,Đắk Lắk,tỉnh\nH15.50,Xã Ea Drăng,xã\n".encode()


def item(front: str, serial: int, procedure: str = "1.000001") -> dict[str, str]:
    return {
        "MaHoSo": f"{front}-261008-{serial:04d}", "MaTTHC": procedure, "TrangThaiHoSo": "4",
        "NgayTiepNhan": "20261008083000",
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    items = [item("H15.50", 1), item("H15.50.02", 2, "9.1-X"), item("H15.99.03", 3), item("H15.99.03", 4)]
    units = [("units", read_units("a.csv", UNITS).batch)]
    procedures = [("procedures", read_procedures("a.csv", b"procedure,fee\n1.000001,1\n").batch)]
    outside = message([item("H16.1", 5), item("H15.99", 6, "9.1-X")], sender=None)
    settle(made, [message(items), outside, units, procedures])
    return made


def listed(folder: DataFolder) -> list[Unmapped]:
    with open_dossiers(folder) as db:
        return unmapped(db)


def test_units_and_procedures_that_no_list_has_come_with_their_dossiers(folder: DataFolder) -> None:
    assert listed(folder) == [
        Unmapped("unit", "H15.99.03", "H15", 2),
        Unmapped("unit", "H15.99", "H15", 1),
        Unmapped("unit", "H16.1", None, 1),
        Unmapped("procedure", "9.1-X", None, 2),
    ]


def test_a_code_that_was_given_to_a_unit_counts_to_it_and_so_it_does_after_a_rebuild(
    folder: DataFolder,
) -> None:
    assert map_unit(folder, "000.00.99.H15", "H15.50") == 3
    assert [each.code for each in listed(folder)] == ["H16.1", "9.1-X"]
    settle(folder, [message([item("H15.99.07", 7)])])
    units = {row["dossier"]: row["unit"] for row in rows(folder)}
    assert {unit for number, unit in units.items() if number.startswith("H15")} == {"H15.50"}
    rebuild_dossiers(folder)
    assert {row["dossier"]: row["unit"] for row in rows(folder)} == units


def test_of_two_units_the_later_given_holds(folder: DataFolder) -> None:
    map_unit(folder, "H15.99", "H15.50")
    assert map_unit(folder, "H15.99", "H15") == 3
    assert {row["unit"] for row in rows(folder) if row["dossier"].startswith("H15.99")} == {"H15"}


@pytest.mark.parametrize(
    ("code", "unit"), [("H15.99", "H15.98"), ("H15.50", "H15"), ("xã", "H15.50"), ("H15.99", "0912345678")]
)
def test_only_unknown_codes_are_given_and_only_to_units_of_the_list(
    folder: DataFolder, code: str, unit: str
) -> None:
    with pytest.raises(StoreError):
        map_unit(folder, code, unit)
