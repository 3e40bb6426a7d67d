"""`bochiso account` and `bochiso serve` as a person runs them."""

import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import loaded_python
import pytest
from command_runner import BOCHISO, environment, process, run
from dossier_sending import rows
from loopback_server import dossier
from waiting import PATIENCE

from bochiso.store.folder import DataFolder


def add_key(data: Path, name: str = "h15", unit: str = "h15") -> dict[str, str]:
    """The username and the password that are printed."""
    done = run("account", "key", "add", name, "--unit", unit, "--data", data)
    assert done.code == 0, done.err
    return dict(line.split(": ", 1) for line in done.out.splitlines())


@contextmanager
def served(data: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server's process and its address."""
    command = [*BOCHISO, "serve", "--port", "0", *words, "--data", str(data)]
    server = loaded_python.start(command, stderr=subprocess.PIPE, text=True, env=environment())
    guard = threading.Timer(10 * PATIENCE, server.kill)
    guard.start()
    try:
        assert server.stderr is not None
        line = next(each for each in server.stderr if "Đang nghe tại " in each)
        yield server, line.split("Đang nghe tại ")[1].strip().rstrip(".")
    finally:
        server.kill()
        server.communicate()
        guard.cancel()


def test_a_key_is_made_listed_and_revoked_and_its_password_is_shown_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    key = add_key(data, unit="000.00.00.H15")
    assert (key["username"], len(key["password"]) >= 32) == ("h15", True)
    again = run("account", "key", "add", "h15", "--unit", "H15", "--data", data)
    assert (again.code, again.out) == (2, "")
    assert "đã có khóa tên “h15”" in again.err
    assert run("account", "key", "revoke", "h15", "--data", data).code == 0
    listed = run("account", "key", "list", "--data", data)
    assert listed.code == 0
    assert key["password"] not in listed.out
    assert listed.out.splitlines()[-1].split()[:2] == ["h15", "H15"]
    assert listed.out.count("ngày") == 2


def test_wrong_words_of_account_are_explained(tmp_path: Path) -> None:
    data = tmp_path / "data"
    done = run("account", "key", "list", "--data", data)
    assert (done.code, "chưa có thư mục số liệu" in done.err) == (2, True)
    done = run("account", "key", "add", "h15", "--unit", "Huế", "--data", data)
    assert (done.code, "“Huế” không phải mã định danh đơn vị" in done.err) == (2, True)
    assert not data.exists()


def test_a_ledger_elsewhere_is_used_and_a_wrong_address_is_told_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOCHISO_LEDGER", f"sqlite:///{tmp_path / 'so.sqlite'}")
    assert run("account", "key", "add", "h15", "--unit", "H15", "--data", tmp_path / "data").code == 0
    assert (tmp_path / "so.sqlite").exists()
    assert not (tmp_path / "data").exists()
    for url in ("nowhere://a:bimat@b/c", "bimat", "sqlite:////nowhere/bimat/x.sqlite?timeout=bimat"):
        monkeypatch.setenv("BOCHISO_LEDGER", url)
        done = run("account", "key", "list")
        assert done.code == 2
        assert done.err.startswith("Lỗi: ")
        assert "bimat@" not in done.err


def test_the_server_drains_at_a_signal_and_a_message_it_answered_is_in_the_facts(tmp_path: Path) -> None:
    data = tmp_path / "data"
    key = add_key(data)
    with served(data) as (server, url), httpx.Client(base_url=f"{url}/dong-bo", timeout=PATIENCE) as client:
        session = client.post("login", json=key).json()["session"]
        allowed = {"Authorization": f"Bearer {session}"}
        with httpx.stream(
            "GET", f"{url}/live", headers=allowed, timeout=PATIENCE
        ) as live:  # it doesn't hold the server back
            assert next(live.iter_lines()) == ": bochiso"
            params = {"session": session, "MaDinhDanhDV": "H15"}
            answer = client.post("DongBoHoSoMC", json=[dossier(1)], params=params).json()
            server.send_signal(signal.SIGTERM)
            assert server.wait(PATIENCE) == 0
    assert answer["error_code"] == 0
    assert [row["dossier"] for row in rows(DataFolder(data))] == ["H15.50-261005-00001"]


def test_a_port_in_use_and_a_second_server_are_refused_and_the_first_ends_at_ctrl_c(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with socket.create_server(("127.0.0.1", 0)) as other:
        done = process("serve", "--port", str(other.getsockname()[1]), "--data", data)
    assert (done.code, "cổng này đang được chương trình khác dùng" in done.err) == (2, True)
    assert not data.exists()
    add_key(data)
    with served(data) as (server, _):
        done = process("serve", "--port", "0", "--data", data)
        server.send_signal(signal.SIGINT)  # an idle one ends by itself
        assert server.wait(PATIENCE) == 0
    assert done.code == 2
    assert "một tiến trình khác đang nhận hồ sơ vào thư mục này" in done.err


@pytest.mark.landing
def test_the_simulator_acts_as_a_system_that_pushes_at_a_rate(tmp_path: Path) -> None:
    data = tmp_path / "data"
    key = add_key(data)
    words = ("simulate", "--dossiers", "40", "--period", "2026-06", "--key", "h15", "--rate", "400")
    with served(data) as (server, address):
        order = [*BOCHISO, *words, "--push", f"{address}/dong-bo"]
        done = subprocess.run(
            order, input=key["password"], capture_output=True, text=True, env=environment(), timeout=PATIENCE
        )
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        assert ": nhận " in done.stderr
        assert "từ chối 0;" in done.stderr
        wrong = subprocess.run(
            order, input="sai", capture_output=True, text=True, env=environment(), timeout=PATIENCE
        )
        assert (wrong.returncode, "không đăng nhập được" in wrong.stderr) == (2, True)
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == 0
    assert len(rows(DataFolder(data))) == 40
    assert run("simulate", "--dossiers", "1").code == 2
