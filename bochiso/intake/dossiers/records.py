"""Tables with one record a row (procedures, petitions, units): CSV, workbooks and JSON.

Only the columns that are known are read; whatever else stands in the table, people's names among
it, is left where it is. A cell that can't be read refuses its row, and is never repeated.
"""

import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from bochiso.errors import SourceError, Where
from bochiso.intake.formats.moments import tidy_moment
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice, one_line
from bochiso.intake.headings.headings import simplify
from bochiso.intake.messages.message_columns import parse_moment
from bochiso.intake.result import Refusal
from bochiso.intake.tables.named_rows import Must, NotRecords, RecordHeadings, table_rows, unknown_keys
from bochiso.intake.tables.reader import tables_of
from bochiso.text import VIETNAM, Text, now, say

UNREAD = object()
"""What a reader returns for a cell that it can't read."""

Read = Callable[[Any], Any]
"""A cell's value, None where it says nothing, UNREAD where it can't be read."""


@dataclass(frozen=True)
class RecordColumn:
    """A column: its type, how a cell is read, and the headings that it may have.

    `accepted`: what may be written, where that is a list. `identity`: rows that differ in it are two,
    though their keys are one. `beside`: another column, and what its cell says of this one where this
    one's own is empty. `unless`: a row needs it unless it has that other one.
    """

    kind: pa.DataType
    read: Read
    words: tuple[str, ...] = ()
    accepted: str = ""
    identity: bool = False
    beside: tuple[str, Read] | None = None
    unless: str | None = None


Columns = Mapping[str, RecordColumn]
"""By name; the first is the key."""


@dataclass(frozen=True)
class Records:
    """What a table held. `keys`: of each row that was taken, by its number.

    `strange`: keys of decoded JSON that no column has, with how many items had them. `named`: of records
    that have the name of a unit instead of its code, their keys and those names.
    """

    batch: pa.RecordBatch
    rows: int
    refusals: tuple[Refusal, ...]
    keys: Mapping[int, str]
    notes: tuple[Text, ...] = ()
    strange: tuple[tuple[str, int], ...] = ()
    named: tuple[tuple[str, str], ...] = ()


Wrong = tuple[str, Text] | None
"""What is wrong with a row: the column and the reason to refuse it."""


@dataclass(frozen=True)
class RowRule:
    """What identifies a row beyond its key, and what may be wrong with it as a whole."""

    identity: Callable[[Mapping[str, Any]], str]
    wrong: Callable[[Mapping[str, Any]], Wrong]


def schema_of(columns: Columns) -> pa.Schema:
    """The columns with their types."""
    return pa.schema([(name, column.kind) for name, column in columns.items()])


def read_table(
    name: str,
    data: bytes,
    columns: Columns,
    choice: Choice = NO_CHOICE,
    must: Sequence[Must] = (),
    rule: RowRule | None = None,
) -> Records:
    """The records of a file. Raises SourceError where it is no such table, or lacks what it `must` have."""
    vocabulary = RecordHeadings({field: column.words for field, column in columns.items()}, must=must)
    if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        return _read_json(name, data, columns, vocabulary, rule)
    tables = tables_of(name, data, vocabulary, choice)
    found = []
    for table in tables:
        vocabulary.check(table.file, table.names)
        remarks = NotRecords(table.file)
        one = read_records(table.file, remarks.kept(table_rows(table)), columns, table.heading, rule)
        refusals = tuple(sorted((*table.refusals, *one.refusals), key=lambda each: each.where.row or 0))
        rows = one.rows + len(table.refusals)
        found.append(
            replace(one, rows=rows, refusals=refusals, notes=(*table.notes, *remarks.notes(), *one.notes))
        )
    return found[0] if len(found) == 1 else _together(found, _identity(columns, rule))


def _together(found: Sequence[Records], identity: Callable[[Mapping[str, Any]], Hashable]) -> Records:
    """The records of several sheets as one; of several with one identity the last is the record."""
    last = {identity(row): row for records in found for row in records.batch.to_pylist()}
    return Records(
        pa.RecordBatch.from_pylist(list(last.values()), schema=found[0].batch.schema),
        sum(records.rows for records in found),
        tuple(each for records in found for each in records.refusals),
        {},
        tuple(note for records in found for note in records.notes),
    )


def read_items(items: Sequence[object], columns: Columns, rule: RowRule | None = None) -> Records:
    """The records of decoded JSON, item by item; what is no object is refused like any other."""
    vocabulary = _vocabulary(columns)
    found = read_records(None, enumerate(_known_fields(items, columns), 1), columns, rule=rule)
    keys = Counter(str(key) for item in items if isinstance(item, dict) for key in item)
    return replace(found, strange=tuple(each for each in keys.items() if vocabulary.strange(each[0])))


def _vocabulary(columns: Columns) -> RecordHeadings:
    return RecordHeadings({field: column.words for field, column in columns.items()})


