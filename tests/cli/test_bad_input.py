"""Bad input: a clear message, the right exit code, the data folder as it was."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import bombs
import loaded_python
import pytest
from command_runner import BOCHISO, EXAMPLES, Done, environment, process, run, script, tree
from thoroughness import spread
from waiting import PATIENCE

from bochiso.cli.options import MAX_FILE_BYTES

GOOD = EXAMPLES / "units-H21-2026-10-07.csv"
HEADING = "unit,unit_name,level,parent,CKMB,TDGQ,CLGQ,TTTT,MDHL,MDSH,total\n"
ROW = "H21.227,UBND xã Vân Canh,commune,H21,11.79,19.41,6.33,7.23,18.0,12.69,75.45\n"
ROOT = os.geteuid() == 0
ORDINARY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if ROOT else []
"""Runs a command without the power of root to read and write what it may not."""

rights = pytest.mark.skipif(
    bool(ORDINARY) and shutil.which("setpriv") is None, reason="root may read and write everything"
)
root_only = pytest.mark.skipif(not ROOT, reason="needs the right to mount")


def bad_import(file: Path, data: Path, *more: str) -> Done:
    """Import one file as points of a new day; the folder stays as it was, standard output empty."""
    before = tree(data)
    done = run("import", "points", file, "--as-of", "2026-10-09", "--data", data, *more)
    assert tree(data) == before
    assert done.out == ""
    return done


def refused(file: Path, data: Path) -> str:
    """What both import and score say of a file that they can do nothing with, exit code 2."""
    done, scored = bad_import(file, data), run("score", file)
    assert (done.code, scored.code) == (2, 2)
    assert done.err == scored.err
    assert scored.out == ""
    assert done.err.startswith("Lỗi: ")
    assert done.err.count("\n") == 1
    return done.err


def file(tmp_path: Path, name: str, content: bytes | str) -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_an_empty_file(tmp_path: Path, data: Path) -> None:
    assert "trống.csv: tệp rỗng." in refused(file(tmp_path, "trống.csv", ""), data)


@pytest.mark.parametrize(
    "content", [os.urandom(3000) + b"\0", b"\x89PNG\r\n\x1a\n" + bytes(99), b"%PDF-1.7\n\0"]
)
def test_a_binary_renamed_csv(tmp_path: Path, data: Path, content: bytes) -> None:
    assert "không phải bảng" in refused(file(tmp_path, "ảnh.csv", content), data)


def test_a_file_above_the_size_that_figures_can_have(tmp_path: Path, data: Path) -> None:
    path = file(tmp_path, "lớn.csv", HEADING)
    os.truncate(path, 200_000_000)
    assert f"lớn hơn {MAX_FILE_BYTES // 1_000_000} MB" in refused(path, data)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no endless file here")
def test_a_file_without_an_end(data: Path) -> None:
    assert "lớn hơn 50 MB" in refused(Path("/dev/zero"), data)


@pytest.mark.parametrize("command", [["score"], ["import", "measures", "--as-of", "2026-10-09"]])
@pytest.mark.parametrize("how", bombs.FAR_CELLS)
def test_a_workbook_that_ends_whoever_reads_it_is_refused(
    tmp_path: Path, own_data: Path, how: str, command: list[str]
) -> None:
    (path := tmp_path / "xa.xlsx").write_bytes(bombs.FAR_CELLS[how])
    where = [] if command == ["score"] else ["--data", own_data]
    done = run(*command, path, *where)
    assert done.code == 2
    assert done.err.startswith("Lỗi: xa.xlsx: trang tính trải đến dòng 1.048.576, cột thứ 16.384")


@pytest.mark.parametrize("kind", ["dossiers", "procedures", "petitions", "units"])
def test_a_workbook_of_records_that_ends_whoever_reads_it_is_refused(tmp_path: Path, kind: str) -> None:
    (path := tmp_path / "xa.xlsx").write_bytes(bombs.FAR_CELLS["small letters"])
    done = run("import", kind, path, "--data", tmp_path / "data")
    assert done.code == 2
    assert "trải đến dòng 1.048.576" in done.err


def test_a_zip_bomb_as_a_workbook(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "bom.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(260):
                sheet.write(bytes(2**20))
    assert path.stat().st_size < 2_000_000
    assert "giải nén ra hơn 200 MB" in refused(path, data)


def test_ten_thousand_unknown_columns(tmp_path: Path, data: Path) -> None:
    unknown = file(
        tmp_path, "rộng.csv", ",".join(f"cột{n}" for n in range(10_000)) + "\n" + "1," * 9_999 + "1\n"
    )
    message = refused(unknown, data)
    assert len(message) < 1_000


def test_ten_thousand_columns_beside_the_known_ones(tmp_path: Path, own_data: Path) -> None:
    extra = "".join(f",cột{n}" for n in range(10_000))
    path = file(tmp_path, "rộng.csv", HEADING.strip() + extra + "\n" + ROW.strip() + ",1" * 10_000 + "\n")
    done = run("import", "points", path, "--as-of", "2026-10-09", "--data", own_data)
    assert done.code in (0, 1, 2)
    assert len(done.err) < 3_000


def test_a_formula_in_a_cell_refuses_its_row_and_no_other(tmp_path: Path, own_data: Path) -> None:
    evil = ROW.replace("H21.227,UBND xã Vân Canh", "H21.212,=cmd|' /C calc'!A0")
    path = file(tmp_path, "công thức.csv", HEADING + ROW + evil)
    done = run("import", "points", path, "--as-of", "2026-10-09", "--data", own_data)
    assert done.code == 1
    assert "công thức.csv, dòng 3" in done.err
    assert "Đọc 2 dòng: nhận 1, từ chối 1." in done.err
    ranked = run("rank", "--data", own_data, "--as-of", "2026-10-09", "--format", "json")
    assert [row["unit"] for row in ranked.json] == ["H21.227"]


def test_a_row_that_cannot_be_used_is_named_and_the_others_go_in(tmp_path: Path, own_data: Path) -> None:
    torn = GOOD.read_text("utf-8").replace("79.09", "79.15")
    done = run(
        "import", "points", file(tmp_path, "rách.csv", torn), "--as-of", "2026-10-09", "--data", own_data
    )
    assert done.code == 1
    assert done.out == ""
    assert "rách.csv, dòng 2" in done.err
    assert "Đọc 149 dòng: nhận 148, từ chối 1." in done.err


def test_a_path_that_does_not_exist(tmp_path: Path, data: Path) -> None:
    assert "không có tệp này" in refused(tmp_path / "không có.csv", data)


def test_a_folder_of_files_without_one_to_read(tmp_path: Path, data: Path) -> None:
    file(tmp_path, "thư.docx", b"PK")
    assert "không có tệp nào đọc được" in refused(tmp_path, data)


@rights
def test_a_file_without_the_right_to_read_it(tmp_path: Path) -> None:
    path = file(tmp_path, "kín.csv", HEADING + ROW)
    path.chmod(0)
    done = process("score", path, within=ORDINARY)
    assert done.code == 2
    assert "kín.csv: không có quyền đọc tệp này" in done.err


@rights
@pytest.mark.parametrize(
    ("fresh", "mode"), spread([(True, 0o000), (True, 0o555), (False, 0o000), (False, 0o555)], 2)
)
def test_a_folder_without_rights(tmp_path: Path, own_data: Path, mode: int, fresh: bool) -> None:
    above = tmp_path / "trên"
    above.mkdir()
    own_data.rename(above / "data")
    target = above / ("mới" if fresh else "data")
    before = tree(above)
    closed = above if fresh else above / "data" / "evidence"
    closed.chmod(mode)
    done = process(
        "import", "points", GOOD, "--as-of", "2026-10-09", "--sure", "--data", target, within=ORDINARY
    )
    closed.chmod(0o755)
    assert done.code == 2
    assert "không có quyền đọc hoặc ghi ở đây" in done.err
    assert tree(above) == before


@root_only
@pytest.mark.parametrize("fresh", [True, False], ids=["new folder", "existing folder"])
def test_a_data_folder_on_a_read_only_disk(tmp_path: Path, own_data: Path, fresh: bool) -> None:
    mounted = tmp_path / "đĩa"
    mounted.mkdir()
    subprocess.run(["mount", "--bind", own_data, mounted], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", mounted], check=True)
        target = mounted / "mới" if fresh else mounted
        before = tree(mounted)
        done = run("import", "points", GOOD, "--as-of", "2026-10-09", "--sure", "--data", target)
        assert done.code == 2
        assert "không có quyền đọc hoặc ghi ở đây" in done.err
        assert tree(mounted) == before
        if not fresh:
            assert run("rank", "--data", mounted).code == 0
    finally:
        subprocess.run(["umount", mounted], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 5 MB of its own."""
    mounted = tmp_path / "đĩa nhỏ"
    mounted.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=5m", "tmpfs", mounted], check=True)
    try:
        yield mounted
    finally:
        subprocess.run(["umount", mounted], check=True)


