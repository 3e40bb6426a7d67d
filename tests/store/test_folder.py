"""The data folder: whose it is, its version, who holds it, a disk that fails."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import loaded_python
import pytest
from dossier_sending import message as send
from dossier_sending import settle
from reading_samples import COMMUNES, DEPARTMENTS, answers, keep, tree
from waiting import PATIENCE

from bochiso.errors import StoreError
from bochiso.store import folder as folders
from bochiso.store.folder import DataFolder
from bochiso.store.people.ledger import open_ledger
from bochiso.text import Lang

HOLD = """
import sys, time
from pathlib import Path
from bochiso.store.folder import DataFolder
with DataFolder(Path(sys.argv[1])).writing():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


@contextmanager
def held(folder: DataFolder) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the folder until its input ends."""
    process = loaded_python.start(
        [sys.executable, "-c", HOLD, str(folder.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    try:
        yield process
    finally:
        process.stdin.close()
        process.wait(timeout=PATIENCE)
        process.stdout.close()


def refused(folder: DataFolder) -> str:
    """What is said to both a reader and a writer, the folder being left as it is."""
    before = tree(folder.root)
    with pytest.raises(StoreError) as reading:
        answers(folder)
    with pytest.raises(StoreError) as writing:
        keep(folder, DEPARTMENTS)
    assert str(reading.value) == str(writing.value)
    assert tree(folder.root) == before
    return reading.value.render(Lang.VI)


@pytest.mark.parametrize("version", ["999", "2", "2.0", "", "x", "\x00\xff"])
def test_a_folder_of_another_version_is_not_touched(folder: DataFolder, version: str) -> None:
    keep(folder, DEPARTMENTS)
    (folder.root / "FORMAT").write_bytes(version.encode("latin-1"))
    assert "Cập nhật bochiso" in refused(folder)


def test_a_folder_that_is_not_ours_is_not_touched(folder: DataFolder) -> None:
    folder.root.mkdir()
    (folder.root / "thư.docx").write_text("của người khác")
    assert "không phải thư mục số liệu của bochiso" in refused(folder)


def test_a_file_in_place_of_the_folder_is_refused(folder: DataFolder) -> None:
    folder.root.write_text("một tệp")
    with pytest.raises(StoreError, match="is not a folder"):
        answers(folder)
    with pytest.raises(StoreError, match="is not a folder"):
        keep(folder, DEPARTMENTS)
    assert folder.root.read_text() == "một tệp"


def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tệp").write_text("")
    with pytest.raises(StoreError) as error:
        keep(DataFolder(tmp_path / "tệp" / "data"), DEPARTMENTS)
    assert "là tệp, không phải thư mục" in error.value.render(Lang.VI)


def test_a_folder_that_is_not_there_is_named(folder: DataFolder) -> None:
    with pytest.raises(StoreError, match="there is no data folder"):
        answers(folder)
    assert not folder.root.exists()


def test_an_empty_folder_can_be_used(folder: DataFolder) -> None:
    folder.root.mkdir()
    keep(folder, DEPARTMENTS)
    assert len(answers(folder)) == 1


@pytest.mark.parametrize("leftovers", [["lock"], ["FORMAT.new"], ["lock", "FORMAT.new"]])
def test_what_a_first_command_left_that_was_killed_at_once_is_no_obstacle(
    folder: DataFolder, leftovers: list[str]
) -> None:
    folder.root.mkdir()
    for name in leftovers:
        (folder.root / name).touch()
    keep(folder, DEPARTMENTS)
    assert len(answers(folder)) == 1


def test_a_writer_waits_for_another_process_then_goes_on(folder: DataFolder) -> None:
    keep(folder, DEPARTMENTS)
    with held(folder) as other:
        assert other.stdin is not None
        threading.Timer(0.3, other.stdin.close).start()
        keep(folder, COMMUNES, hour=1)
    assert len(answers(folder)[0]["figures"]) == 64


def test_a_writer_that_waited_long_enough_says_so(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "LOCK_SECONDS", 0.2)
    keep(folder, DEPARTMENTS)
    before = tree(folder.root)
    with held(folder), pytest.raises(StoreError) as error:
        keep(folder, COMMUNES)
    assert "một lệnh khác đang ghi vào thư mục này" in error.value.render(Lang.VI)
    assert tree(folder.root) == before


def test_a_reader_does_not_wait_for_a_writer(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "LOCK_SECONDS", 0)
    keep(folder, DEPARTMENTS)
    with held(folder):
        assert len(answers(folder)) == 1


def test_who_waited_for_a_folder_that_was_cleared_makes_it_anew(folder: DataFolder) -> None:
    with held(folder) as other:
        assert other.stdin is not None
        threading.Timer(0.3, other.stdin.close).start()
        keep(folder, DEPARTMENTS)
    assert len(answers(folder)) == 1


def test_many_writers_at_once_all_come_through(folder: DataFolder) -> None:
    tables = {f"2026-10-{day:02d}": DEPARTMENTS for day in range(1, 4)}
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path;"
        "from reading_samples import *; keep(DataFolder(Path(sys.argv[2])), DEPARTMENTS, day=sys.argv[3])"
    )
    running = [
        loaded_python.start([sys.executable, "-c", script, str(Path(__file__).parent), str(folder.root), day])
        for day in tables
    ]
    assert [process.wait(timeout=PATIENCE) for process in running] == [0] * len(tables)
    assert [each["as_of"] for each in answers(folder)] == sorted(tables)


def test_a_folder_in_which_a_ledger_was_begun_meanwhile_is_kept(folder: DataFolder) -> None:
    with folder.writing():
        folder.ledger.touch()
    folder.check()
    assert {path.name for path in folder.root.iterdir()} >= {"FORMAT", "ledger.sqlite"}


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files are the system's own")
def test_files_and_folders_are_their_owner_s_alone(folder: DataFolder) -> None:
    before = os.umask(0o022)
    try:
        keep(folder, DEPARTMENTS)
        message = {"MaHoSo": "H15.06-260930-0001", "MaTTHC": "1.000001", "TrangThaiHoSo": "2"}
        settle(folder, [send([message | {"NgayTiepNhan": "20260930080000"}])])
        with open_ledger(folder):
            pass
    finally:
        os.umask(before)
    wide = [path for path in folder.root.rglob("*") if path.stat().st_mode & 0o077]
    assert not wide
