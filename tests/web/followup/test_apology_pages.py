"""Apologies on the pages: two units record reasons and new dates, the letter has blanks, all are counted."""

import io
from collections.abc import Iterator
from datetime import date, timedelta

import docx
import pytest
from dossier_sending import message, settle
from loopback_server import Json, Served, serving
from officer_clients import Officer, officer

from bochiso.intake.dossiers.procedures import read_procedures, read_units
from bochiso.rules.calendar import builtin_calendar
from bochiso.rules.lateness import notify_by
from bochiso.store.folder import DataFolder
from bochiso.store.people.permissions import Role
from bochiso.text import VIETNAM, Lang, now
from bochiso.text import day as show_day

HEALTH, COMMUNE = "H15.10", "H15.50"
CALENDAR = builtin_calendar()
TODAY = now().astimezone(VIETNAM).date()
SOON, AGAIN = CALENDAR.add_working_days(TODAY, 1), CALENDAR.add_working_days(TODAY, 9)
GONE = CALENDAR.add_working_days(TODAY, -3)


def dossier(unit: str, number: int, due: date, **more: object) -> Json:
    received = due - timedelta(days=20)
    return {
        "MaHoSo": f"{unit}-261001-{number:04d}", "MaTTHC": "1.000001", "TrangThaiHoSo": "4",
        "KenhThucHien": "2", "NgayTiepNhan": f"{received:%Y%m%d}080000", "NgayHenTra": f"{due:%Y%m%d}170000",
        **more,
    }  # fmt: skip


A, B, LATE, OTHER = (f"{HEALTH}-261001-0001", f"{HEALTH}-261001-0002", f"{HEALTH}-261001-0003",
                     f"{COMMUNE}-261001-0004")  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = DataFolder(tmp_path_factory.mktemp("apologies") / "data")
    units = f"mã,tên,cấp,đơn vị cấp trên\nH15,Đắk Lắk,tỉnh,\n{HEALTH},Sở Y tế,sở,H15\n"
    units += f"{COMMUNE},UBND xã Ea Drăng,xã,H15\n"
    procedures = b"procedure,province,name\n1.000001,H15,Cap giay phep\n"
    items = [dossier(HEALTH, 1, SOON), dossier(HEALTH, 2, SOON), dossier(HEALTH, 3, GONE),
             dossier(COMMUNE, 4, SOON)]  # fmt: skip
    known = [("units", read_units("a.csv", units.encode()).batch),
             ("procedures", read_procedures("p.csv", procedures).batch)]  # fmt: skip
    settle(folder, [known, message(items)])
    with serving(folder) as found:
        yield found


@pytest.fixture(scope="module")
def people(served: Served) -> Iterator[dict[str, Officer]]:
    with (
        officer(served) as office,
        officer(served, "hoa", Role.UNIT, HEALTH) as health,
        officer(served, "yen", Role.UNIT, COMMUNE) as commune,
    ):
        yield {"office": office, "health": health, "commune": commune}


def record(who: Officer, number: str, **fields: str) -> tuple[int, str]:
    form = {"ly-do": "Phải lấy ý kiến của sở khác", "hen-lai": AGAIN.isoformat(), **fields}
    answer = who.post(f"/xin-loi/ho-so/{number}", form, page="/mat-khau")
    return answer.status_code, answer.text


def test_a_unit_records_a_new_date_once_and_takes_the_letter(people: dict[str, Officer]) -> None:
    health = people["health"]
    shown = health.get("/xin-loi").text
    assert A in shown
    assert OTHER not in shown
    assert show_day(notify_by(SOON, CALENDAR), Lang.VI) in shown
    status, page = record(health, A)
    assert (status, "Đã ghi xin lỗi" in page) == (200, True)
    status, page = record(health, A)
    assert (status, "chỉ được hẹn lại một lần" in page) == (422, True)
    assert f"/xin-loi/ho-so/{A}" not in health.get("/xin-loi").text
    number = page.partition("/thu.docx")[0].rpartition("/")[2]
    letter = docx.Document(io.BytesIO(health.get(f"/xin-loi/{number}/thu.docx").content))
    text = "\n".join(each.text for each in letter.paragraphs)
    assert f"mã hồ sơ: {A}" in text
    assert "Kính gửi: …" in text
    assert "Lý do: Phải lấy ý kiến của sở khác." in text
    assert "Mẫu số 04" in letter.paragraphs[0].text
    assert people["commune"].get(f"/xin-loi/{number}/thu.docx").status_code == 403


def test_one_recorded_by_mistake_is_taken_back_and_can_be_recorded_again(people: dict[str, Officer]) -> None:
    health = people["health"]
    _, page = record(health, B)
    number = page.partition("/thu.docx")[0].rpartition("/")[2]
    assert people["commune"].post(f"/xin-loi/{number}", {"viec": "huy", "ly-do": "x"}).status_code == 403
    told = health.post(f"/xin-loi/{number}", {"viec": "huy", "ly-do": " "}, page="/xin-loi")
    assert (told.status_code, "chưa ghi lý do" in told.text.lower()) == (422, True)
    told = health.post(f"/xin-loi/{number}", {"viec": "huy", "ly-do": "Ghi nhầm hồ sơ"}, page="/xin-loi")
    assert "Ghi nhầm hồ sơ" in told.text
    assert record(health, B)[0] == 200


def test_the_office_sees_how_late_dossiers_were_apologised_for(people: dict[str, Officer]) -> None:
    office = people["office"]
    assert "giải quyết: 00 hồ sơ đã xin lỗi đúng hạn, 00 hồ sơ xin lỗi muộn, 01 hồ sơ chưa" in (
        office.get("/xin-loi").text
    )
    record(office, LATE)  # written down for the unit
    shown = office.get("/xin-loi").text
    assert "01 hồ sơ xin lỗi muộn, 00 hồ sơ chưa ghi nhận" in shown
    assert OTHER in shown


def test_wrong_forms_and_wrong_people_record_nothing(people: dict[str, Officer], served: Served) -> None:
    commune = people["commune"]
    for fields, said in (
        ({"ly-do": " "}, "chưa ghi lý do"), ({"hen-lai": SOON.isoformat()}, "ngày hẹn lại phải sau"),
        ({"hen-lai": ""}, "ngày hẹn lại phải sau"),
        ({"ly-do": "Ông Lê Văn Tám vắng mặt"}, "họ tên sau ông, bà"),
    ):  # fmt: skip
        status, page = record(commune, OTHER, **fields)
        assert (status, said in page.lower()) == (422, True), fields
    assert commune.get(f"/xin-loi/ho-so/{A}").status_code == 403
    assert record(commune, A)[0] == 403
    assert commune.get("/xin-loi/ho-so/H15.50-000000-0000").status_code == 404
    assert commune.get("/xin-loi/999/thu.docx").status_code == 404
    assert "Sổ xin lỗi" not in commune.get("/xin-loi").text
    assert served.client.get("/xin-loi").status_code == 303
