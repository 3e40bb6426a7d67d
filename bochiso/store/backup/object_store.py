"""What backups are made of: every content once, under its SHA-256, never changed.

objects/ab/abcd…    the bytes

A backup after the first takes as much room as what is new. Any disk or share will do: no hard links, no
names but letters and digits. A file that isn't what its name says shows by itself, and the next backup
of the same content heals it.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from bochiso.store.folder import sync_folder

_CHUNK = 2**20


class ObjectStore:
    """The contents below a folder. Raises OSError where the disk fails."""

    def __init__(self, root: Path) -> None:
        self.root = root / "objects"

    def path(self, digest: str) -> Path:
        """Where a content is, or would be."""
        return self.root / digest[:2] / digest

    def is_whole(self, digest: str) -> bool:
        """Whether a content is there, and is what its name says."""
        try:
            with self.path(digest).open("rb") as file:
                return hash_of(chunks(file.fileno())) == digest
        except FileNotFoundError:
            return False

    def add_file(self, path: Path, most: int | None = None) -> tuple[str, int]:
        """Keep a file, or so many bytes from its start; its hash and size. Raises FileNotFoundError."""
        with path.open("rb") as file:
            digest = hash_of(chunks(file.fileno(), most))
            if not self.is_whole(digest):
                # What is kept is what was read this time, under its own name.
                digest = self.add(chunks(file.fileno(), most))
        return digest, self.path(digest).stat().st_size

    def add(self, content: Iterable[bytes]) -> str:
        """Keep a content, on disk when this returns; its hash."""
        self.root.mkdir(mode=0o700, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".new-", dir=self.root)  # 0600
        fresh = Path(name)
        try:
            found = sha256()
            with os.fdopen(handle, "wb") as file:
                for chunk in content:
                    found.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            digest = found.hexdigest()
            target = self.path(digest)
            target.parent.mkdir(mode=0o700, exist_ok=True)
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)
        sync_folder(target.parent)
        sync_folder(self.root)
        return digest

    def read(self, digest: str) -> Iterator[bytes]:
        """A content, in parts."""
        with self.path(digest).open("rb") as file:
            yield from chunks(file.fileno())

    def keep_only(self, digests: set[str]) -> int:
        """Remove what no backup has any more; how many contents that were."""
        gone = [path for path in self.root.glob("??/*") if path.name not in digests]
        for path in [*gone, *self.root.glob(".new-*")]:
            path.unlink()
        return len(gone)


def chunks(file: int, most: int | None = None) -> Iterator[bytes]:
    """An open file from its start, in parts; so many bytes at most."""
    at = 0
    while most is None or at < most:
        wanted = _CHUNK if most is None else min(_CHUNK, most - at)
        if not (chunk := os.pread(file, wanted, at)):
            return
        at += len(chunk)
        yield chunk


def hash_of(content: Iterable[bytes]) -> str:
    """The SHA-256 of a content."""
    found = sha256()
    for chunk in content:
        found.update(chunk)
    return found.hexdigest()
