"""Restoring a backup into a folder of its own; what it lacks is told, never guessed.

Who could no longer come in stays out: nobody is signed in, and keys, accounts and used codes are as the
newest source knows them: the old folder's ledger where it still opens, else the newest backup there is.
What ended after that is known to people alone, so they are asked.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from bochiso.errors import StoreError, Where
from bochiso.store.backup.backup_manifest import BackupFile, BackupManifest, names, read_manifest
from bochiso.store.backup.backup_taking import LEDGER_PATH
from bochiso.store.backup.ledger_rows import (
    RIGHTS,
    Rows,
    fill,
    is_empty,
    read_rows,
    rights_of,
)
from bochiso.store.backup.object_store import ObjectStore
from bochiso.store.figures.evidence import Evidence
from bochiso.store.folder import FORMAT, DataFolder, disk_errors, sync_folder, write_new
from bochiso.store.journal.journal import read_head
from bochiso.store.people.ledger import Ledger, open_ledger
from bochiso.text import say

_UNFINISHED = "RESTORING"
"""Stands in a folder while it is filled; a folder with it is no data folder."""

Watch = Callable[[list[BackupFile]], Iterable[BackupFile]]


class Lacks(Struct, frozen=True):
    """What a restored folder hasn't got.

    files: contents that the backup has lost. items, readings: what the old folder had beyond it; None
    where that isn't known. second_factors: accounts that need the ledger's key.
    """

    files: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    items: int | None = None
    readings: tuple[int, ...] | None = None
    second_factors: tuple[str, ...] = ()


def restore_files(root: Path, manifest: BackupManifest, folder: DataFolder, watch: Watch = iter) -> list[str]:
    """Write a backup's files into a folder that is empty or isn't there; those that can't be had.

    What an interrupted restore left is written anew. Raises StoreError for any other folder.
    """
    if int(manifest.data_format) > FORMAT:
        folder.check_version(manifest.data_format)
    with disk_errors(folder.root):
        mark = folder.root / _UNFINISHED
        if folder.root.exists() and any(folder.root.iterdir()) and not mark.exists():
            raise StoreError(
                say("thư mục này đã có dữ liệu.", "there is something in this folder."),
                where=Where(str(folder.root)),
                do=say(
                    "Khôi phục vào một thư mục trống hoặc chưa có.",
                    "Restore into an empty folder, or one that isn't there yet.",
                ),
            )
        folder.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark.touch(mode=0o600)
        folder.ledger.unlink(missing_ok=True)
        store, missing = ObjectStore(root), []
        for each in watch([file for file in manifest.files if not _is_ledgers(file)]):
            if not store.is_whole(each.sha256):
                missing.append(each.path)
                continue
            _write(folder.root, each, store)
        for where, _, _ in os.walk(folder.root):
            sync_folder(Path(where))
    return missing


def _write(root: Path, file: BackupFile, store: ObjectStore) -> None:
    target = root / file.path
    if root.resolve() not in target.resolve().parents:
        raise OSError(None, "outside of the folder", file.path)
    for parent in reversed(target.relative_to(root).parents[:-1]):
        (root / parent).mkdir(mode=0o700, exist_ok=True)
    target.unlink(missing_ok=True)
    with os.fdopen(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        for chunk in store.read(file.sha256):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())


def restore_ledger(
    root: Path, manifest: BackupManifest, ledger: Ledger, rights: dict[str, Rows] | None
) -> bool:
    """Fill the ledger, with those rights where given; False where it is there already and goes on from the
    backup: then it stays.

    Raises StoreError where it is another one, or its rows can't be had.
    """
    if not is_empty(ledger):
        if ledger.has_line(manifest.audit.seq, manifest.audit.hash):
            return False
        raise StoreError(
            say("sổ cái này đã có dữ liệu của nơi khác.", "this ledger has something else in it."),
            do=say(
                "Dùng một cơ sở dữ liệu trống trong BOCHISO_LEDGER.",
                "Name an empty database in BOCHISO_LEDGER.",
            ),
        )
    fill(ledger, manifest.ledger_version, _ledger_rows(root, manifest), rights)
    return True


def newest_rights(root: Path, manifest: BackupManifest, old: DataFolder | None) -> dict[str, Rows] | None:
    """The keys, accounts and codes that the newest source knows; None where that is this backup itself.

    Raises StoreError for an old folder whose audit log isn't a longer one of the backup's.
    """
    if old is not None:
        with open_ledger(old, look=True) as ledger:
            if not ledger.has_line(manifest.audit.seq, manifest.audit.hash):
                raise StoreError(
                    say(
                        "sổ cái của thư mục này không nối tiếp bản sao lưu.",
                        "this folder's ledger doesn't go on from the backup.",
                    ),
                    where=Where(str(old.root)),
                    do=say("Chỉ đúng thư mục cũ với --old.", "Name the right old folder with --old."),
                )
            return rights_of(ledger)
    newest = names(root)[-1]
    if newest == manifest.name:
        return None
    found: dict[str, Rows] = {}
    for name, rows in _ledger_rows(root, read_manifest(root, newest)):
        if (table := name.rpartition("-")[0]) in RIGHTS:
            found.setdefault(table, []).extend(rows)
    return found


def finish(folder: DataFolder) -> None:
    """Make a restored folder a data folder. Raises StoreError."""
    with disk_errors(folder.root):
        (folder.root / "FORMAT").unlink(missing_ok=True)
        write_new(folder.root / "FORMAT", f"{FORMAT}\n".encode())
        (folder.root / _UNFINISHED).unlink(missing_ok=True)
        sync_folder(folder.root)


def what_lacks(
    manifest: BackupManifest, missing: Sequence[str], folder: DataFolder, old: DataFolder | None
) -> Lacks:
    """What a restored folder hasn't got of what there was."""
    items = readings = None
    if old is not None:
        items = max(0, read_head(old.journal).items - manifest.journal.items)
        readings = tuple(sorted({*Evidence(old.evidence).seqs()} - {*manifest.readings}))
    has_key = bool(os.environ.get("BOCHISO_LEDGER_KEY")) or (folder.root / "ledger.key").exists()
    second_factors = () if has_key else manifest.second_factors
    return Lacks(tuple(missing), manifest.faults, items, readings, second_factors)


def _ledger_rows(root: Path, manifest: BackupManifest) -> Iterable[tuple[str, Rows]]:
    store = ObjectStore(root)
    for each in manifest.files:
        if _is_ledgers(each):
            if not store.is_whole(each.sha256):
                raise StoreError(
                    say("bản sao lưu {name} mất một phần sổ cái.", "a part of {name}'s ledger is missing.",
                        name=manifest.name),
                    where=Where(str(store.path(each.sha256))),
                    do=say("Dùng bản sao lưu khác với --at.", "Use another backup with --at."),
                )  # fmt: skip
            yield Path(each.path).stem, read_rows(store.read(each.sha256))


def _is_ledgers(file: BackupFile) -> bool:
    return file.path.startswith(f"{LEDGER_PATH}/")
