"""Explanations on the pages: the office asks, units answer, each sees its own, one report gathers them."""

import io
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import docx
import pytest
from dossier_sending import message, settle
from loopback_server import Json, Served, serving
from officer_clients import Officer, officer
from python_calamine import CalamineWorkbook

from bochiso.followup.explanations import CAUSES
from bochiso.intake.dossiers.procedures import read_units
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import lines
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import Role
from bochiso.text import VIETNAM, now

HEALTH, LAND, BRANCH = "H15.10", "H15.20", "H15.20.01"
TODAY = now().astimezone(VIETNAM).date()
LAST = (TODAY + timedelta(days=7)).isoformat()
ASK = {"danh-sach": "2.1", "noi-dung": "hồ sơ quá hạn", "han": LAST, "van-ban": "Công văn số 12/VPUBND"}
ANSWER = {
    "viec": "tra-loi", "nguyen-nhan": CAUSES[0], "giai-trinh": "Công chức chậm cập nhật trạng thái.",
    "khac-phuc": "Cập nhật trong ngày, phân công lại.", "xong-truoc": LAST,
}  # fmt: skip


def late(unit: str, number: int) -> Json:
    """A dossier of this year, open and late."""
    year = TODAY.year
    return {
        "MaHoSo": f"{unit}-{year % 100}0105-{number:04d}", "MaTTHC": "1.000001", "TrangThaiHoSo": "4",
        "KenhThucHien": "2", "NgayTiepNhan": f"{year}0105080000", "NgayHenTra": f"{year}0106170000",
    }  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = DataFolder(tmp_path_factory.mktemp("explanations") / "data")
    units = f"mã,tên,cấp,đơn vị cấp trên\nH15,Đắk Lắk,tỉnh,\n{HEALTH},Sở Y tế,sở,H15\n"
    units += f"{LAND},Sở Đất đai,sở,H15\n{BRANCH},Chi nhánh 1,sở,{LAND}\n"
    items = [late(HEALTH, 1), late(HEALTH, 2), late(LAND, 3), late(BRANCH, 4)]
    settle(folder, [[("units", read_units("a.csv", units.encode()).batch)], message(items)])
    with serving(folder) as found:
        yield found


@pytest.fixture(scope="module")
def people(served: Served) -> Iterator[dict[str, Officer]]:
    with (
        officer(served) as office,
        officer(served, "hoa", Role.UNIT, HEALTH) as health,
        officer(served, "yen", Role.UNIT, LAND) as land,
        officer(served, "quan", Role.ADMINISTRATOR) as administrator,
    ):
        yield {"office": office, "health": health, "land": land, "administrator": administrator}


TURNS = count(1)


def asked(office: Officer, **changed: str) -> str:
    """The address of a new request, about something that nobody was asked about before."""
    new = {"noi-dung": f"hồ sơ quá hạn lần {next(TURNS)}"}
    answer = office.post("/giai-trinh-moi", ASK | new | changed, page="/giai-trinh-moi?danh-sach=2.1")
    assert answer.status_code == 200, answer.text
    return answer.url.path


def word(data: bytes) -> str:
    found = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in found.paragraphs), *cells])


def test_the_office_asks_two_units_and_gathers_what_they_say(people: dict[str, Officer]) -> None:
    office, health, land = people["office"], people["health"], people["land"]
    shown = office.get("/giai-trinh-moi?danh-sach=2.1").text
    assert "Sở Y tế" in shown
    assert "Chi nhánh 1" not in shown  # its department answers for it
    page = asked(office)
    assert "<b>0/2</b>" in office.get(page).text

    assert LAND not in health.get(page).text
    own = f"{page}/{HEALTH}"
    assert late(HEALTH, 1)["MaHoSo"] in health.get(own).text
    assert "chờ Văn phòng xem" in health.post(own, ANSWER).text
    assert "đang chờ Văn phòng xem" in health.post(own, ANSWER).text

    back = office.post(own, {"viec": "tra-lai", "ly-do": "Nêu rõ từng hồ sơ"}).text
    assert "phải báo cáo lại" in back
    assert "Nêu rõ từng hồ sơ" in health.get(own).text
    health.post(own, ANSWER | {"giai-trinh": "Hồ sơ 0001, 0002 chờ xác minh."})
    assert "đã chấp nhận" in office.post(own, {"viec": "chap-nhan"}).text

    land.post(f"{page}/{LAND}", ANSWER | {"nguyen-nhan": CAUSES[3]})
    text = word(office.get(f"{page}/tep.docx").content)
    assert "- Đã báo cáo: 02/02 đơn vị." in text
    assert f"- {CAUSES[3]}: 01 đơn vị, với 02 mục." in text
    assert "Hồ sơ 0001, 0002 chờ xác minh." in text


def test_what_may_be_personal_is_warned_of_before_it_is_kept(people: dict[str, Officer]) -> None:
    own = f"{asked(people['office'])}/{HEALTH}"
    told = people["health"].post(own, ANSWER | {"giai-trinh": "Ông Nguyễn Văn An, điện thoại 0905 123 456"})
    assert told.status_code == 422
    assert "số điện thoại, họ tên sau ông, bà, anh, chị" in told.text
    assert "Ông Nguyễn Văn An" in told.text  # what was typed is not lost
    assert "chưa báo cáo" in people["health"].get(own).text
    kept = people["health"].post(
        own, ANSWER | {"giai-trinh": "Bà Trần Thị Bưởi là tên đường", "van-gui": "1"}
    )
    assert kept.status_code == 200


