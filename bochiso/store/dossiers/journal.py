"""The journal: every item that was received, in order, on disk before anyone is told so.

evidence/journal/000001.log: a line that names the format, then blocks. A block is what was written
and flushed at once (group commit): its header with length, checksum and the number of its first
item, then its entries, compressed (zstd). An entry is one batch of columns (Arrow IPC).

A process killed while it writes leaves an unfinished last block; nobody was told of it, and the
next one that opens the journal cuts it off. A broken block that whole ones follow is damage.
"""

import os
import queue
import struct
import threading
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import msgspec
import pyarrow as pa
from msgspec import Struct

from bochiso.errors import StoreError, Where
from bochiso.store.figures.evidence import damaged
from bochiso.store.folder import DataFolder, disk_errors, sync_folder
from bochiso.text import now, say

SEGMENT_BYTES = 64 * 2**20
"""A file of the journal isn't written on after so many bytes."""

GROUP_ITEMS = 50_000
"""A block takes at most about so many items."""

_TITLE = b"bochiso journal 1\n"
_MARK = b"\xb0\xc1BK"
_HEADER = struct.Struct("<4sIIQII")  # mark, stored bytes, raw bytes, first item, items, checksum


class JournalEntry(Struct, frozen=True):
    """One batch that was received: what it holds, when (UTC), the number of its first item."""

    kind: str
    received_at: datetime
    first: int
    batch: pa.RecordBatch


class Position(Struct, frozen=True, order=True):
    """A place between two blocks; `items` is how many items stand before it."""

    segment: int = 0
    offset: int = 0
    items: int = 0


START = Position()

Batches = Sequence[tuple[str, pa.RecordBatch]]
"""What is written together: kinds and columns."""


class _Stored(Struct, frozen=True, array_like=True):
    kind: str
    received_at: datetime
    data: bytes


class _Block(Struct, frozen=True):
    payload: bytes
    raw: int
    first: int
    items: int
    end: int


def read_journal(root: Path, after: Position = START) -> Iterator[tuple[Position, list[JournalEntry]]]:
    """The blocks from a position on, each with the position behind it.

    Stops before a block that is being written. Raises StoreError for one that was damaged.
    """
    segments = _segments(root)
    for number in segments:
        if number < after.segment:
            continue
        path = _segment(root, number)
        offset = after.offset if number == after.segment else 0
        for block in _blocks(path, offset, last=number == segments[-1]):
            position = Position(number, block.end, block.first + block.items)
            yield position, _entries(path, block)


def end_of(root: Path) -> Position:
    """The position behind the last whole block."""
    for number in reversed(_segments(root)):
        position = START
        for block in _blocks(_segment(root, number), 0, last=True):
            position = Position(number, block.end, block.first + block.items)
        if position != START:
            return position
    return START


