"""Codes of dossiers that no list has, given to a unit or a procedure on the page and taken back."""

from collections.abc import Iterator

import httpx
import pytest
from dossier_sending import message, settle
from loopback_server import serving
from officer_clients import Officer, officer

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
