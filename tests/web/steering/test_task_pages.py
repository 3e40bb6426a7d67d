"""A task from the letter to the merged report: two units and the office, refusals, obstacles, permissions."""

import io
from collections.abc import Iterator
from datetime import timedelta

import docx
import pytest
from dossier_sending import settle
from loopback_server import Served, serving
from officer_clients import Officer, officer

from bochiso.intake.dossiers.procedures import read_units
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import lines
from bochiso.store.people.permissions import Role
from bochiso.text import VIETNAM, now

A, B, C = "H15.10", "H15.20", "H15.150"
TODAY = now().astimezone(VIETNAM).date()
GIVEN = {
    "noi-dung": "Báo cáo kết quả kiểm soát thủ tục hành chính", "van-ban": "Công văn số 3215/UBND-PVHCC",
    "cap-department": "1", "phoi-hop": C, "loai": "bao-cao", "han": (TODAY + timedelta(days=4)).isoformat(),
}  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = DataFolder(tmp_path_factory.mktemp("tasks") / "data")
    units = f"mã,tên,cấp\nH15,Đắk Lắk,tỉnh\n{A},Sở Y tế,sở\n{B},Sở Nội vụ,sở\n{C},Xã Ea Kar,xã\n".encode()
    settle(folder, [[("units", read_units("a.csv", units).batch)]])
    with serving(folder) as found:
        yield found


@pytest.fixture(scope="module")
def people(served: Served) -> Iterator[dict[str, Officer]]:
    with (
        officer(served, "lan") as office,
        officer(served, "an", Role.UNIT, A) as a,
        officer(served, "binh", Role.UNIT, B) as b,
        officer(served, "chi", Role.UNIT, C) as c,
        officer(served, "chutich", Role.LEADER) as leader,
    ):
        yield {"office": office, "a": a, "b": b, "c": c, "leader": leader}


def test_a_monthly_report_is_given_answered_returned_accepted_and_merged(
    served: Served, people: dict[str, Officer]
) -> None:
    office, a, b, c = (people[name] for name in ("office", "a", "b", "c"))
    assert "có đơn vị mã H15.99" in office.post("/nhiem-vu", GIVEN | {"chu-tri": "H15.99"}).text
    assert "Công văn số 3215" in office.post("/nhiem-vu", GIVEN).text
    assert "đã giao, số 1" in office.post("/nhiem-vu", GIVEN).text
    assert "Báo cáo kết quả kiểm soát" in a.get("/hom-nay").text
    assert "phối hợp" in c.get("/nhiem-vu").text
    sent = {"viec": "tra-loi", "don-vi": A, "noi-dung": "Đã rà soát 12 thủ tục."}
    assert "chờ xem" in a.post("/nhiem-vu/1", sent).text
    assert "Báo cáo kết quả kiểm soát" not in a.get("/hom-nay").text
    assert "1 báo cáo chờ xem" in office.get("/hom-nay").text
    assert "Đã rà soát" not in b.get("/nhiem-vu/1").text
    back = {"viec": "tra-lai", "don-vi": A, "ly-do": "Bổ sung số liệu phí"}
    assert "Bổ sung số liệu phí" in office.post("/nhiem-vu/1", back).text
    assert "không còn chờ xem" in office.post("/nhiem-vu/1", back | {"viec": "chap-nhan"}).text
    assert "Văn phòng trả lại" in a.get("/nhiem-vu/1").text
    a.post("/nhiem-vu/1", sent | {"noi-dung": "Đã rà soát 14 thủ tục."})
    assert "hoàn thành" in office.post("/nhiem-vu/1", {"viec": "chap-nhan", "don-vi": A}).text
    refused = a.client.post("/nhiem-vu/1", data={"csrf": _token(a), **sent})
    assert "đã được chấp nhận" in refused.text
    told = {
        "loai": "connection", "he-thong": "iGate", "noi-dung": "Trạng thái hồ sơ đồng bộ chậm", "don-vi": B,
        "tu": (TODAY - timedelta(days=9)).isoformat(),
    }  # fmt: skip
    assert "đồng bộ chậm" in a.post("/vuong-mac", told).text
    ministry = told | {"don-vi": "", "bo-nganh": "Bộ Tư pháp", "noi-dung": "Chưa tra cứu được dữ liệu"}
    a.post("/vuong-mac", ministry)
    assert "rả lời vướng mắc" in b.get("/hom-nay").text
    assert "Đã nâng cấp" in b.post("/vuong-mac", {"so": "1", "tra-loi": "Đã nâng cấp", "xong": "1"}).text
    assert b.post("/vuong-mac", {"so": "2", "tra-loi": "x"}).status_code == 403
    word = office.get("/nhiem-vu/1/tong-hop.docx")
    assert word.status_code == 200
    text = _text(word.content)
    assert "01/02 đơn vị đã báo cáo; chưa báo cáo: Sở Nội vụ." in text
    assert "Đã rà soát 14 thủ tục." in text
    assert "Kiến nghị Bộ Tư pháp:" in text
    assert "Có 02 khó khăn, vướng mắc được nêu; đã trả lời 01, giải quyết xong 01." in text
    with served.application.services.ledger.read() as db:
        deeds = [e.action for e in lines(db) if e.action.split(".")[0] in ("task", "obstacle")]
    assert deeds == [
        "task.give", "task.answer", "task.decide", "task.answer", "task.decide", "obstacle.tell",
        "obstacle.tell", "obstacle.answer",
    ]  # fmt: skip


def test_nobody_answers_for_another_and_a_task_that_was_taken_back_takes_no_answer(
    people: dict[str, Officer],
) -> None:
    office, a, c, leader = (people[name] for name in ("office", "a", "c", "leader"))
    once = GIVEN | {
        "noi-dung": "Rà soát hồ sơ",
        "loai": "mot-lan",
        "han": (TODAY - timedelta(days=9)).isoformat(),
    }
    once.pop("cap-department")
    office.post("/nhiem-vu", once | {"chu-tri": A, "phoi-hop": ""})
    number = "/nhiem-vu/2"
    assert c.get(number).status_code == 403
    sent = {"viec": "tra-loi", "don-vi": A, "noi-dung": "Xong"}
    assert c.client.post(number, data={"csrf": _token(c), **sent}).status_code == 403
    for who in (a, leader):
        for deed in ("chap-nhan", "rut"):
            answer = who.client.post(number, data={"csrf": _token(who), "viec": deed, "ly-do": "x"})
            assert answer.status_code == 403
    assert leader.get(number).status_code == 200
    assert leader.client.post("/nhiem-vu", data={"csrf": _token(leader), **once}).status_code == 403
    assert leader.get(f"{number}/tong-hop.docx").status_code == 403
    assert "quá hạn" in leader.get(number).text
    assert "hiếu lý do" in office.post(number, {"viec": "rut", "ly-do": " "}).text
    assert "đã có văn bản mới" in office.post(number, {"viec": "rut", "ly-do": "đã có văn bản mới"}).text
    assert "đã được rút" in a.client.post(number, data={"csrf": _token(a), **sent}).text
    assert "Rà soát hồ sơ" not in a.get("/hom-nay").text
    assert office.get("/nhiem-vu/99").status_code == 404


def _token(who: Officer) -> str:
    from sign_in_app import csrf_in

    return csrf_in(who.get("/nhan-tin").text)


def _text(data: bytes) -> str:
    word = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in word.paragraphs), *cells])
