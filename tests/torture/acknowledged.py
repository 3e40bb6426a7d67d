"""Work on a data folder that says of each thing when it was acknowledged, and what is found of it afterwards.

Run as a program it is a process under faulty_files.c: `acknowledged.py WORK`; each line of its input names
work, a fault, at which call it strikes, and whether it lasts.
"""

import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from shutil import rmtree

import pyarrow as pa
from argon2 import PasswordHasher
from dossier_sending import message
from faulty_files import Fault, FaultyFiles, note
from reading_samples import COMMUNES, DEPARTMENTS, LATER, MORNING, QD766

from bochiso.errors import StoreError
from bochiso.office import figures, people
from bochiso.office.backend import Backend
from bochiso.periods import parse_period
from bochiso.store.backup.ledger_against_log import untold
from bochiso.store.dossiers.ingest import DossierIngest, open_dossiers, rebuild_dossiers
from bochiso.store.figures.evidence import Evidence, NewReading
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.journal import journal
from bochiso.store.journal.journal import Journal, read_journal
from bochiso.store.people import audit_check, passwords
from bochiso.store.people.audit import By, lines
from bochiso.store.people.ledger import open_ledger
from bochiso.text import say

Found = set[str]
BY = By("thu", datetime(2026, 10, 7, tzinfo=UTC))
BATCHES, OPENINGS = 5, 3


def is_new(folder: DataFolder) -> bool:
    """Whether nothing was kept yet; the next command can begin all the same."""
    with folder.writing():
        pass
    return not folder.root.exists() or not [*folder.root.iterdir()]


def write_journal(folder: DataFolder) -> None:
    """Batches into a journal whose files are short, opened anew now and then."""
    journal.SEGMENT_BYTES = 1500
    for opening in range(OPENINGS):
        try:
            with Journal(folder) as opened:
                for n in range(opening * BATCHES, (opening + 1) * BATCHES):
                    batch = pa.record_batch({"value": pa.array([n, -n], pa.int64())})
                    try:
                        opened.submit([("a", batch)]).result()
                    except StoreError:
                        continue
                    note(f"value {n}")
        except StoreError:
            continue


def journal_holds(folder: DataFolder) -> Found:
    """What the journal has, opened as the next process would, and written on."""
    with Journal(folder) as opened:
        batch = pa.record_batch({"value": pa.array([1000], pa.int64())})
        opened.submit([("a", batch)]).result()
    entries = [entry for _, found in read_journal(folder.journal) for entry in found]
    values = [value for entry in entries for value in entry.batch["value"].to_pylist()]
    assert values.pop() == 1000
    assert values[1::2] == [-each for each in values[::2]]
    assert values[::2] == sorted(set(values[::2]))
    return {f"value {n}" for n in values[::2]}


def decide(folder: DataFolder) -> None:
    """Keys made and revoked, each with its line."""
    for opening in range(OPENINGS):
        try:
            with open_ledger(folder, make=True) as ledger:
                for n in range(opening * BATCHES, (opening + 1) * BATCHES):
                    try:
                        people.add_key(ledger, BY, f"k{n}", "H15.06")
                        note(f"k{n}")
                        if n % 2:
                            people.revoke_key(ledger, BY, f"k{n}")
                            note(f"k{n} revoked")
                    except StoreError:
                        continue
        except StoreError:
            continue


def ledger_holds(folder: DataFolder) -> Found:
    """What the ledger has; each deed with its line, the log whole: what isn't so, the check of it tells."""
    with open_ledger(folder, make=True) as ledger:
        if audit_check.check_all(ledger, BY.at).fault is not None or untold(ledger):
            raise StoreError(say("sổ cái không còn nguyên vẹn.", "the ledger isn't whole."))
        keys = ledger.keys()
        found = {each.name for each in keys} | {f"{each.name} revoked" for each in keys if each.revoked_at}
        with ledger.read() as db:
            said = lines(db)
        assert found == {
            each.subject + {"key.add": "", "key.revoke": " revoked"}[each.action] for each in said
        }
        people.add_key(ledger, BY, "later", "H15.06")
    return found


