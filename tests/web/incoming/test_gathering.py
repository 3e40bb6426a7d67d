"""What an officer gathers from pages: the portal's figures, measurements, lists and dossiers from files."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from loopback_server import Served, serving
from officer_clients import Officer, officer
from public_pages import words
from waiting import PATIENCE

from bochiso.intake.portal.client import Pace, Portal
from bochiso.simulate.portal import StandIn
from bochiso.simulate.portal_figures import simulate_portal
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By, lines
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.settings import change_settings
from bochiso.text import VIETNAM, now

LISTS = "/du-lieu/danh-sach"
UNITS = "mã,tên,cấp\nH15,Đắk Lắk,tỉnh\nH15.10,Sở Y tế,sở\nH15.50,Xã Ea Drăng,xã\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    made = DataFolder(tmp_path_factory.mktemp("gathering") / "data")
    with open_ledger(made, make=True) as ledger:
        change_settings(ledger, {"province": "H15"}, By("#test", now()))
    return made


@pytest.fixture(scope="module")
def served(folder: DataFolder) -> Iterator[Served]:
    with StandIn(simulate_portal("H15", 1, now().date())) as stand_in:

        def opened(rest: Callable[[float], None]) -> Portal:
            return Portal(
                stand_in.url, pace=Pace(seconds=0, jitter=0, retries=1, backoff=0, settle=0, rest=rest)
            )

        with serving(folder, portal=opened) as found:
            yield found


@pytest.fixture(scope="module")
def office(served: Served) -> Iterator[Officer]:
    with officer(served) as found:
        yield found


def deeds(folder: DataFolder) -> list[tuple[str, str]]:
    with open_ledger(folder) as ledger, ledger.read() as db:
        return [(each.action, each.who) for each in lines(db)]


def dossiers() -> bytes:
    day = now().astimezone(VIETNAM)
    received, due = (f"{day - timedelta(days=n):%d/%m/%Y}" for n in (20, 3))
    rows = [f"H15.10-260901-{n:04d},1.000001,4,{received},{due}" for n in range(1, 6)]
    return ("Số hồ sơ,Mã TTHC,Trạng thái,Ngày tiếp nhận,Ngày hẹn trả\n" + "\n".join(rows)).encode()


def test_lists_and_dossiers_come_in_by_the_page_while_the_server_runs_and_are_measured(
    office: Officer, folder: DataFolder
) -> None:
    assert "Chưa có hồ sơ nào" in words(office.get("/ho-so").text)
    assert "chưa có hồ sơ nào" in words(office.post("/doi-chieu/do", {}, page="/doi-chieu").text).lower()
    files = {"tep": ("don-vi.csv", UNITS.encode())}
    looked = words(office.post(LISTS, {"loai": "units", "xem": "1"}, files=files).text)
    assert "Mới xem trước, chưa nạp. Danh sách đơn vị: đọc 3 mục, nhận 3, từ chối 0." in looked
    kept = words(office.post(LISTS, {"loai": "units"}, files=files).text)
    assert "Danh sách đơn vị: đọc 3 mục, nhận 3, từ chối 0." in kept
    sent = office.post(LISTS, {"loai": "dossiers"}, files={"tep": ("ho-so.csv", dossiers())})
    assert "nhận 5, từ chối 0" in words(sent.text)
    assert "Sở Y tế" in office.get("/ho-so").text
    measured = words(office.post("/doi-chieu/do", {}, page="/doi-chieu").text)
    assert "Đã đo 3 đơn vị từ hồ sơ." in measured
    done = [action for action, who in deeds(folder) if who == "lan"]
    assert done.count("import") == 2
    assert done.count("measure") == 1


def test_what_a_file_holds_wrongly_is_named_and_nothing_else_is_lost(office: Officer) -> None:
    wrong = UNITS + ",thiếu mã,xã\n"
    answer = words(office.post(LISTS, {"loai": "units"}, files={"tep": ("a.csv", wrong.encode())}).text)
    assert "từ chối 1" in answer
    assert "a.csv" in answer
    for fields, file, told in (
        ({"loai": "khac"}, ("a.csv", UNITS.encode()), "Chưa chọn loại danh sách"),
        ({"loai": "units"}, ("a.csv", b"\0\1"), ""),
        ({"loai": "dossiers"}, ("a.exe", b"MZ"), "không phải tệp hồ sơ"),
    ):
        refused = office.post(LISTS, fields, files={"tep": file})
        assert refused.status_code == 422, fields
        assert told in words(refused.text)


def test_the_portal_is_collected_from_the_page_and_it_says_what_came_of_it(
    office: Officer, served: Served, folder: DataFolder
) -> None:
    assert "Thu thập ngay" in office.get("/du-lieu").text
    office.post("/du-lieu/thu-thap", {}, page="/du-lieu")
    desk = served.application.services.desk
    assert desk is not None
    until = time.monotonic() + PATIENCE
    while (state := desk.state) is not None and state.running and time.monotonic() < until:
        time.sleep(0.2)
    page = words(office.get("/du-lieu").text)
    assert "Đã thu thập xong, lần đọc số" in page
    assert ("collect", "lan") in deeds(folder)
    assert "Tỉnh Đắk Lắk" in words(office.get("/").text)
    assert "chưa công bố" in words(office.get("/").text)


def test_the_pages_of_others_have_no_way_in(served: Served, tmp_path: Path) -> None:
    assert served.client.get(LISTS).status_code == 303
    assert served.client.post("/du-lieu/thu-thap").status_code in (303, 403)
