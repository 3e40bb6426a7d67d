"""The page of the register of publications: for officers, by state, with last days and days late."""

from collections.abc import Iterator

import httpx
import pytest
from loopback_server import Served, serving
from officer_clients import Officer, officer
from public_pages import words
from waiting import PATIENCE

from bochiso.store.dossiers.file_import import import_records
from bochiso.store.folder import DataFolder

MINISTRY = "503/QĐ-BTTTT,09/04/2024,Bộ trưởng Bộ Thông tin và Truyền thông"
REGISTER = f"""procedure,name,kind,ministry_number,ministry_on,issuer,department,number,\
decided_on,effective_on,entered_on
1.003725,Cấp giấy phép <xuất bản>,sửa đổi,{MINISTRY},Sở TT&TT,800/QĐ-UBND,25/04/2024,09/04/2024,26/04/2024
1.003868,Cấp giấy phép in,sửa đổi,{MINISTRY},Sở TT&TT,800/QĐ-UBND,25/04/2024,09/07/2024,26/04/2024
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = DataFolder(tmp_path_factory.mktemp("register") / "data")
    import_records(folder, "publications", [("so.csv", REGISTER.encode())])
    with serving(folder) as found:
        yield found


@pytest.fixture(scope="module")
def office(served: Served) -> Iterator[Officer]:
    with officer(served) as found:
        yield found


def test_every_row_stands_with_its_last_days_and_how_late_it_was(office: Officer) -> None:
    shown = words(office.get("/cong-bo-thu-tuc").text)
    assert "503/QĐ-BTTTT (09/04/2024), Bộ trưởng Bộ Thông tin và Truyền thông" in shown
    assert "Cấp giấy phép <xuất bản>" in shown
    assert "chậm hạn; công bố chậm 23 ngày" in shown
    assert "chậm hạn (1)" in shown
    assert "đúng hạn (1)" in shown


def test_rows_of_one_state_alone(office: Officer) -> None:
    shown = words(office.get("/cong-bo-thu-tuc?tinh-trang=done").text)
    assert "Cấp giấy phép in" in shown
    assert "xuất bản" not in shown
    assert office.get("/cong-bo-thu-tuc?tinh-trang=khac").status_code == 422


def test_the_public_does_not_see_it(served: Served) -> None:
    with httpx.Client(base_url=served.url, timeout=PATIENCE) as client:
        assert client.get("/cong-bo-thu-tuc").status_code in (303, 401, 403)
