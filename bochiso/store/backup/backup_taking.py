"""Taking a backup while others write: one moment of ledger, evidence and journal, then its files in peace.

Evidence is only added to and the journal only grows, so what stood at the moment still stands while it
is copied; the ledger is read as it was. All else in the folder is small, written whole, and taken as it
is. Facts aren't taken: they are made again. Nor is the ledger's key, which belongs elsewhere.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from bochiso import __version__
from bochiso.errors import StoreError, Where
from bochiso.store.backup.backup_manifest import (
    MARK,
    MARK_TEXT,
    AuditHead,
    BackupFile,
    BackupManifest,
    free_name,
    names,
    no_backups,
    read_manifest,
    write_manifest,
)
from bochiso.store.backup.ledger_rows import ledger_parts
from bochiso.store.backup.object_store import ObjectStore
from bochiso.store.figures.evidence import Evidence
from bochiso.store.folder import DataFolder, busy, disk_errors, sync_folder, write_new
from bochiso.store.journal.journal import check_blocks, check_seen, end_of, segment_number
from bochiso.store.journal.journal_head import HEAD_NAME, START, head_line
from bochiso.store.people import migrations
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.ledger_tables import ACCOUNTS, AUDIT, AUDIT_ENDS, KEYS
from bochiso.text import say

LEDGER_PATH = "ledger"
"""Below which the ledger's rows stand in a backup."""

_DERIVED = (
    "facts*.duckdb*",
    "dossiers*.duckdb*",
    "ledger.sqlite*",
    "ledger.key*",
    "lock",
    "*.lock",
    "FORMAT",
)
"""At the top of a data folder: what is made again, kept apart, or written by what restores."""

Watch = Callable[[list[Path]], Iterable[Path]]


class BackupTaken(Struct, frozen=True):
    """A backup, how many of its contents were new, how many bytes these are, and backups removed for it."""

    manifest: BackupManifest
    added: int
    added_bytes: int
    dropped: int


