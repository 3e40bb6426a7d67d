"""Procedures, petitions and units by API, with the keys and limits of the sync protocol."""

import gzip
import json
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest
from dossier_sending import rows
from loopback_server import Served, call, codes, dossier, make_key, send, serving
from thoroughness import spread
from waiting import PATIENCE

from bochiso.store.dossiers.ingest import rebuild_dossiers
from bochiso.store.folder import DataFolder
from bochiso.web.sync.request_limits import Limits

PROCEDURE = {
    "procedure": "1.000656",
    "name": "Đăng ký khai tử",
    "fee": False,
    "time_limit": "01 ngày làm việc",
}
PETITION = {"petition": "PAKN-1", "unit": "H15.50", "sent_at": "2026-10-06 08:30"}
PUBLICATION = {
    "procedure": "1.003725", "kind": "mới", "ministry_number": "503/QĐ-BTTTT", "ministry_on": "2026-04-09",
    "issuer": "Bộ trưởng Bộ Thông tin và Truyền thông", "number": "800/QĐ-UBND", "decided_on": "2026-04-24",
    "effective_on": "2026-06-03", "entered_on": "2026-04-27", "part_name": "có",
}  # fmt: skip
ENTRY = "503/QĐ-BTTTT 2026 1.003725"
RATING = {"dossier": "H15.50-261005-0001", "rated_at": "2026-10-06 08:30", "rating": "không hài lòng"}
UNIT = {"unit": "H15.50", "name": "Xã Ea Drăng", "level": "xã", "parent": "H15"}


def other_session(served: Served, name: str, unit: str) -> str:
    secret = make_key(served.folder, name, unit)
    return str(call(served, "login", {"username": name, "password": secret})["session"])


def test_each_list_is_taken_and_the_same_after_a_rebuild(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    with serving(folder) as served:
        session = served.login()
        for path, item, key in (
            ("procedures", PROCEDURE, "procedure"),
            ("petitions", PETITION, "petition"),
            ("units", UNIT, "unit"),
            ("publications", PUBLICATION | {"entry": ENTRY}, "entry"),
        ):
            item, told = {name: value for name, value in item.items() if name != "entry"}, item[key]
            answer = call(served, path, [item], session)
            assert answer == {"error_code": 0, "result": [{key: told, "error_code": 0}]}
    (procedure,) = rows(folder, "procedures")
    assert (procedure["procedure"], procedure["working_days"], procedure["fee"]) == ("1.000656", 1, False)
    (petition,) = rows(folder, "petitions")
    assert petition["sent_at"].isoformat() == "2026-10-06T01:30:00"
    assert [row["level"] for row in rows(folder, "unit_list")] == ["commune"]
    (published,) = [row for row in rows(folder, "publications") if row["registered"]]
    assert (published["province"], published["content_full"], published["entry"]) == ("H15", False, ENTRY)
    tables = ("procedures", "petitions", "unit_list", "publications")
    before = [rows(folder, table) for table in tables]
    rebuild_dossiers(folder)
    assert [rows(folder, table) for table in tables] == before


def test_clerks_headings_and_the_envelope_of_the_protocol_are_understood(
    served: Served, session: str
) -> None:
    data = [{"Mã TTHC": "1.000001", "Tên TTHC": "A", "Cấp thực hiện": "xã"}]
    assert codes(call(served, "procedures", {"session": session, "data": data})) == [0]
    packed = gzip.compress(json.dumps(data).encode())
    response = httpx.post(
        f"{served.url}/dong-bo/procedures", content=packed,
        headers={"Authorization": f"Bearer {session}", "Content-Encoding": "gzip"}, timeout=PATIENCE,
    )  # fmt: skip
    assert response.json()["error_code"] == 0


def test_a_bad_item_is_refused_with_its_reason_and_stops_no_other(served: Served, session: str) -> None:
    items: list[Any] = [
        PROCEDURE, "x", {"name": "không mã"}, PROCEDURE | {"fee": "0912345678x"}, PROCEDURE | {"name": ["a"]},
        PROCEDURE | {"procedure": "1.000002", "decided_on": "2026-02-30"}, None, 7,
    ]  # fmt: skip
    answer = call(served, "procedures", items, session)
    assert codes(answer) == [0, 422, 422, 422, 422, 422, 422, 422]
    assert answer["message"] == "Nhận 1 mục, từ chối 7 mục."
    assert answer["result"][2]["message"] == "cột procedure: thiếu giá trị ở cột này."
    assert answer["result"][3]["message"].startswith("cột fee: không hiểu giá trị ở cột này")
    assert "0912345678" not in json.dumps(answer)


BODIES = [
    b"", b"7", b'"x"', b"[" * 100_000, b'[{"procedure": "1.000003", "name": "\\ud800"}]', b"[1e999]",
    b'[{"procedure":' + b"[" * 5_000 + b"]" * 5_000 + b"}]", b'[{"procedure": "1.000003"', b"\xff\xfe[]",
    b'[{"procedure": ' + b"9" * 5_000 + b"}]", b'[{"procedure": "1.000003", "max_days": 99999999}]',
    b'[{"petition": "PAKN-2", "sent_at": 1e300, "disliked": NaN}]', b'[{"": 1, " ": {}}]',
    b'{"data": {"procedure": null}}', b'[{"procedure": "' + b"a" * 200_000 + b'"}]', b"[,,]",
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "body"),
    spread(product(("procedures", "publications", "petitions", "ratings", "units"), BODIES), 33),
)
def test_whatever_is_sent_is_never_a_fault(served: Served, session: str, path: str, body: bytes) -> None:
    answer = call(served, path, body, session)
    assert answer["error_code"] in (0, 400)
    assert all(entry["error_code"] in (0, 422) for entry in answer.get("result", ()))


