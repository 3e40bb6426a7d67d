"""Text tables: what their bytes mean, what parts their cells, where the heading stands.

Clean tables (the many) go through Arrow's reader; one with ragged or blank rows through Python's,
which knows the number of each row.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from bochiso.errors import SourceError, Where
from bochiso.intake.tables.headings import Heading, Headings
from bochiso.intake.tables.table_reader import (
    HEADING_ROWS,
    RawTable,
    find_heading,
    finish,
    from_rows,
    no_heading,
    one_chunk,
    used_columns,
)
from bochiso.text import say

_DELIMITERS = ",;\t"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_COMBINING = (b"\xcc", b"\xcd")
"""First bytes, in UTF-8, of the accents of decomposed letters."""


def decode(name: str, data: bytes) -> bytes:
    """The text as UTF-8, composed (NFC), without a byte order mark.

    UTF-8, UTF-16 with its mark, else Windows-1258 as older Vietnamese Excel saves. SourceError
    for bytes that aren't text.
    """
    if data.startswith(_UTF16):
        try:
            return _composed(data.decode("utf-16").encode())
        except UnicodeDecodeError as error:
            raise _not_text(name) from error
    if b"\0" in data:
        raise _not_text(name)
    data = data.removeprefix(b"\xef\xbb\xbf")
    if _is_utf8(data):
        return _composed(data)
    try:
        return _composed(data.decode("cp1258").encode())
    except UnicodeDecodeError as error:
        raise _not_text(name) from error


def read_delimited(name: str, text: bytes, headings: Headings) -> RawTable:
    """The table of a CSV or TSV text (UTF-8)."""
    first = _first_rows(text)
    found = [(find_heading(_rows(first, mark), headings), mark) for mark in _DELIMITERS]
    (row, heading), mark = max(found, key=lambda item: sum(1 for one in item[0][1] if one.name))
    if not heading:
        readings = [_rows(first, mark) for mark in _DELIMITERS]
        raise no_heading(name, sorted(readings, key=_cells)[-1])
    start = _below(text, mark, row)
    table = _clean(name, text, start, mark, heading, row + 2)
    return table or from_rows(name, _numbered(name, text[start:], mark, row + 2), heading)


def _is_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8, without a copy of them."""
    ends = pa.array([0, len(data)], pa.int32()).buffers()[1]
    try:
        pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _composed(text: bytes) -> bytes:
    if any(mark in text for mark in _COMBINING):
        return unicodedata.normalize("NFC", text.decode()).encode()
    return text


def _not_text(name: str) -> SourceError:
    return SourceError(
        say("đây không phải bảng số liệu dạng văn bản.", "this is no table in text form."),
        where=Where(name),
        do=say(
            "Hãy lưu bảng thành .csv (UTF-8) hoặc .xlsx rồi nạp lại.",
            "Save the table as .csv (UTF-8) or .xlsx and try again.",
        ),
    )


def _first_rows(text: bytes) -> str:
    """Enough of the text to hold the rows where the heading may stand."""
    end = 0
    for _ in range(4 * HEADING_ROWS):
        end = text.find(b"\n", end) + 1
        if end == 0:
            break
    return (text[:end] if end else text).decode()


def _rows(text: str, mark: str) -> list[list[str]]:
    try:
        rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=mark), HEADING_ROWS))
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
    places = used_columns(name, heading)
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
