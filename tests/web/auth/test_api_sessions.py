"""Keys, logins and sessions."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from loopback_server import Served, call, dossier, make_key, send, serving
from officer_clients import officer

from bochiso.errors import ComputeError
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By, lines
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.ledger_tables import KEYS
from bochiso.store.people.permissions import Role
from bochiso.store.people.settings import change_settings
from bochiso.text import now
from bochiso.web.auth.api_sessions import SESSIONS_OF_A_KEY, ApiSessions
from bochiso.web.sync.sync_calls import KEY_SECONDS
from bochiso.web.sync.sync_responses import CallError

NO_SESSION = "phiên làm việc không có hoặc đã hết hạn. Đăng nhập lại rồi gửi lại."


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_session_ends_by_itself_and_by_logout() -> None:
    clock = Clock()
    sessions = ApiSessions(60, clock)
    first, second = sessions.begin("h15", "H15"), sessions.begin("h15", "H15")
    assert sessions.find(first) == sessions.find(second)
    sessions.end(second)
    assert (sessions.find(second), sessions.find("")) == (None, None)
    clock.seconds = 60
    assert sessions.find(first) is None


def test_a_key_has_so_many_sessions_and_no_more() -> None:
    sessions = ApiSessions()
    other = sessions.begin("h21", "H21")
    tokens = [sessions.begin("h15", "H15") for _ in range(SESSIONS_OF_A_KEY + 2)]
    found = [sessions.find(token) is not None for token in tokens]
    assert found == [False, False] + [True] * SESSIONS_OF_A_KEY
    assert sessions.find(other) is not None


def test_a_wrong_password_and_an_unknown_name_are_answered_alike_and_lock(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        wrong = call(served, "login", {"username": "h15", "password": "sai"})
        assert wrong == {
            "error_code": 401,
            "message": "tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra lại khóa được cấp.",
        }
        assert call(served, "login", {"username": "h99", "password": "sai"}) == wrong
        for _ in range(14):  # where addresses tell nothing a name has fifteen for nothing
            call(served, "login", {"username": "h15", "password": "sai"})
        locked = call(served, "login", {"username": "h15", "password": served.secret})
        assert locked["error_code"] == 429
        assert locked["message"].startswith("đăng nhập sai hoặc quá nhiều lần. Thử lại sau ")


def test_systems_wait_by_the_address_that_trusted_servers_tell_and_no_restart_forgets(tmp_path: Path) -> None:
    def tried(served: Served, caller: str, name: str) -> int:
        answer = served.client.post(
            "dong-bo/login", json={"username": name, "password": "sai"}, headers={"x-forwarded-for": caller}
        )
        return int(answer.json()["error_code"])

    folder = DataFolder(tmp_path / "data")
    with serving(folder) as served, open_ledger(folder) as ledger:
        change_settings(ledger, {"trusted_proxies": ["127.0.0.1"]}, By("quan", now()))
        assert [tried(served, "113.160.5.9", f"h{n}") for n in range(30)] == [401] * 30
        assert tried(served, "113.160.5.9", "h99") == 429
    with serving(folder, name="again") as served:
        assert tried(served, "113.160.5.9", "h99") == 429
        assert tried(served, "113.160.6.9", "h99") == 401


def test_a_system_that_logs_in_before_every_message_never_waits(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        assert all(served.login() for _ in range(40))


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"username": "h15"}', b'{"username": 1, "password": null}', b"\xff"]
)
def test_what_is_no_login_is_told_so(served: Served, body: bytes) -> None:
    answer = call(served, "login", body)
    assert answer["error_code"] == 400
    assert answer["message"] == ('lời gọi đăng nhập không đúng dạng. Gửi {"username": "…", "password": "…"}.')


@pytest.mark.parametrize("token", [None, "", "đoán", "x" * 5000])
def test_without_a_session_nothing_is_taken(served: Served, token: str | None) -> None:
    query = {} if token is None else {"session": token}
    for path in ("DongBoHoSoMC", "CapNhatTienDoHoSoMC", "gateway"):
        answer = call(served, path, {"data": [dossier(1)]}, **query)
        assert answer == {"error_code": 401, "message": NO_SESSION}


def test_a_session_that_was_closed_or_has_ended_is_not_taken_again(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        session = served.login()
        assert send(served, [dossier(1)], session)["error_code"] == 0
        assert call(served, "logout", b"", session) == {"error_code": 0}
        assert send(served, [dossier(1)], session) == {"error_code": 401, "message": NO_SESSION}
        assert call(served, "logout", {"session": session})["error_code"] == 401

        served.application.sync.sessions = ApiSessions(0)
        assert send(served, [dossier(1)], served.login())["error_code"] == 401


def test_a_revoked_key_ends_its_sessions_at_once(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        session = served.login()
        with open_ledger(served.folder) as ledger:
            ledger.revoke_key("h15", now())
        answer = send(served, [dossier(1)], session)
        assert answer["error_code"] == 401
        assert answer["message"].startswith("khóa này đã bị thu hồi.")
        assert call(served, "login", {"username": "h15", "password": served.secret})["error_code"] == 401


def test_a_key_that_was_asked_for_a_moment_ago_is_revoked_at_once_too(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served, open_ledger(served.folder) as elsewhere:
        sync = served.application.sync
        session = sync.session(served.login())
        for ledger, name, wait in ((sync.ledger, "one", 0.0), (elsewhere, "two", KEY_SECONDS)):
            sync.ledger.add_key(name, "H15", now())
            own = replace(session, key=name)
            assert sync.key_of(own).name == name
            ledger.revoke_key(name, now())
            time.sleep(wait)
            with pytest.raises(CallError, match="revoked"):
                sync.key_of(own)


def test_a_secret_is_kept_as_a_hash_only_and_a_name_is_used_once(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    secret = make_key(folder)
    assert secret.encode() not in (folder.root / "ledger.sqlite").read_bytes()
    assert (folder.root / "ledger.sqlite").stat().st_mode & 0o077 == 0
    with open_ledger(folder) as ledger:
        assert ledger.check_key("h15", secret) is not None
        ledger.revoke_key("h15", now())
        assert ledger.check_key("h15", secret) is None
        with pytest.raises(ComputeError, match="a key named “h15” already"):
            ledger.add_key("h15", "H15", now())
        with pytest.raises(ComputeError, match="no key “h15” is in use"):
            ledger.revoke_key("h15", now())
        with pytest.raises(ComputeError, match="can't name a key"):
            ledger.add_key("Sở Y tế", "H15.50", now())
        (key,) = ledger.keys()
    assert (key.unit, key.revoked_at is not None) == ("H15", True)


def test_a_mistyped_unit_makes_no_key_on_the_page_either(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served, officer(served, role=Role.ADMINISTRATOR) as lan:
        for unit in ("15.06", "xyz <b>", "H15.06.x"):
            fields = {"viec": "them-khoa", "ten": "so-y-te", "don-vi": unit}
            refused = lan.post("/quan-tri", fields)
            assert refused.status_code == 422
            assert "không phải mã định danh đơn vị" in refused.text
        (only,) = served.application.sync.ledger.keys()
        assert only.name == "h15"
        lan.post("/quan-tri", {"viec": "them-khoa", "ten": "so-y-te", "don-vi": "000.00.06.H15"})
        _, made = served.application.sync.ledger.keys()
        assert made.unit == "H15.06"


@pytest.mark.parametrize("unit", ["15.06", "x", ""])
def test_a_key_made_before_codes_were_checked_opens_nothing(tmp_path: Path, unit: str) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        ledger = served.application.sync.ledger
        secret = ledger.add_key("cu", "H15.06", now())
        with ledger.write() as db:
            db.execute(sa.update(KEYS).where(KEYS.c.name == "cu").values(unit=unit))
        session = str(call(served, "login", {"username": "cu", "password": secret})["session"])
        items = [dossier(1), dossier(2, MaHoSo="G01.1-261005-1"), dossier(3, MaHoSo="H15.05-261005-1")]
        for answer in (
            send(served, items, session, MaDinhDanhDV="H15.06"),
            send(served, items, session, MaDinhDanhDV=""),
            call(served, "petitions", [{"petition": "P-1", "sent_at": "20261006080000"}], session),
        ):
            assert answer["error_code"] == 403
            assert "không phải mã định danh đơn vị" in answer["message"]
        heard = served.client.get("/live", headers={"Authorization": f"Bearer {session}"})
        assert heard.json()["error_code"] == 403


def test_logins_of_keys_leave_lines_one_a_minute(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        for secret in ("sai", "sai"):
            call(served, "login", {"username": "h15", "password": secret})
        call(served, "login", {"username": "nobody", "password": "sai"})
        for _ in range(3):
            served.login()
        with open_ledger(served.folder) as ledger, ledger.read() as db:
            told = [(each.action, each.subject) for each in lines(db) if each.action.startswith("key.")]
    assert told == [("key.add", "h15"), ("key.refused", "h15"), ("key.refused", ""), ("key.login", "h15")]