def test_each_sees_and_answers_for_its_own_alone(people: dict[str, Officer], served: Served) -> None:
    office, health = people["office"], people["health"]
    page = asked(office)
    for path in (f"{page}/{LAND}", f"{page}/{LAND}/danh-sach.xlsx", "/giai-trinh-moi", f"{page}/tep.docx"):
        assert health.get(path).status_code == 403, path
        assert people["administrator"].get(path).status_code == 403, path
    for path, form in (
        (f"{page}/{LAND}", ANSWER), (f"{page}/{HEALTH}", {"viec": "chap-nhan"}), (page, {"ly-do": "x"}),
        ("/giai-trinh-moi", ASK), ("/giai-trinh", {"nguyen-nhan": "x"}),
    ):  # fmt: skip
        assert health.post(path, form, page="/mat-khau").status_code == 403, path
    assert served.client.get("/giai-trinh").status_code == 303
    assert office.get("/giai-trinh/999").status_code == 404
    assert office.get(f"{page}/H15.99").status_code == 404


def test_a_merged_unit_is_answered_for_by_its_heir(people: dict[str, Officer]) -> None:
    page = asked(people["office"], **{f"bo-{LAND}": "1"})
    own = f"{page}/{HEALTH}"
    assert "<b>0/1</b>" in people["office"].get(page).text
    assert people["land"].get(own).status_code == 403
    people["office"].post(own, {"viec": "chuyen", "don-vi": LAND})
    assert "chờ Văn phòng xem" in people["land"].post(own, ANSWER).text


def test_a_withdrawn_request_says_why_and_takes_nothing(people: dict[str, Officer]) -> None:
    page = asked(people["office"])
    token = people["health"].get(f"{page}/{HEALTH}").text
    assert "Gửi giải trình" in token
    assert "Số liệu sai" in people["office"].post(page, {"ly-do": "Số liệu sai"}).text
    told = people["health"].post(f"{page}/{HEALTH}", ANSWER)
    assert (told.status_code, "đã được thu hồi (Số liệu sai)" in told.text) == (422, True)
    assert "Gửi giải trình" not in told.text


def test_the_frozen_list_is_a_file_and_each_taking_of_it_a_line(
    people: dict[str, Officer], served: Any
) -> None:
    page = asked(people["office"])
    data = people["land"].get(f"{page}/{LAND}/danh-sach.xlsx").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[4:]] == [late(LAND, 3)["MaHoSo"], late(BRANCH, 4)["MaHoSo"]]
    with open_ledger(served.folder) as ledger, ledger.read() as db:
        line = next(each for each in reversed(lines(db)) if each.action == "dossiers.export")
    assert (line.who, line.subject, line.details["dossiers"]) == ("yen", LAND, 2)


def test_a_wrong_form_says_what_is_wrong_and_asks_nobody(people: dict[str, Officer]) -> None:
    office = people["office"]
    before = office.get("/giai-trinh").text.count('<td class="n">')
    for wrong, said in (
        ({"han": "2020-01-01"}, "hạn báo cáo phải từ hôm nay"), ({"han": ""}, "chưa ghi hạn báo cáo"),
        ({"noi-dung": " "}, "nội dung yêu cầu còn trống"),
        ({f"bo-{HEALTH}": "1", f"bo-{LAND}": "1"}, "không có đơn vị nào"),
    ):  # fmt: skip
        told = office.post("/giai-trinh-moi", ASK | wrong, page="/giai-trinh-moi?danh-sach=2.1")
        assert (told.status_code, said in told.text.lower()) == (422, True), wrong
    assert office.get("/giai-trinh").text.count('<td class="n">') == before


def test_the_office_keeps_its_own_causes(people: dict[str, Officer]) -> None:
    shown = people["office"].post("/giai-trinh", {"nguyen-nhan": "Mất điện\nBão lũ"}).text
    assert "Mất điện" in shown
    assert CAUSES[0] not in shown
    people["office"].post("/giai-trinh", {"nguyen-nhan": ""})


def test_the_heir_of_a_merged_unit_answers_by_the_table_and_of_a_split_one_the_office_says_who(
    served: Served, people: dict[str, Officer]
) -> None:
    office, land, health = people["office"], people["land"], people["health"]
    path = asked(office, **{"noi-dung": "hồ sơ trước khi sáp nhập"})
    mine = f"{path}/{HEALTH}"
    assert land.get(mine).status_code == 403
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    own = served.folder.predecessors

    def state(*lines: str) -> None:
        rows = (f"{HEALTH};{line};{yesterday};NQ 9" for line in lines)
        own.write_text("\n".join(["mã cũ;mã mới;tỷ lệ;ngày cuối;căn cứ", *rows]), "utf-8")
        served.application.services.signing.below._lists = None  # type: ignore[attr-defined]

    try:
        state(f"{LAND};0,5", "H15.30;0,5")
        assert land.get(mine).status_code == 403
        assert "Văn phòng chọn đơn vị trả lời thay" in office.get(mine).text
        assert "Chọn đơn vị trả lời thay Sở Y tế" in office.get("/hom-nay").text
        wrong = office.post(mine, {"viec": "chuyen", "don-vi": "H15.77"})
        assert (wrong.status_code, "không có mã H15.77" in wrong.text) == (422, True)

        state(f"{LAND};1")
        assert "Chọn đơn vị trả lời thay" not in office.get("/hom-nay").text
        assert "đơn vị kế thừa trả lời thay: Sở Đất đai" in land.get(mine).text
        assert "hồ sơ trước khi sáp nhập" in land.get("/hom-nay").text
        assert "chờ Văn phòng xem" in land.post(mine, ANSWER).text
    finally:
        own.unlink()
        served.application.services.signing.below._lists = None  # type: ignore[attr-defined]
    assert health.get(mine).status_code == 200
    assert land.get(mine).status_code == 403
