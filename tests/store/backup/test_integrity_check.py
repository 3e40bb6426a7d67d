"""The whole check finds what was changed, lost or put in, wherever it stands, and names it."""

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from dossier_sending import message, settle
from ledger_databases import by, person

from bochiso.followup.steering_tasks import Task
from bochiso.periods import parse_period
from bochiso.rules.loader import rules_text
from bochiso.store.backup.integrity_check import check_folder
from bochiso.store.decisions.publications import propose
from bochiso.store.decisions.withdrawals import withdraw_readings
from bochiso.store.figures.evidence import NewReading
from bochiso.store.figures.snapshot_store import add_reading, open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit_heads import HEADS_VARIABLE, HeadLine, head_of, note_head, read_heads
from bochiso.store.people.ledger import Ledger, open_ledger
from bochiso.store.people.permissions import Role
from bochiso.store.people.settings import change_settings
from bochiso.store.steering.task_register import give_task
from bochiso.text import Lang, now

TABLE = b"code,name,level,total\nH21.17,X,commune,80\n"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    made = DataFolder(tmp_path_factory.mktemp("whole") / "data")
    for day in (2, 3):
        reading = NewReading(
            "points", [("a.csv", TABLE)], as_of=by().at.date().replace(day=day),
            period=parse_period("2026"), rules_text=rules_text("qd766"), read_at=by().at,
        )  # fmt: skip
        add_reading(made, reading)
    item = {"MaTTHC": "1.000001", "TrangThaiHoSo": "4", "NgayTiepNhan": "20261005080000"}
    settle(made, [message([item | {"MaHoSo": f"H15.50-261001-000{n}"}]) for n in range(3)])
    with open_ledger(made) as ledger:
        person(ledger)
        ledger.add_key("h15", "H15", by().at, by())
        change_settings(ledger, {"province": "H15"}, by())
        with open_store(made) as store:
            propose(ledger, store, max(store.snapshots(), key=lambda each: each.as_of), by())
        task = Task(0, "Rà soát", "CV 1", ("H15.50",), (), date(2026, 10, 9), False, False, by().at)
        give_task(ledger, task, by())
        withdraw_readings(ledger, made, [1], "nạp nhầm", by())
        for _ in range(5):
            ledger.record(by(), "measure", "1")
    return made


@pytest.fixture
def folder(whole: DataFolder, tmp_path: Path) -> DataFolder:
    shutil.copytree(whole.root, tmp_path / "data")
    return DataFolder(tmp_path / "data")


def faults(folder: DataFolder, *heads: HeadLine) -> list[str]:
    with open_ledger(folder) as ledger:
        return [each.render(Lang.VI) for each in check_folder(folder, ledger, now(), heads).faults]


def flip(path: Path, at: int = -10) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def rewritten(sql: str) -> Callable[[DataFolder], None]:
    def change(folder: DataFolder) -> None:
        with open_ledger(folder) as ledger, ledger.write() as db:
            for trigger in ("audit_unchanged", "audit_kept"):
                db.execute(sa.text(f"drop trigger {trigger}"))
            db.execute(sa.text(sql))

    return change


