"""The journal: what was acknowledged is there, once, whatever happens to whoever writes it."""

import os
import random
import signal
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import loaded_python
import pyarrow as pa
import pytest

from bochiso.errors import StoreError
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import START, Journal, JournalEntry, Position, end_of, read_journal
from bochiso.store.journal.journal_blocks import (
    PLAIN,
    SEALED,
    JournalBlock,
    blocks_of,
    encode_block,
    encode_entries,
)
from bochiso.text import now


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


def test_an_unfinished_last_block_is_put_aside_wherever_it_ends(folder: DataFolder) -> None:
    with Journal(folder) as journal:
        whole = journal.submit([("a", batch(1))]).result()
        head = (journal.root / "head").read_bytes()  # nobody was told of what comes now
        journal.submit([("a", batch(2))]).result()
    path = folder.journal / "000001.log"
    data = path.read_bytes()
    for size in range(whole.offset, len(data)):
        path.write_bytes(data[:size])
        (path.parent / "head").write_bytes(head)
        assert values(folder) == [1]
        with Journal(folder) as journal:
            assert journal.end == whole
            assert [each.read_bytes() for each in journal.torn] == [data[whole.offset : size]] * bool(
                journal.torn
            )
            assert bool(journal.torn) == (size > whole.offset)
            journal.submit([("a", batch(3))]).result()
        assert values(folder) == [1, 3]


def test_garbage_at_the_end_is_put_aside_and_the_log_says_so(
    folder: DataFolder, caplog: pytest.LogCaptureFixture
) -> None:
    with Journal(folder) as journal:
        journal.submit([("a", batch(1))]).result()
    path = folder.journal / "000001.log"
    path.write_bytes(path.read_bytes() + bytes(300))
    with Journal(folder) as journal:
        (torn,) = journal.torn
        journal.submit([("a", batch(2))]).result()
    assert torn.read_bytes() == bytes(300)
    assert torn.name.startswith("000001.torn-")
    assert torn.name in caplog.text
    assert values(folder) == [1, 2]


def contents(folder: DataFolder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.journal.iterdir() if path.name != "lock"}


def two_blocks(folder: DataFolder) -> tuple[Path, Position]:
    """A journal of two blocks, its file, and the position between them."""
    with Journal(folder) as journal:
        first = journal.submit([("a", batch(1))]).result()
        journal.submit([("a", batch(2, 3))]).result()
    return folder.journal / "000001.log", first


@pytest.mark.parametrize("how", ["one bit", "the last 100 bytes", "the last block", "all of it", "the file"])
def test_what_was_acknowledged_and_is_missing_is_said_and_nothing_is_touched(
    folder: DataFolder, how: str
) -> None:
    path, first = two_blocks(folder)
    data = bytearray(path.read_bytes())
    match how:
        case "one bit":
            data[-50] ^= 1
        case "the last 100 bytes":
            del data[-100:]
        case "the last block":
            del data[first.offset :]
        case "all of it":
            data.clear()
    path.write_bytes(data)
    if how == "the file":
        path.unlink()
    lost = 3 if how in ("all of it", "the file") else 2
    before = contents(folder)
    with pytest.raises(StoreError, match=f"lacks {lost} items that were taken: it has {3 - lost} of 3"):
        Journal(folder)
    assert contents(folder) == before
    with Journal(folder, go_on=True) as journal:
        assert journal.lost == lost
        assert b"".join(each.read_bytes() for each in journal.torn) == (
            b"" if lost == 3 else bytes(data[first.offset :])
        )
        journal.submit([("a", batch(4))]).result()
    assert values(folder) == [1, 4] if lost == 2 else [4]
    Journal(folder).close()


def test_what_facts_have_seen_is_missed_where_the_head_is_gone_too(folder: DataFolder) -> None:
    path, first = two_blocks(folder)
    seen = end_of(path.parent)
    (path.parent / "head").unlink()
    path.write_bytes(path.read_bytes()[: first.offset])
    with pytest.raises(StoreError, match="lacks 2 items"):
        Journal(folder, lambda: seen)
    Journal(folder).close()


def blocks(path: Path) -> list[JournalBlock]:
    return list(blocks_of(path, 0, last=True))


