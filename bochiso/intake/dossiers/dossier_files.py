"""Files of dossiers and steps: JSON, JSON lines, CSV, XLSX and Parquet, also as .gz or .zst.

JSON, JSON lines, CSV and Parquet are read piece by piece, whatever the size of the file; a
workbook is held in memory. What the files hold in clear never reaches the disk.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from bochiso.errors import SourceError, Where
from bochiso.intake.dossiers.dossier_days import SwappedDays
from bochiso.intake.dossiers.dossier_table_words import ENDS, MOMENTS, VOCABULARY, WORDED
from bochiso.intake.formats.moments import tidy_moment
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.intake.headings.headings import simplify
from bochiso.intake.messages.dossier_details import SUPPLEMENT_FIELDS
from bochiso.intake.messages.items import ItemReader, ReceivedItems
from bochiso.intake.messages.sync_messages import decode_items, open_message, split_list
from bochiso.intake.messages.sync_schema import LISTS, STRICT_ITEM, SyncItem, decode_item, lenient_item
from bochiso.intake.tables.named_rows import NotRecords, Row, TextRows, fields_of_rows, table_rows
from bochiso.intake.tables.reader import tables_of
from bochiso.text import Text, say

BATCH = 5_000
"""Items that are looked at together."""

PIECE = 8 * 2**20
"""Bytes that are read at once."""

FEW = 64 * 2**10
"""Bytes that are decoded at once: so few that what comes of them is still in the cache when it is read."""

MAX_ITEM = 64 * 2**20
"""Bytes of one item, one line or one message within a file."""

MAX_WORKBOOK = 200 * 2**20

_LINE = msgspec.json.Decoder(STRICT_ITEM)
_OPENING = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*")
_FIRST_LINE = re.compile(rb"\S.*")
_DATA = re.compile(rb'"data"\s*:\s*\[')


T = TypeVar("T")

_PACKED = (".gz", ".zst", ".zstd")
_TABLES = (".csv", ".tsv", ".txt")
_WORKBOOKS = (".xlsx", ".xls", ".ods")


def is_dossier_file(path: Path) -> bool:
    """Whether a file in a folder is one to read, by its name."""
    return _kind(path) in (".json", ".jsonl", ".ndjson", ".parquet", *_TABLES, *_WORKBOOKS)


def _kind(path: Path) -> str:
    plain = [suffix.lower() for suffix in path.suffixes if suffix.lower() not in _PACKED]
    return plain[-1] if plain else ""


@dataclass(frozen=True)
class Piece:
    """Some items of a file, a few at a time. `sender`, `updating` and `steps` as an envelope told them.

    `rows`: which rows of a table they are; empty where they are none.
    """

    items: Iterable[Sequence[SyncItem | None]]
    sender: str | None = None
    updating: bool = False
    steps: bool | None = None
    rows: tuple[int, ...] = ()


class DossierFile:
    """A file to read; `done` says how many of its `size` bytes were read so far."""

    def __init__(self, path: Path, choice: Choice = NO_CHOICE) -> None:
        self.path = path
        self.choice = choice
        self.notes: list[Text] = []
        self.name = path.name
        self._file: BinaryIO | None = None
        try:
            self.size = path.stat().st_size
        except OSError as error:
            raise _unreadable(path, error) from error

    @property
    def done(self) -> int:
        """Bytes read so far."""
        if self._file is None:
            return 0
        return self.size if self._file.closed else self._file.tell()

    def read(self) -> Iterator[ReceivedItems]:
        """What came of its items, in order. Raises SourceError where the file can't be read on."""
        first = 1
        try:
            with self.path.open("rb") as self._file:
                for piece in self._pieces(self._file):
                    reader = ItemReader(piece.steps, first)
                    for items in piece.items:
                        reader.add(items)
                    received = reader.received(piece.sender, piece.updating)
                    yield _by_rows(received, piece.rows, first) if piece.rows else received
                    first += received.items
        except (pa.ArrowException, EOFError, zlib.error, OSError) as error:
            raise _unreadable(self.path, error) from error

    def _pieces(self, file: BinaryIO) -> Iterator[Piece]:
        stream: Any = file
        packed = file.read(4)
        file.seek(0)
        if packed[:2] == b"\x1f\x8b":
            stream = pa.CompressedInputStream(file, "gzip")
        elif packed == b"\x28\xb5\x2f\xfd":
            stream = pa.CompressedInputStream(file, "zstd")
        kind = _kind(self.path)
        if kind == ".parquet":
            source = file if stream is file else pa.BufferReader(self._whole(stream))
            return _rows(enumerate(_parquet_rows(source), 1))
        if kind in _WORKBOOKS or (kind in _TABLES and packed[:2] == b"PK"):
            return self._records(self._sheets(self._whole(stream)))
        if kind in _TABLES:
            rows = TextRows(self.name, stream, VOCABULARY, self.choice)
            self.notes += rows.notes
            return self._records(rows)
        return _json(self.name, stream)

    def _sheets(self, data: bytes) -> Iterator[Row]:
        for table in tables_of(self.name, data, VOCABULARY, self.choice):
            VOCABULARY.check(table.file, table.names)
            self.notes += table.notes
            yield from table_rows(table)

    def _records(self, rows: Iterable[Row]) -> Iterator[Piece]:
        remarks = NotRecords(self.name)
        yield from _rows(remarks.kept(rows), self.notes)
        self.notes += remarks.notes()

    def _whole(self, stream: Any) -> bytes:
        data = bytes(stream.read(MAX_WORKBOOK + 1))
        if len(data) > MAX_WORKBOOK:
            raise _too_large(self.name, MAX_WORKBOOK)
        return data


