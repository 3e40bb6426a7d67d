"""The national portal's own list of dossiers: one row a dossier, as the portal exports it.

A row is refused only where its dossier can't be told; any other cell that can't be read is as if the
list didn't say it, so that what was misread here is never taken for a difference there. Columns of
persons are named, and nothing in them is read.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bochiso.errors import SourceError, Where
from bochiso.intake.dossiers.portal_list_words import COLUMNS, PortalHeadings
from bochiso.intake.dossiers.portal_titles import Opened, opened
from bochiso.intake.dossiers.records import NUMBER, TEXT, UNREAD
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice, one_line
from bochiso.intake.messages.dossier_numbers import dossier_number
from bochiso.intake.result import Refusal
from bochiso.intake.tables.passed_over import kind_of_row
from bochiso.intake.tables.table_reader import RawTable
from bochiso.measure.schema import PORTAL_DOSSIERS, TOLD
from bochiso.text import Text, say
from bochiso.units.codes import normalise_code
from bochiso.units.provinces import successor
from bochiso.units.tops import province_of

CHUNK = 20_000
"""Rows that are looked at together."""

_TYPES = {"string": TEXT, "int8": pa.int8(), "int32": NUMBER, "timestamp": pa.timestamp("us"),
          "date": pa.date32(), "boolean": pa.bool_()}  # fmt: skip

ROWS = pa.schema(
    [(name, _TYPES[kind]) for name, kind in PORTAL_DOSSIERS.items() if name not in ("province", "list_day")]
)
"""A list's rows, before anyone says whose and of which day it is."""


@dataclass
class PortalList:
    """What the files of one list held. `rows`: as ROWS, each dossier once. `counted`: rows read.

    `first_day`, `last_day`: the days of receipt that it says it holds, None where it doesn't.
    """

    rows: pa.Table
    counted: int
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    first_day: date | None = None
    last_day: date | None = None


def read_portal_list(
    files: Iterator[tuple[str, bytes]], province: str, choice: Choice = NO_CHOICE
) -> PortalList:
    """The list that files make up together, of a province.

    Raises SourceError where one is no such table, is torn, is mostly another province's, or where the
    files hold fewer rows than they state.
    """
    parts: list[pa.RecordBatch] = []
    found = PortalList(pa.Table.from_batches([], _PLACED), 0)
    stated: tuple[int, str] | None = None
    for at, (name, data) in enumerate(files):
        vocabulary = PortalHeadings()
        known = opened(name, data, vocabulary, choice)
        reader = _Reader(at, name, province)
        for table in known.tables:
            parts += reader.read(table)
            found.refusals += table.refusals
            found.counted += len(table.refusals)
            found.notes += table.notes
        reader.check()
        found.counted += reader.counted
        found.refusals += reader.refusals
        found.notes += [*reader.notes(), *_persons(name, vocabulary)]
        found.first_day, found.last_day = _wider(found, known)
        if known.stated is not None and (stated is None or known.stated > stated[0]):
            stated = known.stated, name
    if stated is not None and found.counted < stated[0]:
        raise _cut_off(stated[1], stated[0], found.counted)
    found.rows, twice = _once(pa.Table.from_batches(parts, _PLACED))
    found.notes += twice
    return found


_PLACED = pa.schema([*ROWS, ("file", pa.int32()), ("row", pa.int64())])


def _wider(found: PortalList, known: Opened) -> tuple[date | None, date | None]:
    firsts = [day for day in (found.first_day, known.first_day) if day]
    lasts = [day for day in (found.last_day, known.last_day) if day]
    return min(firsts, default=None), max(lasts, default=None)


