"""The peer of the journal: SQLite in WAL mode, every transaction flushed, a table of the same blocks."""

import queue
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path

import msgspec
import pyarrow as pa

from bochiso.store.journal.journal import GROUP_ITEMS, Batches, JournalEntry
from bochiso.text import now

_TABLE = """create table if not exists block (
    first integer primary key, items integer not null, raw integer not null, payload blob not null
)"""

Stored = tuple[str, datetime, bytes]


class SqliteJournal:
    """Batches written by one thread, all that wait in one transaction, as the journal does it."""

    def __init__(self, path: Path) -> None:
        self._database = open_database(path)
        self._first = end_of(self._database)
        self._queue: queue.Queue[tuple[Batches, Future[int]] | None] = queue.Queue(maxsize=256)
        self._thread = threading.Thread(target=self._write_all, daemon=True)
        self._thread.start()

    def submit(self, batches: Batches) -> "Future[int]":
        """Have batches written; done once they are on disk."""
        future: Future[int] = Future()
        self._queue.put((batches, future))
        return future

    def close(self) -> None:
        """Write what waits, then leave one file."""
        self._queue.put(None)
        self._thread.join()
        self._database.close()

    def _write_all(self) -> None:
        stop = False
        while not stop and (first := self._queue.get()) is not None:
            group, items = [first], _items(first[0])
            while items < GROUP_ITEMS:
                try:
                    more = self._queue.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    stop = True
                    break
                group.append(more)
                items += _items(more[0])
            raw, payload = pack([batches for batches, _ in group])
            with self._database:
                self._database.execute(
                    "insert into block values (?, ?, ?, ?)", (self._first, items, raw, payload)
                )
            self._first += items
            for _, future in group:
                future.set_result(self._first)


def open_database(path: Path) -> sqlite3.Connection:
    """The database, ready to be written to: what a killed process left in its log is taken up."""
    database = sqlite3.connect(path, check_same_thread=False)
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = full")
    database.execute(_TABLE)
    return database


def end_of(database: sqlite3.Connection) -> int:
    """How many items there are."""
    (end,) = database.execute("select coalesce(max(first + items), 0) from block").fetchone()
    return int(end)


def read_back(path: Path) -> Iterator[list[JournalEntry]]:
    """Every block's entries, in order."""
    database = sqlite3.connect(path)
    for first, raw, payload in database.execute("select first, raw, payload from block order by first"):
        yield list(unpack(first, raw, payload))
    database.close()


def pack(waiting: list[Batches]) -> tuple[int, bytes]:
    """Batches as the journal packs them."""
    stored: list[Stored] = []
    for kind, batch in (each for batches in waiting for each in batches):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        stored.append((kind, now(), sink.getvalue().to_pybytes()))
    raw = msgspec.msgpack.encode(stored)
    return len(raw), pa.compress(raw, codec="zstd", asbytes=True)


def unpack(first: int, raw: int, payload: bytes) -> Iterator[JournalEntry]:
    """What was packed."""
    data = pa.decompress(payload, decompressed_size=raw, codec="zstd", asbytes=True)
    for kind, received_at, batch_data in msgspec.msgpack.decode(data, type=list[Stored]):
        with pa.ipc.open_stream(batch_data) as reader:
            for batch in reader:
                yield JournalEntry(kind, received_at, first, batch)
                first += batch.num_rows


def _items(batches: Batches) -> int:
    return sum(batch.num_rows for _, batch in batches)
