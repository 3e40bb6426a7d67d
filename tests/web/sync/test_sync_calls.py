"""Messages of both envelopes, and what is answered item by item."""

from datetime import date
from pathlib import Path
from threading import Event

import pytest
from dossier_sending import rows
from loopback_server import Served, call, codes, dossier, make_key, send, serving
from waiting import PATIENCE

from bochiso.simulate.dossier_stream import PushKind, simulate_dossiers, simulate_events
from bochiso.simulate.sync_client import EnvelopeForm, SyncClient
from bochiso.store.dossiers.ingest import rebuild_dossiers
from bochiso.store.folder import DataFolder

DAYS = ("H15", 400, 1, date(2026, 6, 1), date(2026, 6, 30))


@pytest.mark.parametrize("form", EnvelopeForm)
def test_a_system_that_knows_the_protocol_alone_pushes_a_month_and_nothing_is_lost(
    tmp_path: Path, form: EnvelopeForm
) -> None:
    folder = DataFolder(tmp_path / "data")
    with serving(folder) as served:
        with SyncClient(f"{served.url}/dong-bo", "H15", served.name, served.secret, form=form) as client:
            client.login()
            pushed = list(client.push(simulate_events(*DAYS)))
        assert {each.code for each in pushed} == {0}
        for each in pushed:
            assert [entry["MaHoSo"] for entry in each.result] == [item["MaHoSo"] for item in each.items]
            assert {entry["error_code"] for entry in each.result} == {0}
    statuses = {row["dossier"]: str(row["status"]) for row in rows(folder)}
    assert statuses == {each["MaHoSo"]: each["TrangThaiHoSo"] for each in simulate_dossiers(*DAYS)}
    before = [rows(folder, table) for table in ("dossiers", "steps")]
    assert rebuild_dossiers(folder).items == sum(len(each.items) for each in pushed)
    assert [rows(folder, table) for table in ("dossiers", "steps")] == before


def test_a_bad_item_is_refused_with_its_reason_and_does_not_stop_its_batch(tmp_path: Path) -> None:
    items = [
        dossier(1),
        "không phải hồ sơ",
        dossier(2, NgayTiepNhan="20260230080000"),
        {"TrangThaiHoSo": "4"},
        dossier(3, TrangThaiHoSo="11"),
        dossier(4, NgayHenTra="20261001080000"),
        dossier(5, MaHoSo="H21.17-261005-0001"),
        dossier(6, MaHoSo="G01.899-261005-0001"),
    ]
    with serving(DataFolder(tmp_path / "data")) as served:
        answer = send(served, items, served.login())
        served.settle()
        with served.application.sync.ingest.facts.open(write=True) as db:
            kept = db.execute("select dossier from dossiers order by all").fetchall()
            why = db.execute("select why from refusals order by all").fetchall()
    assert answer["error_code"] == 0
    assert answer["message"] == "Nhận 3 mục, từ chối 5 mục."
    assert codes(answer) == [0, 422, 422, 422, 422, 0, 403, 0]
    assert [entry["MaHoSo"] for entry in answer["result"]] == [
        "H15.50-261005-00001", None, "H15.50-261005-00002", None,
        "H15.50-261005-00003", "H15.50-261005-00004",
        "H21.17-261005-0001", "G01.899-261005-0001",
    ]  # fmt: skip
    reasons = [entry.get("message") for entry in answer["result"]]
    assert reasons[2] == (
        "trường NgayTiepNhan không phải một thời điểm có thật viết theo dạng yyyyMMddHHmmss (14 chữ số)."
    )
    assert reasons[5] == "hẹn trả kết quả trước lúc tiếp nhận."
    assert reasons[6] == "mã hồ sơ thuộc đơn vị ngoài H15."
    assert kept == [("G01.899-261005-0001",), ("H15.50-261005-00001",), ("H15.50-261005-00004",)]
    assert [each for (each,) in why] == ["moment", "no-number", "not-an-object", "other-unit", "status"]


