"""One table out of one file, whatever its format: CSV, TSV, XLSX, XLS, ODS or JSON, told by its content.

Titles above the heading, blank rows and columns of no use fall away; what stays is text, trimmed
and composed (NFC), "" as null, with each row's number as the person sees it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from bochiso.errors import SourceError, Where
from bochiso.intake.result import Refusal
from bochiso.intake.tables.headings import Heading, Headings
from bochiso.text import Text, say

MAX_BYTES = 50 * 2**20
"""The largest file that is read."""

HEADING_ROWS = 30
"""The heading stands among the first so many rows; titles may stand above it."""

_BATCH = 20_000


@dataclass(frozen=True)
class RawTable:
    """The columns that are of use, as text; `rows` numbers each row in the file, counted from 1.

    `refusals` are rows that can't be read as rows of this table at all.
    """

    file: str
    headings: tuple[Heading, ...]
    columns: tuple[pa.Array, ...]
    rows: pa.Array
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[Text, ...] = ()

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

    def content(self, at: int) -> str:
        """What one row says, for the person who is told that it was refused."""
        cells = (column[at].as_py() for column in self.columns)
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


def find_heading(rows: Iterable[Sequence[str]], headings: Headings) -> tuple[int, tuple[Heading, ...]]:
    """Which of the first rows is the heading, counted from 0: the one with the most known headings.

    Returns its number and headings; none (an empty tuple) where no row names units and figures.
    """
    best: tuple[int, tuple[Heading, ...]] = (0, ())
    most = 0
    for number, cells in enumerate(islice(rows, HEADING_ROWS)):
        found = headings.row(cells)
        known = sum(1 for heading in found if heading.name)
        names = {heading.name for heading in found if heading.used}
        if (
            known > most
            and names & {"unit", "unit_name"}
            and names - {"unit", "unit_name", "level", "parent"}
        ):
            best, most = (number, found), known
    return best


def no_heading(name: str, rows: Iterable[Sequence[str]]) -> SourceError:
    """The error for a table whose heading isn't there, saying what was expected and what was found."""
    fullest = max(islice(rows, HEADING_ROWS), key=lambda cells: sum(map(bool, cells)), default=())
    found = [cell.strip()[:40] for cell in fullest if cell.strip()][:10]
    return SourceError(
        say(
            "không nhận ra dòng tiêu đề; tìm thấy: {found}.",
            "no row of headings is recognised; found: {found}.",
            found=", ".join(found) or "–",
        ),
        where=Where(name),
        do=say(
            "Cần cột “unit” (mã đơn vị) hoặc “unit_name” (tên đơn vị), và các cột “indicator, numerator, "
            "denominator” hoặc cột của từng nhóm chỉ số (CKMB, TDGQ, …) hoặc “total” (tổng điểm).",
            "It needs a column unit or unit_name, and the columns indicator, numerator, denominator, "
            "or a column for each group (CKMB, TDGQ, …), or total.",
        ),
    )


def used_columns(name: str, headings: Sequence[Heading]) -> list[int]:
    """The places of the columns of use; SourceError where two headings mean the same column."""
    seen: dict[str, str] = {}
    for heading in headings:
        if not heading.used:
            continue
        if heading.name in seen:
            raise SourceError(
                say(
                    "cột “{first}” và cột “{second}” cùng được hiểu là {name}.",
                    "the columns “{first}” and “{second}” both mean {name}.",
                    first=_one_line(seen[heading.name]),
                    second=_one_line(heading.text),
                    name=heading.name,
                ),
                where=Where(name),
                do=say("Hãy giữ lại một cột.", "Keep one of them."),
            )
        seen[heading.name] = heading.text
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
    places = used_columns(name, headings)
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
    used = [headings[at] for at in used_columns(name, headings)]
    texts = [_plain(column) for column in columns]
    blank = pa.array([True] * len(rows)) if not texts else pc.is_null(texts[0])
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
    return RawTable(name, tuple(used), tuple(texts), rows, refusals, (*notes, *_unused(name, headings)))


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
        "ô bắt đầu bằng công thức “{content}”; chỉ nhận giá trị, hãy dán giá trị thay cho công thức.",
        "the cell starts a formula, “{content}”; only values are read, paste the value instead.",
        content=str(table.columns[place][at])[:40],
    )
    where = Where(table.file, table.rows[at].as_py(), _one_line(table.headings[place].text))
    return Refusal(where, reason, table.content(at))


def _unused(name: str, headings: Sequence[Heading]) -> tuple[Text, ...]:
    """One note that names the columns nobody knows."""
    unknown = [_one_line(heading.text) for heading in headings if not heading.name and heading.text.strip()]
    if not unknown:
        return ()
    shown = ", ".join(unknown[:5]) + (", …" if len(unknown) > 5 else "")
    return (
        say(
            "{file}: {count} cột không dùng ({shown}).",
            "{file}: {count} {count:column|columns} not used ({shown}).",
            file=name,
            count=len(unknown),
            shown=shown,
        ),
    )


def _one_line(text: str) -> str:
    """A heading on one line, cut where it is very long."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
