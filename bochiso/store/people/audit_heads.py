"""Where the audit log ended, written elsewhere: whoever rewrites the whole ledger can't rewrite that, too.

BOCHISO_AUDIT_HEADS names a file, best on another machine's disk or append-only: a line a day, and one at
each start and end of the server, as `2026-11-28T17:00:00Z 1234 <hash>`. The server's log has the same line.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from bochiso.errors import StoreError, Where
from bochiso.store.folder import disk_errors
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import AUDIT_ENDS
from bochiso.text import say

HEADS_VARIABLE = "BOCHISO_AUDIT_HEADS"


@dataclass(frozen=True)
class HeadLine:
    """The last line that the log had at a moment."""

    at: str
    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.at} {self.seq} {self.hash}"


def head_of(ledger: Ledger, at: datetime) -> HeadLine:
    """Where the log ends now."""
    with ledger.read() as db:
        ends = db.execute(sa.select(AUDIT_ENDS)).one()
    return HeadLine(f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", ends.last_seq, ends.last_hash)


def heads_file() -> Path | None:
    """The file that the environment names."""
    named = os.environ.get(HEADS_VARIABLE)
    return Path(named) if named else None


def note_head(ledger: Ledger, at: datetime) -> HeadLine:
    """Add where the log ends to the file, if there is one; returns it. Raises StoreError."""
    head = head_of(ledger, at)
    if (path := heads_file()) is not None:
        with (
            disk_errors(path),
            os.fdopen(
                os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "w", encoding="ascii"
            ) as file,
        ):
            file.write(f"{head}\n")
            file.flush()
            os.fsync(file.fileno())
    return head


def read_heads(path: Path) -> list[HeadLine]:
    """What a file of heads says. Raises StoreError for a line that says nothing."""
    with disk_errors(path):
        lines = path.read_text("ascii", errors="replace").splitlines()
    found = []
    for row, line in enumerate(lines, start=1):
        try:
            at, seq, digest = line.split()
            found.append(HeadLine(at, int(seq), digest))
        except ValueError:
            raise StoreError(
                say("dòng này không ghi đầu nhật ký.", "this line names no end of the log."),
                where=Where(str(path), row),
                do=say("Viết như: thời điểm, số dòng, mã kiểm tra.", "Write: moment, line, hash."),
            ) from None
    return found


def broken_heads(ledger: Ledger, heads: list[HeadLine]) -> list[HeadLine]:
    """Those that the log doesn't have as they were written down."""
    return [each for each in heads if each.seq and not ledger.has_line(each.seq, each.hash)]
