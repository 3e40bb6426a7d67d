"""Codes that no list has, and what a clerk gives them to."""

import shutil
from pathlib import Path

import duckdb
import pytest
from dossier_sending import message, rows, settle

from bochiso.errors import StoreError
from bochiso.intake.dossiers.procedures import read_procedures, read_units
from bochiso.store.dossiers.code_mapping import Held, Mapped, Unmapped, map_code, mapped, unmapped
from bochiso.store.dossiers.ingest import open_dossiers, rebuild_dossiers
from bochiso.store.dossiers.projection import dossiers_path
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import Journal

UNITS = "mã,tên,cấp\nH15,Đắk Lắk,tỉnh\nH15.50,Xã Ea Drăng,xã\n".encode()


def item(front: str, serial: int, procedure: str = "1.000001") -> dict[str, str]:
    return {
        "MaHoSo": f"{front}-261008-{serial:04d}", "MaTTHC": procedure, "TrangThaiHoSo": "4",
        "NgayTiepNhan": "20261008083000",
    }  # fmt: skip


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dossiers of which some have codes that no list has; only to be copied."""
    made = DataFolder(tmp_path_factory.mktemp("settled") / "data")
    items = [item("H15.50", 1), item("H15.50.02", 2, "9.1-X"), item("H15.99.03", 3), item("H15.99.03", 4)]
    units = [("units", read_units("a.csv", UNITS).batch)]
    procedures = [("procedures", read_procedures("a.csv", b"procedure,fee\n1.000001,1\n").batch)]
    outside = message([item("H16.1", 5), item("H15.99", 6, "9.1-X")], sender=None)
    settle(made, [message(items), outside, units, procedures])
    return made.root


@pytest.fixture
def folder(settled: Path, tmp_path: Path) -> DataFolder:
    return DataFolder(Path(shutil.copytree(settled, tmp_path / "data")))


def listed(folder: DataFolder) -> list[Unmapped]:
    with open_dossiers(folder) as db:
        return unmapped(db)


def test_units_and_procedures_that_no_list_has_come_with_their_dossiers(folder: DataFolder) -> None:
    assert listed(folder) == [
        Unmapped("unit", "H15.99.03", "H15", 2),
        Unmapped("unit", "H15.99", "H15", 1),
        Unmapped("unit", "H16.1", None, 1),
        Unmapped("procedure", "9.1-X", None, 2, province="H15"),
    ]


def test_a_code_that_was_given_to_a_unit_counts_to_it_and_so_it_does_after_a_rebuild(
    folder: DataFolder,
) -> None:
    assert map_code(folder, "000.00.99.H15", "H15.50") == (Mapped("unit", "H15.99", "H15.50"), Held(3))
    assert [each.code for each in listed(folder)] == ["H16.1", "9.1-X"]
    settle(folder, [message([item("H15.99.07", 7)])])
    units = {row["dossier"]: row["unit"] for row in rows(folder)}
    assert {unit for number, unit in units.items() if number.startswith("H15")} == {"H15.50"}
    rebuild_dossiers(folder)
    assert {row["dossier"]: row["unit"] for row in rows(folder)} == units


def test_of_two_units_the_later_given_holds(folder: DataFolder) -> None:
    map_code(folder, "H15.99", "H15.50")
    assert map_code(folder, "H15.99", "H15")[1] == Held(3)
    assert {row["unit"] for row in rows(folder) if row["dossier"].startswith("H15.99")} == {"H15"}


def test_a_code_of_a_procedure_that_was_given_to_another_counts_with_it_and_after_a_rebuild(
    folder: DataFolder,
) -> None:
    assert map_code(folder, "9.1-x", "1.000001") == (Mapped("procedure", "9.1-X", "1.000001", "H15"), Held(2))
    assert [each.kind for each in listed(folder)] == ["unit"] * 3
    settle(folder, [message([item("H15.50", 7, "9.1-X")]), message([item("H15.50", 2)])])
    procedures = {row["dossier"]: row["procedure"] for row in rows(folder)}
    assert set(procedures.values()) == {"1.000001"}
    rebuild_dossiers(folder)
    assert {row["dossier"]: row["procedure"] for row in rows(folder)} == procedures


def test_of_two_procedures_the_later_given_holds(folder: DataFolder) -> None:
    more = read_procedures("a.csv", b"procedure,fee\n1.000002,1\n").batch
    settle(folder, [[("procedures", more)]])
    map_code(folder, "9.1-X", "1.000001")
    map_code(folder, "9.1-X", "1.000002.000.00.00.H15")
    assert sorted(row["procedure"] for row in rows(folder)) == ["1.000001"] * 4 + ["1.000002"] * 2
    rebuild_dossiers(folder)
    assert sorted(row["procedure"] for row in rows(folder)) == ["1.000001"] * 4 + ["1.000002"] * 2


def test_what_was_given_is_listed_with_its_dossiers_and_can_be_taken_back(folder: DataFolder) -> None:
    before, unlisted = rows(folder), listed(folder)
    map_code(folder, "H15.99", "H15.50")
    map_code(folder, "9.1-X", "1.000001")
    with open_dossiers(folder) as db:
        assert mapped(db) == [
            (Mapped("unit", "H15.99", "H15.50"), Held(3)),
            (Mapped("procedure", "9.1-X", "1.000001", "H15"), Held(2)),
        ]
    assert map_code(folder, "000.00.99.H15", None) == (Mapped("unit", "H15.99", None), Held(3))
    assert map_code(folder, "9.1-X", None) == (Mapped("procedure", "9.1-X", None, "H15"), Held(2))
    rebuild_dossiers(folder)
    assert (rows(folder), listed(folder)) == (before, unlisted)
    with pytest.raises(StoreError, match="given to nothing"):
        map_code(folder, "9.1-X", None)


def test_a_dossier_that_names_another_procedure_later_leaves_the_one_its_code_was_given_to(
    folder: DataFolder,
) -> None:
    map_code(folder, "9.1-X", "1.000001")
    settle(folder, [message([item("H15.50.02", 2, "7.7-Y")], updating=True)])
    assert [each.code for each in listed(folder) if each.kind == "procedure"] == ["7.7-Y"]


@pytest.mark.parametrize(
    ("code", "target"),
    [
        ("H15.99", "H15.98"), ("H15.50", "H15"), ("xã", "H15.50"), ("H15.99", "0912345678"),
        ("9.1-X", "1.000002"), ("1.000001", "1.000001"), ("9.1-X", "H15.50"), ("thủ tục", "1.000001"),
    ],
)  # fmt: skip
def test_only_unknown_codes_are_given_and_only_to_what_the_lists_have(
    folder: DataFolder, code: str, target: str
) -> None:
    with pytest.raises(StoreError):
        map_code(folder, code, target)


def test_facts_of_another_version_are_made_again_from_the_journal(folder: DataFolder) -> None:
    before, path = rows(folder), dossiers_path(folder)
    with duckdb.connect(str(path)) as db:
        db.execute("alter table dossiers drop own_procedure; comment on table position is 'another'")
    assert rows(folder) == before


def test_while_a_server_has_the_journal_facts_of_another_version_are_left_to_it(folder: DataFolder) -> None:
    with Journal(folder), duckdb.connect(str(dossiers_path(folder))) as db:
        db.execute("comment on table position is 'another'")
    with Journal(folder), pytest.raises(StoreError, match="another version"), open_dossiers(folder):
        pass
