"""The layer of files that fails on demand (faulty_files.c): made, controlled, and its log read."""

import ctypes
import mmap
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir

import pytest

SOURCE = Path(__file__).with_suffix(".c")
ROOT_BYTES = 4096
CONTROL = struct.Struct(f"{ROOT_BYTES}sIIIIqq")
RECORD = struct.Struct("IIIIQQ")

needs_compiler = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="needs Linux and a C compiler"
)


class Fault(IntEnum):
    """What may go wrong with a call."""

    NONE = 0
    FULL = 1
    """ENOSPC at a write."""
    BROKEN = 2
    """EIO at a write."""
    SHORT = 3
    """Half of it is written."""
    SYNC_BROKEN = 4
    """EIO at a flush; what it was about may never reach the disk."""
    SYNC_LOST = 5
    """A flush that says yes and does nothing."""
    SYNC_SLOW = 6
    RENAME_BROKEN = 7
    OPEN_FULL = 8
    """ENOSPC where a file is made."""


class Kind(IntEnum):
    """What a record of the log tells."""

    CREATE = 1
    WRITE = 2
    CUT = 3
    SYNC = 4
    RENAME = 5
    UNLINK = 6
    FOLDER = 7
    NOTE = 8
    SYNC_FAILED = 9


@dataclass(frozen=True)
class Call:
    """One call that changed something, or a note of the program's own; `other`: where a name went."""

    kind: Kind
    path: str
    other: str
    inode: int
    offset: int
    data: bytes


@cache
def library() -> Path:
    """The layer, compiled once for its source."""
    name = f"faulty-files-{sha256(SOURCE.read_bytes()).hexdigest()[:16]}-{os.getuid()}.so"
    made = Path(gettempdir()) / name
    if not made.exists():
        fresh = made.with_suffix(f".{os.getpid()}")
        subprocess.run(
            ["cc", "-O2", "-shared", "-fPIC", "-o", fresh, SOURCE, "-ldl", "-lpthread"], check=True
        )
        fresh.replace(made)
    return made


class FaultyFiles:
    """What is shared with a process under the layer: which folder, what fails, whether it is written down."""

    def __init__(self, work: Path, watched: Path) -> None:
        self.log, self._shared = work / "calls.log", work / "control"
        if not self._shared.exists():
            root = str(watched).encode()
            self._shared.write_bytes(CONTROL.pack(root.ljust(ROOT_BYTES, b"\0"), 0, 0, 0, 0, 0, 0))
        with self._shared.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), CONTROL.size)

    @property
    def environment(self) -> dict[str, str]:
        """What a process is started with to be under the layer."""
        return {
            **os.environ,
            "LD_PRELOAD": str(library()),
            "FAULTY_FILES": str(self._shared),
            "FAULTY_FILES_LOG": str(self.log),
        }

    def set(
        self, fault: Fault = Fault.NONE, at: int = 0, *, lasting: bool = False, slow_us: int = 0,
        recording: bool = True,
    ) -> None:  # fmt: skip
        """Have the `at`-th call that a fault is about fail from now on, or that and all after it."""
        state = struct.pack("IIIIqq", recording, fault, lasting, slow_us, at, 0)
        self._map[ROOT_BYTES : CONTROL.size] = state

    @property
    def left(self) -> int:
        """How many calls that the fault is about it lets pass before it strikes."""
        return int(struct.unpack_from("q", self._map, CONTROL.size - 16)[0])

    def calls(self) -> list[Call]:
        """The log so far."""
        return list(_calls(self.log.read_bytes())) if self.log.exists() else []

    def forget(self) -> None:
        """Begin the log anew."""
        if self.log.exists():
            os.truncate(self.log, 0)


def note(text: str) -> None:
    """Write something into the log of the layer that this process is under: that somebody was told."""
    ctypes.CDLL(None).faulty_files_note(text.encode())


def _calls(log: bytes) -> Iterator[Call]:
    at = 0
    while at < len(log):
        kind, path, other, data, inode, offset = RECORD.unpack_from(log, at)
        at += RECORD.size
        parts = []
        for length in (path, other, data):
            parts.append(log[at : at + length])
            at += length
        yield Call(Kind(kind), parts[0].decode(), parts[1].decode(), inode, offset, parts[2])