@root_only
@pytest.mark.parametrize(("free", "fresh"), spread(product((0, 8_000, 60_000, 500_000), (True, False)), 4))
def test_a_full_disk(small_disk: Path, free: int, fresh: bool) -> None:
    data = small_disk / "data"
    if not fresh:
        table = EXAMPLES / "provinces-2026-09-17.csv"
        assert run("import", "points", table, "--as-of", "2026-09-17", "--data", data).code == 0
    room = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
    (small_disk / "đầy").write_bytes(bytes(max(0, room - free)))
    before = tree(small_disk)
    done = run("import", "points", GOOD, "--as-of", "2026-10-09", "--sure", "--data", data)
    assert done.code == 2
    assert "ổ đĩa đã đầy" in done.err
    assert "số liệu đã có được giữ nguyên" in done.err
    assert tree(small_disk) == before
    (small_disk / "đầy").unlink()
    assert run("import", "points", GOOD, "--as-of", "2026-10-09", "--sure", "--data", data).code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on processes")
@pytest.mark.parametrize("limit", [1_000, 30_000, 400_000])
def test_a_quota_on_the_size_of_files(own_data: Path, limit: int) -> None:
    before = tree(own_data)
    code = f"import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
    done = script(code, "import", "points", GOOD, "--as-of", "2026-10-09", "--sure", "--data", own_data)
    assert done.code == 2
    assert "ổ đĩa đã đầy" in done.err
    assert tree(own_data) == before


