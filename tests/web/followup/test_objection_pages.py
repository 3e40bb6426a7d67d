"""Objections on the pages: figures opened to units, objected to, their effect, decided on, corrected."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from command_runner import EXAMPLES, run
from loopback_server import Served, serving
from officer_clients import Officer, officer

from bochiso.store.folder import DataFolder
from bochiso.store.people.permissions import Role
from bochiso.text import VIETNAM, now

LAST = (now().astimezone(VIETNAM).date() + timedelta(days=5)).isoformat()
HEALTH, TRADE = "H15.17", "H15.03"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("objections") / "data"
    for kind in ("points", "measures"):
        table = EXAMPLES / f"daklak-{kind}-2026-10-10.csv"
        assert run("import", kind, table, "--as-of", "2026-10-10", "--data", data).code == 0
    with serving(DataFolder(data)) as found:
        yield found


@pytest.fixture(scope="module")
def people(served: Served) -> Iterator[dict[str, Officer]]:
    with (
        officer(served) as office,
        officer(served, "hoa", Role.UNIT, HEALTH) as health,
        officer(served, "yen", Role.UNIT, TRADE) as trade,
    ):
        yield {"office": office, "health": health, "trade": trade}


def opened(office: Officer) -> str:
    """The address of a preview, opened anew."""
    for n in range(1, 20):
        office.post(f"/kien-nghi/{n}", {"viec": "dong"}, page="/kien-nghi")
    answer = office.post("/kien-nghi", {"ky": "2026/2026-10-10", "han": LAST, "ghi-chu": "Xem kỹ nhóm 4"})
    assert answer.status_code == 200, answer.text
    return answer.url.path


def file(who: Officer, page: str, unit: str, **fields: str) -> tuple[int, str]:
    form = {"don-vi": unit, "chi-so": "MDHL", "diem": "12", "ly-do": "Đã cập nhật xong", **fields}
    answer = who.post(f"{page}/gui", form, page=page, files={"tep": ("anh.png", b"\x89PNG")})
    return answer.status_code, answer.text


def test_a_unit_objects_and_sees_at_once_what_it_would_change(people: dict[str, Officer]) -> None:
    office, health, trade = people["office"], people["health"], people["trade"]
    page = opened(office)
    assert "Xem kỹ nhóm 4" in health.get(page).text
    status, shown = file(health, page, HEALTH, **{"ho-so": "H15.17-261001-0001\nH15.17-261001-0002"})
    assert status == 200
    assert "H15.17-261001-0001, H15.17-261001-0002" in shown
    assert "Nếu đúng thì" in shown
    assert "hạng" in shown
    assert "đơn vị khác đổi điểm hoặc hạng" in shown
    assert "Đã cập nhật xong" not in trade.get(page).text  # another unit's
    assert "Đã cập nhật xong" in office.get(page).text
    assert file(health, page, HEALTH)[0] == 422  # one of it waits
    number = health.get(page).text.partition("/tep/")[2].partition('"')[0]
    assert health.get(f"{page}/tep/{number}").content == b"\x89PNG"
    assert trade.get(f"{page}/tep/{number}").status_code == 404


def test_accepted_ones_are_put_right_at_the_source_or_here(
    people: dict[str, Officer], served: Served
) -> None:
    office, health = people["office"], people["health"]
    page = opened(office)
    file(health, page, HEALTH)
    file(people["trade"], page, TRADE, **{"ly-do": "Cổng ghi thiếu"})
    text = office.get(page).text
    trade, own = (part.partition('"')[0] for part in text.split('name="so" value="')[1:3])
    assert "chưa ghi lý do" in office.post(page, {"viec": "o-day", "so": own, "ly-do": " "}).text.lower()
    office.post(page, {"viec": "o-day", "so": own, "ly-do": "Đúng theo hồ sơ"})
    office.post(page, {"viec": "tai-nguon", "so": trade, "ly-do": "Cổng đã xác nhận"})
    assert "đã được trả lời" in office.post(page, {"viec": "khong", "so": own, "ly-do": "x"}).text
    assert "Đúng theo hồ sơ" in health.get(page).text
    upstream = office.get(f"{page}/sua-tai-nguon.csv").content.decode("utf-8-sig").splitlines()
    assert len(upstream) == 2
    assert TRADE in upstream[1]
    before = office.get(f"/don-vi/{HEALTH}").text
    assert "63,65" not in before
    assert office.post(page, {"viec": "dinh-chinh"}).status_code == 200
    assert "63,65" in office.get(f"/don-vi/{HEALTH}").text
    kept = health.get(page).text.partition("Tổng điểm")[2].partition("</p>")[0]
    assert "57,65" in kept  # what was opened stays as it was


def test_after_the_last_day_or_closed_nothing_is_objected_to(people: dict[str, Officer]) -> None:
    office, health = people["office"], people["health"]
    page = opened(office)
    assert "Gửi kiến nghị" in health.get(page).text
    office.post(page, {"viec": "dong"})
    assert "Gửi kiến nghị" not in health.get(page).text
    status, told = file(health, page, HEALTH)
    assert (status, "hết hạn kiến nghị" in told) == (422, True)
    assert "đã đóng" in office.post(page, {"viec": "dong"}).text.lower()


SPLIT = "H15.04"
"""A department that is split, in a test."""


def test_of_a_split_unit_the_office_says_who_looks_at_its_figures_and_objects(
    people: dict[str, Officer], served: Served
) -> None:
    office, health, trade = people["office"], people["health"], people["trade"]
    page = opened(office)
    own = f"{page}?don-vi={SPLIT}"
    assert office.get(f"/ke-thua/{SPLIT}").status_code == 404  # it stands
    yesterday = (now().astimezone(VIETNAM).date() - timedelta(days=1)).isoformat()
    table = served.folder.predecessors
    rows = "".join(f"{SPLIT};{heir};0,5;{yesterday};NQ 9\n" for heir in (HEALTH, TRADE))
    table.write_text(f"mã cũ;mã mới;tỷ lệ;ngày cuối;căn cứ\n{rows}", "utf-8")
    below = served.application.services.signing.below
    try:
        told = office.get("/hom-nay").text
        assert f"/ke-thua/{SPLIT}" in told
        assert "Chọn đơn vị thay Sở Giáo dục và Đào tạo" in told
        assert f"/ke-thua/{HEALTH}" not in told
        assert health.get(f"/ke-thua/{SPLIT}").status_code == 403
        shown = office.get(f"/ke-thua/{SPLIT}").text
        assert all(f"({heir})" in shown for heir in (HEALTH, TRADE))
        assert "Xem trước số liệu ngày 10/10/2026" in shown
        below._lists = None
        assert file(health, page, SPLIT)[0] == 403
        wrong = office.post(f"/ke-thua/{SPLIT}", {"don-vi": "H15.77"})
        assert (wrong.status_code, "không có mã H15.77" in wrong.text) == (422, True)
        stands = office.post(f"/ke-thua/{HEALTH}", {"don-vi": TRADE}, page=f"/ke-thua/{SPLIT}")
        assert stands.status_code in (404, 422)
        assert "Đã chọn" in office.post(f"/ke-thua/{SPLIT}", {"don-vi": HEALTH}).text
        below._lists = None
        assert f"/ke-thua/{SPLIT}" not in office.get("/hom-nay").text
        assert own in health.get("/hom-nay").text
        assert "Sở Giáo dục và Đào tạo" in health.get(own).text.partition("Tổng điểm")[0]
        assert file(trade, page, SPLIT)[0] == 403
        assert file(health, page, SPLIT)[0] == 200
    finally:
        table.unlink()
        below._lists = None


def test_wrong_forms_and_wrong_people_change_nothing(people: dict[str, Officer], served: Served) -> None:
    office, health = people["office"], people["health"]
    page = opened(office)
    for fields, said in (
        ({"diem": "200"}, "điểm đúng của nhóm"), ({"diem": "abc"}, "không phải số điểm"),
        ({"ly-do": " ", "diem": "9"}, "chưa ghi lý do"), ({"chi-so": ""}, "chưa chọn chỉ số"),
        ({"chi-so": "ORIGINAL_RESULT_AVAILABLE", "diem": "", "tu-so": "5", "mau-so": "3"}, "tử số phải từ 0"),
    ):  # fmt: skip
        status, told = file(health, page, HEALTH, **fields)
        assert (status, said in told.lower()) == (422, True), fields
    assert file(health, page, TRADE)[0] == 403
    for form in ({"viec": "dong"}, {"viec": "o-day", "so": "1", "ly-do": "x"}):
        assert health.post(page, form).status_code == 403
    assert health.get(f"{page}/sua-tai-nguon.csv").status_code == 403
    again = office.post("/kien-nghi", {"ky": "2026/2026-10-10", "han": LAST})
    assert (again.status_code, "đang mở xem trước" in again.text) == (422, True)
    assert office.get("/kien-nghi/999").status_code == 404
    assert served.client.get("/kien-nghi").status_code == 303
