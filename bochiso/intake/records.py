"""Tables with one record a row (procedures, petitions, units): CSV, workbooks and JSON.

Only the columns that are known are read; whatever else stands in the table, people's names among
it, is left where it is. A cell that can't be read refuses its row, and is never repeated.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from bochiso.errors import SourceError, Where
from bochiso.intake.archive import is_workbook
from bochiso.intake.dossier_columns import parse_moment
from bochiso.intake.headings import simplify
from bochiso.intake.result import Refusal
from bochiso.intake.rows import csv_rows, tidy_moment, workbook_rows
from bochiso.text import say

UNREAD = object()
"""What a reader returns for a cell that it can't read."""

Read = Callable[[Any], Any]
"""A cell's value, None where it says nothing, UNREAD where it can't be read."""


@dataclass(frozen=True)
class Column:
    """A column: its type, how a cell is read, and the headings that it may have.

    `identity`: rows that differ in it are two, though their keys are one. `beside`: another column,
    and what its cell says of this one where this one's own is empty. `unless`: a row needs it unless it
    has that other one.
    """

    kind: pa.DataType
    read: Read
    words: tuple[str, ...] = ()
    identity: bool = False
    beside: tuple[str, Read] | None = None
    unless: str | None = None


Columns = Mapping[str, Column]
"""By name; the first is the key."""


@dataclass(frozen=True)
class Records:
    """What a table held. `keys`: of each row that was taken, by its number."""

    batch: pa.RecordBatch
    rows: int
    refusals: tuple[Refusal, ...]
    keys: Mapping[int, str]


def schema_of(columns: Columns) -> pa.Schema:
    """The columns with their types."""
    return pa.schema([(name, column.kind) for name, column in columns.items()])


def read_table(name: str, data: bytes, columns: Columns) -> Records:
    """The records of a file. Raises SourceError where it is no such table."""
    return read_records(name, _rows(name, data, columns), columns)


def read_items(items: Sequence[object], columns: Columns) -> Records:
    """The records of decoded JSON, item by item; what is no object is refused like any other."""
    return read_records(None, enumerate(_known_fields(items, columns), 1), columns)


def read_records(
    name: str | None, rows: Iterable[tuple[int, Mapping[str, Any] | None]], columns: Columns
) -> Records:
    """Records of rows, each with its number, by column; of several with one key the last is the record."""
    key = next(iter(columns))
    identity = [key, *(field for field, column in columns.items() if column.identity)]
    kept: dict[tuple[Any, ...], dict[str, Any]] = {}
    keys: dict[int, str] = {}
    refusals: list[Refusal] = []
    count = 0
    for number, row in rows:
        count += 1
        if row is None:
            refusals.append(Refusal(Where(name, number), _NO_OBJECT))
            continue
        values = {field: _read(column, row.get(field)) for field, column in columns.items()}
        for field, column in columns.items():
            if values[field] is None and column.beside is not None:
                other, read = column.beside
                values[field] = read(row[other]) if row.get(other) else None
        unread = next((field for field, value in values.items() if value is UNREAD), None)
        missing = next((field for field in columns if _is_missing(field, columns, values)), None)
        if unread is not None or missing is not None:
            refusals.append(_refusal(name, number, unread or missing, missing=unread is None))
        else:
            place = tuple(values[field] for field in identity)
            kept.pop(place, None)  # the last one's place in the table counts
            kept[place] = values
            keys[number] = values[key]
    batch = pa.RecordBatch.from_pylist(list(kept.values()), schema=schema_of(columns))
    return Records(batch, count, tuple(refusals), keys)


def _is_missing(field: str, columns: Columns, values: Mapping[str, Any]) -> bool:
    other = columns[field].unless
    needed = field == next(iter(columns)) or (other is not None and values[other] is None)
    return needed and values[field] is None


_NO_OBJECT = say("không phải một đối tượng JSON.", "it is no JSON object.")


def _read(column: Column, cell: Any) -> Any:
    if cell is None:
        return None
    if isinstance(cell, str):
        cell = cell.encode("utf-8", "replace").decode()  # JSON may hold halves of surrogate pairs
        if not cell.strip():
            return None
    elif isinstance(cell, list | dict):
        return UNREAD
    return column.read(cell)


def _refusal(name: str | None, row: int, column: str | None, *, missing: bool) -> Refusal:
    reason = (
        say("thiếu giá trị ở cột này.", "there is nothing in this column.")
        if missing
        else say("không hiểu giá trị ở cột này.", "the value in this column can't be read.")
    )
    return Refusal(Where(name, row, column), reason)


def _rows(name: str, data: bytes, columns: Columns) -> Iterator[tuple[int, Mapping[str, Any]]]:
    words = {field: column.words for field, column in columns.items()}
    if is_workbook(data):
        return workbook_rows(name, data, words)
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in (b"[", b"{"):
        return _json_rows(name, data, columns)
    return csv_rows(name, pa.BufferReader(data), words)


def _json_rows(name: str, data: bytes, columns: Columns) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        found = None
    rows = found.get("data", found.get("rows")) if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SourceError(
            say("JSON không phải mảng các đối tượng.", "the JSON is no array of objects."), where=Where(name)
        )
    return ((n, row) for n, row in enumerate(_known_fields(rows, columns), 1) if row is not None)


def _known_fields(rows: Iterable[object], columns: Columns) -> Iterator[Mapping[str, Any] | None]:
    """Objects with the names of columns for their keys; None for what is no object."""
    known = {simplify(word): field for field, column in columns.items() for word in (field, *column.words)}
    names: dict[str, str] = {}
    for row in rows:
        if not isinstance(row, dict):
            yield None
            continue
        for key in row.keys() - names.keys():
            names[key] = known.get(simplify(key), str(key))
        yield {names[key]: value for key, value in row.items()}


# Readers of cells.


def one_of(words: Mapping[str, Any]) -> Read:
    """A value by the words that people write for it."""
    known = {simplify(word): value for word, value in words.items()}
    return lambda cell: known.get(simplify(str(cell)), UNREAD)


_YES = ("1", "true", "yes", "có", "x", "co", "đúng")
_NO = ("0", "false", "no", "không", "khong", "-", "sai")
_FLAGS = {simplify(word): value for words, value in ((_YES, True), (_NO, False)) for word in words}


def flag(cell: Any) -> Any:
    """Yes or no."""
    if isinstance(cell, bool):
        return cell
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return _FLAGS.get(simplify(text) or text.strip().lower(), False if text.strip() == "-" else UNREAD)


def whole_number(cell: Any) -> Any:
    """A number that isn't below 0."""
    text = str(cell).strip().removesuffix(".0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else UNREAD


def moment(cell: Any) -> datetime | object:
    """A moment in UTC, without a zone."""
    found = parse_moment(str(tidy_moment(cell)))
    return UNREAD if isinstance(found, bool) else found


def day(cell: Any) -> date | object:
    """A day."""
    text = str(tidy_moment(cell)).strip()
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) in (8, 14) else UNREAD
    except ValueError:
        return UNREAD


def words(cell: Any) -> str:
    """Text on one line."""
    return " ".join(str(cell).split())[:500]


TEXT, FLAG, DAY = pa.string(), pa.bool_(), pa.date32()
NUMBER = pa.int32()
