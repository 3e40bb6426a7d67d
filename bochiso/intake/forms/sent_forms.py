"""Form 07a as units send it: read from a workbook by what its heads say, checked by the form's own laws.

Layouts differ: a row a field of work (fifteen columns, or the thirteen of Circular 01/2020), or a row a
unit. Columns are told by their heads, for the numbers printed below them can't be relied on. A file with
anything wrong is refused as a whole, with all that is wrong in it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from msgspec import Struct

from bochiso.errors import SourceError, Where
from bochiso.intake.formats.isolated_reading import apart
from bochiso.intake.formats.markup import is_markup, markup_sheets
from bochiso.intake.formats.numbers import parse_count
from bochiso.intake.formats.sheet import Sheet
from bochiso.intake.formats.zip_guard import is_workbook
from bochiso.intake.tables.spreadsheet import workbook_sheets
from bochiso.periods import Period, parse_period
from bochiso.rules.periodic_forms import FormTable, Unbalanced, report_forms, unbalanced
from bochiso.text import Text, say
from bochiso.units.codes import fold

NEW_FORM, OLD_FORM = "07a", "06a-vpcp"

_LEAVES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("truc tuyen toan trinh", ("online_full",)),
    ("toan trinh", ("online_full",)),
    ("truc tuyen mot phan", ("online_partial",)),
    ("mot phan", ("online_partial",)),
    ("truc tuyen", ("online",)),
    ("truc tiep, dich vu buu chinh", ("off_line",)),
    ("truc tiep, buu chinh", ("off_line",)),
    ("qua dich vu buu chinh", ("by_post",)),
    ("dich vu buu chinh", ("by_post",)),
    ("buu chinh", ("by_post",)),
    ("truc tiep", ("in_person",)),
    ("tu ky truoc", ("carried",)),
    ("ky truoc chuyen qua", ("carried",)),
    ("tong so", ("received", "done", "open")),
    ("truoc han", ("early",)),
    ("dung han", ("on_day",)),
    ("qua han", ("late", "open_late")),
    ("trong han", ("open_in_time",)),
)
"""How the last head above a column begins, and the columns that it is, in the order that they come in."""

_FIELD = ("linh vuc",)
_UNIT = ("don vi", "co quan", "ten xa", "xa, phuong", "ten don vi", "ubnd")
_TOTAL = frozenset({"tong cong", "tong so", "tong", "cong", "toan tinh"})
_NUMBERED = re.compile(r"\(?\s*(\d{1,2})\s*\)?(?:\s*=.*)?")
_ROMAN = re.compile(r"[IVX]+\.?")
_DAYS = re.compile(r"(\d{1,2})\s*/\s*(\d{1,2})\s*/\s*(\d{4})")
_MOST_HEAD = 40


class SentRow(Struct, frozen=True):
    """A row of a form that was sent: the field of work or the unit that it is of, and its numbers.

    `part`: the form's part that it stands in, 0 where it has none.
    """

    label: str
    values: Mapping[str, int]
    row: int
    part: int = 0


class SentForm(Struct, frozen=True):
    """A form as it was sent. `by_unit`: each row is a unit's total; `period`, `reporter`: as it says."""

    file: str
    sheet: str
    form: str
    by_unit: bool
    rows: tuple[SentRow, ...]
    period: Period | None = None
    reporter: str | None = None

    @property
    def place(self) -> str:
        """Where its rows stand: the file, and the sheet where it has a name."""
        return _place(self.file, self.sheet)


class FormFault(Struct, frozen=True):
    """Something wrong in a form: where, what, and what to do."""

    where: Where
    what: Text
    do: Text


class FaultyFormError(SourceError):
    """A form that was refused, with all that is wrong in it."""

    def __init__(self, name: str, faults: Sequence[FormFault]) -> None:
        first, more = faults[0], len(faults) - 1
        rest = say(" (và {n} lỗi khác)", " (and {n} more)", n=more) if more else ""
        super().__init__(
            say("{what}{rest}", "{what}{rest}", what=first.what, rest=rest), where=first.where, do=first.do
        )
        self.name, self.faults = name, tuple(faults)


