"""Backups taken and restored: each leaves its line, in the ledger that it is about."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.office import people
from bochiso.office.backend import Backend
from bochiso.office.dossiers import rebuild_journal
from bochiso.office.figures import rebuild_figures
from bochiso.store.backup import backup_restoring, backup_taking
from bochiso.store.backup.backup_manifest import BackupManifest, find_manifest
from bochiso.store.backup.backup_restoring import Lacks, what_lacks
from bochiso.store.backup.backup_taking import BackupTaken
from bochiso.store.backup.integrity_check import FolderChecked, check_folder
from bochiso.store.folder import DataFolder
from bochiso.store.people.accounts import accounts
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger, open_ledger, open_new_ledger
from bochiso.text import say


def take_backup(
    backend: Backend, by: By, to: Path, keep: int | None = None, watch: backup_taking.Watch = iter
) -> BackupTaken:
    """Add a backup to those in a folder, while others write. Raises StoreError."""

    def recorded(manifest: BackupManifest) -> AbstractContextManager[object]:
        return backend.recording(by, "backup.make", manifest.name, files=len(manifest.files),
                                 faults=len(manifest.faults))  # fmt: skip

    with backend.open_ledger() as ledger:
        return backup_taking.take_backup(
            backend.folder, ledger, to, by.at, keep=keep, recorded=recorded, watch=watch
        )


class Restored(Struct, frozen=True):
    """A backup that was restored. `ledger_kept`: it was there already; `checked`: the folder as it is now."""

    manifest: BackupManifest
    ledger_kept: bool
    lacks: Lacks
    checked: FolderChecked


class WhoEnded(Struct, frozen=True):
    """What ended since the backup: by the old folder's ledger, and by what people know.

    `names`: of keys and accounts; `known`: whether these, or none, are all.
    """

    old: DataFolder | None = None
    names: tuple[str, ...] = ()
    known: bool = False


def restore_backup(
    root: Path,
    at: str | None,
    folder: DataFolder,
    by: By,
    ended: WhoEnded,
    watch: backup_restoring.Watch = iter,
) -> Restored:
    """Restore a backup into a folder of its own, make its facts, and check all of it.

    Raises ComputeError where it can't be known which rights ended since, StoreError where the backup or
    the folder can't be used.
    """
    manifest = find_manifest(root, at)
    _ask(manifest, ended)
    rights = backup_restoring.newest_rights(root, manifest, ended.old)
    missing = backup_restoring.restore_files(root, manifest, folder, watch)
    with open_new_ledger(folder) as ledger:
        filled = backup_restoring.restore_ledger(root, manifest, ledger, rights)
        _end(ledger, by, ended.names)
        ledger.record(by, "backup.restore", manifest.name, ledger_kept=not filled, missing=len(missing))
    backup_restoring.finish(folder)
    backend = Backend(folder)
    if manifest.readings:
        rebuild_figures(backend, by)
    rebuild_journal(backend, by)
    with open_ledger(folder) as ledger:
        checked = check_folder(folder, ledger, by.at)
    return Restored(manifest, not filled, what_lacks(manifest, missing, folder, ended.old), checked)


def _ask(manifest: BackupManifest, ended: WhoEnded) -> None:
    if ended.old or ended.known or not (manifest.keys or manifest.accounts):
        return
    raise ComputeError(
        say(
            "bản sao lưu này của {at}; không biết khóa, tài khoản nào đã thu hồi hay bị khóa sau lúc ấy.",
            "this backup is of {at}; which keys and accounts ended after that isn't known.",
            at=manifest.taken_at,
        ),
        do=say(
            "Còn thư mục cũ thì thêm --old THƯ_MỤC; nếu không, kể tên bằng --ended TÊN (lặp lại được), "
            "hoặc --none-ended nếu chắc chắn không có.",
            "Where the old folder is there add --old FOLDER; else name them with --ended NAME (may be "
            "repeated), or say --none-ended if you are sure.",
        ),
    )


def _end(ledger: Ledger, by: By, names: Sequence[str]) -> None:
    """End what people say has ended. Raises ComputeError for a name that is none."""
    made = list(ledger.keys())
    keys = {each.name: each.revoked_at for each in made}
    people_known = {each.name: each.disabled_at for each in accounts(ledger)}
    for name in names:
        if name in keys and keys[name] is None:
            people.revoke_key(ledger, by, name)
        if (name in people_known and people_known[name] is None) or name not in {*keys, *people_known}:
            people.disable_account(ledger, by, name)