def _rows(rows: Iterable[tuple[int, Mapping[str, Any]]], notes: list[Text] | None = None) -> Iterator[Piece]:
    """Items of a table's rows, its moments brought to the protocol's form."""
    rows = iter(rows)
    swapped = SwappedDays()
    while batch := list(islice(rows, BATCH)):
        items = [_item(row) for _, row in batch]
        swapped.look(items)
        yield Piece([items], rows=tuple(number for number, _ in batch))
    if notes is not None:
        notes += swapped.notes()


def _item(row: Mapping[str, Any]) -> SyncItem | None:
    fields = fields_of_rows(row, MOMENTS, ENDS)
    for field, words in WORDED.items():
        value = fields.get(field)
        if isinstance(value, str) and not value.isdecimal():
            fields[field] = words.get(simplify(value), value)
    if isinstance(supplements := fields.get("DanhSachHoSoBoSung"), list):
        fields["DanhSachHoSoBoSung"] = [_supplement(each) for each in supplements]
    return lenient_item(fields)


def _by_rows(received: ReceivedItems, rows: tuple[int, ...], first: int) -> ReceivedItems:
    """What came of the rows of a table, the refused ones by the rows that a person sees."""
    refused = [replace(each, item=rows[each.item - first], in_table=True) for each in received.refused]
    return replace(received, refused=tuple(refused))


