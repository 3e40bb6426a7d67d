"""Targets on the pages: who sees and gives them, how they are shown, what a wrong form says."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_runner import EXAMPLES, run
from loopback_server import Served, serving
from officer_clients import officer
from python_calamine import CalamineWorkbook

from bochiso.store.folder import DataFolder
from bochiso.store.people.permissions import Role

FORM = {
    "chi-tieu": "Tổng điểm", "muc": "70", "cap": "department", "van-ban": "Quyết định số 127/QĐ-UBND",
    "tu": "2026-01-01", "den": "2099-12-31",
}  # fmt: skip
UNIT = "H21.17"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    data = tmp_path / "data"
    points = EXAMPLES / "units-H21-2026-10-07.csv"
    assert run("import", "points", points, "--as-of", "2026-10-07", "--data", data).code == 0
    with serving(DataFolder(data), unit="H21", name="h21") as found:
        yield found


def test_the_office_gives_a_target_and_everyone_concerned_sees_where_units_stand(served: Served) -> None:
    with officer(served) as office:
        assert "Chưa có chỉ tiêu nào" in office.get("/chi-tieu").text
        page = office.post("/chi-tieu", FORM).text
        assert "04/14 sở, ban, ngành đạt chỉ tiêu tổng điểm 70 điểm; chưa đạt:" in page
        assert "Chỉ tiêu được giao" in office.get(f"/don-vi/{UNIT}").text
        mark = "chỉ tiêu được giao</text>"
        assert mark not in office.get(f"/don-vi/{UNIT}").text
        office.post("/chi-tieu", FORM | {"chi-tieu": "MDSH", "muc": "20"})
        assert mark in office.get(f"/don-vi/{UNIT}").text
        assert mark not in served.client.get(f"/don-vi/{UNIT}").text
        office.post("/chi-tieu", {"rut": "2"})
        book = CalamineWorkbook.from_filelike(io.BytesIO(office.get("/chi-tieu/tep.xlsx").content))
        rows = book.get_sheet_by_index(0).to_python()
        assert rows[3][:4] == ["TT", "Đơn vị", "Mức giao", "Kết quả"]
        assert len(rows) == 5 + 14
        assert "Targets given to units" in office.get("/en/chi-tieu").text
        assert "Chưa có chỉ tiêu nào" in office.post("/chi-tieu", {"rut": "1"}).text
    assert "Chỉ tiêu được giao" not in served.client.get(f"/don-vi/{UNIT}").text


def test_a_wrong_form_says_what_is_wrong_and_keeps_nothing(served: Served) -> None:
    with officer(served) as office:
        for wrong, said in (
            ({"chi-tieu": "vui vẻ"}, "Không có chỉ số"), ({"muc": "140"}, "Mức giao phải"),
            ({"den": "2025-01-01"}, "Ngày kết thúc trước"), ({"van-ban": " "}, "Ô này còn trống"),
            ({"cap": "làng"}, "Không có cấp này"),
        ):  # fmt: skip
            answer = office.post("/chi-tieu", FORM | wrong)
            assert (answer.status_code, said in answer.text) == (400, True), wrong
        assert "Chưa có chỉ tiêu nào" in office.get("/chi-tieu").text
        office.post("/chi-tieu", FORM)
        assert "trái với chỉ tiêu số 1" in office.post("/chi-tieu", FORM | {"muc": "80"}).text


def test_an_officer_of_a_unit_reads_and_gives_nothing(served: Served) -> None:
    with officer(served) as office:
        office.post("/chi-tieu", FORM)
    with officer(served, "hoa", Role.UNIT, UNIT) as unit:
        page = unit.get("/chi-tieu").text
        assert "Quyết định số 127/QĐ-UBND" in page
        assert "Giao một chỉ tiêu" not in page
        assert unit.post("/chi-tieu", FORM | {"muc": "71"}, page="/mat-khau").status_code == 403
    assert served.client.get("/chi-tieu").status_code == 303
