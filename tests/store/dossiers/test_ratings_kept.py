"""Ratings: kept before their dossiers, once each, the latest by its moment; what 5.4 counts of them."""

import itertools
from datetime import datetime
from pathlib import Path

import pytest
from command_runner import run
from dossier_sending import message, settle
from thoroughness import THOROUGH

from bochiso.intake.dossiers.ratings import read_ratings
from bochiso.periods import parse_period
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.loader import load_rules
from bochiso.store.dossiers.file_import import import_records
from bochiso.store.dossiers.ingest import open_dossiers, rebuild_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import Batches
from bochiso.store.measuring.measurement import measure
from bochiso.text import VIETNAM
from bochiso.units.model import Level, Unit

NUMBERS = [f"H15.50-260301-{n:04d}" for n in range(4)]
UNITS = [Unit("H15.50", "Xã", Level.COMMUNE)]


def dossiers() -> Batches:
    return message(
        [
            {"MaHoSo": number, "NgayTiepNhan": "20260301080000", "NgayHenTra": "20260310170000",
             "NgayKetThucXuLy": "20260305080000", "TrangThaiHoSo": "9"}
            for number in NUMBERS
        ],
        sender="H15.50",
    )  # fmt: skip


def ratings(*rows: tuple[int, str, str]) -> Batches:
    table = "dossier,rated_at,rating\n" + "".join(f"{NUMBERS[n]},{at},{how}\n" for n, at, how in rows)
    return [("ratings", read_ratings("r.csv", table.encode()).batch)]


def content(folder: DataFolder, day: str = "2026-04-30") -> tuple[int, int]:
    moment = datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=VIETNAM)
    with open_dossiers(folder) as db:
        rows = measure(db, UNITS, parse_period("2026"), moment, load_rules("qd766"), builtin_calendar())
    return next(
        (row.numerator, row.denominator) for row in rows if row.indicator == "DOSSIER_RECEIVING_SATISFACTION"
    )


def test_a_dislike_is_taken_off_all_dossiers_received(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    settle(folder, [dossiers(), ratings((0, "2026-03-06", "dissatisfied"), (1, "2026-03-06", "neutral"))])
    assert content(folder) == (3, 4)


def test_the_latest_by_its_moment_holds_whatever_came_first(tmp_path: Path) -> None:
    told = [
        ratings((0, "2026-03-06 08:00", "dissatisfied")),
        ratings((0, "2026-03-08 08:00", "satisfied")),
        ratings((1, "2026-03-08 08:00", "dissatisfied"), (1, "2026-03-06 08:00", "satisfied")),
        dossiers(),
    ]
    orders = list(itertools.permutations(told))
    for n, order in enumerate(orders[:: 1 if THOROUGH else 5]):
        folder = DataFolder(tmp_path / str(n))
        settle(folder, [*order, *order[:2]])  # some of it twice
        assert content(folder) == (3, 4)
        assert content(folder, "2026-03-07") == (3, 4)  # by then the other one was disliked
        assert content(folder, "2026-03-05") == (4, 4)
    rebuild_dossiers(folder)
    assert content(folder) == (3, 4)


def test_at_one_moment_what_was_received_later_holds(tmp_path: Path) -> None:
    folder, at = DataFolder(tmp_path / "data"), "2026-03-06 08:00"
    settle(folder, [dossiers(), ratings((0, at, "dissatisfied")), ratings((0, at, "satisfied"))])
    assert content(folder) == (4, 4)


def test_a_rating_before_its_dossier_is_told_and_counts_once_it_is_there(tmp_path: Path) -> None:
    folder, table = DataFolder(tmp_path / "data"), tmp_path / "danh-gia.csv"
    table.write_text(f"Mã hồ sơ,Ngày đánh giá,Đánh giá\n{NUMBERS[2]},06/03/2026,Không hài lòng\n", "utf-8")
    done = run("import", "ratings", table, "--data", folder.root)
    assert done.code == 0
    assert "1 hồ sơ được đánh giá mà chưa có hồ sơ" in done.err
    settle(folder, [dossiers()])
    assert content(folder) == (3, 4)
    done = run("import", "ratings", table, "--data", folder.root)
    assert "chưa có hồ sơ" not in done.err
    assert content(folder) == (3, 4)


def test_a_late_disliked_and_petitioned_dossier_is_taken_off_once(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    one = {"MaHoSo": NUMBERS[0], "NgayTiepNhan": "20260301080000", "NgayHenTra": "20260310170000"}
    one |= {"NgayKetThucXuLy": "20260320080000", "TrangThaiHoSo": "9"}
    late = message([one], updating=True, sender="H15.50")
    settle(folder, [dossiers(), late, ratings((0, "2026-03-21", "dissatisfied"))])
    petition = f"petition,unit,dossier,sent\nP-1,H15.50,{NUMBERS[0]},2026-03-21\n"
    import_records(folder, "petitions", [("p.csv", petition.encode())])
    assert content(folder) == (3, 4)


@pytest.mark.parametrize(("name", "code"), [("Xã Ea Drăng", "H15.50"), ("ubnd xã ea drăng", "H15.50")])
def test_a_petition_is_whose_name_the_list_knows(tmp_path: Path, name: str, code: str) -> None:
    folder = DataFolder(tmp_path / "data")
    units = "unit,name,level,parent\nH15,UBND tỉnh Đắk Lắk,province,\nH15.50,UBND xã Ea Drăng,commune,H15\n"
    import_records(folder, "units", [("u.csv", units.encode())])
    rows = f"Mã PAKN,Đơn vị xử lý,Ngày gửi\nP-1,{name},05/01/2026\nP-2,Nguyễn Văn A,05/01/2026\n"
    (found,), homeless = import_records(folder, "petitions", [("p.csv", rows.encode())])
    (refusal,) = found.refusals
    assert (refusal.where.row, homeless) == (3, 0)
    assert "Nguyễn" not in str(refusal)
    with open_dossiers(folder) as db:
        assert db.execute("select petition, unit from petitions").fetchall() == [("P-1", code)]
