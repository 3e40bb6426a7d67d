"""Readings that people took back: the evidence stays, no snapshot counts them; kept with who and why."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.store.figures.identities import keep_withdrawn, withdrawn_readings
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
