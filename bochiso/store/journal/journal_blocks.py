"""How a journal's file is written: a title, then blocks that each can be checked by itself.

000001.log: a line that names the form, then blocks. A block is what was written and flushed at once:
its header with length, checksum and the number of its first item, then its entries, compressed
(zstd). In form 2 a block also has the seal of the one before, the SHA-256 of all its bytes: a block
that was changed, lost or put in between doesn't fit. Form 1 had no seals; it is read as it is, and
sealed as a whole by the first block of form 2 behind it. Why blocks and not SQLite:
docs/decisions/0017-journal-and-sqlite.md.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO

import msgspec
import pyarrow as pa
from msgspec import Struct

from bochiso.errors import StoreError, Where
from bochiso.store.figures.evidence import damaged
from bochiso.text import say

_NAME = b"bochiso journal "
NO_SEAL = ""
"""Where a seal isn't known: before the first block, and behind one of form 1."""


class Form(Struct, frozen=True):
    """A form of a journal's file; `sealed`: whether blocks have the seal of the one before."""

    title: bytes
    mark: bytes
    header: struct.Struct  # mark, stored bytes, raw bytes, first item, items, checksum, seal before
    sealed: bool


PLAIN = Form(_NAME + b"1\n", b"\xb0\xc1BK", struct.Struct("<4sIIQII"), sealed=False)
SEALED = Form(_NAME + b"2\n", b"\xb0\xc2BK", struct.Struct("<4sIIQII32s"), sealed=True)
"""The form that is written."""

TITLE_BYTES = len(SEALED.title)


class _Stored(Struct, frozen=True, array_like=True):
    kind: str
    received_at: datetime
    data: bytes


def encode_entries(entries: Iterable[tuple[str, datetime, pa.RecordBatch]]) -> tuple[bytes, int]:
    """What a block holds of entries, and how many bytes that is unpacked."""
    stored = []
    for kind, received_at, batch in entries:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        stored.append(_Stored(kind, received_at, sink.getvalue().to_pybytes()))
    raw = msgspec.msgpack.encode(stored)
    return pa.compress(raw, codec="zstd", asbytes=True), len(raw)


def decode_entries(payload: bytes, raw: int) -> Iterator[tuple[str, datetime, pa.RecordBatch]]:
    """The entries of a block."""
    data = pa.decompress(payload, decompressed_size=raw, codec="zstd", asbytes=True)
    for stored in msgspec.msgpack.decode(data, type=list[_Stored]):
        with pa.ipc.open_stream(stored.data) as reader:
            for batch in reader:
                yield stored.kind, stored.received_at.astimezone(UTC), batch


class JournalBlock(Struct, frozen=True):
    """A whole block. `before`: the seal of the one before, where the block has it; `end`: where it ends."""

    payload: bytes
    raw: int
    first: int
    items: int
    end: int
    before: str
    data: bytes

    def seal(self, before: str = NO_SEAL) -> str:
        """The block's seal; `before` is looked at for a block that hasn't the seal before it itself."""
        return sha256(self.data if self.before else bytes.fromhex(before) + self.data).hexdigest()


def encode_block(payload: bytes, raw: int, first: int, items: int, before: str) -> bytes:
    """A block of the form that is written."""

    def header(checksum: int) -> bytes:
        return SEALED.header.pack(
            SEALED.mark, len(payload), raw, first, items, checksum, bytes.fromhex(before or FIRST_SEAL)
        )

    return header(zlib.crc32(payload, zlib.crc32(header(0)))) + payload


FIRST_SEAL = "00" * 32
"""What the first block has for the seal of the one before."""


def blocks_of(path: Path, offset: int, *, last: bool) -> Iterator[JournalBlock]:
    """The whole blocks of a file from an offset on; only the last file may end in a torn one.

    Raises StoreError for damage, and for a form that a newer version wrote.
    """
    with path.open("rb") as file:
        form = _form(path, file.read(TITLE_BYTES))
        if form is None:
            if last and path.stat().st_size <= TITLE_BYTES:
                return
            raise damaged(path)
        offset = offset or TITLE_BYTES
        while True:
            size = path.stat().st_size
            while (block := _block_at(file, offset, form)) is not None:
                yield block
                offset = block.end
            if offset >= size or (last and not _whole_after(file, offset, size, form)):
                return
            if _block_at(file, offset, form) is None:  # else it was being written a moment ago
                raise damaged(path)


def _form(path: Path, title: bytes) -> Form | None:
    """The form that a file's title names; None where it is none."""
    for form in (PLAIN, SEALED):
        if title == form.title:
            return form
    if title.startswith(_NAME) and title.removeprefix(_NAME).strip().isdigit() and title.endswith(b"\n"):
        raise newer(path)
    return None


def newer(path: Path) -> StoreError:
    """What is said of a journal that a newer version wrote."""
    return StoreError(
        say(
            "nhật ký hồ sơ do phiên bản bochiso mới hơn ghi.",
            "a newer version of bochiso wrote this journal.",
        ),
        where=Where(str(path)),
        do=say("Cập nhật bochiso; nhật ký được giữ nguyên.", "Update bochiso; the journal was not touched."),
    )


def _block_at(file: IO[bytes], offset: int, form: Form) -> JournalBlock | None:
    """The block at an offset; None where no whole one is there."""
    file.seek(offset)
    head = file.read(form.header.size)
    if len(head) < form.header.size:
        return None
    mark, stored, raw, first, items, check, *before = form.header.unpack(head)
    if mark != form.mark:
        return None
    payload = file.read(stored)
    start = form.header.pack(mark, stored, raw, first, items, 0, *before)
    if len(payload) < stored or zlib.crc32(payload, zlib.crc32(start)) != check:
        return None
    seal = before[0].hex() if before else NO_SEAL
    return JournalBlock(payload, raw, first, items, offset + len(head) + stored, seal, head + payload)


def _whole_after(file: IO[bytes], offset: int, size: int, form: Form) -> bool:
    """Whether a whole block stands anywhere behind a broken one: then it isn't the last."""
    file.seek(offset + 1)
    rest = file.read(size - offset - 1)
    at = rest.find(form.mark)
    while at >= 0:
        if _block_at(file, offset + 1 + at, form) is not None:
            return True
        at = rest.find(form.mark, at + 1)
    return False