def test_without_a_session_nothing_is_taken(served: Served) -> None:
    assert call(served, "procedures", [PROCEDURE])["error_code"] == 401
    assert call(served, "procedures", [PROCEDURE], "wrong")["error_code"] == 401


def test_too_many_and_too_much_is_refused_as_a_whole(tmp_path: Path) -> None:
    limits = Limits(body_bytes=100_000, items=3)
    with serving(DataFolder(tmp_path / "data"), limits) as served:
        session = served.login()
        assert call(served, "procedures", [PROCEDURE] * 4, session)["error_code"] == 413
        assert call(served, "procedures", b"[" + b" " * 200_000 + b"]", session)["error_code"] == 413
        assert codes(call(served, "procedures", [PROCEDURE] * 3, session)) == [0, 0, 0]


def facts(served: Served, query: str) -> list[tuple[Any, ...]]:
    served.settle()
    with served.application.sync.ingest.facts.open(write=True) as db:
        return db.execute(query).fetchall()


def test_a_units_key_sends_petitions_that_are_its_own_only(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        province, own = served.login(), other_session(served, "so", "H15.50")
        theirs = PETITION | {"petition": "P-4", "unit": "H15.51"}
        assert codes(call(served, "petitions", [theirs], province)) == [0]
        served.settle()
        items = [
            PETITION,
            PETITION | {"petition": "P-2", "unit": None},
            PETITION | {"petition": "P-3", "unit": "H15.51"},
            theirs | {"unit": "H15.50"},  # not its own before
        ]
        assert codes(call(served, "petitions", items, own)) == [0, 0, 403, 403]
        found = facts(served, "select petition, own_unit from petitions order by all")
    assert found == [("P-2", "H15.50"), ("P-4", "H15.51"), ("PAKN-1", "H15.50")]


@pytest.mark.parametrize("unit", ["H15.50", "H21", "G05.10"])
def test_what_counts_for_every_unit_comes_with_the_provinces_key_only(tmp_path: Path, unit: str) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        own = other_session(served, "so", unit)
        whole = PROCEDURE | {"procedure": "1.000004"}
        items = [PROCEDURE | {"office": "H15.50"}, PROCEDURE | {"office": "H15.50.02"}]
        register = [] if unit == "H21" else [PUBLICATION]  # a province has a register of its own
        for path, sent in (("procedures", items), ("units", [UNIT]), ("publications", register)):
            answer = call(served, path, sent, own)
            assert codes(answer) == [403] * len(sent)
            if unit != "H21":
                said = "danh mục này tính cho mọi đơn vị, chỉ khóa của tỉnh gửi được."
                assert answer["result"][0]["message"] == said
        assert facts(served, "select count(*) from procedures") == [(0,)]
        assert facts(served, "select count(*) from publications") == [(0,)]
        province = served.login()
        assert codes(call(served, "procedures", [whole, *items], province)) == [0, 0, 0]
        units = [UNIT, UNIT | {"unit": "H21.1"}, UNIT | {"unit": "H15.51", "parent": "H21"}]
        assert codes(call(served, "units", units, province)) == [0, 403, 403]
        assert facts(served, "select unit from unit_list") == [("H15.50",)]


def test_a_petition_says_nothing_of_another_units_dossier(tmp_path: Path) -> None:
    numbers = ["H15.50-261005-00001", "H15.51-261005-00001", "G01.899-261005-00001", "G01.899-261005-00002",
               "G01.899-261005-00003", "H21-261005-00001"]  # fmt: skip
    with serving(DataFolder(tmp_path / "data")) as served:
        own, other = other_session(served, "so", "H15.50"), other_session(served, "khac", "H15.51")
        send(served, [dossier(1, MaHoSo=numbers[0])], own, MaDinhDanhDV="H15.50")
        send(served, [dossier(1, MaHoSo=numbers[2])], own, MaDinhDanhDV="H15.50")
        send(served, [dossier(1, MaHoSo=n) for n in (numbers[1], numbers[3])], other, MaDinhDanhDV="H15.51")
        served.settle()
        items = [
            {"petition": f"P-{n}", "dossier": number, "sent_at": "20261006080000", "about": "staff"}
            for n, number in enumerate(numbers)
        ]
        answer = call(served, "petitions", items, own)
        assert codes(answer) == [0] * 6
        told = ["không gắn với hồ sơ" in entry.get("message", "") for entry in answer["result"]]
        assert told == [False, True, False, True, True, True]
        complained = facts(
            served, "select dossier from dossiers where complained_at is not null order by all"
        )
        assert complained == [(numbers[2],), (numbers[0],)]
        assert facts(served, "select count(*) from petitions where unit = 'H15.50'") == [(6,)]


def test_a_petition_is_whose_it_was_the_moment_before(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        own, other = other_session(served, "so", "H15.50"), other_session(served, "khac", "H15.51")
        for n in range(5):
            mine = PETITION | {"petition": f"P-{n}"}
            assert codes(call(served, "petitions", [mine], own)) == [0]
            assert codes(call(served, "petitions", [mine | {"unit": "H15.51"}], other)) == [403]
        assert facts(served, "select distinct own_unit from petitions") == [("H15.50",)]


def test_a_rating_is_of_the_units_own_dossiers_and_waits_for_one_that_is_not_there(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        own, other = other_session(served, "so", "H15.50"), other_session(served, "khac", "H15.51")
        ministry = "G01.899-261005-00001"
        send(served, [dossier(1, MaHoSo=RATING["dossier"])], own, MaDinhDanhDV="H15.50")
        send(served, [dossier(1, MaHoSo=ministry)], other, MaDinhDanhDV="H15.51")
        served.settle()
        items = [
            RATING,
            RATING | {"dossier": "H15.50-261005-0002"},
            RATING | {"dossier": "H15.51-261005-0001"},
            RATING | {"dossier": ministry},
            RATING | {"rating": "5"},
            RATING | {"rated_at": "2026-10-07 08:30", "rating": "hài lòng"},
        ]
        answer = call(served, "ratings", items, own)
        assert codes(answer) == [0, 0, 403, 403, 422, 0]
        assert answer["result"][0] == {"dossier": RATING["dossier"], "error_code": 0}
        assert "chưa có hồ sơ này" in answer["result"][1]["message"]
        assert codes(call(served, "ratings", [RATING | {"dossier": ministry}], other)) == [0]
        kept = facts(served, "select dossier, rating from ratings order by dossier, rated_at")
    assert kept == [
        (ministry, "dissatisfied"),
        (RATING["dossier"], "dissatisfied"),
        (RATING["dossier"], "satisfied"),
        ("H15.50-261005-0002", "dissatisfied"),
    ]


def test_decisions_that_cannot_be_are_refused_one_by_one(served: Served, session: str) -> None:
    new = PUBLICATION | {"procedure": "1.003800"}
    items = [
        new | {"ministry_number": "7/QĐ-BTTTT"},
        new | {"ministry_number": None},
        new | {"ministry_on": None},
        new | {"issuer": ""},
        new | {"submission": "41/TTr", "submitted_on": "2026-04-25"},
        new | {"entered_on": "2026-04-23"},
        new | {"ministry_number": "7/QĐ-BTTTT", "ministry_on": "2026-04-10"},
    ]
    answer = call(served, "publications", items, session)
    assert codes(answer) == [0, 422, 422, 422, 422, 422, 422]
    said = [entry.get("message", "") for entry in answer["result"]]
    assert "cột issuer: quyết định của bộ thiếu số, ngày ký hoặc cơ quan ban hành" in said[3]
    assert "tờ trình sau ngày ký" in said[4]
    assert "trước ngày ký quyết định" in said[5]
    assert "đã ghi một ngày khác" in said[6]
    later = new | {"procedure": "1.003801", "ministry_number": "7/QĐ-BTTTT", "ministry_on": "2026-04-11"}
    (entry,) = call(served, "publications", [later], session)["result"]
    assert entry["error_code"] == 422
    assert (
        "sổ đã ghi quyết định 7/QĐ-BTTTT ký ngày 09/04/2026; dòng này ghi ngày 11/04/2026" in entry["message"]
    )
    again = later | {"ministry_on": "2025-04-11", "procedure": "1.003802"}  # numbers begin anew each year
    assert codes(call(served, "publications", [again], session)) == [0]


def test_fields_that_no_list_has_are_named_and_counted_and_not_kept(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    with serving(folder) as served:
        session = served.login()
        strange = {"hoTenNguoiGui": "Dấu-Vết", "Nguyễn Văn A": "Dấu-Vết", "NoiDung": "Dấu-Vết"}
        answer = call(served, "petitions", [PETITION | strange, PETITION | {"petition": "P-9"}], session)
        assert answer["message"] == "Trường lạ, không giữ giá trị: NoiDung, hoTenNguoiGui, …."
        fields = facts(served, "select name, sender, items from fields where what = 'unknown' order by all")
    assert fields == [
        ("petitions.?", "H15", 1), ("petitions.NoiDung", "H15", 1), ("petitions.hoTenNguoiGui", "H15", 1)
    ]  # fmt: skip
    kept = "".join(
        path.read_bytes().decode("utf-8", "replace") for path in folder.root.rglob("*") if path.is_file()
    )
    assert "Dấu-Vết" not in kept
    assert "Nguyễn Văn A" not in kept


def test_a_petition_by_its_units_name_is_that_units(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        province, own = served.login(), other_session(served, "so", "H15.51")
        call(served, "units", [UNIT], province)
        named = {"Mã PAKN": "P-1", "Đơn vị xử lý": "UBND xã Ea Drăng", "Ngày gửi": "06/10/2026"}
        assert codes(call(served, "petitions", [named], own)) == [403]
        assert codes(
            call(served, "petitions", [named, named | {"Mã PAKN": "P-2", "Đơn vị xử lý": "?"}], province)
        ) == [0, 422]
        assert facts(served, "select unit from petitions") == [("H15.50",)]
