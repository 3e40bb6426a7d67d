"""Backups rehearsed as they are needed: taken while the server takes in, the server killed, all restored."""

import json
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import loaded_python
import pytest
from command_runner import BOCHISO, EXAMPLES, environment, run
from dossier_sending import rows
from ledger_databases import PASSWORD, by
from loopback_server import dossier, make_key
from waiting import PATIENCE

from bochiso.store.backup.integrity_check import check_folder
from bochiso.store.folder import DataFolder
from bochiso.store.people import user_sessions
from bochiso.store.people.audit import lines
from bochiso.store.people.audit_check import look_through
from bochiso.store.people.ledger import open_ledger
from bochiso.text import now

READINGS = [("units-H21-2026-10-02.csv", "2026-10-02"), ("units-H21-2026-10-07.csv", "2026-10-07")]


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """Two readings, one published; an account and a key."""
    made = DataFolder(tmp_path / "data")
    for name, day in READINGS:
        assert run("import", "points", EXAMPLES / name, "--as-of", day, "--data", made.root).code == 0
    assert run("publish", "--as-of", "2026-10-02", "--data", made.root).code == 0
    words = ("account", "user", "add", "lan", "--role", "office", "--password-stdin", "--data", made.root)
    assert run(*words, stdin=PASSWORD).code == 0
    return made