def bring_in(folder: DataFolder) -> None:
    """Tables of figures, each with its line."""
    for n, table in enumerate((DEPARTMENTS, COMMUNES, LATER)):
        new = NewReading(
            "points", [("bảng.csv", table.encode())], MORNING.date(), parse_period("2026"), QD766,
            MORNING + timedelta(hours=n),
        )  # fmt: skip
        try:
            added = figures.import_figures(Backend(folder), BY, new)
        except StoreError:
            continue
        note(f"reading {added.seq}")


def readings_held(folder: DataFolder) -> Found:
    """The readings that are there, with what each says."""
    if is_new(folder):
        return set()
    with open_store(folder, empty=True) as store:
        evidence = Evidence(folder.evidence)
        for each in evidence.readings():
            evidence.files(each)
            evidence.rules_text(each)
        assert [each.seq for each in store.readings] == evidence.seqs()
        for snapshot in store.snapshots():
            assert store.fingerprint(snapshot)
    return {f"reading {seq}" for seq in evidence.seqs()}


def dossier(number: str) -> dict[str, str]:
    """A dossier that was received."""
    return {"MaHoSo": number, "MaTTHC": "1.000001", "TrangThaiHoSo": "2", "NgayTiepNhan": "20260930080000"}


def push(folder: DataFolder) -> None:
    """Dossiers, of which the facts follow."""
    for opening in range(2):
        try:
            with DossierIngest(folder) as ingest:
                for n in range(opening * BATCHES, (opening + 1) * BATCHES):
                    number = f"H15.06-260930-{n:04}"
                    try:
                        position = ingest.submit(message([dossier(number)])).result()
                    except StoreError:
                        continue
                    note(number)
                    if n % 2:
                        ingest.wait(position, 0.3)
        except StoreError:
            continue


def dossiers_held(folder: DataFolder) -> Found:
    """The dossiers in the facts, brought up to the journal, or made again where a command says so."""
    if is_new(folder):
        return set()
    try:
        return _dossiers(folder)
    except StoreError as error:
        if "no dossiers yet" in str(error):
            return set()
        if "bochiso rebuild" not in str(error):
            raise
    assert not rebuild_dossiers(folder).lost
    return _dossiers(folder)


def _dossiers(folder: DataFolder) -> Found:
    with open_dossiers(folder) as db:
        return {number for (number,) in db.execute("select dossier from dossiers").fetchall()}


WORK: dict[str, tuple[Callable[[DataFolder], None], Callable[[DataFolder], Found]]] = {
    "journal": (write_journal, journal_holds),
    "ledger": (decide, ledger_holds),
    "figures": (bring_in, readings_held),
    "dossiers": (push, dossiers_held),
}


def cheap_passwords() -> None:
    """What a secret costs to hash is not what is tried."""
    passwords._hasher = cache(lambda: PasswordHasher(1, 8, 1))  # type: ignore[attr-defined]


def main() -> None:
    """Do what the input asks, each in a process of its own; a line of output tells of each."""
    work = Path(sys.argv[1])
    disk = work / "disk"
    files = FaultyFiles(work, disk)
    cheap_passwords()
    for line in sys.stdin:
        name, fault, at, lasting = line.split()
        rmtree(disk, ignore_errors=True)
        disk.mkdir()
        files.forget()
        child = os.fork()
        if child == 0:
            code = 0
            files.set(Fault(int(fault)), int(at), lasting=lasting == "1")
            try:
                WORK[name][0](DataFolder(disk / "data"))
            except BaseException as error:
                traceback.print_exception(error)
                code = 3
            os._exit(code)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        left = files.left
        files.set(recording=False)
        print(ended, left, flush=True)


if __name__ == "__main__":
    main()