class _Moment:
    """What a backup is of."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self.seqs: list[int] = []
        self.end = START

    def note(self) -> None:
        self.seqs = Evidence(self._folder.evidence).seqs()
        self.end = end_of(self._folder.journal)


def take_backup(
    folder: DataFolder,
    ledger: Ledger,
    to: Path,
    at: datetime,
    *,
    keep: int | None = None,
    recorded: Callable[[BackupManifest], AbstractContextManager[object]],
    watch: Watch = iter,
) -> BackupTaken:
    """Add a backup to those in a folder, all of it read back; `keep`: only so many of the newest stay.

    `recorded`: a transaction of whoever notes it, around the moment in which it becomes one. Files that
    aren't as they were received are among its faults; where an earlier backup has them whole, these are
    taken, and no earlier one is removed. Raises StoreError.
    """
    folder.check()
    with disk_errors(to), _backups(folder, to):
        store, moment = ObjectStore(to), _Moment(folder)
        before = {path.name for path in store.root.glob("??/*")}
        with ledger.frozen(to, moment.note) as db:
            _check_same_log(to, db)
            files = list(_ledger_files(store, db))
            manifest = _manifest(folder, moment, db, at, to)
        last = read_manifest(to, known[-1]) if (known := names(to)) else None
        faults = _journal_faults(folder, moment, last)
        files += _folder_files(
            folder, moment, store, _expected(folder, moment.seqs, last, faults), faults, watch
        )
        manifest = _complete(manifest, files, faults)
        _read_back(store, manifest, to)
        sync_folder(store.root)
        with recorded(manifest):
            write_manifest(to, manifest)
        dropped = _drop_old(to, store, keep) if keep and not faults else 0
        new = {each.sha256: each.bytes for each in files if each.sha256 not in before}
        return BackupTaken(manifest, len(new), sum(new.values()), dropped)


@contextmanager
def _backups(folder: DataFolder, to: Path) -> Iterator[None]:
    """A folder of backups, for its one writer. Raises StoreError for one that is something else."""
    from filelock import FileLock, Timeout

    inside = folder.root.absolute()
    if inside == to.absolute() or inside in to.absolute().parents:
        raise StoreError(
            say("bản sao lưu không đặt trong thư mục số liệu.", "backups don't belong in the data folder."),
            where=Where(str(to)),
            do=say("Chọn thư mục ở ổ đĩa khác.", "Choose a folder on another disk."),
        )
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (to / MARK).is_file():
        if any(to.iterdir()):
            raise no_backups(to)
        write_new(to / MARK, MARK_TEXT.encode())
        sync_folder(to)
    try:
        with FileLock(to / "lock", timeout=0, mode=0o600):
            yield
    except Timeout:
        raise busy(to) from None


def _check_same_log(to: Path, db: sa.Connection) -> None:
    """Raise StoreError where the log isn't the one that the newest backup has seen."""
    known = names(to)
    if not known:
        return
    seen = read_manifest(to, known[-1]).audit
    ends = db.execute(sa.select(AUDIT_ENDS)).one()
    found = db.execute(sa.select(AUDIT.c.hash).where(AUDIT.c.seq == seen.seq)).scalar_one_or_none()
    if found == seen.hash or not seen.seq or seen.seq < ends.first_seq:
        return
    raise StoreError(
        say(
            "nhật ký thao tác không nối tiếp dòng {seq} của bản sao lưu {name}: các bản sao lưu ở đây là của "
            "thư mục khác, hoặc nhật ký đã bị sửa.",
            "the audit log doesn't go on from line {seq} of backup {name}: the backups here are another "
            "folder's, or the log was changed.",
            seq=seen.seq, name=known[-1],
        ),
        where=Where(str(to)),
        do=say(
            "Sao lưu vào thư mục khác, giữ nguyên thư mục này, và kiểm tra bằng `bochiso verify`.",
            "Back up into another folder, leave this one as it is, and check with `bochiso verify`.",
        ),
    )  # fmt: skip


def _ledger_files(store: ObjectStore, db: sa.Connection) -> Iterator[BackupFile]:
    for name, content in ledger_parts(db):
        yield BackupFile(f"{LEDGER_PATH}/{name}.jsonl", len(content), store.add([content]))


def _manifest(
    folder: DataFolder, moment: _Moment, db: sa.Connection, at: datetime, to: Path
) -> BackupManifest:
    ends = db.execute(sa.select(AUDIT_ENDS)).one()
    keys = sa.select(KEYS.c.name).where(KEYS.c.revoked_at.is_(None)).order_by(KEYS.c.name)
    people = sa.select(ACCOUNTS.c.name).where(ACCOUNTS.c.disabled_at.is_(None)).order_by(ACCOUNTS.c.name)
    return BackupManifest(
        name=free_name(to, at),
        taken_at=at,
        version=__version__,
        data_format=(folder.root / "FORMAT").read_text("ascii").strip(),
        ledger_version=migrations.version(db) or migrations.HEAD,
        readings=tuple(moment.seqs),
        journal=moment.end,
        audit=AuditHead(ends.last_seq, ends.last_hash),
        keys=tuple(db.execute(keys).scalars()),
        accounts=tuple(db.execute(people).scalars()),
        second_factors=tuple(db.execute(people.where(ACCOUNTS.c.totp_at.is_not(None))).scalars()),
        faults=(),
        files=(),
    )


def _complete(manifest: BackupManifest, files: list[BackupFile], faults: list[str]) -> BackupManifest:
    return replace(manifest, files=tuple(sorted(files, key=lambda each: each.path)), faults=tuple(faults))


