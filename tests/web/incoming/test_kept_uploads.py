"""What was looked at is brought in without choosing its files again; figures brought in are taken back."""

import re
from collections.abc import Iterator

import httpx
import pytest
from loopback_server import serving
from officer_clients import Officer, officer

from bochiso.rules.loader import load_rules
from bochiso.store.figures.evidence import Evidence
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import lines
from bochiso.store.people.ledger import open_ledger
from bochiso.web.incoming.kept_uploads import KEPT_SECONDS, KeptUploads

RULES = load_rules("qd766")
TWO_WEEKS = "Tên đơn vị;Tổng điểm;\n;Tuần 01;Tuần 02\nUBND xã Hòa Phú;71;72\nUBND xã Ea Súp;60;61\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return DataFolder(tmp_path_factory.mktemp("kept") / "data")


@pytest.fixture(scope="module")
def office(folder: DataFolder) -> Iterator[Officer]:
    with serving(folder) as served, officer(served) as found:
        yield found


def send(office: Officer, name: str = "", content: str = "", **fields: str) -> httpx.Response:
    given = {"loai": "auto", "ngay": "2026-10-02", **fields}
    files = {"tep": (name, content.encode())} if name else {"tep": ("", b"")}
    return office.post("/du-lieu", given, page="/du-lieu", files=files)


def token(answer: httpx.Response) -> str:
    found = re.search(r'name="giu" value="([^"]+)"', answer.text)
    assert found
    return found[1]


def hidden(answer: httpx.Response) -> dict[str, str]:
    """The hidden fields of the page's form, as the button sends them."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text))


def test_an_open_column_is_answered_without_choosing_the_files_again(
    office: Officer, folder: DataFolder
) -> None:
    asked = send(office, "xã.csv", TWO_WEEKS)
    assert asked.status_code == 422
    assert "Lấy cột nào làm “Tổng điểm”?" in asked.text
    assert '<button class="second" name="chon" value="Tổng điểm=Tuần 01">' in asked.text
    assert "Đang giữ: xã.csv" in asked.text

    seen = send(office, giu=token(asked), chon="Tổng điểm=Tuần 02")
    assert "Xem trước, chưa lưu gì" in seen.text
    assert not Evidence(folder.evidence).seqs()

    fields = hidden(seen)
    assert fields["cot"] == "Tổng điểm=Tuần 02"
    done = office.post("/du-lieu", fields, page="/du-lieu", files={"tep": ("", b"")})
    assert done.status_code == 200
    with open_store(folder) as store:
        (snapshot,) = store.snapshots()
        assert {str(each.total.normalize()) for each in store.figures(snapshot, RULES) if each.total} == {
            "72",
            "61",
        }
    again = send(office, giu=fields["giu"], cot="Tổng điểm=Tuần 02")
    assert "chưa chọn tệp nào" in again.text.lower()


def test_rank_reading_time_and_province_are_told_on_the_page(office: Officer, folder: DataFolder) -> None:
    table = "Tên đơn vị;Tổng điểm\nUBND tỉnh Đắk Lắk;72,7\n"
    fields = {"ngay": "2026-10-03", "hang": "16/34", "doc-luc": "03/10/2026 11:00", "tinh": "H15"}
    done = send(office, "tỉnh.csv", table, **fields)
    assert done.status_code == 200
    assert "11:00" in done.text
    (manifest,) = [r.manifest for r in Evidence(folder.evidence).readings() if r.manifest.as_of.day == 3]
    assert manifest.province == "H15"
    assert manifest.ranks == (("", "16/34"),)
    assert manifest.read_at.isoformat().startswith("2026-10-03T04:00")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"hang": "36/34"}, "36/34"),
        ({"doc-luc": "hôm qua"}, "không hiểu thời điểm"),
        ({"tinh": "Đắk Lắk"}, "không phải mã tỉnh"),
    ],
)
def test_a_field_that_says_nothing_is_told(office: Officer, fields: dict[str, str], why: str) -> None:
    answer = send(office, "xã.csv", "Tên đơn vị;Tổng điểm\nUBND xã Ea Súp;60\n", **fields)
    assert answer.status_code == 422
    assert why in answer.text.replace("Không", "không")


def test_rows_of_a_file_of_which_none_can_be_used_are_taken_away_to_mend(office: Officer) -> None:
    told = send(office, "xã.csv", "Tên đơn vị;Tổng điểm\nUBND xã Ea Súp;600\nUBND xã Hòa Phú;x7\n")
    assert told.status_code == 422
    link = re.search(r'href="(/du-lieu/giu/[^"]+/tu-choi.xlsx)"', told.text)
    assert link
    assert office.get(link[1]).content[:2] == b"PK"
    assert office.get("/du-lieu/giu/khac/tu-choi.xlsx").status_code == 404


def test_a_reading_is_taken_back_with_a_reason_and_a_line(office: Officer, folder: DataFolder) -> None:
    for day in (4, 5):
        table = f"Tên đơn vị;Tổng điểm\nUBND tỉnh Đắk Lắk;7{day},7\n"
        assert send(office, "tỉnh.csv", table, ngay=f"2026-10-0{day}", tinh="H15").status_code == 200
    (number,) = [r.seq for r in Evidence(folder.evidence).readings() if r.manifest.as_of.day == 4]
    own = f"/du-lieu/{number}"
    assert "Rút số liệu" in office.get(own).text
    without = office.post(f"{own}/rut", {"ly-do": "  "}, page=own)
    assert without.status_code == 422
    assert "hưa ghi lý do" in without.text

    done = office.post(f"{own}/rut", {"ly-do": "nạp nhầm tuần"}, page=own).text

    assert "Đã rút, không dùng trong bảng và báo cáo nào nữa" in done
    assert "nạp nhầm tuần" in done
    assert "Rút số liệu</button>" not in done
    assert "đã rút" in office.get("/du-lieu").text
    with open_store(folder) as store:
        days = [each.as_of.day for each in store.snapshots()]
    assert (4 in days, 5 in days) == (False, True)
    with open_ledger(folder) as ledger, ledger.read() as db:
        (line,) = [each for each in lines(db) if each.action == "snapshot.withdraw"]
        assert line.subject == str(number)
        assert line.details["because"] == "nạp nhầm tuần"


def test_uploads_are_kept_for_a_while_for_their_session_alone() -> None:
    moment = [0.0]
    uploads = KeptUploads(lambda: moment[0], most=10)
    first = uploads.keep("a", {}, [("x.csv", b"123456")])
    assert uploads.get("a", first.token) is first
    assert uploads.get("b", first.token) is None
    second = uploads.keep("a", {}, [("y.csv", b"123")])
    assert uploads.get("a", first.token) is None
    third = uploads.keep("b", {}, [("z.csv", b"12345678")])  # both are too much: the older goes
    assert uploads.get("a", second.token) is None
    moment[0] = KEPT_SECONDS + 1
    assert uploads.get("b", third.token) is None
