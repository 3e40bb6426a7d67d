"""Whether dossiers reach the day that figures are of: by their own days, in working days."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from dossier_sending import message, settle

from bochiso.periods import parse_period
from bochiso.rules.calendar import builtin_calendar
from bochiso.score.own_basis import MessageFlow
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.dossiers.last_messages import last_messages
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.measured_basis import message_flow
from bochiso.text import VIETNAM, Lang, now

CALENDAR = builtin_calendar()
YEAR = parse_period("2026")


def working(last: date, count: int) -> list[date]:
    """So many working days up to one, the latest first."""
    days = (last - timedelta(days=n) for n in range(10 * count + 10))
    return [day for day in days if CALENDAR.is_working(day)][:count]


def received(days: Iterable[date], each: int = 4) -> list[dict[str, str]]:
    return [
        {
            "MaHoSo": f"H15.24-{day:%y%m%d}-{n:04}", "MaTTHC": "1.000001", "TrangThaiHoSo": "4",
            "NgayTiepNhan": f"{day:%Y%m%d}080000", "NgayHenTra": f"{day:%Y%m%d}170000",
        }
        for day in days for n in range(each)
    ]  # fmt: skip


def flow_of(path: Path, items: list[dict[str, str]], day: date, period: str = "2026") -> MessageFlow:
    folder = DataFolder(path / "data")
    settle(folder, [message(items)])
    as_of = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=VIETNAM)
    with open_dossiers(folder) as db:
        return message_flow(db, "H15", parse_period(period), as_of, CALENDAR)


END = date(2026, 9, 30)


def test_as_many_as_ever_is_as_usual(tmp_path: Path) -> None:
    found = flow_of(tmp_path, received(working(END, 25)), END)
    assert found == MessageFlow("H15", END, 0, received=100, recent=20, usual=20)
    assert found.sentence() is None


def test_less_than_half_is_suddenly_few(tmp_path: Path) -> None:
    days = working(END, 25)
    found = flow_of(tmp_path, [*received(days[5:]), *received(days[:5], each=1)], END)
    assert (found.recent, found.usual) == (5, 20)
    assert found.sentence() is not None


@pytest.mark.parametrize(("silent", "warned"), [(2, False), (3, True)])
def test_three_working_days_of_silence_are_a_warning(tmp_path: Path, silent: int, warned: bool) -> None:
    found = flow_of(tmp_path, received(working(END, 25)[silent:], each=9), END)
    assert found.quiet == silent
    assert (found.sentence() is not None) is warned


def test_days_off_are_no_silence(tmp_path: Path) -> None:
    """30 April and 1 May 2026 with the weekend: four days without work."""
    found = flow_of(tmp_path, received(working(date(2026, 4, 29), 25)), date(2026, 5, 3))
    assert found.quiet == 0
    assert found.sentence() is None


def test_a_step_breaks_the_silence(tmp_path: Path) -> None:
    items = received(working(END, 25)[4:], each=9)
    step = {"MaHoSo": items[0]["MaHoSo"], "TrangThai": "9", "ThoiDiemXuLy": f"{END:%Y%m%d}100000"}
    folder = DataFolder(tmp_path / "data")
    settle(folder, [message(items), message([step])])
    with open_dossiers(folder) as db:
        as_of = datetime(2026, 9, 30, 23, 59, 59, tzinfo=VIETNAM)
        assert message_flow(db, "H15", YEAR, as_of, CALENDAR).quiet == 0


def test_a_period_of_which_nothing_came_is_told_with_the_last_day(tmp_path: Path) -> None:
    found = flow_of(tmp_path, received(working(END, 5)), date(2026, 10, 31), "2026-10")
    assert (found.received, found.last) == (0, END)
    warning = found.sentence()
    assert warning is not None
    assert "30/09/2026" in warning.render(Lang.VI)


def test_the_last_message_of_each_sender_and_unit_has_its_age(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    settle(folder, [message(received([END]), sender="H15.24"), message(received([END], 1), sender="H15")])
    later = now() + timedelta(days=4, minutes=1)
    with open_dossiers(folder) as db:
        found = last_messages(db, later)
    assert {(each.sender, each.age_days, each.dossiers) for each in found} == {
        ("H15.24", 4, 4),
        ("H15", 4, 1),
    }