def read_sent_form(name: str, data: bytes) -> SentForm:
    """The form in a file, on the one visible sheet that has it.

    Raises SourceError where there is none or several, FaultyFormError where it breaks the form's laws.
    """
    book = is_workbook(data)
    if not (book or is_markup(data)):
        raise _no_form(name)
    sheets = apart(name, workbook_sheets if book else markup_sheets, name, data)
    forms = [sheet for sheet in sheets if sheet.visible and _columns(sheet) is not None]
    if len(forms) > 1:
        raise _several(name, [sheet.title for sheet in forms])
    found = _read(name, forms[0]) if forms else None
    if found is None:
        raise _no_form(name)
    return found


def _several(name: str, titles: Sequence[str]) -> SourceError:
    return SourceError(
        say(
            "tệp có {n} trang tính đều là biểu 07a ({titles}).",
            "the file has {n} sheets with form 07a ({titles}).",
            n=len(titles),
            titles=", ".join(titles[:5]) + (", …" if len(titles) > 5 else ""),
        ),
        where=Where(name),
        do=say("Gửi mỗi biểu một tệp, hoặc ẩn trang không gửi.", "Send a file a form, or hide the others."),
    )


def _no_form(name: str) -> SourceError:
    return SourceError(
        say("không thấy biểu 07a trong tệp.", "there is no form 07a in the file."),
        where=Where(name),
        do=say(
            "Gửi tệp XLSX hoặc XLS có đủ các cột tiếp nhận, đã giải quyết, đang giải quyết như biểu "
            "07a; có thể "
            "lấy biểu trống bằng `bochiso report 07a`.",
            "Send an XLSX or XLS file with the columns of form 07a; `bochiso report 07a` makes one.",
        ),
    )


def _read(name: str, sheet: Sheet) -> SentForm | None:
    placed = _columns(sheet)
    if placed is None:
        return None
    columns, first, by_unit, label = placed
    form = OLD_FORM if "online" in columns else NEW_FORM
    table = report_forms().forms[form].tables[0]
    title = _place(name, sheet.title)
    missing = [each for each in table.numbers() if each.key not in columns]
    if missing:
        raise SourceError(
            say(
                "thiếu cột “{column}”.", "the column “{column}” is missing.",
                column=", ".join(each.heads[-1] for each in missing),
            ),
            where=Where(title),
            do=say("Giữ nguyên các cột của biểu 07a.", "Keep the columns of form 07a as they are."),
        )  # fmt: skip
    rows, total, faults = _rows(title, sheet, columns, first, label)
    faults += _twice(title, rows, by_unit=by_unit)
    faults += [fault for row in (*rows, *([total] if total else [])) for fault in _broken(title, table, row)]
    if total is not None:
        faults += _total_faults(title, table, rows, total)
    if not rows and total is None and not faults:
        raise _no_form(name)
    if faults:
        raise FaultyFormError(name, sorted(faults, key=lambda each: each.where.row or 0))
    head = [cell for row in sheet.rows[:first] for cell in row if cell]
    return SentForm(name, sheet.title, form, by_unit, tuple(rows), _period(head), _reporter(head))


def _place(file: str, sheet: str) -> str:
    return f"{file} › {sheet}" if sheet else file