def test_steps_are_taken_by_their_own_call_and_refused_item_by_item(served: Served, session: str) -> None:
    good = {"MaHoSo": "H15.50-261006-00001", "ThoiDiemXuLy": "20261006080000", "TrangThai": "9"}
    other = good | {"MaHoSo": "H16-261006-00001"}
    answer = call(served, "CapNhatTienDoHoSoMC", [good, other, good | {"TrangThai": None}], session)
    assert codes(answer) == [0, 403, 422]
    assert answer["result"][2]["message"] == "bước xử lý thiếu trạng thái (TrangThai)."


@pytest.mark.parametrize(
    ("body", "query", "code"),
    [
        ({"data": [dossier(7)]}, {"session": "…"}, 0),
        ({"data": [dossier(7)], "session": "…", "madonvi": "h15.50", "isUpdating": "True"}, {}, 0),
        ([], {"session": "…"}, 0),
        ({"data": [dossier(7)], "session": "…", "madonvi": "H1"}, {}, 403),
        ({"data": [dossier(7)], "session": "…", "madonvi": "000.00.00.H21"}, {}, 403),
        ([dossier(7)], {"session": "…", "MaDinhDanhDV": "H21"}, 403),
        ([dossier(7)], {"session": "…", "MaDinhDanhDV": "cửa hàng"}, 403),
    ],
)  # fmt: skip
def test_the_session_may_stand_anywhere_and_the_unit_must_be_the_keys(
    served: Served, session: str, body: object, query: dict[str, str], code: int
) -> None:
    if isinstance(body, dict) and "session" in body:
        body |= {"session": session}
    if "session" in query:
        query = query | {"session": session}
    answer = call(served, "DongBoHoSoMC", body, **query)
    assert answer["error_code"] == code
    if code:
        assert answer["message"].startswith("khóa này chỉ gửi được hồ sơ của đơn vị H15")


def test_a_list_of_a_known_key_waits_for_no_worker(served: Served, session: str) -> None:
    sync = served.application.sync
    sync._keys.seconds = PATIENCE
    sync.key_of(sync.session(session))
    workers = sync._workers
    free = Event()
    busy = [workers.submit(free.wait) for _ in range(workers._max_workers)]
    try:
        assert codes(send(served, [dossier(1)], session)) == [0]
    finally:
        free.set()
    assert all(each.result() for each in busy)


def test_the_gateway_asks_for_the_service(served: Served, session: str) -> None:
    envelope = {"session": session, "madonvi": "H15", "data": [dossier(8)]}
    assert call(served, "gateway", envelope | {"service": "DongBoHoSoMC"})["error_code"] == 0
    answer = call(served, "gateway", envelope | {"service": "XoaHoSo"})
    assert answer == {
        "error_code": 404,
        "message": "không có dịch vụ này. Dùng DongBoHoSoMC hoặc CapNhatTienDoHoSoMC.",
    }


def test_ten_thousand_items_at_once_are_taken(served: Served, session: str) -> None:
    answer = send(served, [dossier(n) for n in range(20_000, 30_000)], session)
    assert codes(answer) == [0] * 10_000
    served.settle()


def test_an_update_sent_twice_and_before_its_insert_settles_the_same(served: Served, session: str) -> None:
    done = dossier(9, TrangThaiHoSo="9", NgayKetThucXuLy="20261006080000")
    for items, updating in (([done], "True"), ([done], "True"), ([dossier(9)], "False")):
        assert codes(send(served, items, session, isUpdating=updating)) == [0]
    served.settle()
    with served.application.sync.ingest.facts.open(write=True) as db:
        found = db.execute("select status from dossiers where dossier = ?", [done["MaHoSo"]]).fetchall()
    assert found == [(9,)]


