"""One table out of one file, whatever its format: CSV, TSV, XLSX, XLS, ODS or JSON, told by its content.

Titles above the heading, blank rows and columns of no use fall away; what stays is text, trimmed
and composed (NFC), "" as null, with each row's number as the person sees it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from bochiso.errors import SourceError, Where
from bochiso.intake.headings.column_choice import one_line
from bochiso.intake.headings.header_rows import Grid, fullest
from bochiso.intake.headings.headings import Heading, Vocabulary
from bochiso.intake.result import Refusal
from bochiso.text import Text, say

MAX_BYTES = 50 * 2**20
"""The largest file that is read."""

_BATCH = 20_000


@dataclass(frozen=True)
class RawTable:
    """The columns that are of use, as text; `rows` numbers each row in the file, counted from 1.

    `unused`: headings of the others.

    `refusals` are rows that can't be read as rows of this table at all.
    """

    file: str
    headings: tuple[Heading, ...]
    columns: tuple[pa.Array, ...]
    rows: pa.Array
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Text, ...] = ()
    unused: tuple[str, ...] = ()

    def column(self, name: str) -> pa.Array:
        """The cells of a column by its name; all null where the table lacks it."""
        for heading, column in zip(self.headings, self.columns, strict=True):
            if heading.name == name:
                return column
        return pa.nulls(len(self.rows), pa.string())

    def heading(self, name: str) -> str:
        """The heading of a column as the person wrote it."""
        return next((heading.text for heading in self.headings if heading.name == name), name)

    @property
    def names(self) -> frozenset[str]:
        """The names of the columns that the table has."""
        return frozenset(heading.name for heading in self.headings)

    def with_column(self, name: str, cells: pa.Array, text: str = "") -> "RawTable":
        """The table with one more column, without a heading where the file doesn't have it."""
        return replace(self, headings=(*self.headings, Heading(text, name)), columns=(*self.columns, cells))

    def without(self, name: str) -> "RawTable":
        """The table without a column."""
        places = [at for at, heading in enumerate(self.headings) if heading.name != name]
        return replace(
            self,
            headings=tuple(self.headings[at] for at in places),
            columns=tuple(self.columns[at] for at in places),
        )

    def content(self, at: int) -> str:
        """What one row says, for the person who is told that it was refused."""
        columns = zip(self.headings, self.columns, strict=True)
        cells = (column[at].as_py() for heading, column in columns if heading.text)
        return " | ".join(cell for cell in cells if cell)