def read_records(
    name: str | None,
    rows: Iterable[tuple[int, Mapping[str, Any] | None]],
    columns: Columns,
    heading: Callable[[str], str] = str,
    rule: RowRule | None = None,
) -> Records:
    """Records of rows, each with its number, by column; of several with one key the last is the record.

    `heading`: what the person calls a column.
    """
    key = next(iter(columns))
    identity = _identity(columns, rule)
    kept: dict[Hashable, dict[str, Any]] = {}
    keys: dict[int, str] = {}
    again: list[int] = []
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
            where = Where(name, number, one_line(heading(unread or missing or key)))
            refusals.append(Refusal(where, _MISSING if unread is None else _unread(columns[unread])))
        elif rule is not None and (wrong := rule.wrong(values)) is not None:
            refusals.append(Refusal(Where(name, number, one_line(heading(wrong[0]))), wrong[1]))
        else:
            place = identity(values)
            if kept.pop(place, values) != values:  # the last one's place in the table counts
                again.append(number)
            kept[place] = values
            keys[number] = values[key] if rule is None else str(place)
    batch = pa.RecordBatch.from_pylist(list(kept.values()), schema=schema_of(columns))
    return Records(batch, count, tuple(refusals), keys, tuple(_replaced(name, again)))


def _replaced(name: str | None, rows: Sequence[int]) -> Iterator[Text]:
    """A note on rows that say something else than one before them of the same key."""
    if rows:
        yield say(
            "{file}: {count} dòng ghi khác một dòng trước có cùng mã, lấy theo dòng sau (dòng {rows}); "
            "hãy kiểm tra lại.",
            "{file}: {count} {count:row says|rows say} otherwise than one before with the same key; the "
            "later is taken (row {rows}), look at it.",
            file=name or "–",
            count=len(rows),
            rows=", ".join(map(str, rows[:10])) + (", …" if len(rows) > 10 else ""),
        )


def _identity(columns: Columns, rule: RowRule | None) -> Callable[[Mapping[str, Any]], Hashable]:
    """What tells rows apart: as the rule says, else the key and the columns that are part of it."""
    if rule is not None:
        return rule.identity
    names = [next(iter(columns)), *(field for field, column in columns.items() if column.identity)]
    return lambda row: tuple(row[name] for name in names)


def _is_missing(field: str, columns: Columns, values: Mapping[str, Any]) -> bool:
    other = columns[field].unless
    needed = field == next(iter(columns)) or (other is not None and values[other] is None)
    return needed and values[field] is None


_NO_OBJECT = say("không phải một đối tượng JSON.", "it is no JSON object.")


def _read(column: RecordColumn, cell: Any) -> Any:
    if cell is None:
        return None
    if isinstance(cell, str):
        cell = cell.encode("utf-8", "replace").decode()  # JSON may hold halves of surrogate pairs
        if not cell.strip():
            return None
    elif isinstance(cell, list | dict):
        return UNREAD
    return column.read(cell)


_MISSING = say("thiếu giá trị ở cột này.", "there is nothing in this column.")


def _unread(column: RecordColumn) -> Text:
    """Why a cell wasn't taken; what it held isn't repeated."""
    if column.accepted:
        return say(
            "không hiểu giá trị ở cột này; chấp nhận: {accepted}.",
            "the value in this column can't be read; accepted are: {accepted}.",
            accepted=column.accepted,
        )
    return say("không hiểu giá trị ở cột này.", "the value in this column can't be read.")


def _read_json(
    name: str, data: bytes, columns: Columns, vocabulary: RecordHeadings, rule: RowRule | None
) -> Records:
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        found = None
    rows = found.get("data", found.get("rows")) if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SourceError(
            say("JSON không phải mảng các đối tượng.", "the JSON is no array of objects."), where=Where(name)
        )
    keys = dict.fromkeys(str(key) for row in rows for key in row)
    vocabulary.check(name, map(vocabulary.field, keys))
    read = read_records(name, enumerate(_known_fields(rows, columns), 1), columns, rule=rule)
    return replace(read, notes=(*unknown_keys(name, filter(vocabulary.strange, keys)), *read.notes))


def _known_fields(rows: Iterable[object], columns: Columns) -> Iterator[Mapping[str, Any] | None]:
    """Objects with the names of columns for their keys; None for what is no object."""
    vocabulary = _vocabulary(columns)
    names: dict[str, str] = {}
    for row in rows:
        if not isinstance(row, dict):
            yield None
            continue
        for key in row.keys() - names.keys():
            names[key] = vocabulary.field(str(key)) or str(key)
        yield {names[key]: value for key, value in row.items()}


# Readers of cells.


def accepted(words: Mapping[str, Any]) -> str:
    """What people may write for each value, as a list to show: the first Vietnamese words for it."""
    shown: dict[Any, str] = {}
    for word, value in words.items():
        if value not in shown or (shown[value].isascii() and not word.isascii()):
            shown[value] = word
    return ", ".join(f"“{word}”" for word in shown.values())


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


def day_in_vietnam(moment: datetime) -> date:
    """The day in Việt Nam of a moment in UTC without a zone."""
    return moment.replace(tzinfo=UTC).astimezone(VIETNAM).date()


def still_to_come(moment: datetime) -> bool:
    """Whether a moment in UTC without a zone lies on a day after today; clocks may differ within it."""
    return day_in_vietnam(moment) > now().astimezone(VIETNAM).date()


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