def forged(block: JournalBlock, value: int) -> bytes:
    """A block as it stands, with another value and a checksum that fits."""
    payload, raw = encode_entries([("a", now(), batch(value))])
    return encode_block(payload, raw, block.first, 1, block.before)


def test_a_block_that_was_changed_does_not_fit_the_one_behind_it(folder: DataFolder) -> None:
    path, _ = two_blocks(folder)
    first, second = blocks(path)
    path.write_bytes(SEALED.title + forged(first, 7) + second.data)
    with pytest.raises(StoreError, match="missing or was changed"):
        values(folder)
    with pytest.raises(StoreError, match="missing or was changed"):
        Journal(folder)


def test_a_last_block_that_was_changed_is_not_the_one_that_was_acknowledged(folder: DataFolder) -> None:
    with Journal(folder) as journal:
        seen = journal.submit([("a", batch(1))]).result()
    path = folder.journal / "000001.log"
    (only,) = blocks(path)
    path.write_bytes(SEALED.title + forged(only, 7))
    with pytest.raises(StoreError, match="missing or was changed"):
        Journal(folder)
    (path.parent / "head").unlink()
    with pytest.raises(StoreError, match="missing or was changed"):
        Journal(folder, lambda: seen)


def test_a_segment_that_is_missing_is_damage(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bochiso.store.journal.journal.SEGMENT_BYTES", 300)
    with Journal(folder) as journal:
        for n in range(6):
            journal.submit([("a", batch(n))]).result()
    assert values(folder) == list(range(6))
    (folder.journal / "000002.log").unlink()
    with pytest.raises(StoreError, match="missing or was changed"):
        values(folder)


def without_seals(path: Path) -> None:
    """A segment as it was written before blocks had seals."""
    data = PLAIN.title
    for block in blocks(path):
        fields = (PLAIN.mark, len(block.payload), block.raw, block.first, block.items)
        check = zlib.crc32(block.payload, zlib.crc32(PLAIN.header.pack(*fields, 0)))
        data += PLAIN.header.pack(*fields, check) + block.payload
    path.write_bytes(data)


def test_a_journal_from_before_seals_is_read_gone_on_with_and_sealed_as_a_whole(folder: DataFolder) -> None:
    path, _ = two_blocks(folder)
    without_seals(path)
    (path.parent / "head").unlink()
    old = path.read_bytes()
    assert values(folder) == [1, 2, 3]
    with Journal(folder) as journal:
        assert not journal.torn
        journal.submit([("a", batch(4))]).result()
    assert path.read_bytes() == old
    assert values(folder) == [1, 2, 3, 4]
    after = [e.first for _, some in read_journal(path.parent, Position(1, len(old), 3)) for e in some]
    assert after == [3]
    first, second = blocks(path)
    other = encode_entries([("a", now(), batch(7))])
    fields = (PLAIN.mark, len(other[0]), other[1], first.first, 1)
    check = zlib.crc32(other[0], zlib.crc32(PLAIN.header.pack(*fields, 0)))
    path.write_bytes(PLAIN.title + PLAIN.header.pack(*fields, check) + other[0] + second.data)
    with pytest.raises(StoreError, match="missing or was changed"):
        values(folder)


def test_a_journal_of_a_newer_form_is_refused_and_left_alone(folder: DataFolder) -> None:
    path, _ = two_blocks(folder)
    path.write_bytes(path.read_bytes().replace(SEALED.title, b"bochiso journal 3\n"))
    before = contents(folder)
    for way in (Journal, values):
        with pytest.raises(StoreError, match="a newer version of bochiso wrote this journal"):
            way(folder)
    assert contents(folder) == before


@pytest.mark.parametrize(
    "said", [b"", b"\0" * 50, b"000001 000000000242 000000000009 00 00\n", "ơ\n".encode()]
)
def test_a_head_that_cannot_be_read_is_said_and_made_anew(
    folder: DataFolder, said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path, _ = two_blocks(folder)
    head = path.parent / "head"
    whole = head.read_bytes()
    head.write_bytes(said)
    Journal(folder).close()
    assert "compared with the facts alone" in caplog.text
    assert head.read_bytes()[: len(whole)] == whole


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
    monkeypatch.setattr("bochiso.store.journal.journal.SEGMENT_BYTES", 1000)
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
from bochiso.store.journal.journal import Journal

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
        child = loaded_python.start(
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