DAMAGES: list[tuple[str, Callable[[DataFolder], object], str]] = [
    ("a table", lambda f: flip(f.evidence / "000001" / "001.csv", 3), "000001/001.csv: đã bị sửa"),
    ("its list", lambda f: flip(f.evidence / "000001" / "manifest.json"), "000001/manifest.json"),
    ("its rules", lambda f: flip(f.evidence / "000002" / "rules.yaml"), "000002/rules.yaml: đã bị sửa"),
    ("a file gone", lambda f: (f.evidence / "000002" / "001.csv").unlink(), "000002/001.csv: bị mất"),
    ("a file put in", lambda f: (f.evidence / "000002" / "x").touch(), "000002/x: tệp lạ"),
    ("a reading gone", lambda f: shutil.rmtree(f.evidence / "000001"), "000001: thiếu lần đọc"),
    ("the journal", lambda f: flip(f.journal / "000001.log", 60), "nhật ký hồ sơ thiếu 3 mục"),
    ("its end", lambda f: os.truncate(f.journal / "000001.log", 40), "nhật ký hồ sơ thiếu 3 mục"),
    ("a line", rewritten("update audit set who = 'x' where seq = 3"), "từ dòng 3"),
    ("a line gone", rewritten("delete from audit where seq = 3"), "từ dòng 3"),
    ("a role", rewritten("update accounts set role = 'administrator'"), "tài khoản lan"),
    ("a key", rewritten("update client_keys set unit = 'H'"), "khóa h15: không như"),
    ("a key gone", rewritten("delete from client_keys"), "khóa h15: nhật ký thao tác có ghi"),
    (
        "a key put in",
        rewritten("insert into client_keys select 'x', unit, secret_hash, created_at, null from client_keys"),
        "khóa x: có trong sổ cái",
    ),
    ("a key ended", rewritten("update client_keys set revoked_at = created_at"), "khóa h15: không như"),
    ("an account gone", rewritten("delete from accounts"), "tài khoản lan: nhật ký thao tác có ghi"),
    (
        "an account let in no more",
        rewritten("update accounts set disabled_at = created_at"),
        "tài khoản lan: không như",
    ),
    ("a publication gone", rewritten("delete from publications"), "bản công bố số 1: nhật ký"),
    (
        "a publication rejected",
        rewritten("update publications set decided_at = null"),
        "bản công bố số 1: không như",
    ),
    (
        "a setting",
        rewritten("update settings set value = '\"H16\"' where name = 'province'"),
        "thiết lập province: không như",
    ),
    ("a reading back", rewritten("delete from withdrawn_readings"), "lần đọc đã rút 1: nhật ký"),
    ("a task gone", rewritten("delete from tasks"), "nhiệm vụ số 1: nhật ký"),
]


@pytest.mark.parametrize(("_", "damage", "said"), DAMAGES, ids=[each[0] for each in DAMAGES])
def test_what_was_changed_is_named(
    folder: DataFolder, _: str, damage: Callable[[DataFolder], object], said: str
) -> None:
    assert faults(folder) == []
    damage(folder)
    found = faults(folder)
    assert any(said in each for each in found), found


def test_a_log_cut_at_its_end_shows_against_what_was_kept_elsewhere(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HEADS_VARIABLE, str(tmp_path / "heads"))
    with open_ledger(folder) as ledger:
        note_head(ledger, by().at)
        ledger.record(by(), "measure", "1")
        note_head(ledger, by(seconds=60).at)
    heads = read_heads(tmp_path / "heads")
    assert [each.at for each in heads] == ["2026-10-07T01:00:00Z", "2026-10-07T01:01:00Z"]
    assert faults(folder, *heads) == []
    cut_and_rewritten(folder)
    assert faults(folder) == []  # by itself it looks whole
    (told,) = faults(folder, *heads)
    assert "nơi khác" in told


def cut_and_rewritten(folder: DataFolder) -> None:
    """Drop the last line and say that the log ends before it, as who owns the database can."""
    with open_ledger(folder) as ledger:
        last = head_of(ledger, by().at).seq
        with ledger.write() as db:
            db.execute(sa.text("drop trigger audit_kept"))
            db.execute(sa.text(f"delete from audit where seq = {last}"))
            before = db.execute(sa.text(f"select hash from audit where seq = {last - 1}")).scalar_one()
            db.execute(sa.text(f"update audit_ends set last_seq = {last - 1}, last_hash = '{before}'"))


def test_an_administrator_by_the_program_is_no_fault(folder: DataFolder) -> None:
    with open_ledger(folder) as ledger:
        assert isinstance(ledger, Ledger)
        person(ledger, "quan", Role.ADMINISTRATOR)
    assert faults(folder) == []
