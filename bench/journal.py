"""The promises of the journal, against SQLite in WAL mode (docs/decisions/0017): the same blocks in both."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow as pa

from bench.journal_by_sqlite import SqliteJournal, end_of, open_database, read_back
from bench.timing import Line, race
from bochiso.intake.messages.items import read_items
from bochiso.intake.messages.sync_messages import decode_items
from bochiso.simulate.dossier_stream import simulate_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import Batches, Journal, read_journal
from bochiso.store.journal.kept_batches import batches_of

ITEMS, APPENDS, WRITERS, ROUNDS = 200, 250, 8, 10
FULL = 60

Submit = Callable[[Batches], "Future[Any]"]


def lines() -> Iterator[Line]:
    """Every promise, measured."""
    messages, dossiers = some_messages(), ITEMS * APPENDS
    with tempfile.TemporaryDirectory(prefix="bochiso-journal-") as name:
        root = Path(name)
        for what, write in (
            (f"one writer, {ITEMS} dossiers an append", _alone),
            (f"{WRITERS} writers, each waiting for its append", _together),
        ):
            ours, peer = [], []
            for turn in range(ROUNDS):
                ours.append(_ours(root / f"{what[:3]}{turn}", messages, write))
                peer.append(_peer(root / f"{what[:3]}{turn}.sqlite", messages, write))
            own, other = min(ours), min(peer)
            yield Line(
                f"an append on disk, {what} | SQLite, WAL, FULL",
                own.seconds * 1000 / APPENDS, other.seconds * 1000 / APPENDS, 1.25,
            )  # fmt: skip
            yield Line(
                f"bytes written a dossier, {what} | SQLite",
                own.written / dossiers, other.written / dossiers, 1, "B",
            )  # fmt: skip
        folder, database = _killed(root / "killed")
        kept = _size(folder) / dossiers, _size_of(database) / dossiers
        yield Line("bytes kept a dossier | SQLite", kept[0], kept[1], 1.1, "B")
        read = _read(folder, database)
        yield Line("all read back | SQLite", read[0], read[1], 1.25)
        opened = _opened(*_killed(root / "full", "full"))
        yield Line(f"opened after a kill, {FULL} MB since the last whole file | –", opened[0], None, 500)
        yield Line(f"SQLite opened after a kill, {FULL} MB in it | –", opened[1], None, float("inf"))


def some_messages() -> list[Batches]:
    """The columns of as many messages as are appended."""
    many = simulate_dossiers("H15", ITEMS * APPENDS, 1, date(2026, 1, 1), date(2026, 9, 30))
    return [_columns([next(many) for _ in range(ITEMS)]) for _ in range(APPENDS)]


def _columns(dossiers: list[Any]) -> Batches:
    items = decode_items(json.dumps(dossiers, ensure_ascii=False).encode(), ITEMS)
    return batches_of(read_items(items, sender="H15", updating=False, steps=False))


class _Measured:
    """Seconds, and bytes that the system was given to write to the disk."""

    def __init__(self, seconds: float, written: int) -> None:
        self.seconds, self.written = seconds, written

    def __lt__(self, other: "_Measured") -> bool:
        return self.seconds < other.seconds


def _ours(path: Path, messages: list[Batches], write: Callable[[Submit, list[Batches]], None]) -> _Measured:
    with Journal(DataFolder(path)) as journal:
        return _measured(lambda: write(journal.submit, messages))


def _peer(path: Path, messages: list[Batches], write: Callable[[Submit, list[Batches]], None]) -> _Measured:
    journal = SqliteJournal(path)
    try:
        return _measured(lambda: write(journal.submit, messages))
    finally:
        journal.close()


def _measured(run: Callable[[], None]) -> _Measured:
    before, began = _written(), time.perf_counter()
    run()
    return _Measured(time.perf_counter() - began, _written() - before)


def _written() -> int:
    """Bytes that this process had written to disks, where the system counts them."""
    counts = Path("/proc/self/io")
    if not counts.exists():
        return 0
    return int(counts.read_text().partition("\nwrite_bytes: ")[2].split("\n")[0])


def _alone(submit: Submit, messages: list[Batches]) -> None:
    for each in messages:
        submit(each).result()


def _together(submit: Submit, messages: list[Batches]) -> None:
    threads = [Thread(target=_alone, args=(submit, messages[n::WRITERS])) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _killed(path: Path, of: str = "dossiers") -> tuple[Path, Path]:
    """A journal and a database whose processes ended as if killed, after all was written."""
    for kind in ("ours", "peer"):
        subprocess.run([sys.executable, "-m", "bench.journal", kind, of, str(path)], check=True)
    return path, path.with_suffix(".sqlite")


def write_and_die(kind: str, of: str, path: Path) -> None:
    """Append all, then end without closing anything."""
    journal = Journal(DataFolder(path)) if kind == "ours" else SqliteJournal(path.with_suffix(".sqlite"))
    _alone(journal.submit, some_messages() if of == "dossiers" else _large())
    os._exit(0)


def _large() -> list[Batches]:
    """Messages of a megabyte each that can't be packed: as many as nearly fill a file of the journal."""
    return [[("large", pa.record_batch({"data": [os.urandom(2**20)]}))] for _ in range(FULL)]


def _opened(folder: Path, database: Path) -> tuple[float, float]:
    """Milliseconds until each can be written to again, of copies that nobody opened yet."""
    ours, peer = [], []
    for n in range(ROUNDS):
        copy, lone = folder.with_name(f"open{n}"), folder.with_name(f"open{n}.sqlite")
        shutil.copytree(folder, copy)
        for end in ("", "-wal"):
            shutil.copy(f"{database}{end}", f"{lone}{end}")
        began = time.perf_counter()
        with Journal(DataFolder(copy)) as journal:
            ours.append(time.perf_counter() - began)
            assert journal.end.items == FULL
        began = time.perf_counter()
        opened = open_database(lone)
        assert end_of(opened) == FULL
        peer.append(time.perf_counter() - began)
        opened.close()
    return statistics.median(ours) * 1000, statistics.median(peer) * 1000


def _read(folder: Path, database: Path) -> tuple[float, float]:
    root = DataFolder(folder).journal

    def ours() -> int:
        return sum(entry.batch.num_rows for _, entries in read_journal(root) for entry in entries)

    def peer() -> int:
        return sum(entry.batch.num_rows for entries in read_back(database) for entry in entries)

    assert ours() == peer() == ITEMS * APPENDS
    return race(ours, peer, ROUNDS)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in DataFolder(folder).journal.glob("*.log"))


def _size_of(database: Path) -> int:
    """What is left once the log was taken up."""
    copy = database.with_name("size.sqlite")
    for end in ("", "-wal"):
        shutil.copy(f"{database}{end}", f"{copy}{end}")
    open_database(copy).close()
    return copy.stat().st_size


if __name__ == "__main__":
    write_and_die(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
