"""A reading that was brought in by mistake is taken back: nothing counts it, its evidence stays."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from reading_samples import DEPARTMENTS, LATER, keep, totals

from bochiso.errors import ComputeError
from bochiso.store.decisions.name_choices import restore_choices
from bochiso.store.decisions.withdrawals import withdraw_readings
from bochiso.store.figures.evidence import Evidence
from bochiso.store.figures.snapshot_store import open_store, rebuild
from bochiso.store.folder import DataFolder
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger

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
