"""`bochiso doctor` on machines with one thing wrong: it says what and what to do, and changes nothing."""

import os
import socket
import sqlite3
import subprocess
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
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
from bochiso.text import Lang, now


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


def test_a_ledger_of_an_older_program_is_told_and_left_as_it_is(folder: DataFolder, port: int) -> None:
    with closing(sqlite3.connect(folder.ledger)) as db, db:
        db.execute("update alembic_version set version_num = '0038'")
        db.execute("alter table sessions drop column browser")
        db.execute("alter table sessions drop column network")
    before = tree(folder.root)
    found = looked(folder, port)["ledger"]
    assert (found["health"], "bản cũ hơn" in found["what"]) == ("warning", True)
    assert "Sao lưu trước" in found["do"]
    assert tree(folder.root) == before
    with closing(sqlite3.connect(folder.ledger)) as db, db:
        db.execute("update alembic_version set version_num = '9999'")
    assert "phiên bản mới hơn" in looked(folder, port, code=1)["data"]["what"]


def test_a_folder_of_another_user_is_told(folder: DataFolder, port: int) -> None:
    if os.geteuid():
        pytest.skip("only root gives files away: NOT tried")
    for path in (folder.root, *folder.root.rglob("*")):
        os.chown(path, 12345, 12345)
    found = looked(folder, port)["rights"]
    assert "12345" in found["what"]
    assert found["do"].startswith("Chạy mọi lệnh bằng chủ thư mục: `runuser -u 12345")
    os.chown(folder.ledger, 0, 0)
    assert "nhiều người dùng" in looked(folder, port, code=1)["rights"]["what"]


def test_a_machine_without_what_makes_pdfs_is_told(
    folder: DataFolder, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    # The program is newer than the day of the tests.
    monkeypatch.setattr(machine_checks, "now", lambda: datetime.now(UTC))
    found = looked(folder, port)
    assert found["libreoffice"]["do"] == "Cài gói libreoffice-writer-nogui."
    assert "không liệt kê được phông chữ" in found["fonts"]["what"]
    assert "không biết" in found["clock"]["what"]


def test_a_clock_that_is_behind_the_program_is_wrong(
    folder: DataFolder, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine_checks, "now", lambda: datetime(2020, 1, 1, tzinfo=UTC))
    found = {each.name: each for each in machine_checks.check_machine(folder, port)}
    assert found["clock"].health is machine_checks.Health.WRONG
    assert found["log"].health is machine_checks.Health.WRONG


MOUNTS = """22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:41 / /srv rw,relatime shared:2 - nfs4 kho:/tinh rw,vers=4.2
31 30 0:42 / /srv/may\\040chu rw - xfs /dev/sdb1 rw
"""


def test_a_folder_on_a_network_drive_is_told(
    folder: DataFolder, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    kinds = {"/var/lib": "ext4", "/srv/bochiso": "nfs4", "/srv/may chu/x": "xfs", "/srvx": "ext4"}
    for path, kind in kinds.items():
        assert machine_checks.file_system_of(Path(path), tmp_path / "mounts") == kind
    monkeypatch.setattr(machine_checks, "file_system_of", lambda *_: "nfs4")
    found = {each.name: each for each in machine_checks.check_machine(folder, port)}
    assert found["filesystem"].health is machine_checks.Health.WRONG
    assert "ổ mạng (nfs4)" in found["filesystem"].what.render(Lang.VI)


def test_a_full_disk_is_told_by_a_program_that_writes_nothing(tmp_path: Path, port: int) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(disk)]
    if os.geteuid() or subprocess.run(words, capture_output=True).returncode:
        pytest.skip("no disk of its own can be had here: NOT tried")
    try:
        folder = DataFolder(disk / "data")
        make_key(folder)
        with suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
            while filler.write(b"x" * 4096):
                pass
        found = looked(folder, port, code=1)
        assert (found["disk"]["health"], found["ledger"]["health"]) == ("wrong", "fine")
        assert "còn trống 0 MB" in found["disk"]["what"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


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