class Journal:
    """The journal, for writing: one owner at a time, many threads, one that writes.

    Raises StoreError where another process owns it.
    """

    def __init__(self, folder: DataFolder) -> None:
        from filelock import FileLock

        self.root = folder.journal
        with folder.writing():
            self.root.mkdir(exist_ok=True)
        self._lock = FileLock(self.root / "lock", timeout=0, thread_local=False)
        self._take_lock(folder)
        try:
            with disk_errors(self.root):
                self.end = self._recover()
                self._file = self._open()
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
            raise StoreError(
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

    def submit(self, batches: Batches) -> "Future[Position]":
        """Have batches written as one: all of them or none.

        The future is done once they are on disk, with the position behind them; it fails with
        StoreError where they can't be kept. Waits where the disk is far behind.
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
        self._lock.release()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _recover(self) -> Position:
        """Cut off what a killed process left unfinished; the position behind the last whole block."""
        end = end_of(self.root)
        for number in _segments(self.root):
            path = _segment(self.root, number)
            keep = end.offset if number == end.segment else 0
            if number > end.segment:
                path.unlink()
            elif number == end.segment and path.stat().st_size > keep:
                with path.open("r+b") as file:
                    file.truncate(keep)
                    os.fsync(file.fileno())
        sync_folder(self.root)
        return end

    def _open(self) -> IO[bytes]:
        """The segment to write to: the last one, or a new one where that is full."""
        number, full = self.end.segment, self.end.offset >= SEGMENT_BYTES
        if number and not full:
            return _segment(self.root, number).open("ab", buffering=0)
        path = _segment(self.root, number + 1)
        file = path.open("xb", buffering=0)
        file.write(_TITLE)
        os.fsync(file.fileno())
        sync_folder(self.root)
        self.end = Position(number + 1, len(_TITLE), self.end.items)
        return file

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
            if self._broken is not None:
                raise self._broken
            with disk_errors(self.root):
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
        data, items = _encode(group, self.end.items)
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
        self.end = Position(self.end.segment, self.end.offset + len(data), self.end.items + items)


class _Waiting:
    """Batches that someone waits for."""

    def __init__(self, batches: Batches, received_at: datetime) -> None:
        self.batches = batches
        self.received_at = received_at
        self.items = sum(batch.num_rows for _, batch in batches)
        self.future: Future[Position] = Future()
        self.future.set_running_or_notify_cancel()


def _encode(group: Sequence[_Waiting], first: int) -> tuple[bytes, int]:
    """A block of all that waits, and how many items are in it."""
    stored, items = [], 0
    for waiting in group:
        for kind, batch in waiting.batches:
            if batch.num_rows:
                sink = pa.BufferOutputStream()
                with pa.ipc.new_stream(sink, batch.schema) as writer:
                    writer.write_batch(batch)
                stored.append(_Stored(kind, waiting.received_at, sink.getvalue().to_pybytes()))
                items += batch.num_rows
    raw = msgspec.msgpack.encode(stored)
    payload = pa.compress(raw, codec="zstd", asbytes=True)
    start = _HEADER.pack(_MARK, len(payload), len(raw), first, items, 0)
    check = zlib.crc32(payload, zlib.crc32(start))
    return _HEADER.pack(_MARK, len(payload), len(raw), first, items, check) + payload, items


def _entries(path: Path, block: _Block) -> list[JournalEntry]:
    raw = pa.decompress(block.payload, decompressed_size=block.raw, codec="zstd", asbytes=True)
    found, first = [], block.first
    for stored in msgspec.msgpack.decode(raw, type=list[_Stored]):
        with pa.ipc.open_stream(stored.data) as reader:
            for batch in reader:
                found.append(JournalEntry(stored.kind, stored.received_at.astimezone(UTC), first, batch))
                first += batch.num_rows
    if first != block.first + block.items:
        raise damaged(path)
    return found


def _segment(root: Path, number: int) -> Path:
    return root / f"{number:06d}.log"


def _segments(root: Path) -> list[int]:
    return sorted(int(path.stem) for path in root.glob("*.log") if path.stem.isdecimal())


def _blocks(path: Path, offset: int, *, last: bool) -> Iterator[_Block]:
    """The whole blocks of a segment from an offset on; only the last segment may end in a torn one."""
    with path.open("rb") as file:
        if offset == 0:
            if file.read(len(_TITLE)) != _TITLE:
                if last and path.stat().st_size <= len(_TITLE):
                    return
                raise damaged(path)
            offset = len(_TITLE)
        while True:
            size = path.stat().st_size
            while (block := _block_at(file, offset)) is not None:
                yield block
                offset = block.end
            if offset >= size or (last and not _whole_after(file, offset, size)):
                return
            if _block_at(file, offset) is None:  # else it was being written a moment ago
                raise damaged(path)


def _block_at(file: IO[bytes], offset: int) -> _Block | None:
    """The block at an offset; None where no whole one is there."""
    file.seek(offset)
    head = file.read(_HEADER.size)
    if len(head) < _HEADER.size:
        return None
    mark, stored, raw, first, items, check = _HEADER.unpack(head)
    if mark != _MARK:
        return None
    payload = file.read(stored)
    start = _HEADER.pack(mark, stored, raw, first, items, 0)
    if len(payload) < stored or zlib.crc32(payload, zlib.crc32(start)) != check:
        return None
    return _Block(payload, raw, first, items, offset + _HEADER.size + stored)


def _whole_after(file: IO[bytes], offset: int, size: int) -> bool:
    """Whether a whole block stands anywhere behind a broken one: then it isn't the last."""
    file.seek(offset + 1)
    rest = file.read(size - offset - 1)
    at = rest.find(_MARK)
    while at >= 0:
        if _block_at(file, offset + 1 + at) is not None:
            return True
        at = rest.find(_MARK, at + 1)
    return False