def _supplement(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {**value, **{name: tidy_moment(value.get(name), ends=name in ENDS) for name in SUPPLEMENT_FIELDS}}


def _parquet_rows(source: Any) -> Iterator[Mapping[str, Any]]:
    with pq.ParquetFile(source) as file:
        wanted = [name for name in file.schema_arrow.names if name in (*SyncItem.__struct_fields__, *LISTS)]
        for batch in file.iter_batches(BATCH, columns=wanted):
            yield from batch.to_pylist()


def _json(name: str, stream: Any) -> Iterator[Piece]:
    """JSON by what it starts with: a list of items, one message, or a line each of either."""
    head = bytes(stream.read(PIECE))
    head = head[_OPENING.match(head).end() :]  # type: ignore[union-attr]
    if head[:1] == b"[":
        yield from _list(name, head, stream, Piece([]))
        return
    if head[:1] != b"{":
        raise SourceError(
            say("không phải JSON hay JSON từng dòng.", "it is neither JSON nor JSON lines."),
            where=Where(name),
            do=say(
                "Nạp tệp .json, .jsonl, .csv, .xlsx hoặc .parquet (có thể nén .gz, .zst).",
                "Give a .json, .jsonl, .csv, .xlsx or .parquet file, packed (.gz, .zst) or not.",
            ),
        )
    while b"\n" not in head and len(head) < MAX_ITEM and (more := bytes(stream.read(PIECE))):
        head += more
    line_end = head.find(b"\n")
    opening = head if line_end < 0 else head[:line_end]
    data = _DATA.search(head[:65536])
    whole_lines = _is_json(opening)
    if data is not None and not whole_lines:
        message = open_message(head[: data.end()] + b"]}")
        yield from _list(
            name, head[data.end() - 1 :], stream,
            Piece([], message.sender, bool(message.updating), message.steps),
        )  # fmt: skip
    elif whole_lines or line_end >= 0:
        yield from _lines(name, head, stream)
    else:
        rest = head + bytes(stream.read(MAX_ITEM))
        yield Piece([decode_items(rest)])


def _is_json(text: bytes) -> bool:
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _lines(name: str, head: bytes, stream: Any) -> Iterator[Piece]:
    """A line each: an item, or a message with an envelope."""
    more, rest = head, b""
    while more:
        start, end = more.find(b"\n") + 1, more.rfind(b"\n") + 1
        if end:
            # The line that two pieces share is put together, the others are read where they are.
            yield from _of_lines(rest + more[:start], memoryview(more)[start:end])
            rest = more[end:]
        else:
            rest += more
        if len(rest) > MAX_ITEM:
            raise _too_large(name, MAX_ITEM)
        more = bytes(stream.read(PIECE))
    yield from _of_lines(rest)


def _of_lines(*texts: bytes | memoryview) -> Iterator[Piece]:
    """The items of whole lines."""
    first = next(filter(None, map(_FIRST_LINE.search, texts)), None)
    if first is None:
        return
    if _DATA.search(first[0]):
        yield from _of_messages(b"".join(texts))
        return
    yield Piece(_decoded(texts))


def _decoded(texts: Iterable[bytes | memoryview]) -> Iterator[Sequence[SyncItem | None]]:
    """The items of whole lines, a few lines at a time."""
    for text in texts:
        for lines in _few_lines(text):
            try:
                yield _LINE.decode_lines(lines)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                yield [decode_item(line) for line in bytes(lines).split(b"\n") if line.strip()]


def _few_lines(text: bytes | memoryview) -> Iterator[bytes | memoryview]:
    """A text of whole lines, cut where a line ends."""
    whole = bytes(text)
    view, at = memoryview(whole), 0
    while at < len(whole):
        end = whole.find(b"\n", at + FEW) + 1 or len(whole)
        yield view[at:end]
        at = end


def _of_messages(text: bytes) -> Iterator[Piece]:
    for line in text.split(b"\n"):
        if not line.strip():
            continue
        try:
            message = open_message(line)
        except SourceError:
            yield Piece([[None]])
            continue
        yield Piece([decode_items(message.data)], message.sender, bool(message.updating), message.steps)


def _list(name: str, head: bytes, stream: Any, like: Piece) -> Iterator[Piece]:
    """One long list, piece by piece. `head` starts with its bracket."""
    rest, first = head[1:], _first_key(head[1:])
    while True:
        more = bytes(stream.read(PIECE))
        if not more:
            break
        rest += more
        cut = _boundary(rest, first)
        if cut is None:
            if len(rest) > MAX_ITEM:
                raise _too_large(name, MAX_ITEM)
            continue
        part, rest = b"[" + rest[:cut].rstrip().rstrip(b",") + b"]", rest[cut:]
        yield from _cut_items(decode_items(part), like)
    # What follows the list (the end of its envelope) isn't an item.
    tail = b"[" + rest
    items = decode_items(tail) if _is_json(tail) else [decode_item(part) for part in split_list(tail)]
    yield from _cut_items(items, like)


def _cut_items(items: list[SyncItem | None], like: Piece) -> Iterator[Piece]:
    for part in _parts(items):
        yield Piece([part], like.sender, like.updating, like.steps)


def _parts(whole: list[T]) -> Iterator[list[T]]:
    """Parts of equal size, none much larger than a batch: a few items take nearly as long as many."""
    size = -(-len(whole) // max(1, round(len(whole) / BATCH))) or 1
    return (whole[at : at + size] for at in range(0, len(whole), size))


def _first_key(text: bytes) -> bytes:
    """How an item of the list starts: `{"MaHoSo"`, with the spaces that the writer puts there."""
    match = re.match(rb'\s*(\{\s*"[^"\\]{1,60}"\s*:)', text)
    return match[1] if match else b"{"


def _boundary(text: bytes, first: bytes) -> int | None:
    """Where the last item that starts as the first one did begins: all before it is whole."""
    at = len(text)
    for _ in range(20):
        at = text.rfind(first, 1, at)
        if at < 0:
            return None
        if text[:at].rstrip().endswith(b","):
            before = b"[" + text[:at].rstrip()[:-1] + b"]"
            if _is_json(before):
                return at
    return None


def _unreadable(path: Path, error: BaseException) -> SourceError:
    if isinstance(error, FileNotFoundError):
        what = say("không có tệp này.", "there is no such file.")
    elif isinstance(error, IsADirectoryError):
        what = say("đây là thư mục, không phải tệp.", "it is a folder, not a file.")
    elif isinstance(error, PermissionError):
        what = say("không có quyền đọc tệp này.", "no right to read this file.")
    else:
        what = say(
            "tệp bị hỏng hoặc không đọc được đến hết.", "the file is broken, or can't be read to its end."
        )
    return SourceError(
        what,
        where=Where(str(path)),
        do=say("Kiểm tra lại tệp rồi nạp lại; nạp lặp không làm trùng hồ sơ.",
               "Check the file and import it again; nothing is doubled by that."),
    )  # fmt: skip


def _too_large(name: str, most: int) -> SourceError:
    return SourceError(
        say(
            "một mục trong tệp lớn hơn {most} MB.",
            "one item of the file has more than {most} MB.",
            most=most // 2**20,
        ),
        where=Where(name),
        do=say(
            "Xuất thành JSON từng dòng (mỗi hồ sơ một dòng) rồi nạp lại.",
            "Export it as JSON lines, a line a dossier, and import that.",
        ),
    )
