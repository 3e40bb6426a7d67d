"""The whole of a data folder checked while it is served: every hash, every chain, every seal.

Nothing is written. Evidence against its hashes, without a gap; the journal's blocks and their chain
against where it says that it ended; facts against the evidence; the audit log's chain against what was
written down elsewhere; publications against what the figures give now; the decisions that stand in the
ledger against the lines that tell of them.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from bochiso.errors import StoreError
from bochiso.store.backup.backup_manifest import names, read_manifest
from bochiso.store.backup.ledger_against_log import untold
from bochiso.store.backup.object_store import ObjectStore, chunks, hash_of
from bochiso.store.decisions.publications import check_frozen, in_force, public_versions
from bochiso.store.dossiers.projection import dossiers_path, seen_by
from bochiso.store.figures.evidence import Evidence
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import START, check_blocks, check_seen, end_of
from bochiso.store.journal.journal_head import read_head
from bochiso.store.people.audit_check import look_through
from bochiso.store.people.audit_heads import HeadLine, broken_heads
from bochiso.store.people.ledger import Ledger
from bochiso.text import Lang, Text, say

Watch = Callable[[list[int]], Iterable[int]]


class FolderChecked(Struct, frozen=True):
    """How much was checked, and what is wrong: nothing where the folder is whole."""

    readings: int
    files: int
    items: int
    audit_lines: int
    audit_hash: str
    publications: int
    heads: int
    faults: tuple[Text, ...]


def check_folder(
    folder: DataFolder, ledger: Ledger, at: datetime, heads: Sequence[HeadLine] = (), watch: Watch = iter
) -> FolderChecked:
    """Check a folder and its ledger. Raises StoreError where they can't be opened at all."""
    folder.check()
    faults: list[Text] = []
    readings, files = _evidence(folder, faults, watch)
    items = _journal(folder, faults)
    log = look_through(ledger, at)
    if log.fault is not None:
        faults.append(say("nhật ký thao tác: bị sửa hoặc bị xóa từ dòng {n:d}.",
                          "audit log: changed or cut from line {n:d}.", n=log.fault))  # fmt: skip
    for each in broken_heads(ledger, list(heads)):
        faults.append(say("nhật ký thao tác: dòng {n:d} không còn như đã ghi lại ở nơi khác lúc {at}.",
                          "audit log: line {n:d} isn't the one that was written down elsewhere at {at}.",
                          n=each.seq, at=each.at))  # fmt: skip
    faults += untold(ledger)
    publications = _publications(folder, ledger, faults) if readings else 0
    return FolderChecked(readings, files, items, log.seq, log.hash, publications, len(heads), tuple(faults))


def _evidence(folder: DataFolder, faults: list[Text], watch: Watch) -> tuple[int, int]:
    evidence, files = Evidence(folder.evidence), 0
    seqs = evidence.seqs()
    for seq in sorted(set(range(1, max(seqs, default=0) + 1)) - {*seqs}):
        faults.append(say("{path}: thiếu lần đọc này.", "{path}: this reading is missing.",
                          path=str(evidence.path(seq))))  # fmt: skip
    for seq in watch(seqs):
        try:
            sealed = evidence.sealed_files(evidence.reading(seq))
        except StoreError as error:
            faults.append(error_text(error))
            continue
        for path, digest in sealed.items():
            files += 1
            if (wrong := _unlike(path, digest)) is not None:
                faults.append(wrong)
        for path in set(evidence.path(seq).iterdir()) - {*sealed}:
            faults.append(say("{path}: tệp lạ trong chứng cứ.", "{path}: no file of the evidence.",
                              path=str(path)))  # fmt: skip
    return len(seqs), files


def _unlike(path: Path, digest: str) -> Text | None:
    try:
        with path.open("rb") as file:
            if hash_of(chunks(file.fileno())) == digest:
                return None
    except FileNotFoundError:
        return say("{path}: bị mất.", "{path}: missing.", path=str(path))
    except OSError as error:
        return say("{path}: không đọc được ({why}).", "{path}: can't be read ({why}).",
                   path=str(path), why=error.strerror or "")  # fmt: skip
    return say("{path}: đã bị sửa hoặc hỏng.", "{path}: changed or damaged.", path=str(path))


def _journal(folder: DataFolder, faults: list[Text]) -> int:
    # Where it was seen to end is asked first: it goes on while it is checked.
    seen = [read_head(folder.journal), seen_by(dossiers_path(folder)) or START]
    try:
        end = end_of(folder.journal)
        for each in seen:
            check_seen(folder.journal, end, each)
        check_blocks(folder.journal, end)
    except StoreError as error:
        faults.append(error_text(error))
        return 0
    return end.items


def _publications(folder: DataFolder, ledger: Ledger, faults: list[Text]) -> int:
    found = in_force(public_versions(ledger))
    try:
        with open_store(folder) as store:
            for each in found:
                try:
                    check_frozen(store, each)
                except StoreError as error:
                    faults.append(error_text(error))
    except StoreError as error:
        faults.append(error_text(error))
    return len(found)


def check_backups(
    root: Path, watch: Callable[[list[str]], Iterable[str]] = iter
) -> tuple[list[HeadLine], int, list[Text]]:
    """Every content of every backup; the ends of the audit log that they saw, how many contents, faults."""
    store, heads, faults = ObjectStore(root), [], []
    wanted: dict[str, str] = {}
    for name in names(root):
        try:
            manifest = read_manifest(root, name)
        except StoreError as error:
            faults.append(error_text(error))
            continue
        heads.append(HeadLine(manifest.name, manifest.audit.seq, manifest.audit.hash))
        wanted |= {each.sha256: f"{name}: {each.path}" for each in manifest.files}
    for digest in watch(list(wanted)):
        if not store.is_whole(digest):
            faults.append(say("bản sao lưu {what}: bị mất hoặc hỏng.", "backup {what}: missing or damaged.",
                              what=wanted[digest]))  # fmt: skip
    return heads, len(wanted), faults


def error_text(error: StoreError) -> Text:
    """What is wrong, and where."""
    where = error.where
    return (
        say(
            "{where}: {what}",
            "{where}: {what}",
            where=Text(where.render(Lang.VI), where.render(Lang.EN)),
            what=error.what,
        )
        if where.file
        else error.what
    )
