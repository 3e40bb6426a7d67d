"""The journal: what was acknowledged is there, once, whatever happens to whoever writes it."""

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pyarrow as pa
import pytest

from bochiso.errors import StoreError
from bochiso.store.dossiers.journal import START, Journal, JournalEntry, end_of, read_journal
from bochiso.store.folder import DataFolder


def batch(*values: int) -> pa.RecordBatch:
    return pa.record_batch({"value": pa.array(values, pa.int64())})


def entries(folder: DataFolder) -> list[JournalEntry]:
    return [entry for _, found in read_journal(folder.journal) for entry in found]


def values(folder: DataFolder) -> list[int]:
    return [value for entry in entries(folder) for value in entry.batch["value"].to_pylist()]


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def test_what_was_submitted_is_read_back_in_order_with_its_numbers(folder: DataFolder) -> None:
    with Journal(folder) as journal:
        first = journal.submit([("a", batch(1, 2)), ("b", batch(3))]).result()
        journal.submit([("a", batch(4))]).result()
    assert [(e.kind, e.first, e.batch["value"].to_pylist()) for e in entries(folder)] == [
        ("a", 0, [1, 2]),
        ("b", 2, [3]),
        ("a", 3, [4]),
    ]
    after = [entry for _, found in read_journal(folder.journal, first) for entry in found]
    assert [entry.first for entry in after] == [3]


def test_many_threads_share_a_flush_and_lose_nothing(folder: DataFolder) -> None:
    with Journal(folder) as journal:

        def push(start: int) -> None:
            for n in range(start, start + 50):
                journal.submit([("a", batch(n))]).result()

        threads = [threading.Thread(target=push, args=(1000 * n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(values(folder)) == [1000 * n + k for n in range(8) for k in range(50)]
    blocks = list(read_journal(folder.journal))
    assert len(blocks) <= 400
    assert blocks[-1][0].items == 400


def test_opened_again_it_goes_on_where_it_was(folder: DataFolder) -> None:
    for n in range(3):
        with Journal(folder) as journal:
            journal.submit([("a", batch(n))])
    assert values(folder) == [0, 1, 2]
    assert end_of(folder.journal).items == 3


def test_an_unfinished_last_block_is_cut_off_wherever_it_ends(folder: DataFolder) -> None:
    with Journal(folder) as journal:
        whole = journal.submit([("a", batch(1))]).result()
        journal.submit([("a", batch(2))]).result()
    path = folder.journal / "000001.log"
    data = path.read_bytes()
    for size in range(whole.offset, len(data)):
        path.write_bytes(data[:size])
        assert values(folder) == [1]
        with Journal(folder) as journal:
            assert journal.end == whole
            journal.submit([("a", batch(3))]).result()
        assert values(folder) == [1, 3]


def test_a_last_block_of_garbage_is_cut_off(folder: DataFolder) -> None:
    with Journal(folder) as journal:
        journal.submit([("a", batch(1))]).result()
    path = folder.journal / "000001.log"
    path.write_bytes(path.read_bytes() + bytes(300))
    with Journal(folder) as journal:
        journal.submit([("a", batch(2))]).result()
    assert values(folder) == [1, 2]


def test_damage_before_whole_blocks_is_said_and_nothing_is_dropped(folder: DataFolder) -> None:
    with Journal(folder) as journal:
        first = journal.submit([("a", batch(1))]).result()
        journal.submit([("a", batch(2))]).result()
    path = folder.journal / "000001.log"
    data = bytearray(path.read_bytes())
    data[first.offset - 3] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreError, match="evidence is missing or was changed"):
        values(folder)
    with pytest.raises(StoreError, match="evidence is missing or was changed"):
        Journal(folder)
    assert path.read_bytes() == data


def test_a_full_segment_is_followed_by_another(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bochiso.store.dossiers.journal.SEGMENT_BYTES", 1000)
    with Journal(folder) as journal:
        positions = [journal.submit([("a", batch(n))]).result() for n in range(20)]
    assert len(list(folder.journal.glob("*.log"))) > 2
    assert values(folder) == list(range(20))
    assert positions == sorted(positions)
    for n, position in enumerate(positions):
        found = [e.first for _, more in read_journal(folder.journal, position) for e in more]
        assert found == list(range(n + 1, 20))


def test_two_processes_cannot_own_it(folder: DataFolder) -> None:
    with Journal(folder), pytest.raises(StoreError, match="another process is taking dossiers"):
        Journal(folder)
    Journal(folder).close()


def test_an_empty_folder_has_an_empty_journal(folder: DataFolder) -> None:
    assert end_of(folder.journal) == START
    assert entries(folder) == []


_CHILD = """
import sys
from pathlib import Path
import pyarrow as pa
from bochiso.store.folder import DataFolder
from bochiso.store.dossiers.journal import Journal

journal = Journal(DataFolder(Path(sys.argv[1])))
waiting = []
for n in range(int(sys.argv[2]), 10**9):
    batch = pa.record_batch({"value": pa.array([n] * 50, pa.int64())})
    waiting.append((n, journal.submit([("a", batch)])))
    while waiting and (waiting[0][1].done() or len(waiting) > 8):
        number, future = waiting.pop(0)
        future.result()
        print(number, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="kill -9")
def test_killed_at_random_points_it_has_all_that_was_acknowledged_and_nothing_twice(
    folder: DataFolder,
) -> None:
    dice = random.Random(766)
    start = 0
    for _ in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(folder.root), str(start)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        acknowledged = start - 1
        for _ in range(dice.randrange(1, 60)):
            acknowledged = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read().split("\n")[:-1]
        acknowledged = max([acknowledged, *map(int, rest)])
        child.wait()
        child.stdout.close()
        found = values(folder)
        assert len(found) % 50 == 0
        written = found[::50]
        assert found == [n for n in written for _ in range(50)]
        assert written == list(range(len(written)))
        assert len(written) > acknowledged
        start = len(written)