class _Reader:
    """Rows of one file: read, refused or passed over."""

    def __init__(self, file: int, name: str, province: str) -> None:
        self._file, self._name = file, name
        self._is_ours = _of_province(province)
        self._province = province
        self.counted = 0
        self.refusals: list[Refusal] = []
        self._others: Counter[str] = Counter()
        self._unread: dict[tuple[str, str], list[int]] = {}
        self._passed = 0

    def read(self, table: RawTable) -> Iterator[pa.RecordBatch]:
        """The rows of a table, some at a time."""
        names = [name for name in COLUMNS if name in table.names]
        bits = sum(TOLD.get(name, 0) for name in names)
        readers = {name: lru_cache(50_000)(COLUMNS[name][0]) for name in names}
        for start in range(0, len(table.rows), CHUNK):
            rows = table.rows.slice(start, CHUNK).to_pylist()
            cells = {name: table.column(name).slice(start, CHUNK).to_pylist() for name in names}
            keep, numbers = self._numbered(table, rows, cells["number"])
            told = [bits] * len(keep)
            columns: dict[str, Any] = {"number": numbers}
            for name in names[1:]:
                columns[name] = self._column(table, name, readers[name], rows, cells[name], keep, told)
            columns |= {"told": told, "file": [self._file] * len(keep), "row": [rows[at] for at in keep]}
            arrays = [
                pa.array(columns[each.name], each.type)
                if each.name in columns
                else pa.nulls(len(keep), each.type)
                for each in _PLACED
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=_PLACED)

    def _numbered(
        self, table: RawTable, rows: Sequence[int], cells: Sequence[str | None]
    ) -> tuple[list[int], list[str]]:
        """The places of the rows that have a dossier of the province, and their numbers in today's form."""
        keep, numbers = [], []
        for at, cell in enumerate(cells):
            if cell is not None and (number := dossier_number(cell)) is not None:
                self.counted += 1
                front, dash, rest = number.partition("-")
                front, ours = self._is_ours(front)
                if ours is None:
                    keep.append(at)
                    numbers.append(f"{front}{dash}{rest}")
                    continue
                self._others[ours] += 1
                reason = say(
                    "hồ sơ của {other}, không phải của {province}.",
                    "the dossier is of {other}, not of {province}.",
                    other=ours,
                    province=self._province,
                )
            elif cell is not None and kind_of_row(cell) is not None:
                self._passed += 1
                continue
            else:
                self.counted += 1
                reason = _NO_NUMBER if cell is None else _ODD_NUMBER
            self.refusals.append(
                Refusal(Where(table.file, rows[at], one_line(table.heading("number"))), reason)
            )
        return keep, numbers

    def _column(
        self,
        table: RawTable,
        name: str,
        read: Callable[[str], Any],
        rows: Sequence[int],
        cells: Sequence[str | None],
        keep: Sequence[int],
        told: list[int],
    ) -> list[Any]:
        """A column's values; a cell that can't be read says nothing, and is told."""
        values = []
        for place, at in enumerate(keep):
            cell = cells[at]
            value = None if cell is None else read(cell)
            if value is UNREAD:
                told[place] &= ~TOLD[name]
                self._unread.setdefault((table.file, one_line(table.heading(name))), []).append(rows[at])
                value = None
            values.append(value)
        return values

    def check(self) -> None:
        """Raise SourceError where more rows are of others than of the province."""
        others = self._others.total()
        if others and others * 2 > self.counted:
            raise SourceError(
                say(
                    "{n} trong {all} hồ sơ là của {other}, không phải của {province}: không nạp gì.",
                    "{n} of {all} {all:dossier is|dossiers are} of {other}, not {province}: nothing kept.",
                    n=others,
                    all=self.counted,
                    other=", ".join(code for code, _ in self._others.most_common(3)),
                    province=self._province,
                ),
                where=Where(self._name),
                do=say(
                    "Kiểm tra lại tệp, hoặc ghi đúng mã tỉnh bằng --province.",
                    "Look at the file, or give the right province with --province.",
                ),
            )

    def notes(self) -> Iterator[Text]:
        """What a person should know of the rows that were taken."""
        for (file, column), rows in self._unread.items():
            yield say(
                "{file}, cột “{column}”: {n} ô không hiểu được (đầu tiên: dòng {row:d}); coi như danh sách "
                "không ghi, nên không so cột này ở các hồ sơ ấy.",
                "{file}, column “{column}”: {n} {n:cell|cells} can't be read (the first in row {row:d}); "
                "taken as not said, so those dossiers aren't compared in it.",
                file=file,
                column=column,
                n=len(rows),
                row=rows[0],
            )


_NO_NUMBER = say("thiếu số hồ sơ.", "the dossier's number is missing.")
_ODD_NUMBER = say(
    "không phải số hồ sơ; số hồ sơ có dạng như H15.50-261008-0975.",
    "this is no dossier's number, which is written like H15.50-261008-0975.",
)


def _of_province(province: str) -> Callable[[str], tuple[str, str | None]]:
    """A number's front in today's form, and whose it is where it is another province's."""

    @lru_cache(10_000)
    def found(front: str) -> tuple[str, str | None]:
        code = normalise_code(front)
        top = province_of(code)
        ours = top == province or successor(top) == province or not top.startswith("H")
        return code, None if ours else top

    return found


def _persons(name: str, vocabulary: PortalHeadings) -> Iterator[Text]:
    if vocabulary.persons:
        yield say(
            "{file}: không đọc, không giữ các cột có thông tin cá nhân: {columns}.",
            "{file}: columns of personal data are neither read nor kept: {columns}.",
            file=name,
            columns=", ".join(vocabulary.persons),
        )


def _once(rows: pa.Table) -> tuple[pa.Table, list[Text]]:
    """Each dossier once, by its last row; which were there more than once."""
    rows = rows.append_column("at", pa.array(range(len(rows)), pa.int64()))
    counts = rows.select(["number", "at"]).group_by("number").aggregate([("at", "max"), ("at", "count")])
    several = counts.filter(pc.greater(counts["at_count"], 1))
    if not len(several):
        return rows.select(ROWS.names), []
    last = rows.take(counts["at_max"].combine_chunks())
    first = several.slice(0, 1).to_pylist()[0]
    note = say(
        "{n} hồ sơ có nhiều hơn một dòng trong danh sách; lấy dòng sau cùng (ví dụ {number}: dòng {row:d}).",
        "{n} {n:dossier has|dossiers have} more than one row in the list; the last one counts ({number}: "
        "row {row:d}).",
        n=len(several),
        number=first["number"],
        row=rows["row"][first["at_max"]].as_py(),
    )
    return last.select(ROWS.names), [note]


def _cut_off(name: str, stated: int, counted: int) -> SourceError:
    return SourceError(
        say(
            "danh sách ghi tổng số {stated} hồ sơ nhưng tệp chỉ có {counted} dòng: danh sách bị cắt, không "
            "nạp gì.",
            "the list states {stated} {stated:dossier|dossiers} and the files hold {counted} "
            "{counted:row|rows}: it was cut off, nothing was kept.",
            stated=stated,
            counted=counted,
        ),
        where=Where(name),
        do=say(
            "Tải lại danh sách đầy đủ từ Cổng; nếu danh sách chia nhiều tệp thì nạp tất cả trong một lệnh.",
            "Fetch the whole list from the portal; where it is in several files give them all at once.",
        ),
    )
