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


@pytest.fixture
def country(tmp_path: Path) -> Iterator[Served]:
    """Two provinces with many communes, and a ministry; the site is nobody's of them."""
    rows = ["unit,unit_name,level,parent,indicator,numerator,denominator"]
    for n, (top, name) in enumerate((("H15", "Đắk Lắk"), ("H21", "Gia Lai"))):
        rows.append(f"{top},UBND tỉnh {name},province,,3.3,{70 + 20 * n},100")
        rows += [f"{top}.{100 + c},UBND xã số {c},commune,{top},3.3,{c % 100},100" for c in range(200)]
    rows.append("G03,Bộ Tư pháp,ministry,,3.3,90,100")
    table, data = tmp_path / "a.csv", tmp_path / "data"
    table.write_text("\n".join(rows), "utf-8")
    assert run("import", "measures", table, "--as-of", "2026-10-07", "--data", data).code == 0
    with serving(DataFolder(data), unit="H21", name="h21") as found:
        yield found


def test_a_target_of_the_nation_is_told_of_all_provinces_and_of_ministries(country: Served) -> None:
    form = FORM | {"chi-tieu": "3.3", "muc": "80"}
    with officer(country) as office:
        for level in ("province", "commune", "ministry"):
            page = office.post("/chi-tieu", form | {"cap": level}).text
        told = "01/02 tỉnh, thành phố, 80/400 xã, phường, 01/01 bộ, cơ quan ngang bộ đạt chỉ tiêu"
        assert told in page
        assert "UBND xã số 0, tỉnh Đắk Lắk" in page
        assert "Hiện 150 đơn vị chưa đạt" in page
        assert "và 291 đơn vị khác" in page
        book = CalamineWorkbook.from_filelike(io.BytesIO(office.get("/chi-tieu/tep.xlsx").content))
        assert sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names) > 400
    shown = run("targets", "show", "--data", country.folder.root)
    assert told in shown.out + shown.err
