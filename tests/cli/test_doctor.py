"""`bochiso doctor` on machines with one thing wrong: it says what and what to do, and changes nothing."""

import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from command_runner import run, tree
from ledger_databases import person
from loopback_server import make_key

from bochiso.cli import machine_checks
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.text import now


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    make_key(made)
    return made


@pytest.fixture
def port() -> int:
    """A port that nothing listens at."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        found: int = free.getsockname()[1]
    return found


def looked(folder: DataFolder, port: int, code: int | None = None) -> dict[str, Any]:
    done = run("doctor", "--port", str(port), "--format", "json", "--data", folder.root)
    assert done.code in (0, 1) if code is None else done.code == code, done.err
    return {each["name"]: each for each in done.json}


def test_it_looks_at_all_and_changes_nothing(folder: DataFolder, port: int) -> None:
    before = tree(folder.root)
    found = looked(folder, port)
    assert list(found) == [name for name in machine_checks.LABELS if name != "system"]
    for name in ("python", "port", "data", "rights", "ledger", "log", "facts"):
        assert found[name]["health"] == "fine", found[name]
    assert found["backup"]["health"] == "warning"
    assert all(each["do"] for each in found.values() if each["health"] != "fine")
    assert tree(folder.root) == before


def test_another_program_at_the_port_is_told(folder: DataFolder, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        other = looked(folder, port, code=1)
    assert "chương trình khác" in other["port"]["what"]


def test_what_others_may_read_is_wrong(folder: DataFolder, port: int) -> None:
    folder.ledger.chmod(0o644)
    found = looked(folder, port, code=1)["rights"]
    assert str(folder.ledger) in found["what"]
    assert found["do"] == f"`chmod go= {folder.ledger}`"


def test_a_newer_folder_and_none_are_told(folder: DataFolder, port: int, tmp_path: Path) -> None:
    none = looked(DataFolder(tmp_path / "none"), port, code=1)
    assert "chưa có thư mục số liệu" in none["data"]["what"]
    (folder.root / "FORMAT").write_text("99\n")
    assert "phiên bản mới hơn" in looked(folder, port, code=1)["data"]["what"]


def test_a_log_of_the_future_tells_of_the_clock(folder: DataFolder, port: int) -> None:
    with open_ledger(folder) as ledger:
        ledger.record(By("#test", now() + timedelta(days=3)), "measure", "1")
    assert looked(folder, port, code=1)["log"]["health"] == "wrong"


def test_little_disk_and_a_missing_key_are_told(
    folder: DataFolder, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine_checks, "LEAST_BYTES", 2**62)
    with open_ledger(folder) as ledger:
        person(ledger)
        ledger.record(By("lan", now()), "account.totp-on", "lan")
    found = looked(folder, port, code=1)
    assert found["disk"]["health"] == "wrong"
    assert "ledger.key" in found["ledger"]["what"]


def test_a_backup_of_today_is_known(folder: DataFolder, port: int, tmp_path: Path) -> None:
    assert run("backup", tmp_path / "backups", "--data", folder.root).code == 0
    assert looked(folder, port)["backup"]["health"] == "fine"
    said = run("doctor", "--port", str(port), "--data", folder.root)
    assert "Sao lưu" in said.out
