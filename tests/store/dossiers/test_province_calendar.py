"""The province's own days off, kept as evidence and used wherever working days are counted."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from dossier_sending import message, settle

from bochiso.intake.dossiers.procedures import read_procedures
from bochiso.rules.file.problems import RuleFileError
from bochiso.store.dossiers.ingest import open_dossiers, rebuild_dossiers
from bochiso.store.dossiers.province_calendar import calendar_of, keep_days, province_days
from bochiso.store.folder import DataFolder
from bochiso.store.worklists.worklist import LatenessClock, open_list

FESTIVAL = "days: [{day: 2026-10-12, is: off, name: Lễ hội, source: Thông báo số 12/TB-UBND}]".encode()
NONE_OF_IT = FESTIVAL.replace(b"off", b"work").replace(b"12/TB", b"15/TB")


def test_what_the_province_says_of_a_day_wins_and_the_later_table_over_the_earlier(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    assert province_days(folder) == []
    keep_days(folder, "lịch.yaml", FESTIVAL)
    with open_dossiers(folder) as db:
        calendar = calendar_of(db)
    assert not calendar.is_working(date(2026, 10, 12))
    special = calendar.special(date(2026, 10, 12))
    assert special is not None
    assert special.source == "Thông báo số 12/TB-UBND"
    keep_days(folder, "lịch.yaml", NONE_OF_IT)
    rebuild_dossiers(folder)
    with open_dossiers(folder) as db:
        assert calendar_of(db).is_working(date(2026, 10, 12))
    assert len(province_days(folder)) == 2


def test_a_wrong_table_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    for data in (b"days: [{day: 2026-02-30, is: off}]", b"\xff\xfe", b"x" * 2_000_000):
        with pytest.raises(RuleFileError):
            keep_days(folder, "lịch.yaml", data)
    assert not folder.journal.exists()


def test_limits_in_working_days_follow_it_by_both_clocks(tmp_path: Path) -> None:
    """Received on Thursday 8 October 2026, two working days: until Monday the 12th, or Tuesday."""
    folder = DataFolder(tmp_path / "data")
    item = {"MaHoSo": "H15-261008-0001", "MaTTHC": "1.000001", "TrangThaiHoSo": "4",
            "NgayTiepNhan": "20261008083000"}  # fmt: skip
    procedures = read_procedures("a.csv", "procedure,time_limit\n1.000001,02 ngày làm việc\n".encode())
    settle(folder, [[("procedures", procedures.batch)], message([item])])

    def found(clock: LatenessClock, days: int | None) -> list[tuple[str, float]]:
        with open_dossiers(folder) as db:
            listed = open_list(db, datetime(2026, 10, 13, 2, tzinfo=UTC), None, days, clock)
        return [(row["due_at"].isoformat(), row["days_late"]) for row in listed]

    for clock in LatenessClock:
        assert found(clock, None) == [("2026-10-12T23:59:59+07:00", 0.4)]
    keep_days(folder, "lịch.yaml", FESTIVAL)
    for clock in LatenessClock:
        assert found(clock, None) == []
        assert found(clock, 3) == [("2026-10-13T23:59:59+07:00", -0.6)]


def test_the_laws_list_tells_the_day_for_the_apology_and_what_is_not_announced_yet(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    plain = {"MaTTHC": "1.000001", "TrangThaiHoSo": "4", "NgayTiepNhan": "20261005083000"}
    monday = plain | {"MaHoSo": "H15-261005-0001", "NgayHenTra": "20261012170000"}
    unsettled = plain | {"MaHoSo": "H15-261005-0002", "NgayHenTra": "20270104170000"}
    settle(folder, [message([monday, unsettled])])
    with open_dossiers(folder) as db:
        first, second = open_list(db, datetime(2026, 10, 6, 2, tzinfo=UTC), None, 100, LatenessClock.LAW)
    assert (first["notify_by"], first["confirmed"]) == (date(2026, 10, 9), True)
    assert second["confirmed"] is False
    assert set(first) == {
        "dossier", "unit", "procedure", "status", "received_at", "due_at", "days_late", "notify_by",
        "reappointments", "confirmed", "ministry",
    }  # fmt: skip