def _folder_files(
    folder: DataFolder,
    moment: _Moment,
    store: ObjectStore,
    expected: dict[Path, str],
    faults: list[str],
    watch: Watch,
) -> Iterator[BackupFile]:
    """Every file that is kept, as it stood at the moment."""
    paths = sorted({*_paths(folder, moment), *expected})
    for path in watch(paths):
        name = path.relative_to(folder.root).as_posix()
        most = moment.end.offset if segment_number(path) == moment.end.segment else None
        wanted = expected.get(path)
        try:
            digest, size = store.add_file(path, most if path.parent == folder.journal else None)
        except FileNotFoundError:
            if wanted is None:  # it went while others were copied: never evidence
                continue
            digest, size = "", 0
        if wanted and digest != wanted:
            faults.append(name)
            if store.is_whole(wanted):
                digest, size = wanted, store.path(wanted).stat().st_size
            elif not digest:
                continue
        yield BackupFile(name, size, digest)
    if moment.end.items:
        line = head_line(moment.end)
        name = (folder.journal / HEAD_NAME).relative_to(folder.root).as_posix()
        yield BackupFile(name, len(line), store.add([line]))


def _paths(folder: DataFolder, moment: _Moment) -> Iterator[Path]:
    """What is kept of a folder. A file that nobody here knows is kept, too."""
    readings = {f"{seq:06d}" for seq in moment.seqs}
    for top in folder.root.iterdir():
        if top == folder.evidence or top == folder.collecting or any(map(top.match, _DERIVED)):
            continue
        yield from _files(top)
    for inner in folder.evidence.iterdir() if folder.evidence.is_dir() else ():
        if inner.name in readings:
            yield from _files(inner)
    for path in _files(folder.journal):
        number = segment_number(path)
        later = number is not None and number > moment.end.segment
        if path.name not in ("lock", HEAD_NAME) and not later:
            yield path


def _files(top: Path) -> Iterator[Path]:
    if top.is_file():
        yield top
    for where, _, found in os.walk(top):
        yield from (Path(where) / name for name in found)


def _expected(
    folder: DataFolder, seqs: Iterable[int], last: BackupManifest | None, faults: list[str]
) -> dict[Path, str]:
    """What the files of readings must be: what the last backup has, of newer ones what their lists say."""
    evidence = Evidence(folder.evidence)
    found: dict[Path, str] = {}
    for seq in seqs:
        try:
            found |= evidence.sealed_files(evidence.reading(seq))
        except StoreError as error:
            faults.append(str(error.where.file))
    readings = folder.evidence.relative_to(folder.root).as_posix()
    journal = folder.journal.relative_to(folder.root).as_posix()
    for each in last.files if last else ():
        if each.path.startswith(f"{readings}/") and not each.path.startswith(f"{journal}/"):
            found[folder.root / each.path] = each.sha256
    return found


def _journal_faults(folder: DataFolder, moment: _Moment, last: BackupManifest | None) -> list[str]:
    """What is wrong with the journal, held against the last backup and its own chain."""
    try:
        if last is not None:
            check_seen(folder.journal, moment.end, last.journal)
        check_blocks(folder.journal, moment.end)
    except StoreError as error:
        return [str(error.where.file)]
    return []


def _read_back(store: ObjectStore, manifest: BackupManifest, to: Path) -> None:
    """Raise StoreError where a content isn't what was written a moment ago."""
    for each in manifest.files:
        if not store.is_whole(each.sha256):
            raise StoreError(
                say("ổ đĩa không giữ đúng những gì vừa ghi.", "the disk doesn't keep what was just written."),
                where=Where(str(store.path(each.sha256))),
                do=say("Kiểm tra ổ đĩa và sao lưu lại.", "Look at the disk and back up again."),
            )


def _drop_old(to: Path, store: ObjectStore, keep: int) -> int:
    known = names(to)
    dropped = known[:-keep]
    for name in dropped:
        (to / f"{name}.sha256").unlink()
        (to / f"{name}.json").unlink(missing_ok=True)
    if dropped:
        store.keep_only({each.sha256 for name in names(to) for each in read_manifest(to, name).files})
    return len(dropped)
