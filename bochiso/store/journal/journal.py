"""The journal: every item that was received, in order, on disk before anyone is told so.

evidence/journal/000001.log has blocks (see journal_blocks): each is what was written and flushed at once
(group commit), and each has the seal of the one before. An entry is one batch of columns (Arrow IPC).
evidence/journal/head says where the journal ended when somebody was last told that items were kept.

A process killed while it writes leaves an unfinished last block that nobody was told of. The next one
that opens the journal puts it aside as 000001.torn-<moment> and says so. Where head or the facts
have seen more than is there, items were lost: nothing is touched, and the journal isn't opened.
"""

import logging
import os
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO

import pyarrow as pa
from msgspec import Struct

from bochiso.errors import StoreError, Where
from bochiso.store.figures.evidence import damaged
from bochiso.store.folder import DataFolder, disk_errors, make_folder, sync_folder, write_new
from bochiso.store.journal.journal_blocks import (
    FIRST_SEAL,
    NO_SEAL,
    SEALED,
    TITLE_BYTES,
    JournalBlock,
    blocks_of,
    decode_entries,
    encode_block,
    encode_entries,
)
from bochiso.store.journal.journal_head import START as START
from bochiso.store.journal.journal_head import Position as Position
from bochiso.store.journal.journal_head import head_line, head_path
from bochiso.store.journal.journal_head import read_head as read_head
from bochiso.store.journal.journal_loss import LostItemsError, put_aside
from bochiso.text import now, say

SEGMENT_BYTES = 64 * 2**20
"""A file of the journal isn't written on after so many bytes."""

GROUP_ITEMS = 50_000
"""A block takes at most about so many items."""

_log = logging.getLogger(__name__)


class JournalEntry(Struct, frozen=True):
    """One batch that was received: what it holds, when (UTC), the number of its first item."""

    kind: str
    received_at: datetime
    first: int
    batch: pa.RecordBatch


Batches = Sequence[tuple[str, pa.RecordBatch]]
"""What is written together: kinds and columns."""


def read_journal(root: Path, after: Position = START) -> Iterator[tuple[Position, list[JournalEntry]]]:
    """The blocks from a position on, each with the position behind it.

    Stops before a block that is being written. Raises StoreError for one that was damaged.
    """
    for position, path, block in _walk(root, after):
        yield position, _entries(path, block)


def _walk(root: Path, after: Position = START) -> Iterator[tuple[Position, Path, JournalBlock]]:
    """The blocks from a position on; each must go on where the one before it ended."""
    segments = _segments(root)
    seal = after.seal if after.items else FIRST_SEAL
    items = after.items
    for number in segments:
        if number < after.segment:
            continue
        path = _segment(root, number)
        offset = after.offset if number == after.segment else 0
        for block in blocks_of(path, offset, last=number == segments[-1]):
            if block.first != items or (block.before and seal not in (NO_SEAL, block.before)):
                raise damaged(path)
            seal = block.seal(seal) if block.before or seal else NO_SEAL
            items += block.items
            yield Position(number, block.end, items, seal), path, block


def end_of(root: Path) -> Position:
    """The position behind the last whole block. Raises StoreError where a block before it is broken."""
    segments = _segments(root)
    for number in reversed(segments):
        path, position = _segment(root, number), START
        for block in blocks_of(path, 0, last=number == segments[-1]):
            if position.seal != block.before and position != START:
                raise damaged(path)
            seal = block.seal() if block.before else NO_SEAL
            position = Position(number, block.end, block.first + block.items, seal)
        if position != START:
            return position
    return START


def check_seen(root: Path, end: Position, seen: Position) -> None:
    """Raise StoreError where the journal, which ends there, isn't the one that somebody has seen."""
    if seen.items > end.items:
        raise LostItemsError(root, end.items, seen.items)
    if seen.items == end.items:
        if seen.seal and end.seal and seen.seal != end.seal:
            raise damaged(_segment(root, end.segment))
    elif seen.items and next(_walk(root, seen), None) is None:
        raise damaged(_segment(root, seen.segment))


