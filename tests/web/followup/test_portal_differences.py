"""The page of what the portal has not as we have it: whose an officer sees, its files, last messages."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from dossier_sending import message, settle
from loopback_server import Served, serving
from officer_clients import Officer, officer

from bochiso.intake.dossiers.procedures import read_units
from bochiso.periods import parse_period
from bochiso.store.dossiers.portal_import import PortalListAsked, import_portal_list
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import lines
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import Role
from bochiso.store.worklists.sync_rows import KINDS
from bochiso.text import VIETNAM, now

HEALTH, LAND = "H15.10", "H15.20"


def received(unit: str, number: int, day: datetime) -> dict[str, str]:
    return {
        "MaHoSo": f"{unit}-{day:%y%m%d}-{number:04d}", "MaTTHC": "1.000001", "TrangThaiHoSo": "4",
        "KenhThucHien": "2", "NgayTiepNhan": f"{day:%Y%m%d}080000", "NgayHenTra": f"{day:%Y%m%d}170000",
    }  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Three dossiers; the portal lacks one, and has another as filed in person."""
    root = tmp_path_factory.mktemp("portal")
    folder, day = DataFolder(root / "data"), now().astimezone(VIETNAM) - timedelta(hours=30)
    units = f"mã,tên,cấp\nH15,Đắk Lắk,tỉnh\n{HEALTH},Sở Y tế,sở\n{LAND},Sở Đất đai,sở\n".encode()
    items = [received(HEALTH, 1, day), received(HEALTH, 2, day), received(LAND, 3, day)]
    settle(folder, [[("units", read_units("a.csv", units).batch)], message(items)])
    listed = root / "list.csv"
    rows = [(item["MaHoSo"], "Trực tuyến" if item is not items[1] else "Trực tiếp") for item in items[:2]]
    listed.write_text(
        "Mã hồ sơ,Ngày tiếp nhận,Hình thức nộp\n"
        + "".join(f"{number},{day:%d/%m/%Y} 08:00,{channel}\n" for number, channel in rows),
        "utf-8",
    )
    keep(folder, listed)
    with serving(folder) as found:
        yield found


def keep(folder: DataFolder, listed: Path) -> None:
    today = now().astimezone(VIETNAM).date()
    import_portal_list(folder, [listed], PortalListAsked("H15", today, now(), parse_period(str(today.year))))


@pytest.fixture(scope="module")
def office(served: Served) -> Iterator[Officer]:
    with officer(served) as found:
        yield found


@pytest.fixture(scope="module")
def health(served: Served) -> Iterator[Officer]:
    with officer(served, "hoa", Role.UNIT, HEALTH) as found:
        yield found


def exported(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_page_lists_what_differs_and_what_it_costs(office: Officer) -> None:
    page = office.get("/chua-dong-bo")
    assert page.status_code == 200
    assert "1 hồ sơ thiếu trên Cổng, 0 thiếu tại tỉnh, 1 khác nội dung" in page.text
    assert "hình thức nộp: trực tuyến → trực tiếp" in page.text
    assert "Bản tin gần nhất" in page.text


def test_the_list_can_be_narrowed(office: Officer) -> None:
    page = office.get("/chua-dong-bo?loai=missing_there")
    assert f"{LAND}-" in page.text
    assert "trực tuyến → trực tiếp" not in page.text
    assert f'class="code">{HEALTH}-' in office.get(f"/chua-dong-bo?don-vi={HEALTH}").text


def test_its_files_hold_the_same_and_are_logged(served: Served, office: Officer) -> None:
    rows = exported(office.get("/chua-dong-bo.csv").content)
    told = {(row["Mã đơn vị theo Cổng"], row["Khác nhau thế nào"]) for row in rows}
    assert told == {(HEALTH, KINDS["differs"].vi), (LAND, KINDS["missing_there"].vi)}
    assert {row["Đơn vị"] for row in rows} == {"Sở Y tế", "Sở Đất đai"}
    kinds = {row["kind"] for row in office.get("/chua-dong-bo.json").json()}
    assert kinds == {"differs", "missing_there"}
    with open_ledger(served.folder) as ledger, ledger.read() as db:
        line, _ = (each for each in lines(db) if each.action == "dossiers.export")
    assert (line.details["kind"], line.details["dossiers"]) == ("unsynced", 2)
    assert office.get("/chua-dong-bo.pdf").status_code == 404


def test_an_officer_of_a_unit_sees_its_own(health: Officer) -> None:
    page = health.get("/chua-dong-bo")
    assert f"{HEALTH}-" in page.text
    assert f"{LAND}-" not in page.text
    assert health.get(f"/chua-dong-bo?don-vi={LAND}").status_code == 403


def test_a_year_without_a_list_says_so(office: Officer) -> None:
    assert "không gồm đủ hồ sơ của kỳ 2024" in office.get("/chua-dong-bo?nam=2024").text


def test_the_public_sees_none_of_it(served: Served) -> None:
    answer = httpx.get(f"{served.url}/chua-dong-bo")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/dang-nhap")


def test_the_live_page_says_where_1_4_is_from(office: Officer) -> None:
    page = office.get("/truc-tiep")
    assert "đo theo danh sách hồ sơ của Cổng" in page.text