def check_size(name: str, size: int) -> None:
    """Raise SourceError for a file of more than 50 MB; a caller may ask before it reads the file."""
    if size > MAX_BYTES:
        raise SourceError(
            say(
                "tệp {size} MB, vượt mức {most} MB.",
                "the file has {size} MB, more than the {most} MB that are read.",
                size=-(-size // 2**20),
                most=MAX_BYTES // 2**20,
            ),
            where=Where(name),
            do=say(
                "Hãy tách thành nhiều tệp nhỏ (ví dụ mỗi tỉnh một tệp) rồi nạp cùng lúc.",
                "Split it into smaller files (one a province, say) and give them together.",
            ),
        )


def empty(name: str) -> SourceError:
    """The error for a file that holds nothing."""
    return SourceError(
        say("tệp rỗng.", "the file is empty."),
        where=Where(name),
        do=say("Hãy xuất lại bảng từ nguồn.", "Export the table again from its source."),
    )


def no_heading(name: str, rows: Grid, vocabulary: Vocabulary) -> SourceError:
    """The error for a table whose heading isn't there, saying what was expected and what was found."""
    open_columns = _may_hold_figures(rows, vocabulary)
    choices = (
        {"name": _TOTAL, "choices": tuple((each, each) for each in open_columns)} if open_columns else {}
    )
    return SourceError(
        say(
            "không nhận ra dòng tiêu đề; tìm thấy: {found}.",
            "no row of headings is recognised; found: {found}.",
            found=", ".join(fullest(rows)) or "–",
            **choices,
        ),
        where=Where(name),
        do=say(
            "Bảng có cột đơn vị nhưng chưa rõ cột nào là số liệu: hãy chỉ ra, "
            'như --column "Tổng điểm={column}". {needed}',
            "It has a column of units, and which column holds the figures isn't clear: say it, "
            'as --column "Total={column}". {needed}',
            column=open_columns[-1],
            needed=vocabulary.needed,
        )
        if open_columns
        else vocabulary.needed,
    )


_TOTAL = Text("Tổng điểm", "Total")


def _may_hold_figures(rows: Grid, vocabulary: Vocabulary) -> list[str]:
    """The columns beside one of units, where no word of them is known: Đơn vị | Tuần 1 | Tuần 2."""
    for row in rows:
        cells = [cell.strip() for cell in row if cell.strip()]
        known = [heading.name for heading in vocabulary.stacked([(cell,) for cell in cells])]
        others = [cell for cell, name in zip(cells, known, strict=True) if not name]
        if len(cells) > 1 and any(name in vocabulary.keys for name in known) and others:
            return [one_line(each) for each in others[:8]]
    return []


def used_columns(headings: Sequence[Heading]) -> list[int]:
    """The places of the columns of use."""
    return [at for at, heading in enumerate(headings) if heading.used]


def from_rows(
    name: str,
    rows: Iterable[tuple[int, Sequence[str]]],
    headings: Sequence[Heading],
    notes: tuple[Text, ...] = (),
) -> RawTable:
    """A table from rows of cells below a heading, each with its number.

    A row of other than the heading's cells is refused, unless what it has more is empty.
    """
    places = used_columns(headings)
    refusals: list[Refusal] = []
    batches: list[pa.RecordBatch] = []
    schema = pa.schema([("#", pa.int64()), *((str(at), pa.string()) for at in places)])
    kept = _whole_rows(name, rows, len(headings), refusals)
    while chunk := list(islice(kept, _BATCH)):
        cells = [pa.array([row[at] for _, row in chunk], pa.string()) for at in places]
        batches.append(pa.record_batch([pa.array([n for n, _ in chunk], pa.int64()), *cells], schema=schema))
    table = pa.Table.from_batches(batches, schema=schema).combine_chunks()
    columns = [one_chunk(table[str(at)]) for at in places]
    return finish(name, headings, columns, one_chunk(table["#"]), tuple(refusals), notes)


def finish(
    name: str,
    headings: Sequence[Heading],
    columns: Sequence[pa.Array],
    rows: pa.Array,
    refusals: tuple[Refusal, ...] = (),
    notes: tuple[Text, ...] = (),
) -> RawTable:
    """The table of the columns of use: trimmed, blanks null, blank rows gone, formulas refused."""
    used = [headings[at] for at in used_columns(headings)]
    texts = [_plain(column) for column in columns]
    blank = pa.array([True] * len(rows), pa.bool_()) if not texts else pc.is_null(texts[0])
    for text in texts[1:]:
        blank = pc.and_(blank, pc.is_null(text))
    formulas = [_formula(text) for text in texts]
    bad = formulas[0] if formulas else blank
    for formula in formulas[1:]:
        bad = pc.or_(bad, formula)
    whole = RawTable(name, tuple(used), tuple(texts), rows)
    for at in pc.indices_nonzero(bad).to_pylist():
        place = next(place for place, formula in enumerate(formulas) if formula[at].as_py())
        refusals += (_formula_refused(whole, at, place),)
    keep = pc.invert(pc.or_(bad, blank))
    if pc.all(keep).as_py() is not True:
        texts = [text.filter(keep) for text in texts]
        rows = rows.filter(keep)
    return RawTable(
        name, tuple(used), tuple(texts), rows, refusals, (*notes, *unused_columns(name, headings)),
        _unused(headings),
    )  # fmt: skip


def rows_where(table: RawTable, keep: pa.Array) -> RawTable:
    """The table with some of its rows."""
    columns = tuple(column.filter(keep) for column in table.columns)
    return replace(table, columns=columns, rows=table.rows.filter(keep))


def one_chunk(column: pa.ChunkedArray) -> pa.Array:
    """The column in one piece."""
    return (
        column.chunk(0)
        if column.num_chunks == 1
        else pa.concat_arrays(column.chunks or [pa.array([], column.type)])
    )


def _whole_rows(
    name: str, rows: Iterable[tuple[int, Sequence[str]]], width: int, refusals: list[Refusal]
) -> Iterator[tuple[int, Sequence[str]]]:
    for number, cells in rows:
        if len(cells) == width or (len(cells) > width and not any(cell.strip() for cell in cells[width:])):
            yield number, cells
        elif any(cell.strip() for cell in cells):
            reason = say(
                "dòng có {found} ô, dòng tiêu đề có {width} ô; kiểm tra dấu phân cách và dấu ngoặc kép.",
                "the row has {found} {found:cell|cells}, the heading {width}; look at its separators and "
                "quotation marks.",
                found=len(cells),
                width=width,
            )
            refusals.append(Refusal(Where(name, number), reason))


def _plain(column: pa.Array) -> pa.Array:
    text = pc.utf8_trim_whitespace(column)
    empty = pc.equal(text, "")
    return pc.if_else(empty, pa.scalar(None, pa.string()), text) if pc.any(empty).as_py() else text


def _formula(text: pa.Array) -> pa.Array:
    """Where a cell would start a formula once the table is opened in a spreadsheet; +5 is a number."""
    starts = pc.or_(pc.starts_with(text, "="), pc.starts_with(text, "@"))
    plus = pc.starts_with(text, "+")
    if pc.any(plus).as_py():
        number = pc.match_substring_regex(text, r"^\+\s*[0-9][0-9., \x{00A0}\x{202F}]*%?$")
        starts = pc.or_(starts, pc.and_(plus, pc.invert(number)))
    return pc.fill_null(starts, False)


def _formula_refused(table: RawTable, at: int, place: int) -> Refusal:
    reason = say(
        "ô bắt đầu bằng công thức “{content}”; chỉ nhận giá trị, hãy dán giá trị thay cho công thức, "
        "hoặc mở bằng Excel rồi lưu lại để công thức được tính.",
        "the cell starts a formula, “{content}”; only values are read, paste the value instead, "
        "or save the file in Excel, which computes it.",
        content=str(table.columns[place][at])[:40],
    )
    where = Where(table.file, table.rows[at].as_py(), one_line(table.headings[place].text))
    return Refusal(where, reason, table.content(at))


def _unused(headings: Sequence[Heading]) -> tuple[str, ...]:
    return tuple(one_line(each.text) for each in headings if not each.name and each.text.strip())


def unused_columns(name: str, headings: Sequence[Heading]) -> list[Text]:
    """One note that names the columns nobody knows."""
    unknown = _unused(headings)
    if not unknown:
        return []
    shown = ", ".join(unknown[:5]) + (", …" if len(unknown) > 5 else "")
    return [
        say(
            "{file}: {count} cột không dùng ({shown}).",
            "{file}: {count} {count:column|columns} not used ({shown}).",
            file=name,
            count=len(unknown),
            shown=shown,
        )
    ]
