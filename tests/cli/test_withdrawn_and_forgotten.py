"""Personal data in tables: asked about before it is kept, and removed for good."""

from pathlib import Path

import pytest
from command_runner import EXAMPLES, run

TABLE = EXAMPLES / "units-H21-2026-10-07.csv"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table with a column that no indicator uses, about persons."""
    head, *rows = TABLE.read_text("utf-8").splitlines()
    lines = [f"Họ tên người lập,{head}", *(f"Nguyễn Văn Rất Riêng,{row}" for row in rows)]
    path = tmp_path / "bang.csv"
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_columns_about_persons_that_nobody_uses_are_asked_about(tmp_path: Path, table: Path) -> None:
    words = ("import", "points", table, "--as-of", "2026-10-07", "--data", tmp_path / "data")
    asked = run(*words)
    assert asked.code == 2
    assert "1 cột về cá nhân mà không chỉ số nào dùng: Họ tên người lập" in asked.err
    assert not (tmp_path / "data").exists()
    assert run(*words, "--sure").code == 0


def test_a_file_is_removed_for_good_by_who_is_sure(tmp_path: Path, table: Path) -> None:
    data = tmp_path / "data"
    run("import", "points", table, "--as-of", "2026-10-07", "--data", data, "--sure")
    ranking = run("rank", "--data", data, "--format", "json").out
    words = ("forget", "1", "--because", "có họ tên người lập", "--data", data)
    asked = run(*words)
    assert (asked.code, "không lấy lại được" in asked.err) == (2, True)
    assert any("Rất Riêng".encode() in path.read_bytes() for path in data.rglob("*.csv"))
    done = run(*words, "--sure")
    assert (done.code, "Đã xóa 1 tệp (lần đọc 1)" in done.out + done.err) == (0, True)
    assert not [
        path for path in data.rglob("*") if path.is_file() and "Rất Riêng".encode() in path.read_bytes()
    ]
    assert run("rank", "--data", data, "--format", "json").out == ranking
    assert run("verify", "--data", data).code == 0


def test_nothing_is_due_where_files_are_kept_for_ever(tmp_path: Path) -> None:
    run("import", "points", TABLE, "--as-of", "2026-10-07", "--data", tmp_path / "data")
    done = run("forget", "--due", "--sure", "--data", tmp_path / "data")
    assert (done.code, "Chưa có tệp nào quá thời hạn lưu" in done.out + done.err) == (0, True)
    assert run("forget", "--data", tmp_path / "data").code == 2
