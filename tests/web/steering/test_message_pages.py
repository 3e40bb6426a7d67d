"""Where messages go, ended by one press from any mail program, and how an administrator has them sent."""

from collections.abc import Iterator

import pytest
from ledger_databases import START
from loopback_server import Served, serving
from officer_clients import officer

from bochiso.office.messages import stop_address
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By, lines
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.permissions import Role
from bochiso.store.people.settings import change_settings, read_settings
from bochiso.store.steering.contact_book import contact_of
from bochiso.store.steering.outbox import NewMessage, WayOut, due_messages, enqueue, hand_over, take_up
from bochiso.text import now

FORM = {
    "may-chu": "thu.daklak.gov.vn", "cong": "587", "ma-hoa": "starttls", "nguoi-dung": "chiso",
    "nguoi-gui": "chiso@daklak.gov.vn", "webhook": "https://api.telegram.org/bot{secret}/sendMessage",
    "dang": "telegram", "den": "-100", "bat": "1", "gio": "06:30", "muc-giam": "0,5", "nhom": "50",
    "lien-tiep": "3", "it-ca": "10", "bien-dong": "5", "nhac": "7, 3, 1", "cu-nhat": "2",
}  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(DataFolder(tmp_path_factory.mktemp("messages") / "data")) as found:
        yield found


def ledger_of(served: Served) -> Ledger:
    return served.application.services.ledger


def test_everybody_says_where_they_are_written_to_and_a_link_in_a_letter_ends_it(served: Served) -> None:
    ledger = ledger_of(served)
    with officer(served, "hoa", Role.UNIT, "H15.50") as hoa:
        assert "không phải địa chỉ thư" in hoa.post("/nhan-tin", {"thu": "hoa@@x", "nhan": "1"}).text
        assert "Đã lưu" in hoa.post("/nhan-tin", {"thu": "hoa@daklak.gov.vn", "nhan": "1"}).text
    change_settings(ledger, {"public_url": served.url}, By("#", now()))
    link = stop_address(ledger, read_settings(ledger), "hoa") or ""
    change_settings(ledger, {"public_url": None}, By("#", now()))
    assert served.client.get(link[:-1]).status_code == 404
    assert served.client.post(link.replace("/hoa/", "/lan/")).status_code == 404
    page = served.client.get(link)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    found = contact_of(ledger, "hoa")
    assert found is not None
    assert found.wanted
    assert "không nhận bản tin" in served.client.post(link, data={"List-Unsubscribe": "One-Click"}).text
    found = contact_of(ledger, "hoa")
    assert found is not None
    assert not found.wanted
    with ledger.read() as db:
        assert [e.who for e in lines(db) if e.action == "contact.change"] == ["hoa", "hoa"]


def test_an_administrator_alone_sets_how_messages_go_and_decides_on_those_that_did_not_arrive(
    served: Served,
) -> None:
    ledger, path = ledger_of(served), "/gui-tin"
    with officer(served, "lan") as office:
        assert office.get(path).status_code == 403
        assert office.post(path, FORM, page="/mat-khau").status_code == 403
    with officer(served, "quan", Role.ADMINISTRATOR) as administrator:
        assert "chưa gửi được tin nào" in administrator.get(path).text
        for name, wrong, told in (
            ("ma-hoa", "none", "chỉ máy chủ thư trên chính máy này"),
            ("webhook", "http://chat.example.vn/x", "phải là https"),
            ("gio", "25:00", "giờ viết như 06:30"),
            ("muc-giam", "nhiều", "không phải số"),
            ("nhac", "bảy", "không đọc được"),
            ("cong", "", "không phải số nguyên"),
        ):
            answer = administrator.post(path, FORM | {name: wrong})
            assert (answer.status_code, told in answer.text) == (422, True), name
        assert read_settings(ledger).mail is None
        assert administrator.post(path, FORM).status_code == 200
        found = read_settings(ledger)
        assert found.mail is not None
        assert found.webhook is not None
        assert (found.mail.host, found.webhook.to, found.alerts.enabled) == (
            "thu.daklak.gov.vn",
            "-100",
            True,
        )
        enqueue(ledger, [NewMessage("a:1", WayOut.MAIL, "hoa", "Tin thử", "…")], START)
        hand_over(ledger, 1, START)
        take_up(ledger, By("#", START))
        page = administrator.get(path).text
        assert "không rõ đã đến hay chưa" in page
        assert "chương trình dừng khi đang gửi" in page
        assert "Tin thử" in administrator.post(path, {"gui-lai": "1"}).text
        assert [each.number for each in due_messages(ledger, now())] == [1]
        assert "Messages" in administrator.get(f"/en{path}").text
    with ledger.read() as db:
        assert [e.subject for e in lines(db) if e.action == "message.again"] == ["a:1"]
