"""A journal that lacks what was taken: every command says so, and where it leads is true."""

import json
import shutil
from pathlib import Path

import pytest
from command_runner import run

DAY = {"MaTTHC": "1.000001", "TrangThaiHoSo": "4", "NgayTiepNhan": "20261005080000",
       "NgayHenTra": "20261009170000"}  # fmt: skip


def bring_in(data: Path, first: int, count: int) -> None:
    items = [{"MaHoSo": f"H15.50-261005-{n:05d}", **DAY} for n in range(first, first + count)]
    path = data.parent / "items.json"
    path.write_text(json.dumps(items))
    assert run("import", "dossiers", path, "--data", data).code == 0


def overdue(data: Path) -> int:
    done = run("dossiers", "overdue", "--data", data, "--format", "json")
    assert done.code == 0, done.err
    return len(json.loads(done.out))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    bring_in(tmp_path / "data", 0, 30)
    bring_in(tmp_path / "data", 30, 10)
    assert overdue(tmp_path / "data") == 40
    return tmp_path / "data"


def flip(path: Path) -> None:
    """One bit near the end, as a failing disk may."""
    broken = bytearray(path.read_bytes())
    broken[-50] ^= 1
    path.write_bytes(broken)


@pytest.mark.parametrize("facts", [True, False])
def test_one_bit_in_the_last_block_is_said_and_the_block_is_kept(data: Path, facts: bool) -> None:
    path = data / "evidence" / "journal" / "000001.log"
    flip(path)
    broken = path.read_bytes()
    if not facts:  # as after a restore
        (data / "dossiers.duckdb").unlink()
    (items := data.parent / "more.json").write_text(json.dumps([{"MaHoSo": "H15.50-261005-00099", **DAY}]))
    for command in (["dossiers", "overdue"], ["import", "dossiers", items], ["measure"]):
        done = run(*command, "--data", data)
        assert done.code == 2
        assert "nhật ký hồ sơ thiếu 10 mục đã nhận: chỉ còn 30 trong 40 mục" in done.err
        assert path.read_bytes() == broken
    done = run("rebuild", "--data", data)
    assert done.code == 1
    assert "thiếu 10 mục đã nhận" in done.err
    assert "Đã giữ riêng" in done.err
    (torn,) = path.parent.glob("000001.torn-*")
    assert path.read_bytes() + torn.read_bytes() == broken
    assert len(list(data.glob("dossiers-*.duckdb"))) == facts
    assert overdue(data) == 30
    assert run("rebuild", "--data", data).code == 0


def test_after_the_journal_was_deleted_rebuild_leads_on(data: Path) -> None:
    shutil.rmtree(data / "evidence" / "journal")
    done = run("dossiers", "overdue", "--data", data)
    assert done.code == 2
    assert "thiếu 40 mục đã nhận: chỉ còn 0 trong 40 mục" in done.err
    assert "bochiso rebuild" in done.err
    done = run("rebuild", "--data", data)
    assert done.code == 1
    assert "thiếu 40 mục đã nhận" in done.err
    assert len(list(data.glob("dossiers-*.duckdb"))) == 1
    assert "chưa có hồ sơ nào" in run("dossiers", "overdue", "--data", data).err
    bring_in(data, 0, 30)
    assert overdue(data) == 30


def test_after_the_journal_was_restored_all_is_as_it_was(data: Path) -> None:
    journal = data / "evidence" / "journal"
    shutil.copytree(journal, data.parent / "backup")
    flip(journal / "000001.log")
    assert run("dossiers", "overdue", "--data", data).code == 2
    shutil.rmtree(journal)
    shutil.copytree(data.parent / "backup", journal)
    assert overdue(data) == 40
    assert run("rebuild", "--data", data).code == 0
