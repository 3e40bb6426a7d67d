"""Readings that people took back: the evidence stays, no snapshot counts them; kept with who and why.

Readings whose files people removed for good: what they say stays, and counts.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.store.figures.evidence import Evidence
from bochiso.store.figures.facts import place_facts, prepare_facts
from bochiso.store.figures.forgetting import forget_files, forgotten
from bochiso.store.figures.identities import keep_withdrawn, withdrawn_readings
from bochiso.store.figures.reread_evidence import read_evidence
from bochiso.store.figures.snapshot_store import next_facts
from bochiso.store.folder import DataFolder
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import WITHDRAWN
from bochiso.text import say


class Withdrawal(Struct, frozen=True):
    """A reading that was taken back; the moment is UTC."""

    seq: int
    because: str
    who: str
    at: datetime


def withdrawals(ledger: Ledger) -> list[Withdrawal]:
    """Every reading that was taken back, by number."""
    with ledger.read() as db:
        rows = db.execute(sa.select(WITHDRAWN).order_by(WITHDRAWN.c.seq))
        return [Withdrawal(row.seq, row.because, row.who, row.at) for row in rows]


def withdraw_readings(ledger: Ledger, folder: DataFolder, seqs: Sequence[int], because: str, by: By) -> None:
    """Take readings back. Raises ComputeError without a reason, or for one that was taken back before."""
    because = " ".join(because.split())
    if not because:
        raise ComputeError(
            say("chưa ghi lý do rút số liệu.", "there is no reason for the withdrawal."),
            do=say("Ghi lý do sau --because.", "Write the reason after --because."),
        )
    if withdrawn_readings(folder) != {each.seq for each in withdrawals(ledger)}:
        tell_snapshots(ledger, folder)  # whoever took back the ones before was stopped halfway
    with ledger.write() as db:
        before = set(db.execute(sa.select(WITHDRAWN.c.seq)).scalars())
        if again := before & set(seqs):
            raise ComputeError(
                say("lần đọc {seq} đã được rút.", "the reading {seq} was taken back before.", seq=min(again))
            )
        for seq in seqs:
            row = {"seq": seq, "because": because, "who": by.who, "at": by.at}
            db.execute(sa.insert(WITHDRAWN), row)
            audit.append(db, by, "snapshot.withdraw", str(seq), because=because)
    tell_snapshots(ledger, folder)


def tell_snapshots(ledger: Ledger, folder: DataFolder) -> None:
    """Let the snapshots know of every withdrawal of the ledger; done again, nothing changes."""
    with folder.writing():
        keep_withdrawn(folder, [each.seq for each in withdrawals(ledger)])
        next_facts(folder)


def forget_readings(
    folder: DataFolder,
    seqs: Sequence[int],
    because: str,
    by: By,
    recorded: Callable[[int], AbstractContextManager[object]],
) -> int:
    """Remove the bytes that readings were made of, and rows that they refused; what they say stays.

    The facts are made again, so that none of it is left in their file either. Returns how many files were
    removed. Raises ComputeError without a reason, or where there is no such reading; StoreError.
    """
    folder.check()
    with folder.writing():
        evidence, removed = Evidence(folder.evidence), 0
        if unknown := set(seqs) - set(evidence.seqs()):
            seq = min(unknown)
            raise ComputeError(say("không có lần đọc số {n:d}.", "there is no reading {n:d}.", n=seq))
        for reading, intake in read_evidence(evidence, seqs):
            stored = tuple(each.stored for each in reading.manifest.files)
            noted, path = partial(recorded, reading.seq), evidence.path(reading.seq)
            removed += forget_files(path, stored, intake, by.who, by.at, because, noted)
        prepare_facts(folder, read_evidence(evidence, evidence.seqs()), onto=False)
        place_facts(folder)
    return removed


def older_readings(folder: DataFolder, until: datetime) -> tuple[int, ...]:
    """The readings that were read before a moment and whose files are kept."""
    folder.check()
    evidence = Evidence(folder.evidence)
    old = (each.seq for each in evidence.readings() if each.manifest.read_at < until)
    return tuple(seq for seq in old if forgotten(evidence.path(seq)) is None)
