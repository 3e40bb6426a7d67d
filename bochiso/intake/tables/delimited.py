"""Text tables: what their bytes mean, what parts their cells, where the heading stands.

Clean tables (the many) go through Arrow's reader; one with ragged or blank rows through Python's,
which knows the number of each row.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from bochiso.errors import SourceError, Where
from bochiso.intake.formats.sheet import Sheet, rectangular
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice, chosen, settled
from bochiso.intake.headings.header_rows import READ_ROWS, Found, find_heading
from bochiso.intake.headings.headings import Heading, Vocabulary
from bochiso.intake.tables.table_blocks import Block, blocks_of, table_of
from bochiso.intake.tables.table_reader import (
    RawTable,
    finish,
    from_rows,
    no_heading,
    one_chunk,
    used_columns,
)
from bochiso.text import say

_DELIMITERS = ",;\t|"
_BY_HAND = 2**18
"""Larger texts are written by machines, which put one table into each."""


def read_delimited(
    name: str, text: bytes, vocabulary: Vocabulary, choice: Choice = NO_CHOICE
) -> tuple[RawTable, ...]:
    """The table of a CSV or TSV text (UTF-8), or its tables, where several stand in it."""
    first = _first_rows(text)
    mark, found = _layout(name, first, vocabulary, choice)
    if len(text) <= _BY_HAND and len(blocks := _blocks(text, mark, vocabulary, choice)) > 1:
        return tuple(table_of(name, block, vocabulary, choice, ()) for block in blocks)
    layout = Layout(mark, found.last, settled(name, found.headings, vocabulary, choice))
    start = _below(text, layout.mark, layout.last)
    row = layout.last + 2
    table = _clean(name, text, start, layout.mark, layout.headings, row)
    return (table or from_rows(name, _numbered(name, text[start:], layout.mark, row), layout.headings),)


def _blocks(text: bytes, mark: str, vocabulary: Vocabulary, choice: Choice) -> list[Block]:
    try:
        rows = list(csv.reader(io.StringIO(text.decode(), newline=""), delimiter=mark))
    except csv.Error:
        return []  # told where the table is read
    return blocks_of(Sheet("", rectangular(rows)), vocabulary, choice)


@dataclass(frozen=True)
class Layout:
    """How a text holds its table: what parts cells, the last row of the heading (from 0), the columns."""

    mark: str
    last: int
    headings: tuple[Heading, ...]


def find_layout(name: str, first: str, vocabulary: Vocabulary, choice: Choice = NO_CHOICE) -> Layout:
    """The layout that a text's first rows show. Raises SourceError where none is known."""
    mark, best = _layout(name, first, vocabulary, choice)
    return Layout(mark, best.last, settled(name, best.headings, vocabulary, choice))


def _layout(name: str, first: str, vocabulary: Vocabulary, choice: Choice) -> tuple[str, Found]:
    readings = {mark: _rows(first, mark) for mark in _DELIMITERS}
    words = chosen(vocabulary, choice)
    found = [(one, mark) for mark, rows in readings.items() if (one := find_heading(rows, words))]
    if not found:
        raise no_heading(name, sorted(readings.values(), key=_cells)[-1], vocabulary)
    best, mark = max(found, key=lambda item: item[0].known)
    return mark, best


def _first_rows(text: bytes) -> str:
    """Enough of the text to hold the rows where the heading may stand."""
    end = 0
    for _ in range(4 * READ_ROWS):
        end = text.find(b"\n", end) + 1
        if end == 0:
            break
    return (text[:end] if end else text).decode()


def _rows(text: str, mark: str) -> list[list[str]]:
    try:
        rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=mark), READ_ROWS))
    except csv.Error:
        return []
    return [[cell.strip() for cell in row] for row in rows]


def _cells(rows: list[list[str]]) -> int:
    return max((sum(map(bool, row)) for row in rows), default=0)


def _below(text: bytes, mark: str, row: int) -> int:
    """Where the text below the heading starts; a heading's cell may hold line breaks."""
    reader = csv.reader(io.StringIO(_first_rows(text), newline=""), delimiter=mark)
    for _ in range(row + 1):
        next(reader)
    lines = re.compile(rb"\r\n|\r|\n")
    end = 0
    for _ in range(reader.line_num):
        match = lines.search(text, end)
        end = match.end() if match else len(text)
    return end


def _clean(
    name: str, text: bytes, start: int, mark: str, heading: Sequence[Heading], row: int
) -> RawTable | None:
    """The table by Arrow's reader; None where a row has too many cells, too few or none."""
    columns = [str(at) for at in range(len(heading))]
    places = used_columns(heading)
    wanted = [columns[at] for at in places]
    quoted = b'"' in text
    end = len(text)
    while text[end - 1 : end] in (b"\n", b"\r"):
        end -= 1
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(pa.py_buffer(text).slice(start, max(0, end - start))),
            arrow_csv.ReadOptions(column_names=columns, use_threads=False, block_size=len(text) + 1),
            arrow_csv.ParseOptions(delimiter=mark, newlines_in_values=quoted, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, pa.string()),
                include_columns=wanted,
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:
        return None
    rows = pc.add(pc.cast(pc.indices_nonzero(pa.repeat(True, len(table))), pa.int64()), row)
    return finish(name, heading, [one_chunk(table[at]) for at in wanted], rows)


def _numbered(name: str, text: bytes, mark: str, row: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=mark)
    try:
        yield from enumerate(reader, row)
    except csv.Error as error:
        raise SourceError(
            say(
                "không tách được các ô từ dòng văn bản thứ {line} trở đi; kiểm tra dấu ngoặc kép.",
                "the cells can't be told apart from text line {line} on; look at the quotation marks.",
                line=reader.line_num,
            ),
            where=Where(name),
        ) from error