def check_blocks(root: Path, end: Position) -> None:
    """Raise StoreError where the blocks up to there aren't all whole, each sealed by the next."""
    found = START
    for found, _, _ in _walk(root):
        if found.items >= end.items:
            break
    if found.items != end.items or (found.seal and end.seal and found.seal != end.seal):
        raise damaged(_segment(root, end.segment))


class OwnedError(StoreError):
    """Another process takes items in, and brings the facts up to them."""


class Journal:
    """The journal, for writing: one owner at a time, many threads, one that writes.

    `seen`: how far it went by whoever keeps up with it, asked for before anything is touched. `torn`:
    what was put aside, since it was no whole block; `lost`: how many items are missing. Raises
    StoreError where another process owns it, and where items are missing, unless it is to `go_on`.
    """

    def __init__(
        self, folder: DataFolder, seen: Callable[[], Position] = lambda: START, *, go_on: bool = False
    ) -> None:
        from filelock import FileLock

        self.root = folder.journal
        self.torn: tuple[Path, ...] = ()
        self.lost = 0
        with folder.writing():
            make_folder(self.root)
        self._lock = FileLock(self.root / "lock", timeout=0, mode=0o600, thread_local=False)
        with disk_errors(self.root):
            self._take_lock(folder)
        try:
            with disk_errors(self.root):
                self.end = self._recover(seen(), go_on=go_on)
                self._file = self._open()
                self._head = self._open_head()
                self._note_end()
        except BaseException:
            self._lock.release()
            raise
        self._queue: queue.Queue[_Waiting | None] = queue.Queue(maxsize=256)
        self._broken: BaseException | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._write_all, name="journal", daemon=True)
        self._thread.start()

    def _take_lock(self, folder: DataFolder) -> None:
        from filelock import Timeout

        try:
            self._lock.acquire()
        except Timeout:
            raise OwnedError(
                say(
                    "một tiến trình khác đang nhận hồ sơ vào thư mục này (máy chủ hoặc lệnh nạp khác).",
                    "another process is taking dossiers into this folder (a server or another import).",
                ),
                where=Where(str(folder.root)),
                do=say(
                    "Gửi qua máy chủ đó, hoặc dừng nó rồi nạp lại.",
                    "Send them to that server, or stop it and import again.",
                ),
            ) from None

    @property
    def broken(self) -> bool:
        """Whether it takes nothing in until it is opened again: the disk didn't say what it kept."""
        return self._broken is not None

    def submit(self, batches: Batches) -> "Future[Position]":
        """Have batches written as one: all of them or none.

        The future is done once they are on disk, with the position behind them; it fails with
        StoreError where they can't be kept. Waits where the disk is far behind.

        Raises RuntimeError once it is closed.
        """
        waiting = _Waiting(batches, now())
        if self._closed:
            raise RuntimeError("the journal is closed")
        self._queue.put(waiting)
        return waiting.future

    def close(self) -> None:
        """Write what is waiting, then let the journal go."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        self._thread.join()
        self._file.close()
        self._head.close()
        self._lock.release()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _recover(self, seen: Position, *, go_on: bool) -> Position:
        """Put aside what a killed process left unfinished; the position behind the last whole block."""
        head = read_head(self.root)
        end = end_of(self.root)
        for each in (head, seen):
            try:
                check_seen(self.root, end, each)
            except LostItemsError as error:
                if not go_on:
                    raise
                self.lost = max(self.lost, error.had - error.has)
        for number in _segments(self.root):
            path = _segment(self.root, number)
            keep = end.offset if number == end.segment else 0
            whole = number < end.segment or (keep and path.stat().st_size == keep)
            if not whole and (torn := put_aside(path, keep)):
                self.torn += (torn,)
                _log.warning("journal: what stood behind its last whole block was put aside: %s", torn)
        self._write_again(head, end)
        sync_folder(self.root)
        return end

    def _write_again(self, head: Position, end: Position) -> None:
        """Write what nobody was told of once more, where it stands.

        A flush of it may have failed, and a system may take what then isn't on the disk for what is: the next
        flush would pass it over.
        """
        if end.items <= head.items:
            return
        for number in _segments(self.root):
            if number >= head.segment:
                with _segment(self.root, number).open("r+b", buffering=0) as file:
                    at = head.offset if number == head.segment else 0
                    file.seek(at)
                    data = file.read()
                    file.seek(at)
                    file.write(data)
                    os.fsync(file.fileno())

    def _open(self) -> IO[bytes]:
        """The segment to write to: the last one, or a new one where that is full or of an older form."""
        number, full = self.end.segment, self.end.offset >= SEGMENT_BYTES
        if number and not full and self.end.seal:
            return _segment(self.root, number).open("ab", buffering=0)
        if self.end.items and not self.end.seal:
            *_, (self.end, _, _) = _walk(self.root)
        path = _segment(self.root, number + 1)
        try:
            write_new(path, SEALED.title)
            sync_folder(self.root)
            file = path.open("ab", buffering=0)
        except OSError:
            with suppress(OSError):
                path.unlink()
            raise
        self.end = Position(number + 1, TITLE_BYTES, self.end.items, self.end.seal)
        return file

    def _open_head(self) -> IO[bytes]:
        path = head_path(self.root)
        path.touch(mode=0o600)
        return path.open("r+b", buffering=0)

    def _note_end(self) -> None:
        """Say in `head` where the journal ends. Not flushed: after a power cut it may be a little behind."""
        self._head.seek(0)
        self._head.write(head_line(self.end))

    def _write_all(self) -> None:
        stop = False
        while not stop:
            group: list[_Waiting] = []
            first = self._queue.get()
            stop = first is None
            if first is not None:
                group.append(first)
            while not stop and sum(each.items for each in group) < GROUP_ITEMS:
                try:
                    more = self._queue.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    stop = True
                else:
                    group.append(more)
            if group:
                self._commit(group)

    def _commit(self, group: "list[_Waiting]") -> None:
        try:
            with disk_errors(self.root):
                if self._broken is not None:
                    raise self._broken
                self._append(group)
        except BaseException as error:  # whatever it is, those who wait must hear of it
            for each in group:
                each.future.set_exception(error)
            return
        for each in group:
            each.future.set_result(self.end)

    def _append(self, group: "list[_Waiting]") -> None:
        if self.end.offset >= SEGMENT_BYTES:
            self._file.close()
            self._file = self._open()
        data, items = _encode(group, self.end.items, self.end.seal)
        try:
            done = 0
            while done < len(data):
                done += self._file.write(data[done:]) or 0
        except OSError as error:
            self._broken = error
            with suppress(OSError):
                self._file.truncate(self.end.offset)
                self._broken = None
            raise
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            # What a failed flush leaves on disk is unknown; only opening the journal again tells.
            self._broken = error
            raise
        seal = sha256(data).hexdigest()
        self.end = Position(self.end.segment, self.end.offset + len(data), self.end.items + items, seal)
        with suppress(OSError):  # the items are kept; only a witness more is missing
            self._note_end()


class _Waiting:
    """Batches that someone waits for."""

    def __init__(self, batches: Batches, received_at: datetime) -> None:
        self.batches = batches
        self.received_at = received_at
        self.items = sum(batch.num_rows for _, batch in batches)
        self.future: Future[Position] = Future()
        self.future.set_running_or_notify_cancel()


def _encode(group: Sequence[_Waiting], first: int, before: str) -> tuple[bytes, int]:
    """A block of all that waits, and how many items are in it."""
    entries = [
        (kind, waiting.received_at, batch)
        for waiting in group
        for kind, batch in waiting.batches
        if batch.num_rows
    ]
    items = sum(batch.num_rows for _, _, batch in entries)
    payload, raw = encode_entries(entries)
    return encode_block(payload, raw, first, items, before), items


def _entries(path: Path, block: JournalBlock) -> list[JournalEntry]:
    found, first = [], block.first
    for kind, received_at, batch in decode_entries(block.payload, block.raw):
        found.append(JournalEntry(kind, received_at, first, batch))
        first += batch.num_rows
    if first != block.first + block.items:
        raise damaged(path)
    return found


def _segment(root: Path, number: int) -> Path:
    return root / f"{number:06d}.log"


def _segments(root: Path) -> list[int]:
    return sorted(int(path.stem) for path in root.glob("*.log") if path.stem.isdecimal())


def segment_number(path: Path) -> int | None:
    """The number of a segment; None for any other file."""
    return int(path.stem) if path.suffix == ".log" and path.stem.isdecimal() else None
