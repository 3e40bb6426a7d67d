"""Publishing is a decision, and what was published stays as it was."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from ledger_databases import START, by
from reading_samples import COMMUNES, DEPARTMENTS, LATER, QD766, keep, totals

from bochiso.errors import ComputeError, StoreError
from bochiso.store.decisions.publications import (
    Publication,
    VersionKind,
    VersionState,
    approve,
    check_frozen,
    in_force,
    propose,
    public_versions,
    publications,
    reject,
    seal_of,
    withdraw,
)
from bochiso.store.figures.snapshot_store import Store, open_store, rebuild
from bochiso.store.folder import DataFolder
from bochiso.store.people import audit
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.settings import change_settings


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Figures of one day; only to be copied."""
    found = DataFolder(tmp_path_factory.mktemp("kept") / "data")
    keep(found, DEPARTMENTS)
    keep(found, COMMUNES, hour=1)
    return found.root


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> DataFolder:
    return DataFolder(Path(shutil.copytree(kept, tmp_path / "data")))


@contextmanager
def opened(folder: DataFolder) -> Iterator[Store]:
    with open_store(folder) as store:
        yield store


def publish(
    ledger: Ledger, folder: DataFolder, who: str = "lan", reason: str = "", n: int = 0
) -> Publication:
    """Propose the newest snapshot."""
    with opened(folder) as store:
        return propose(ledger, store, store.snapshots()[-1], by(who, n), reason)


def two_officers(ledger: Ledger) -> None:
    change_settings(ledger, {"approval_required": True}, by())


def test_a_snapshot_is_published_at_once_where_nobody_has_to_approve(
    ledger: Ledger, folder: DataFolder
) -> None:
    made = publish(ledger, folder)
    assert (made.version, made.state, made.kind, made.measured) == (
        1,
        VersionState.PUBLISHED,
        VersionKind.FIGURES,
        False,
    )
    assert made.decided == made.proposed
    assert public_versions(ledger) == [made]
    assert in_force(public_versions(ledger)) == [made]
    assert made.snapshot.seqs == (1, 2)


def test_another_officer_approves_where_the_setting_says_so(ledger: Ledger, folder: DataFolder) -> None:
    two_officers(ledger)
    made = publish(ledger, folder)
    assert (made.state, public_versions(ledger)) == (VersionState.PROPOSED, [])
    with opened(folder) as store:
        with pytest.raises(ComputeError, match="nobody approves their own proposal"):
            approve(ledger, store, made.id, by("lan", 1))
        done = approve(ledger, store, made.id, by("minh", 2))
        with pytest.raises(ComputeError, match="decided on already"):
            approve(ledger, store, made.id, by("hoa", 3))
    assert done.decided is not None
    assert (done.state, done.decided.by) == (VersionState.PUBLISHED, "minh")
    assert public_versions(ledger) == [done]


