"""Whether the audit log is as it was written: all of it, or the lines since the last check.

A hundred thousand lines take more than a second of the processor. A page therefore goes on from the
line that was checked last, which the ledger remembers with its hash; a line before it that was changed
since is found by the next check of the whole log alone. So it is said when that was begun.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bochiso.store.people.audit import line_hash, line_of
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import AUDIT, AUDIT_CHECKED, AUDIT_ENDS

STEP = 10_000
"""Lines that are checked at most while someone waits for a page."""

_KEPT_AFTER = 200
"""Lines; so few are checked again rather than written down: a page that is looked at writes seldom."""


@dataclass(frozen=True)
class CheckedLog:
    """Up to which line the log was found as it was written, without a gap since `began_at`.

    fault: the first line that isn't what the one before says. last: the newest line there is.
    """

    seq: int
    hash: str
    began_at: datetime
    last: int
    fault: int | None = None


def check_all(ledger: Ledger, at: datetime) -> CheckedLog:
    """Check the whole log, and remember that it was."""
    with ledger.read() as db:
        found = _follow(db, None, at, None)
    _keep(ledger, found)
    return found


def look_through(ledger: Ledger, at: datetime) -> CheckedLog:
    """Check the whole log and leave no trace, as of a copy that nobody may change."""
    with ledger.read() as db:
        return _follow(db, None, at, None)


def check_newer(ledger: Ledger, at: datetime, most: int = STEP) -> CheckedLog:
    """Go on from the line that was checked last, by so many lines; from the first where none was."""
    with ledger.read() as db:
        row = db.execute(sa.select(AUDIT_CHECKED)).one_or_none()
        before = None if row is None else CheckedLog(row.seq, row.hash, row.began_at, row.seq)
        found = _follow(db, before, at, most)
    if before is None or found.seq - before.seq >= min(_KEPT_AFTER, most):
        _keep(ledger, found)
    return found


def _follow(db: sa.Connection, before: CheckedLog | None, at: datetime, most: int | None) -> CheckedLog:
    ends = db.execute(sa.select(AUDIT_ENDS)).one()
    seq, digest = ends.first_seq - 1, ends.before_hash
    began_at = at if before is None else before.began_at
    if before is not None and before.seq > seq:
        seq, digest = before.seq, before.hash
        held = db.execute(sa.select(AUDIT.c.hash).where(AUDIT.c.seq == seq)).scalar_one_or_none()
        if held != digest or seq > ends.last_seq:
            return CheckedLog(seq, digest, began_at, ends.last_seq, min(seq, ends.last_seq + 1))
    newer = sa.select(AUDIT).where(AUDIT.c.seq > seq).order_by(AUDIT.c.seq).limit(most)
    if before is None:  # one that stands before the first line is a fault, too
        newer = sa.select(AUDIT).order_by(AUDIT.c.seq).limit(most)
    count = 0
    with db.execute(newer.execution_options(yield_per=1000)) as rows:
        for row in rows:
            if row.seq != seq + 1 or row.hash != line_hash(digest, line_of(row)):
                return CheckedLog(seq, digest, began_at, ends.last_seq, min(row.seq, seq + 1))
            seq, digest, count = row.seq, row.hash, count + 1
    found = CheckedLog(seq, digest, began_at, ends.last_seq)
    if count == most or (seq, digest) == (ends.last_seq, ends.last_hash):
        return found
    return CheckedLog(seq, digest, began_at, ends.last_seq, min(seq + 1, ends.last_seq))


def _keep(ledger: Ledger, found: CheckedLog) -> None:
    """Remember up to where the log is whole."""
    with ledger.write() as db:
        db.execute(sa.delete(AUDIT_CHECKED))
        row = {"seq": found.seq, "hash": found.hash, "began_at": found.began_at}
        db.execute(sa.insert(AUDIT_CHECKED), row)