@pytest.mark.parametrize("command", ["rank", "rebuild", "check", "snapshots"])
def test_a_data_folder_of_a_newer_version(own_data: Path, command: str) -> None:
    (own_data / "FORMAT").write_text("999\n")
    before = tree(own_data)
    done = run(command, "--data", own_data)
    assert done.code == 2
    assert "thuộc phiên bản mới hơn (dạng 999" in done.err
    assert bad_import(GOOD, own_data, "--sure").err == done.err
    assert tree(own_data) == before


def test_a_folder_that_is_not_ours(tmp_path: Path) -> None:
    file(tmp_path, "của người khác.txt", "x")
    done = bad_import(GOOD, tmp_path, "--sure")
    assert done.code == 2
    assert "không phải thư mục số liệu của bochiso" in done.err


def test_two_commands_at_once_the_second_waits_then_says_so(own_data: Path) -> None:
    before = tree(own_data)
    holding = (
        "from pathlib import Path\nfrom bochiso.store.folder import DataFolder\n"
        f"with DataFolder(Path({str(own_data)!r})).writing():\n    print('held', flush=True)\n    input()"
    )
    holder = loaded_python.start(
        [sys.executable, "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    holder.stdout.readline()
    try:
        less = "import bochiso.store.folder\nbochiso.store.folder.LOCK_SECONDS = 0.5"
        done = script(less, "import", "points", GOOD, "--as-of", "2026-10-09", "--sure", "--data", own_data)
        assert run("rank", "--data", own_data).code == 0
    finally:
        holder.communicate(b"\n", timeout=PATIENCE)
    assert done.code == 2
    assert "một lệnh khác đang ghi vào thư mục này. Đợi lệnh đó xong rồi chạy lại." in done.err
    assert tree(own_data) == before


def test_two_imports_at_once_both_come_through(own_data: Path) -> None:
    running = [
        loaded_python.start(
            [*BOCHISO, "import", "points", str(GOOD), "--as-of", day, "--sure", "--data", str(own_data)],
            env=environment(), stderr=subprocess.PIPE,
        )
        for day in ("2026-10-11", "2026-10-12")
    ]  # fmt: skip
    ended = [(each.communicate(timeout=PATIENCE), each.returncode) for each in running]
    assert [code for _, code in ended] == [0, 0]
    days = [each["as_of"] for each in run("snapshots", "--data", own_data, "--format", "json").json]
    assert days[-2:] == ["2026-10-11", "2026-10-12"]


def test_a_full_disk_behind_standard_output(data: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    for form in ("table", "json", "csv"):
        with Path("/dev/full").open("wb") as full:
            command = [*BOCHISO, "rank", "--data", data, "--format", form]
            done = loaded_python.run(command, stdout=full, env=environment(), timeout=PATIENCE)
        assert done.returncode == 2
        assert done.stderr.decode().startswith("Lỗi: không ghi được kết quả ra")
        assert done.stderr.count(b"\n") == 1


def test_a_missing_data_folder_is_not_made_by_looking(tmp_path: Path) -> None:
    done = process("rank", cwd=tmp_path)
    assert done.code == 2
    assert "bochiso-data: chưa có thư mục số liệu. Nạp số liệu bằng `bochiso import`" in done.err
    assert list(tmp_path.iterdir()) == []
