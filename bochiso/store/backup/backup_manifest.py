"""What a backup is: a list of files with their hashes, and where the journal and the audit log ended.

20261128T170000Z.json      the list
20261128T170000Z.sha256    its own hash, as `sha256sum --check` reads it

A backup is one once both are there; contents alone are none.
"""

import re
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from bochiso.errors import StoreError, Where
from bochiso.store.folder import sync_folder, write_new
from bochiso.store.journal.journal_head import Position
from bochiso.text import say

MARK, MARK_TEXT = "BACKUPS", "bochiso backups 1\n"
"""What tells a folder of backups from any other."""

_NAME = re.compile(r"\d{8}T\d{6}Z")


class BackupFile(Struct, frozen=True):
    """A file of the data folder, by its path there; those below `ledger` are the ledger's rows."""

    path: str
    bytes: int
    sha256: str


class AuditHead(Struct, frozen=True):
    """Where the audit log ended: what shows later that no line up to there was changed."""

    seq: int
    hash: str


class BackupManifest(Struct, frozen=True):
    """What was backed up, as it stood at one moment (UTC).

    readings, journal: the evidence that there was. faults: files that weren't as they had been
    received, or not there. second_factors: accounts that can't sign in without the ledger's key.
    """

    name: str
    taken_at: datetime
    version: str
    data_format: str
    ledger_version: str
    readings: tuple[int, ...]
    journal: Position
    audit: AuditHead
    keys: tuple[str, ...]
    accounts: tuple[str, ...]
    second_factors: tuple[str, ...]
    faults: tuple[str, ...]
    files: tuple[BackupFile, ...]

    @property
    def bytes(self) -> int:
        """How large all of it is."""
        return sum(each.bytes for each in self.files)


def free_name(root: Path, at: datetime) -> str:
    """What a backup of that moment is called, or of the next second that has none."""
    while (root / f"{(name := f'{at:%Y%m%dT%H%M%SZ}')}.json").exists():
        at += timedelta(seconds=1)
    return name


def write_manifest(root: Path, manifest: BackupManifest) -> None:
    """Make a backup one. Raises OSError."""
    content = msgspec.json.format(msgspec.json.encode(manifest))
    listed = root / f"{manifest.name}.json"
    write_new(listed, content)
    write_new(root / f"{manifest.name}.sha256", f"{sha256(content).hexdigest()}  {listed.name}\n".encode())
    sync_folder(root)


def names(root: Path) -> list[str]:
    """The backups of a folder, oldest first."""
    return sorted(path.stem for path in root.glob("*.sha256") if _NAME.fullmatch(path.stem))


def read_manifest(root: Path, name: str) -> BackupManifest:
    """A backup's list. Raises StoreError where it isn't as it was written."""
    path = root / f"{name}.json"
    try:
        seal = (root / f"{name}.sha256").read_text("ascii", errors="replace").partition(" ")[0]
        content = path.read_bytes()
        if sha256(content).hexdigest() == seal:
            return msgspec.json.decode(content, type=BackupManifest)
    except (FileNotFoundError, msgspec.DecodeError):
        pass
    raise StoreError(
        say("bản kê của bản sao lưu bị mất hoặc đã bị sửa.", "this backup's list is missing or was changed."),
        where=Where(str(path)),
        do=say("Dùng bản sao lưu khác với --at.", "Use another backup with --at."),
    )


def find_manifest(root: Path, at: str | None) -> BackupManifest:
    """The newest backup, or the one whose name starts like that. Raises StoreError where there is none."""
    if not (root / MARK).is_file():
        raise no_backups(root)
    found = [each for each in names(root) if each.startswith(at or "")]
    if not found:
        raise StoreError(
            say("không có bản sao lưu nào{at}.", "there is no backup{at}.", at=f" {at}" if at else ""),
            where=Where(str(root)),
            do=say("Xem các tệp .json trong thư mục này.", "See the .json files in this folder."),
        )
    return read_manifest(root, found[-1])


def no_backups(root: Path) -> StoreError:
    """What is said of a folder that has something else in it."""
    return StoreError(
        say("không phải thư mục sao lưu của bochiso.", "is no folder of bochiso's backups."),
        where=Where(str(root)),
        do=say("Chọn một thư mục trống hoặc chưa có.", "Choose an empty folder or a new one."),
    )
