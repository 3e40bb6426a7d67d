"""The page of administration: changed accounts, and the log's words and how far it was found whole."""

from typing import get_args

from loopback_server import Served
from officer_clients import officer

from bochiso.store.people.accounts import AccountProfile, account
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


def test_an_officer_who_moves_gets_another_role_and_unit_but_not_from_themselves(served: Served) -> None:
    with officer(served, "nga", Role.ADMINISTRATOR) as nga, officer(served, "tam", Role.OFFICE):
        moved = {"viec": "sua", "ten": "tam", "ho-ten": "Tâm", "vai-tro": "unit", "don-vi": "000.00.50.H15"}
        assert nga.post("/quan-tri", moved).status_code == 200
        assert nga.post("/quan-tri", moved | {"ten": "nga"}).status_code == 422
        assert nga.post("/quan-tri", moved | {"don-vi": ""}).status_code == 422
    with open_ledger(served.folder) as ledger:
        assert account(ledger, "tam").profile == AccountProfile("Tâm", Role.UNIT, "H15.50")
        assert account(ledger, "nga").profile.role is Role.ADMINISTRATOR
