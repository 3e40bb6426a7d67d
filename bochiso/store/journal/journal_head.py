"""A place in the journal, and `head`: where the journal ended when somebody was last told of it."""

import logging
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from bochiso.store.journal.journal_blocks import FIRST_SEAL, NO_SEAL

HEAD_NAME = "head"

_log = logging.getLogger(__name__)


class Position(Struct, frozen=True, order=True):
    """A place between two blocks: how many items stand before it, and the seal of the block before."""

    segment: int = 0
    offset: int = 0
    items: int = 0
    seal: str = NO_SEAL


START = Position()


def head_path(root: Path) -> Path:
    """The file that says where the journal ends."""
    return root / HEAD_NAME


def head_line(end: Position) -> bytes:
    """What `head` says of where the journal ends."""
    said = f"{end.segment:06d} {end.offset:012d} {end.items:015d} {end.seal or FIRST_SEAL}"
    return f"{said} {sha256(said.encode()).hexdigest()[:8]}\n".encode()


def read_head(root: Path) -> Position:
    """Where the journal ended when somebody was last told that items were kept; START where nothing says."""
    try:
        line = head_path(root).read_text("ascii", errors="replace")
    except FileNotFoundError:
        return START
    try:
        segment, offset, items, seal, _ = line.split()
        found = Position(int(segment), int(offset), int(items), seal)
    except ValueError:
        found = START
    if found == START or head_line(found) != line.encode():
        _log.warning(
            "journal: %s can't be read; the journal is compared with the facts alone", head_path(root)
        )
        return START
    return found if found.items else START
