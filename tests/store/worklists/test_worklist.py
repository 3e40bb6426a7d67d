"""Lists of open dossiers of a past day: what was open then, by the moments that are known."""

from datetime import datetime
from typing import Any

import pytest
from dossier_sending import Item, message, settle

from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.worklists.worklist import LatenessClock, open_list
from bochiso.text import VIETNAM


def item(serial: int, **fields: Any) -> Item:
    """A dossier received on 1 October 2026, due on the 8th, in progress."""
    return {
        "MaHoSo": f"H15.50-261001-{serial:04d}", "MaTTHC": "1.000001", "TrangThaiHoSo": "4",
        "NgayTiepNhan": "20261001080000", "NgayHenTra": "20261008170000",
    } | fields  # fmt: skip


def request(asked: int, answered: int | None = None) -> dict[str, str]:
    when = {"NgayBoSung": f"202610{asked:02d}170000"}
    return when if answered is None else when | {"NgayTiepNhanBoSung": f"202610{answered:02d}170000"}


ITEMS = [
    item(1),
    item(2, TrangThaiHoSo="9", NgayKetThucXuLy="20261020170000"),  # open on the 12th
    item(3, TrangThaiHoSo="9", NgayKetThucXuLy="20261011170000"),
    item(4, NgayTiepNhan="20261013080000"),  # not yet received
    item(5, DanhSachHoSoBoSung=[request(5, 20)]),  # awaited on the 12th
    item(6, DanhSachHoSoBoSung=[request(14, 20)]),  # asked for later
    item(7, DanhSachHoSoBoSung=[request(5, 7)]),  # given before: two days more
    item(8, DanhSachHoSoBoSung=[request(5, 20), request(6)]),  # two unanswered on the 12th
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    made = DataFolder(tmp_path_factory.mktemp("open") / "data")
    settle(made, [message(ITEMS)])
    return made


def late(folder: DataFolder, day: int, clock: LatenessClock = LatenessClock.INDEX) -> dict[int, float]:
    """The days late of each overdue dossier, by its serial, at 17:00 of a day of October."""
    with open_dossiers(folder) as db:
        rows = open_list(db, datetime(2026, 10, day, 17, tzinfo=VIETNAM), None, None, clock)
    return {int(row["dossier"][-4:]): row["days_late"] for row in rows}


def test_what_was_closed_later_was_open_and_what_was_asked_or_given_later_had_not_been(
    folder: DataFolder,
) -> None:
    assert late(folder, 12) == {1: 4.0, 2: 4.0, 6: 4.0, 7: 2.0, 8: 4.0}


def test_by_now_all_of_it_has_happened(folder: DataFolder) -> None:
    assert late(folder, 25) == {1: 17.0, 4: 17.0, 5: 2.0, 6: 11.0, 7: 15.0}


def test_by_law_a_supplement_that_was_given_later_had_not_begun_the_count_again(folder: DataFolder) -> None:
    assert set(late(folder, 12, LatenessClock.LAW)) == {1, 2, 6, 7}


def test_what_was_closed_later_is_listed_as_in_progress(folder: DataFolder) -> None:
    with open_dossiers(folder) as db:
        rows = open_list(db, datetime(2026, 10, 12, 17, tzinfo=VIETNAM), None, None)
    assert {row["status"] for row in rows} == {4}