def _columns(sheet: Sheet) -> tuple[dict[str, int], int, bool, int] | None:
    """The columns by what their heads say, the first row below them, whether rows are units, their names."""
    rows = sheet.rows[:_MOST_HEAD]
    numbered = next((at for at, row in enumerate(rows) if _is_numbered(row)), None)
    last_head = (
        numbered
        if numbered is not None
        else max(
            (at + 1 for at, row in enumerate(rows) if sum(bool(_leaf(cell)) for cell in row) >= 3), default=0
        )
    )
    if not last_head:
        return None
    used: dict[str, int] = {}
    found: dict[str, int] = {}
    label, by_unit = None, False
    for at in range(len(sheet.rows[0])):
        heads = [fold(" ".join(row[at].split())) for row in rows[:last_head] if row[at].strip()]
        leaf = heads[-1] if heads else ""
        if label is None and any(leaf.startswith(word) or word in leaf for word in _FIELD):
            label = at
        elif (
            label is None
            and not _leaf(leaf)
            and any(leaf.startswith(word) for word in _UNIT)
            and len(leaf) < 60
        ):
            label, by_unit = at, True
        elif keys := _leaf(leaf):
            place = used.get(keys[0], 0)
            if place < len(keys):
                used[keys[0]] = place + 1
                found[keys[place]] = at
    if label is None or len(found) < 6:
        return None
    first = last_head + (1 if numbered is not None else 0)
    return found, first, by_unit, label


def _leaf(head: str) -> tuple[str, ...]:
    words = fold(" ".join(head.split()))
    return next((keys for start, keys in _LEAVES if words.startswith(start)), ())


def _is_numbered(row: Sequence[str]) -> bool:
    """Whether a row prints the numbers of columns: (1) (2) (3) = …"""
    numbers = [int(found[1]) for cell in row if (found := _NUMBERED.fullmatch(" ".join(cell.split())))]
    return len(numbers) >= 8 and numbers[0] <= 2 and all(b > a for a, b in pairwise(numbers))


def _rows(
    title: str, sheet: Sheet, columns: Mapping[str, int], first: int, label: int
) -> tuple[list[SentRow], SentRow | None, list[FormFault]]:
    rows: list[SentRow] = []
    faults: list[FormFault] = []
    part = 0
    for number, row in enumerate(sheet.rows[first:], start=first + 1):
        part += bool(_ROMAN.fullmatch(row[0].strip()))
        name = " ".join(row[label].split())
        cells = {key: row[at] for key, at in columns.items()}
        words = [fold(cell) for cell in row[: label + 1] if cell.strip()]
        whole = any(word.rstrip(" :.") in _TOTAL for word in words)
        if not any(cell.strip() for cell in cells.values()):
            continue  # a part's heading, or a line below the table
        if not name and not whole:
            if not words or _ROMAN.fullmatch(row[0].strip()):
                continue
            name = ""
        values: dict[str, int] = {}
        for key, cell in cells.items():
            value = parse_count(cell)
            if isinstance(value, Text) or (isinstance(value, int) and value < 0):
                faults.append(_unread(title, number, columns[key], cell))
            else:
                values[key] = value or 0
        made = SentRow(name, values, number, part)
        if whole:
            return rows, made, [*faults, *_below(title, sheet.rows[number:], columns, number)]
        if _ROMAN.fullmatch(row[0].strip()) and not name:
            continue
        rows.append(made)
    return rows, None, faults


def _below(
    title: str, rows: Sequence[Sequence[str]], columns: Mapping[str, int], total: int
) -> Iterator[FormFault]:
    """Rows with figures below the last one: they would be lost, as those after a part's own sum."""
    for number, row in enumerate(rows, start=total + 1):
        if sum(isinstance(parse_count(row[at]), int) for at in columns.values()) >= 3:
            yield FormFault(
                Where(title, row=number),
                say("dòng có số liệu ở dưới dòng tổng cộng (dòng {total}).",
                    "the row has figures below the sum (row {total}).", total=total),
                say("Bỏ dòng cộng từng phần, để một dòng tổng cộng ở cuối biểu, rồi gửi lại cả biểu.",
                    "Leave sums of parts out, have one sum at the end, and send the whole form again."),
            )  # fmt: skip


def _unread(title: str, row: int, column: int, cell: str) -> FormFault:
    return FormFault(
        Where(title, row=row, column=_letter(column)),
        say("“{cell}” không phải số hồ sơ.", "“{cell}” is no number of dossiers.", cell=cell[:40]),
        say("Ghi số nguyên từ 0 trở lên.", "Write a whole number from 0 on."),
    )