def test_two_who_approve_at_once_decide_once(ledger: Ledger, folder: DataFolder) -> None:
    two_officers(ledger)
    made = publish(ledger, folder)
    outcomes: list[str] = []

    def decide(name: str) -> None:
        try:
            with opened(folder) as store:
                approve(ledger, store, made.id, by(name))
            outcomes.append("approved")
        except ComputeError:
            outcomes.append("too late")

    threads = [threading.Thread(target=decide, args=(f"nguoi{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "too late", "too late", "too late"]


def test_a_proposal_is_rejected_with_a_reason_and_can_be_made_again(
    ledger: Ledger, folder: DataFolder
) -> None:
    two_officers(ledger)
    made = publish(ledger, folder)
    with pytest.raises(ComputeError, match="waiting already"):
        publish(ledger, folder, "hoa")
    with pytest.raises(ComputeError, match="the reason is missing"):
        reject(ledger, made.id, by("minh"), "  ")
    done = reject(ledger, made.id, by("minh"), "chưa đối chiếu xong")
    assert (done.state, done.words) == (VersionState.REJECTED, "chưa đối chiếu xong")
    again = publish(ledger, folder)
    assert (again.version, again.state) == (2, VersionState.PROPOSED)
    assert public_versions(ledger) == []


def test_an_unknown_number_is_told(ledger: Ledger) -> None:
    with pytest.raises(ComputeError, match="there is no publication 7"):
        reject(ledger, 7, by(), "nhầm")


def test_what_was_published_stays_when_a_later_reading_changes_the_day(
    ledger: Ledger, folder: DataFolder
) -> None:
    made = publish(ledger, folder)
    keep(folder, LATER, hour=5)
    with opened(folder) as store:
        newest = store.snapshots()[-1]
        check_frozen(store, made)
        assert totals(store, newest)["H21.17"] == "79.090000"
        assert totals(store, made.snapshot)["H21.17"] == "79.070000"
        assert seal_of(store, newest) != made.seal
    assert in_force(public_versions(ledger)) == [made]


def test_a_correction_is_a_new_version_with_its_reason_and_the_old_one_stays_listed(
    ledger: Ledger, folder: DataFolder
) -> None:
    first = publish(ledger, folder)
    keep(folder, LATER, hour=5)
    with pytest.raises(ComputeError, match="the reason is missing"):
        publish(ledger, folder, n=10)
    second = publish(ledger, folder, reason="Cổng cập nhật\nlại số liệu của Sở", n=11)
    assert (second.version, second.reason) == (2, "Cổng cập nhật lại số liệu của Sở")
    assert public_versions(ledger) == [second, first]
    assert in_force(public_versions(ledger)) == [second]
    with opened(folder) as store:
        check_frozen(store, first)
        check_frozen(store, second)


def test_a_correction_that_waits_leaves_the_version_before_in_force(
    ledger: Ledger, folder: DataFolder
) -> None:
    first = publish(ledger, folder)
    two_officers(ledger)
    keep(folder, LATER, hour=5)
    publish(ledger, folder, reason="cập nhật")
    assert in_force(public_versions(ledger)) == [first]


def test_the_same_figures_are_no_correction(ledger: Ledger, folder: DataFolder) -> None:
    publish(ledger, folder)
    with pytest.raises(ComputeError, match="the public version says just the same"):
        publish(ledger, folder, reason="công bố lại")


def test_a_withdrawal_is_a_version_too_and_needs_the_same_approval(
    ledger: Ledger, folder: DataFolder
) -> None:
    first = publish(ledger, folder)
    two_officers(ledger)
    with pytest.raises(ComputeError, match="the reason is missing"):
        withdraw(ledger, first, by("lan"), "")
    gone = withdraw(ledger, first, by("lan", 5), "số liệu nguồn sai")
    assert in_force(public_versions(ledger)) == [first]
    with opened(folder) as store:
        approve(ledger, store, gone.id, by("minh", 6))
    assert in_force(public_versions(ledger)) == []
    assert [each.kind for each in public_versions(ledger)] == [VersionKind.WITHDRAWAL, VersionKind.FIGURES]
    with pytest.raises(ComputeError, match="isn't public any more"):
        withdraw(ledger, first, by("lan"), "lần nữa")


def test_a_withdrawn_snapshot_is_published_again_with_a_reason(ledger: Ledger, folder: DataFolder) -> None:
    first = publish(ledger, folder)
    withdraw(ledger, first, by(), "nhầm kỳ")
    third = publish(ledger, folder, reason="đã kiểm tra lại, số liệu đúng")
    assert (third.version, in_force(public_versions(ledger))) == (3, [third])


def test_days_and_periods_have_versions_of_their_own(ledger: Ledger, folder: DataFolder) -> None:
    first = publish(ledger, folder)
    keep(folder, DEPARTMENTS, day="2026-10-08", hour=24)
    second = publish(ledger, folder)
    assert (first.version, second.version) == (1, 1)
    assert public_versions(ledger) == [second, first]


def test_a_snapshot_survives_its_way_through_the_ledger(ledger: Ledger, folder: DataFolder) -> None:
    keep(folder, LATER, hour=5, label="tuần 01 tháng 10/2026", period="2026-W41")
    with opened(folder) as store:
        for snapshot in store.snapshots():
            assert propose(ledger, store, snapshot, by()).snapshot == snapshot
        assert {each.snapshot for each in publications(ledger)} == set(store.snapshots())


def test_facts_that_are_rebuilt_give_what_was_published(ledger: Ledger, folder: DataFolder) -> None:
    made = publish(ledger, folder)
    rebuild(folder)
    with opened(folder) as store:
        check_frozen(store, made)


def test_evidence_that_is_gone_or_says_otherwise_is_not_shown_as_published(
    ledger: Ledger, folder: DataFolder, tmp_path: Path
) -> None:
    made = publish(ledger, folder)
    one, other, rules = (DataFolder(tmp_path / name) for name in ("less", "other", "rules"))
    keep(one, DEPARTMENTS)
    keep(other, LATER)
    keep(other, COMMUNES, hour=1)
    text = QD766.replace("Xuất sắc", "Rất tốt", 1)
    keep(rules, DEPARTMENTS, rules=text)
    keep(rules, COMMUNES, hour=1, rules=text)
    for each in (one, other, rules):
        with (
            opened(each) as store,
            pytest.raises(StoreError, match="can't be given exactly as it was any more"),
        ):
            check_frozen(store, made)


def test_another_name_of_a_unit_breaks_the_seal_too(
    ledger: Ledger, folder: DataFolder, tmp_path: Path
) -> None:
    made = publish(ledger, folder)
    other = DataFolder(tmp_path / "other")
    keep(other, DEPARTMENTS)
    keep(other, COMMUNES.replace("Vân Canh", "Vân Cảnh"), hour=1)
    with opened(other) as store, pytest.raises(StoreError):
        check_frozen(store, made)


def test_a_proposal_whose_figures_are_gone_is_not_approved(
    ledger: Ledger, folder: DataFolder, tmp_path: Path
) -> None:
    two_officers(ledger)
    made = publish(ledger, folder)
    shutil.rmtree(folder.root)
    keep(folder, LATER)
    keep(folder, COMMUNES, hour=1)
    with opened(folder) as store, pytest.raises(StoreError):
        approve(ledger, store, made.id, by("minh"))
    assert public_versions(ledger) == []


def test_every_decision_is_in_the_audit_log(ledger: Ledger, folder: DataFolder) -> None:
    two_officers(ledger)
    made = publish(ledger, folder)
    reject(ledger, made.id, by("minh", 1), "thiếu xã")
    made = publish(ledger, folder, n=2)
    with opened(folder) as store:
        approve(ledger, store, made.id, by("minh", 3))
    with ledger.read() as db:
        found = audit.lines(db)[1:]
    assert [(each.action, each.who) for each in found] == [
        ("publication.propose", "lan"), ("publication.reject", "minh"), ("publication.propose", "lan"),
        ("publication.publish", "minh"),
    ]  # fmt: skip
    assert found[-1].subject == "2026-10-07 2026"
    assert found[-1].details["seal"] == made.seal.figures
    assert found[-1].at == START + timedelta(seconds=3)