@contextmanager
def served(folder: DataFolder) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A server in a process of its own; its address, and the process to kill."""
    words = [*BOCHISO, "serve", "--port", "0", "--data", str(folder.root)]
    server = loaded_python.start(words, stderr=subprocess.PIPE, text=True, env=environment())
    assert server.stderr is not None
    try:
        for line in server.stderr:
            if found := re.search(r"http://\S+[0-9]", line):
                yield found[0], server
                break
    finally:
        server.kill()
        server.wait(PATIENCE)
        server.stderr.close()


def figures(folder: DataFolder) -> list[str]:
    """What every surface would say: ranks of each snapshot, as JSON."""
    days = ("2026-10-02", "2026-10-07")
    return [run("rank", "--as-of", day, "--format", "json", "--data", folder.root).out for day in days]


def audit(folder: DataFolder) -> list[object]:
    with open_ledger(folder) as ledger, ledger.read() as db:
        return list(lines(db))


@pytest.mark.landing
def test_a_backup_taken_under_load_gives_everything_back_after_a_kill(
    folder: DataFolder, tmp_path: Path
) -> None:
    secret = make_key(folder, "h15", "H15")
    backups, other = tmp_path / "backups", DataFolder(tmp_path / "other")
    acknowledged: set[str] = set()
    with served(folder) as (url, server), httpx.Client(base_url=url, timeout=PATIENCE) as client:
        login = client.post("/dong-bo/login", json={"username": "h15", "password": secret}).json()
        headers = {"Authorization": f"Bearer {login['session']}"}
        address = "/dong-bo/DongBoHoSoMC?MaDinhDanhDV=H15&isUpdating=False"
        taking = None
        for n in range(60):
            if n == 20:
                words = [*BOCHISO, "backup", str(backups), "--data", str(folder.root)]
                taking = loaded_python.start(words, env=environment(), stderr=subprocess.PIPE)
            if n < 20 or (taking is not None and taking.poll() is None):
                answer = client.post(address, content=json.dumps([dossier(n)]), headers=headers).json()
                assert answer["error_code"] == 0
                acknowledged.add(dossier(n)["MaHoSo"])
        assert taking is not None
        told = taking.communicate(timeout=PATIENCE)[1].decode()
        assert taking.returncode == 0, told
        before = {dossier(n)["MaHoSo"] for n in range(20)}
        server.send_signal(signal.SIGKILL)
    expected, told_before = figures(folder), audit(folder)
    done = run("restore", backups, "--data", other.root, "--old", folder.root)
    assert done.code in (0, 1), done.err
    found = {str(row["dossier"]) for row in rows(other)}
    assert before <= found <= acknowledged
    beyond = len(acknowledged) - len(found)
    assert (f"{beyond} mục hồ sơ nhận sau bản sao lưu" in done.err) == bool(beyond)
    assert done.code == bool(beyond)
    assert figures(other) == expected
    (manifest,) = backups.glob("*.json")
    seen = json.loads(manifest.read_text())["audit"]["seq"]
    assert audit(other)[:seen] == told_before[:seen]
    with open_ledger(other) as ledger:
        assert look_through(ledger, now()).fault is None
        assert check_folder(other, ledger, now()).faults == ()
    assert run("verify", "--data", other.root, "--backups", backups).code == 0


def restored(tmp_path: Path, *words: str | Path) -> DataFolder:
    made = DataFolder(tmp_path / "restored")
    done = run("restore", tmp_path / "backups", "--data", made.root, *words)
    assert done.code == 0, done.err
    return made


def backed_up(folder: DataFolder, tmp_path: Path, code: int = 0) -> str:
    done = run("backup", tmp_path / "backups", "--data", folder.root)
    assert done.code == code, done.err
    return done.err


def is_open(folder: DataFolder, name: str) -> bool:
    with open_ledger(folder) as ledger:
        return ledger.key(name) is not None


def test_a_key_that_was_revoked_after_the_backup_stays_revoked(folder: DataFolder, tmp_path: Path) -> None:
    make_key(folder, "y-te", "H15.06")
    make_key(folder, "xay-dung", "H15.07")
    backed_up(folder, tmp_path)
    assert run("account", "key", "revoke", "y-te", "--data", folder.root).code == 0
    refused = run("restore", tmp_path / "backups", "--data", tmp_path / "restored")
    assert refused.code == 2
    assert "--ended" in refused.err
    assert not (tmp_path / "restored").exists()
    made = restored(tmp_path, "--old", folder.root)
    assert (is_open(made, "y-te"), is_open(made, "xay-dung")) == (False, True)
    shutil.rmtree(made.root)
    made = restored(tmp_path, "--ended", "y-te")
    assert (is_open(made, "y-te"), is_open(made, "xay-dung")) == (False, True)
    shutil.rmtree(made.root)
    first = next((tmp_path / "backups").glob("*.json")).stem
    backed_up(folder, tmp_path)
    made = restored(tmp_path, "--at", first, "--none-ended")  # a later backup knows
    assert (is_open(made, "y-te"), is_open(made, "xay-dung")) == (False, True)


def test_nobody_is_signed_in_after_a_restore(folder: DataFolder, tmp_path: Path) -> None:
    with open_ledger(folder) as ledger:
        token = user_sessions.begin_session(ledger, "lan", by("lan"), "password")
        assert user_sessions.find_session(ledger, token, by().at) is not None
    backed_up(folder, tmp_path)
    with open_ledger(restored(tmp_path, "--none-ended")) as ledger:
        assert user_sessions.find_session(ledger, token, by().at) is None


def test_a_second_backup_takes_what_is_new_alone(folder: DataFolder, tmp_path: Path) -> None:
    backed_up(folder, tmp_path)
    before = {path.name for path in (tmp_path / "backups" / "objects").glob("??/*")}
    backed_up(folder, tmp_path)
    added = [p for p in (tmp_path / "backups" / "objects").glob("??/*") if p.name not in before]
    assert [json.loads(path.read_text().splitlines()[-1])["action"] for path in added
            if b'"action"' in path.read_bytes()] == ["backup.make"]  # fmt: skip
    assert len(added) <= 2
    run("backup", tmp_path / "backups", "--keep", "1", "--data", folder.root)
    assert len(list((tmp_path / "backups").glob("*.json"))) == 1
    assert run("verify", "--data", folder.root, "--backups", tmp_path / "backups").code == 0


def test_damaged_evidence_is_told_and_the_whole_one_is_kept(folder: DataFolder, tmp_path: Path) -> None:
    backed_up(folder, tmp_path)
    victim = folder.evidence / "000001" / "001.csv"
    whole = victim.read_bytes()
    victim.write_bytes(whole[:-1] + b"#")
    told = backed_up(folder, tmp_path, code=1)
    assert "evidence/000001/001.csv" in told
    assert "đã bị sửa hoặc hỏng" in run("verify", "--data", folder.root).err
    done = run("restore", tmp_path / "backups", "--data", tmp_path / "restored", "--none-ended")
    assert done.code == 1
    assert (tmp_path / "restored" / "evidence" / "000001" / "001.csv").read_bytes() == whole


def test_what_a_backup_has_lost_is_named(folder: DataFolder, tmp_path: Path) -> None:
    backed_up(folder, tmp_path)
    (manifest,) = (tmp_path / "backups").glob("*.json")
    files = {each["path"]: each["sha256"] for each in json.loads(manifest.read_text())["files"]}
    digest = files["evidence/000002/001.csv"]
    (tmp_path / "backups" / "objects" / digest[:2] / digest).unlink()
    assert run("verify", "--data", folder.root, "--backups", tmp_path / "backups").code == 1
    done = run("restore", tmp_path / "backups", "--data", tmp_path / "restored", "--none-ended")
    assert done.code != 0
    assert "evidence/000002/001.csv" in done.err
    backed_up(folder, tmp_path)  # heals it
    assert run("verify", "--data", folder.root, "--backups", tmp_path / "backups").code == 0


def test_folders_that_are_something_else_are_refused(folder: DataFolder, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    assert run("backup", tmp_path / "photos", "--data", folder.root).code == 2
    assert run("backup", folder.root / "backups", "--data", folder.root).code == 2
    backed_up(folder, tmp_path)
    full = run("restore", tmp_path / "backups", "--data", tmp_path / "photos", "--none-ended")
    assert full.code == 2
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["a.jpg"]
    other = tmp_path / "other"
    name, day = READINGS[0]
    run("import", "points", EXAMPLES / name, "--as-of", day, "--data", other)
    mixed = run("backup", tmp_path / "backups", "--data", other)
    assert mixed.code == 2
    assert "không nối tiếp" in mixed.err


def test_files_and_folders_are_for_their_owner_alone(folder: DataFolder, tmp_path: Path) -> None:
    backed_up(folder, tmp_path)
    made = restored(tmp_path, "--none-ended")
    for root in (tmp_path / "backups", made.evidence):
        assert all(path.stat().st_mode & 0o077 == 0 for path in [root, *root.rglob("*")])
    assert folder.root.stat().st_mode & 0o077 == 0
