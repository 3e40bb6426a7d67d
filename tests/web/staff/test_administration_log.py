"""The audit log on the page of administration: its words, and how far it was found whole."""

from typing import get_args

from loopback_server import Served
from officer_clients import officer

from bochiso.store.people.audit import Deed
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import Role
from bochiso.web.staff.administration import DEEDS

BROKEN = "Nhật ký không còn nguyên vẹn từ dòng 1."
WHOLE = "Đã kiểm tra đến dòng"


def test_all_that_the_log_can_tell_has_words_for_people() -> None:
    assert set(DEEDS) == set(get_args(Deed))
    for words in DEEDS.values():
        assert words.vi != words.en
    assert max(map(len, get_args(Deed))) <= 40  # the ledger's column


def test_the_page_says_how_far_the_log_was_checked_and_all_of_it_is_checked_on_demand(served: Served) -> None:
    with officer(served, "hoa", Role.ADMINISTRATOR) as hoa, open_ledger(served.folder) as ledger:
        page = hoa.get("/quan-tri").text
        assert WHOLE in page
        assert "lần gần nhất kiểm tra từ dòng đầu: " in page
        with ledger.write() as db:
            db.exec_driver_sql("drop trigger audit_unchanged")
            db.exec_driver_sql("update audit set who = 'minh' where seq = 1")
        assert BROKEN not in hoa.get("/quan-tri").text
        assert BROKEN in hoa.post("/quan-tri", {"viec": "kiem-tra"}).text
        page = hoa.get("/quan-tri").text
        assert BROKEN in page
        assert WHOLE not in page
