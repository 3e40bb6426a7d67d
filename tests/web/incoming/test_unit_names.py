"""On the page: a look before files are kept, names without codes, refused rows to take away."""

from collections.abc import Iterator

import httpx
import pytest
from loopback_server import serving
from officer_clients import Officer, officer

from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder

TABLE = (
    "(Số liệu tính đến ngày 02/10/2026)\nTên đơn vị;Tổng điểm\n"
    "UBND xã Hòa Phú;71\nUBND xã Ea Súp;60\nUBND xã Tân Lập;50\nUBND xã Ea Bung;500\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return DataFolder(tmp_path_factory.mktemp("names") / "data")


@pytest.fixture(scope="module")
def office(folder: DataFolder) -> Iterator[Officer]:
    with serving(folder) as served, officer(served) as found:
        yield found


def send(office: Officer, day: str = "2026-10-02", **fields: str) -> httpx.Response:
    given = {"loai": "points", "ngay": day, **fields}
    return office.post("/du-lieu", given, page="/du-lieu", files={"tep": ("xã.csv", TABLE.encode())})


def codes(folder: DataFolder) -> set[str]:
    with open_store(folder) as store:
        return {unit.code for each in store.snapshots() for unit in store.units(each)}


def test_from_a_look_to_names_given_and_refused_rows(office: Officer, folder: DataFolder) -> None:
    seen = send(office, xem="1").text
    assert "Xem trước, chưa lưu gì" in seen
    assert "Xã, phường, đặc khu (H15): 3 đơn vị, 3 được xếp hạng" in seen
    assert "UBND xã Tân Lập" in seen
    assert "Chưa nạp số liệu nào" in office.get("/du-lieu").text
    asked = send(office, "2026-10-03")
    assert asked.status_code == 422
    assert "Số liệu tính đến ngày 02/10/2026" in asked.text
    assert send(office, "2099-10-03", chac="1").status_code == 422

    kept = send(office)

    assert kept.status_code == 200
    assert "/du-lieu/1/tu-choi.xlsx" in kept.text
    refused = office.get("/du-lieu/1/tu-choi.xlsx")
    assert refused.content[:2] == b"PK"
    assert "UBND xã Tân Lập" in codes(folder)
    names = office.get("/ten-don-vi").text
    assert '<option value="H15.102">' in names
    wrong = {"ten": "UBND xã Tân Lập", "cap": "commune", "tinh": "H15", "vao": "H21.100"}
    assert office.post("/ten-don-vi", wrong, page="/ten-don-vi").status_code == 422
    given = office.post("/ten-don-vi", wrong | {"vao": "H15.102"}, page="/ten-don-vi").text
    assert "Không có tên nào cần ghép." in given
    assert "H15.102" in codes(folder)
    back = office.post("/ten-don-vi/bo", {"ten": "UBND xã Tân Lập"}, page="/ten-don-vi").text
    assert "Không có tên nào cần ghép." not in back