def test_a_department_sends_for_itself_and_what_is_below_it_only(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data"), unit="H15.50") as served:
        session = served.login()
        items = [dossier(1), dossier(2, MaHoSo="H15.50.05-261005-1"), dossier(3, MaHoSo="H15.51-261005-1")]
        assert codes(send(served, items, session, MaDinhDanhDV="H15.50")) == [0, 0, 403]
        assert send(served, items, session)["error_code"] == 403


def test_the_client_reads_an_answer_that_refuses_it(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        make_key(served.folder, "h21", "H21")
        with SyncClient(f"{served.url}/dong-bo", "H21", served.name, served.secret) as client:
            client.login()
            pushed = client.send(PushKind.INSERT, [dossier(1)])
    assert pushed.code == 403


MINISTRY = "G01.899-261005-{:05d}"
DONE = {"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20261006080000", "NgayHenTra": "20261009170000"}
LATE = DONE | {"NgayHenTra": "20261005090000"}


def step(number: str) -> dict[str, str]:
    return {"MaHoSo": number, "ThoiDiemXuLy": "20261120080000", "TrangThai": "9"}


def test_a_ministrys_dossier_stays_with_the_unit_that_sent_it_first(tmp_path: Path) -> None:
    first, second = MINISTRY.format(1), MINISTRY.format(2)
    with serving(DataFolder(tmp_path / "data")) as served:
        session = {}
        for unit in ("H15.05", "H15.06", "H15.06.02", "H21"):
            secret = make_key(served.folder, unit.lower(), unit)
            login = call(served, "login", {"username": unit.lower(), "password": secret})
            session[unit] = str(login["session"])
        session["H15"] = served.login()

        def sent(unit: str, *items: dict[str, str], updating: str = "True") -> list[int]:
            return codes(send(served, items, session[unit], MaDinhDanhDV=unit, isUpdating=updating))

        def stepped(unit: str, *numbers: str) -> list[int]:
            return codes(call(served, "CapNhatTienDoHoSoMC", [*map(step, numbers)], session[unit]))

        # A unit's steps can't wait for a dossier that anyone may send; the province's may.
        assert stepped("H15.05", first) == [403]
        assert sent("H15.05", dossier(1, MaHoSo=first, **DONE)) == [0]
        # Whether the facts have it yet or not.
        for _ in range(2):
            answer = send(
                served, [dossier(1, MaHoSo=first, **LATE), dossier(1, MaHoSo="H15.06-261005-1")],
                session["H15.06"], MaDinhDanhDV="H15.06", isUpdating="True",
            )  # fmt: skip
            assert codes(answer) == [403, 0]
            assert "do đơn vị ngoài H15.06 gửi trước" in answer["result"][0]["message"]
            assert stepped("H15.06", first) == [403]
            assert sent("H21", dossier(1, MaHoSo=first, **LATE)) == [403]
            served.settle()
        assert sent("H15.06.02", dossier(1, MaHoSo=second, **DONE)) == [0]
        assert sent("H15.06", dossier(1, MaHoSo=second, **DONE)) == [0]  # from one below it
        assert stepped("H15.05", first, first) == [0, 0]
        assert sent("H15.05", dossier(1, MaHoSo=first, **DONE), updating="False") == [0]
        served.settle()
        with served.application.sync.ingest.facts.open(write=True) as db:
            found = db.execute("select dossier, unit, due_at::varchar from dossiers order by all").fetchall()
        assert found == [
            (first, "H15.05", "2026-10-09 10:00:00"),
            (second, "H15.06", "2026-10-09 10:00:00"),
            ("H15.06-261005-1", "H15.06", None),
        ]
        assert sent("H15", dossier(1, MaHoSo=first, **LATE)) == [0]  # from above
        assert stepped("H15", MINISTRY.format(3)) == [0]


def test_after_a_restart_a_ministrys_dossier_is_still_whose_it_was(tmp_path: Path) -> None:
    folder, number = DataFolder(tmp_path / "data"), MINISTRY.format(1)
    with serving(folder) as served:
        assert codes(send(served, [dossier(1, MaHoSo=number)], served.login(), MaDinhDanhDV="H15.05")) == [0]
    (folder.root / "dossiers.duckdb").unlink()  # as behind as facts can be
    with serving(folder, unit="H15.06", name="h15.06") as served:
        session = served.login()
        items = [dossier(1, MaHoSo=number, **LATE)]
        assert codes(send(served, items, session, MaDinhDanhDV="H15.06", isUpdating="True")) == [403]
