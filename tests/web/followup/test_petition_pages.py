"""The page of petitions: late and due soon first, with their last days and points; a unit sees its own."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from loopback_server import Served, serving
from officer_clients import Officer, officer
from public_pages import words
from waiting import PATIENCE

from bochiso.store.dossiers.file_import import import_records
from bochiso.store.folder import DataFolder
from bochiso.store.people.permissions import Role
from bochiso.text import VIETNAM, now

UNITS = "unit,name,level,parent\nH15,UBND tỉnh Đắk Lắk,province,\nH15.50,UBND xã Ea Drăng,commune,H15\n"
UNITS += "H15.51,UBND xã Krông Búk,commune,H15\n"


def day(back: int) -> str:
    return (now().astimezone(VIETNAM) - timedelta(days=back)).strftime("%d/%m/%Y")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = DataFolder(tmp_path_factory.mktemp("petitions") / "data")
    rows = [
        f"PA-01,H15.50,{day(60)},,,",
        f"PA-02,H15.50,{day(1)},,,",
        f"PA-03,H15.51,{day(9)},{day(8)},Không hài lòng,có",
    ]
    table = "Mã PAKN,Mã đơn vị,Ngày gửi,Ngày trả lời,Đánh giá,Gửi lại\n" + "\n".join(rows)
    import_records(folder, "units", [("don-vi.csv", UNITS.encode())])
    import_records(folder, "petitions", [("phan-anh.csv", table.encode())])
    with serving(folder) as found:
        yield found


@pytest.fixture(scope="module")
def office(served: Served) -> Iterator[Officer]:
    with officer(served) as found:
        yield found


def test_the_late_come_first_with_their_last_days_and_marks(office: Officer) -> None:
    shown = words(office.get("/phan-anh").text)
    places = [shown.index(name) for name in ("PA-01", "PA-02", "PA-03")]
    assert places == sorted(places)
    for said in ("quá hạn (xử lý, trả lời), chậm", "không hài lòng ; gửi lại", "UBND xã Krông Búk", "(1)"):
        assert said in shown


def test_a_units_page_says_what_it_lost(office: Officer) -> None:
    shown = words(office.get("/phan-anh?don-vi=H15.50").text)
    assert "3,00 điểm ở chỉ số 5.2 (1/2 quá hạn)" in shown
    assert "PA-03" not in shown


def test_one_kind_alone_and_the_same_to_take_away(office: Officer) -> None:
    assert "PA-01" not in words(office.get("/phan-anh?loai=repeated").text)
    table = office.get("/phan-anh.csv?loai=late").text
    assert table.count("\n") == 2
    assert '"Số phản ánh, kiến nghị",Đơn vị,Mã đơn vị' in table
    assert "PA-01" in table
    assert office.get("/phan-anh.xlsx").content[:2] == b"PK"


def test_a_unit_officer_sees_their_own_and_the_public_nothing(served: Served) -> None:
    with officer(served, "xa", Role.UNIT, "H15.51") as unit:
        shown = words(unit.get("/phan-anh").text)
        assert "PA-03" in shown
        assert "PA-01" not in shown
        assert unit.get("/phan-anh?don-vi=H15.50").status_code == 403
    with httpx.Client(base_url=served.url, timeout=PATIENCE) as client:
        assert client.get("/phan-anh").status_code in (303, 401, 403)
