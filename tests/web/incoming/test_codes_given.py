"""Codes of dossiers that no list has, given to a unit or a procedure on the page and taken back."""

from collections.abc import Iterator

import httpx
import pytest
from dossier_sending import message, settle
from loopback_server import serving
from officer_clients import Officer, officer
from public_pages import words

from bochiso.intake.dossiers.procedures import read_procedures, read_units
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import lines
from bochiso.store.people.ledger import open_ledger


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    made = DataFolder(tmp_path_factory.mktemp("codes") / "data")
    units = "mã,tên,cấp\nH15,Đắk Lắk,tỉnh\nH15.50,Xã Ea Drăng,xã\n".encode()
    item = {"MaHoSo": "H15.99-261008-0001", "MaTTHC": "9.1-X", "TrangThaiHoSo": "4"}
    lists = [
        ("units", read_units("a.csv", units).batch),
        ("procedures", read_procedures("a.csv", b"procedure,fee\n1.000001,1\n").batch),
    ]
    settle(made, [lists, message([item | {"NgayTiepNhan": "20261008083000"}])])
    return made


@pytest.fixture(scope="module")
def office(folder: DataFolder) -> Iterator[Officer]:
    with serving(folder) as served, officer(served) as found:
        yield found


def post(office: Officer, path: str, **fields: str) -> httpx.Response:
    return office.post(path, fields, page="/du-lieu")


def test_codes_are_given_and_taken_back_and_the_log_says_by_whom(office: Officer, folder: DataFolder) -> None:
    page = office.get("/du-lieu").text
    assert "H15.99" in page
    assert "9.1-X" in page
    assert "Mã đã ghép" not in page
    assert post(office, "/du-lieu/ghep", ma="H15.99", vao="H15.50").status_code == 200
    given = post(office, "/du-lieu/ghep", ma="9.1-X", vao="1.000001").text
    assert "Mã đã ghép" in given
    assert "Không còn mã nào." in given
    back = post(office, "/du-lieu/bo-ghep", ma="9.1-X").text
    assert "Không còn mã nào." not in back
    with open_ledger(folder) as ledger, ledger.read() as db:
        logged = [(each.who, each.action, each.subject, each.details) for each in lines(db)]
    assert [each[1:] for each in logged if each[0] == "lan" and each[1].endswith("map")] == [
        ("unit.map", "H15.99", {"target": "H15.50"}),
        ("procedure.map", "9.1-X", {"target": "1.000001"}),
        ("procedure.unmap", "9.1-X", {"target": None}),
    ]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/du-lieu/ghep", {"ma": "9.1-X", "vao": "1.999999"}),
        ("/du-lieu/ghep", {"ma": "9.1-X"}),
        ("/du-lieu/ghep", {}),
        ("/du-lieu/bo-ghep", {"ma": "7.7-Y"}),
        ("/du-lieu/bo-ghep", {}),
    ],
)
def test_what_cant_be_given_or_taken_back_is_told_on_the_page(
    office: Officer, path: str, fields: dict[str, str]
) -> None:
    answer = post(office, path, **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_unit_is_given_by_its_name_and_what_is_no_unit_is_told_as_that(office: Officer) -> None:
    sent = {"ma": "H15.99", "loai": "unit"}
    wrong = post(office, "/du-lieu/ghep", **sent, vao="Sở Tư pháp")
    told = words(wrong.text.partition('role="alert"')[2].partition("</p>")[0])
    assert wrong.status_code == 422
    assert "đơn vị" in told
    assert "thủ tục" not in told
    given = post(office, "/du-lieu/ghep", **sent, vao="xa ea drang")
    assert "Đã gán mã." in words(given.text)
    assert given.url.path == "/du-lieu"
    assert "Đã bỏ gán mã." in words(post(office, "/du-lieu/bo-ghep", ma="H15.99").text)
    assert post(office, "/du-lieu/ghep", **sent, vao="H15.50").status_code == 200  # as it was


@pytest.mark.parametrize(
    ("path", "status"),
    [("/du-lieu/ghep", 200), ("/du-lieu/bo-ghep", 200), ("/du-lieu/abc", 404), ("/du-lieu/999", 404)],
)
def test_an_address_of_forms_or_of_nothing_is_a_page_when_it_is_opened(
    office: Officer, path: str, status: int
) -> None:
    answer = office.get(path)
    assert answer.status_code == status
    assert '<html lang="vi">' in answer.text
    assert "<title>" in answer.text
