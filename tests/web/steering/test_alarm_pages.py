"""Alarms on real figures: who sees them, who decides, what is kept."""

from collections.abc import Iterator

import pytest
from loopback_server import Served, serving
from officer_clients import officer
from public_pages import UNITS, bring_in

from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import lines
from bochiso.store.people.permissions import Role
from bochiso.store.steering.alarm_register import known_verdicts

KEY = "jump:H21.212:TOTAL:2026-10-07"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = DataFolder(tmp_path_factory.mktemp("alarms") / "data")
    bring_in(folder, *UNITS)
    with serving(folder, unit="H21") as found:
        yield found


def test_an_office_looks_at_each_jump_and_says_what_it_is(served: Served) -> None:
    with officer(served, "lan") as office:
        page = office.get("/bat-thuong").text
        assert "UBND xã Phù Mỹ Bắc giảm 11,80 điểm, còn 60,64." in page
        assert "UBND phường Hoài Nhơn Đông tăng 11,77 điểm, đạt 71,99." in page
        assert "bất thường của số liệu chờ xem xét" in office.get("/hom-nay").text
        real = {"ma": KEY, "ket-luan": "real", "ghi-chu": ""}
        assert "iếu nguyên nhân" in office.post("/bat-thuong", real).text
        assert "hưa chọn kết luận" in office.post("/bat-thuong", real | {"ket-luan": "x"}).text
        assert (
            "không còn bất thường"
            in office.post("/bat-thuong", real | {"ma": "x", "ghi-chu": "y"}).text.lower()
        )
        done = office.post("/bat-thuong", real | {"ghi-chu": "01 phản ánh quá hạn"}).text
        assert "Đúng thực tế: 01 phản ánh quá hạn" in done
        assert KEY not in done
        office.post("/bat-thuong", real | {"ket-luan": "nothing"})
    ledger = served.application.services.ledger
    (kept,) = known_verdicts(ledger)
    assert (kept.key, kept.verdict.value, kept.who) == (KEY, "nothing", "lan")
    with ledger.read() as db:
        assert [e.subject for e in lines(db) if e.action == "alarm.judge"] == [KEY, KEY]


def test_a_unit_sees_its_own_and_a_leader_all_and_neither_decides(served: Served) -> None:
    form = {"ma": KEY, "ket-luan": "nothing"}
    with officer(served, "hoa", Role.UNIT, "H21.212") as unit, officer(served, "sep", Role.LEADER) as leader:
        assert "Hoài Nhơn Đông" not in unit.get("/bat-thuong").text
        assert "Hoài Nhơn Đông" in leader.get("/bat-thuong").text
        for who in (unit, leader):
            assert 'name="ket-luan"' not in who.get("/bat-thuong").text
            assert who.post("/bat-thuong", form, page="/nhan-tin").status_code == 403
    assert served.client.get("/bat-thuong").status_code == 303
