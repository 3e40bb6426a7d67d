"""The way to a goal for officers: their own open dossiers and what is at risk, asked for by name."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from dossier_sending import message, settle
from loopback_server import Json, Served, serving
from officer_clients import officer
from public_pages import keep_table, words

from bochiso.intake.dossiers.procedures import read_procedures, read_units
from bochiso.store.folder import DataFolder
from bochiso.store.people.permissions import Role
from bochiso.text import VIETNAM, now

HEALTH, LAND = "H15.10", "H15.20"


def open_dossier(number: int) -> Json:
    """A dossier that is open, due tomorrow, and without population data yet."""
    today = now().astimezone(VIETNAM)
    began, due = today - timedelta(days=2), today + timedelta(days=1)
    return {
        "MaHoSo": f"{HEALTH}-{today.year % 100}0105-{number:04d}", "MaTTHC": "1.000001",
        "TrangThaiHoSo": "4", "KenhThucHien": "2", "NgayTiepNhan": f"{began:%Y%m%d}080000",
        "NgayHenTra": f"{due:%Y%m%d}170000",
    }  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = DataFolder(tmp_path_factory.mktemp("staff") / "data")
    units = f"mã,tên,cấp\nH15,Đắk Lắk,tỉnh\n{HEALTH},Sở Y tế,sở\n{LAND},Sở Đất đai,sở\n".encode()
    own = b"procedure,province,name,authority,returns_document\n1.000001,H15,Cap phep,department,1\n"
    lists = [[("units", read_units("a.csv", units).batch)],
             [("procedures", read_procedures("p.csv", own).batch)]]  # fmt: skip
    settle(folder, [*lists, message([open_dossier(n) for n in range(1, 5)])])
    rows = ["unit,unit_name,level,parent,indicator,numerator,denominator"]
    for code, name in ((HEALTH, "Sở Y tế"), (LAND, "Sở Đất đai")):
        rows += [f"{code},{name},department,H15,{each}" for each in
                 ("RESOLVED_ON_TIME,90,100", "CITIZEN_DATA_CONNECTED_DOSSIER,10,100")]  # fmt: skip
    keep_table(folder, "so.csv", "\n".join(rows).encode(), "measures", now().date().isoformat())
    with serving(folder) as found:
        yield found


def test_an_officer_asks_for_what_the_dossiers_kept_here_say(served: Served) -> None:
    with officer(served, "lan") as lan:
        plain, asked = (words(lan.get(f"/muc-tieu/{HEALTH}?dich=80{more}").text) for more in ("", "&ho-so=1"))
    assert "đến hạn trong 3 ngày tới" not in plain
    assert "4 hồ sơ và 0 phản ánh, kiến nghị đến hạn trong 3 ngày tới" in asked
    assert "nếu tất cả bị trễ thì mất 0,80 điểm" in asked


def test_an_officer_of_one_unit_is_told_nothing_of_another_s_dossiers(served: Served) -> None:
    with officer(served, "mai", Role.UNIT, LAND) as mai:
        page = mai.get(f"/muc-tieu/{HEALTH}?dich=80&ho-so=1").text
        own = mai.get(f"/muc-tieu/{LAND}?dich=80&ho-so=1").text
    assert "ho-so" not in page.partition("<main")[2].partition("</main>")[0]
    assert "đến hạn" not in words(page)
    assert "0 hồ sơ" not in words(own)
