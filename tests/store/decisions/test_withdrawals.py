"""A reading that was brought in by mistake is taken back: nothing counts it, its evidence stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from reading_samples import DEPARTMENTS, LATER, MORNING, answers, keep, totals

from bochiso.errors import ComputeError, StoreError
from bochiso.office.backend import Backend
from bochiso.office.figures import due_readings, forget_readings
from bochiso.store.backup.integrity_check import check_folder
from bochiso.store.decisions.name_choices import restore_choices
from bochiso.store.decisions.withdrawals import withdraw_readings
from bochiso.store.figures.evidence import Evidence
from bochiso.store.figures.forgetting import forgotten
from bochiso.store.figures.snapshot_store import open_store, rebuild
from bochiso.store.folder import DataFolder
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.settings import change_settings

BY = By("lan", datetime(2026, 10, 8, 1, tzinfo=UTC))


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    keep(folder, DEPARTMENTS)
    keep(folder, LATER, hour=1)
    with open_ledger(folder) as ledger:
        withdraw_readings(ledger, folder, [2], "nạp nhầm tệp", BY)
    return folder


def total(folder: DataFolder) -> str:
    with open_store(folder) as store:
        return totals(store, store.snapshots()[-1])["H21.17"]


def test_what_was_before_holds_again_and_the_evidence_stays(folder: DataFolder) -> None:
    assert total(folder) == "79.070000"
    assert Evidence(folder.evidence).seqs() == [1, 2]


def test_the_log_says_who_and_why(folder: DataFolder) -> None:
    with open_ledger(folder) as ledger, ledger.read() as db:
        line = audit.lines(db)[-1]

    assert (line.who, line.action, line.subject, line.details) == (
        "lan", "snapshot.withdraw", "2", {"because": "nạp nhầm tệp"},
    )  # fmt: skip


def test_it_stays_taken_back_after_a_rebuild(folder: DataFolder) -> None:
    folder.withdrawn.unlink()
    restore_choices(folder)
    rebuild(folder)

    assert total(folder) == "79.070000"


def test_the_same_file_may_be_brought_in_again(folder: DataFolder) -> None:
    assert not keep(folder, LATER, hour=2).already
    assert total(folder) == "79.090000"


@pytest.mark.parametrize(("seq", "because"), [(1, "  "), (2, "lần nữa")])
def test_without_a_reason_or_twice_nothing_is_taken_back(folder: DataFolder, seq: int, because: str) -> None:
    with open_ledger(folder) as ledger, pytest.raises(ComputeError):
        withdraw_readings(ledger, folder, [seq], because, BY)

    assert total(folder) == "79.070000"


PERSONAL = DEPARTMENTS.replace("unit,unit_name", "Điện thoại,unit,unit_name").replace(
    "\nH21", "\n0912345678,H21"
)
REFUSED = PERSONAL + "0987654321,H21.03,Sở Tài chính - tỉnh Gia Lai,department,H21,mười một,1,1,1,1,1,1\n"


def sizes(folder: DataFolder) -> bytes:
    return b"".join(path.read_bytes() for path in folder.root.rglob("*") if path.is_file())


def test_a_file_that_is_forgotten_leaves_its_figures_its_hash_and_a_note(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    keep(folder, REFUSED)
    keep(folder, LATER, hour=1)
    before = answers(folder)
    assert b"0912345678" in sizes(folder)
    backend = Backend(folder)

    assert forget_readings(backend, BY, [1], " có số  điện thoại ") == 1
    assert not [each for each in (b"0912345678", b"0987654321") if each in sizes(folder)]
    assert answers(folder) == before
    assert rebuild(folder) == 2
    assert answers(folder) == before
    with open_ledger(folder) as ledger, ledger.read() as db:
        (line,) = audit.lines(db)
        assert (line.action, line.subject, line.details) == (
            "evidence.forget", "1", {"because": "có số điện thoại"},
        )  # fmt: skip
    with open_ledger(folder) as ledger:
        assert not check_folder(folder, ledger, BY.at).faults
    note = forgotten(Evidence(folder.evidence).path(1))
    assert note is not None
    assert (note.who, note.because, note.refused) == ("lan", "có số điện thoại", 1)
    # Done again, as after a kill halfway, it does what is left and no more.
    (Evidence(folder.evidence).path(1) / "001.csv").write_text("0912345678")
    assert forget_readings(backend, BY, [1], "lại") == 1
    with open_ledger(folder) as ledger, ledger.read() as db:
        assert len(audit.lines(db)) == 1
    keep(folder, DEPARTMENTS, hour=2)
    assert total(folder) == "79.070000"


def test_what_stands_for_a_forgotten_file_is_sealed(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    keep(folder, DEPARTMENTS)
    forget_readings(Backend(folder), BY, [1], "thử")
    path = folder.evidence / "000001" / "figures.arrow"
    path.write_bytes(path.read_bytes().replace(b"CKMB", b"TDGQ"))
    with pytest.raises(StoreError, match="evidence is missing or was changed"):
        rebuild(folder)


def test_nothing_is_forgotten_without_a_reason_or_where_nothing_is(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    keep(folder, DEPARTMENTS)
    for seqs, because in (([1], "  "), ([2], "thử")):
        with pytest.raises(ComputeError):
            forget_readings(Backend(folder), BY, seqs, because)
    assert (folder.evidence / "000001" / "001.csv").exists()


def test_files_are_due_once_they_were_kept_for_as_long_as_they_are_wanted(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    keep(folder, DEPARTMENTS)
    backend = Backend(folder)
    assert due_readings(backend, MORNING + timedelta(days=3000)) == ()
    with open_ledger(folder) as ledger:
        change_settings(ledger, {"evidence_months": 12}, BY)
    assert due_readings(backend, MORNING + timedelta(days=12 * 31)) == ()
    assert due_readings(backend, MORNING + timedelta(days=12 * 31 + 1)) == (1,)
    forget_readings(backend, BY, [1], "hết hạn")
    assert due_readings(backend, MORNING + timedelta(days=3000)) == ()