def _broken(title: str, table: FormTable, row: SentRow) -> Iterator[FormFault]:
    for law in unbalanced(table, row.values):
        yield FormFault(Where(title, row=row.row), _law(table, law), _MEND)


def _twice(title: str, rows: Sequence[SentRow], *, by_unit: bool) -> Iterator[FormFault]:
    """A field of work, or a unit, that stands in two rows of a part: nobody can tell which of them counts."""
    first: dict[tuple[int, str], int] = {}
    mend = _MEND_UNITS if by_unit else _MEND_FIELDS
    for row in rows:
        if not (name := fold(row.label).removeprefix("linh vuc ")):
            continue
        if (before := first.setdefault((row.part, name), row.row)) != row.row:
            what = say(
                "“{label}” đã có ở dòng {before}.", "“{label}” stands in row {before} already.",
                label=row.label[:80], before=before,
            )  # fmt: skip
            yield FormFault(Where(title, row=row.row), what, mend)


_MEND_FIELDS = say(
    "Gộp số liệu của lĩnh vực vào một dòng, hoặc bỏ dòng ghi trùng, rồi gửi lại cả biểu.",
    "Bring the field's figures together in one row, or leave one out, and send the whole form again.",
)
_MEND_UNITS = say(
    "Bỏ dòng ghi trùng, hoặc ghi mã của từng đơn vị nếu là hai đơn vị trùng tên, rồi gửi lại cả biểu.",
    "Leave one out, or write each unit's code where two have the same name, and send the whole form again.",
)


def _law(table: FormTable, law: Unbalanced) -> Text:
    parts = {each.key: each for each in table.columns}
    return say(
        "cột ({n}) “{column}” ghi {said}, nhưng {parts} cộng lại là {found}.",
        "column ({n}) “{column}” says {said}, but {parts} come to {found}.",
        n=table.place(law.column.key),
        column=": ".join((law.column.heads[0], law.column.heads[-1])),
        said=law.said,
        found=law.found,
        parts=" + ".join(f"({table.place(key)}) {parts[key].heads[-1].lower()}" for key in law.parts),
    )


_MEND = say("Sửa lại số liệu rồi gửi lại cả biểu.", "Mend the figures and send the whole form again.")


def _total_faults(
    title: str, table: FormTable, rows: Sequence[SentRow], total: SentRow
) -> Iterator[FormFault]:
    for column in table.numbers():
        if any(column.key not in row.values for row in rows):
            continue  # a number that can't be read is told; what the others come to says nothing then
        found = sum(row.values[column.key] for row in rows)
        said = total.values.get(column.key)
        if said is not None and said != found:
            yield FormFault(
                Where(title, row=total.row),
                say(
                    "dòng tổng cộng, cột ({n}) ghi {said}, nhưng các dòng cộng lại là {found}.",
                    "the last row, column ({n}) says {said}, but the rows come to {found}.",
                    n=table.place(column.key),
                    said=said,
                    found=found,
                ),
                _MEND,
            )


def _letter(column: int) -> str:
    """A column as a sheet names it.

    >>> _letter(0), _letter(27)
    ('A', 'AB')
    """
    high, low = divmod(column, 26)
    return (chr(64 + high) if high else "") + chr(65 + low)


def _period(head: Sequence[str]) -> Period | None:
    """The period whose first and last day stand in a form's head."""
    for cell in head:
        days = _DAYS.findall(cell)
        if len(days) >= 2 and "ngày" in cell.lower():
            try:
                first, last = (date(int(year), int(month), int(day)) for day, month, year in days[:2])
                return parse_period(f"{first}..{last}")
            except ValueError:
                return None
    return None


_REPORTER = re.compile(r"đơn vị báo cáo\s*:?\s*([^\n;]+)", re.I)


def _reporter(head: Sequence[str]) -> str | None:
    """Who reports, as a form's head says."""
    for cell in head:
        if (found := _REPORTER.search(cell)) and (name := found[1].strip(" .:+-")):
            return name
    return None
