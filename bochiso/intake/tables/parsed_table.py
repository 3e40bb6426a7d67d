"""What one table gave, before it is put together with the others: units, figures, refusals."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce

import pyarrow as pa
import pyarrow.compute as pc

from bochiso.errors import Where
from bochiso.intake.result import FIGURE_COLUMNS, Refusal
from bochiso.intake.tables.columns import NUMBER
from bochiso.intake.tables.passed_over import SECTION_LEVEL
from bochiso.intake.tables.table_reader import RawTable
from bochiso.intake.tables.validation import RowFault
from bochiso.text import Text, say
from bochiso.units.codes import (
    code_and_name,
    guess_level,
    is_code,
    normalise_code,
    parent_code,
    parse_level,
    without_footnote,
)
from bochiso.units.matching import match_key
from bochiso.units.model import Level, Unit

_TYPES = {"numerator": NUMBER, "denominator": NUMBER, "rate": NUMBER, "points": NUMBER, "row": pa.int32()}
FIGURES = pa.schema([(column, _TYPES.get(column, pa.string())) for column in FIGURE_COLUMNS])
"""`Intake.figures`, with types."""


@dataclass(frozen=True)
class Named:
    """A unit as one row wrote it; `named` and `given` say whether its name and its code stood there."""

    unit: Unit
    named: bool
    given: bool


@dataclass(frozen=True)
class ParsedTable:
    """One table's part of an intake. `units` are those of the rows that were kept."""

    units: Sequence[Named]
    figures: pa.Table
    rows: int
    refusals: tuple[Refusal, ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True)
class Rows:
    """Who each row of a table is about: `ids` are places in `who`."""

    ids: pa.Array
    who: Sequence[Named | RowFault]


def refuse(table: RawTable, at: int, fault: RowFault) -> Refusal:
    """The refusal of one row of a table."""
    column = None if fault.column is None else " ".join(table.heading(fault.column).split())
    return Refusal(Where(table.file, table.rows[at].as_py(), column), fault.reason, table.content(at))


def identify(table: RawTable) -> Rows:
    """Who each row is about, each distinct writing of a unit looked at once."""
    columns = [pc.dictionary_encode(table.column(name), null_encoding="encode") for name in _UNIT]
    sizes = [max(1, len(column.dictionary)) for column in columns]
    indices = [pc.cast(column.indices, pa.int64()) for column in columns]
    keys = reduce(
        lambda key, step: pc.add(pc.multiply(key, step[1]), step[0]), zip(indices, sizes, strict=True), 0
    )
    distinct = pc.dictionary_encode(keys)
    words = [column.dictionary.to_pylist() for column in columns]
    who: list[Named | RowFault] = []
    for key in distinct.dictionary.to_pylist():
        cells: list[str | None] = []
        for size, word in zip(reversed(sizes), reversed(words), strict=True):
            key, place = divmod(key, size)
            cells.append(word[place])
        who.append(_who(*reversed(cells)))
    return Rows(distinct.indices, _as_first_written(who))


def _as_first_written(who: Sequence[Named | RowFault]) -> list[Named | RowFault]:
    """Units without codes, each under the first of its writings: Hòa Phú and Hoà Phú are one."""
    first: dict[object, Unit] = {}
    found: list[Named | RowFault] = []
    for one in who:
        if isinstance(one, Named) and not is_code(one.unit.code):
            key = (match_key(one.unit.name, one.unit.level), one.unit.level, one.unit.parent)
            one = replace(one, unit=first.setdefault(key, one.unit))
        found.append(one)
    return found


def figures_table(columns: Mapping[str, Sequence[object] | pa.Array], length: int) -> pa.Table:
    """A table of figures from some of its columns; the others are null."""
    arrays = [
        pa.array(columns[field.name], field.type) if field.name in columns else pa.nulls(length, field.type)
        for field in FIGURES
    ]
    return pa.table(arrays, schema=FIGURES)


_UNIT = ("unit", "unit_name", "level", "parent", SECTION_LEVEL)
_level = lru_cache(parse_level)


def _who(
    code: str | None, name: str | None, level: str | None, parent: str | None, section: str | None
) -> Named | RowFault:
    if code is None and name is None:
        return RowFault(
            say(
                "dòng không có mã và tên đơn vị; điền ít nhất một trong hai.",
                "the row has neither a unit's code nor its name; fill in one of them.",
            ),
            "unit",
        )
    name = without_footnote(name) if name else name
    if code is None and name:
        code, name = code_and_name(name)
    code = _mended(code, name)
    if code and name and is_code(name) and not is_code(code):
        code, name = name, without_footnote(code)  # the columns' headings were swapped
    identity = normalise_code(without_footnote(code or name or ""))
    if strange := _STRANGE.search(identity):
        return _no_unit(identity, strange[0], code is None)
    guessed = guess_level(code or "", name or "")
    known = _level(level) if level else None
    if known is Level.PROVINCE and guessed is not known and (guessed or parent_code(identity)):
        # The portal calls departments so, and clerks "cấp tỉnh": its code or its name knows better.
        known = guessed or Level.DEPARTMENT
    known = known or guessed or (Level(section) if section else None)
    if known is None:
        return _levelless(identity, name, level)
    above = normalise_code(parent) if parent else parent_code(identity)
    if parent and not is_code(identity) and not identity.endswith(tail := f" ({above})"):
        identity += tail  # units of one name under two provinces, two districts
    return Named(Unit(identity, name or identity, known, above), name is not None, code is not None)


_STRANGE = re.compile(r"\.\./|[<>\\{}\x00-\x08\x0e-\x1f\x7f]|^＝")
"""What nothing holds that a unit is known by, its code or else its name: marks of paths, pages, formulas."""


def _no_unit(text: str, sign: str, by_name: bool) -> RowFault:
    reason = say(
        "“{text}” có dấu “{sign}” nên không phải mã hay tên đơn vị; sửa lại ô này.",
        "“{text}” has “{sign}” in it, so it is no unit's code or name; mend this cell.",
        text=text[:60],
        sign=sign if sign.isprintable() else " ",
    )
    return RowFault(reason, "unit_name" if by_name else "unit")


_NOT_A_CODE = re.compile(r".*[0-9].*")


def _mended(code: str | None, name: str | None) -> str | None:
    """A code without the spaces in it; none where it is no code at all and the name tells the unit."""
    if code is None or is_code(code):
        return code
    close = "".join(code.split())
    if is_code(close):
        return close
    return None if name and not is_code(name) and _NOT_A_CODE.fullmatch(code) else code


def _levelless(code: str, name: str | None, level: str | None) -> RowFault:
    what = (
        say("không hiểu cấp “{level}”", "the level “{level}” isn't known", level=level)
        if level
        else say("không rõ cấp của “{unit}”", "the level of “{unit}” isn't clear", unit=name or code)
    )
    reason = say(
        "{what}; ghi vào cột “level” (cấp): province (tỉnh), department (sở, ngành), district (huyện) "
        "hoặc commune (xã, phường).",
        "{what}; write province, department, district or commune in a column “level”.",
        what=what,
    )
    return RowFault(reason, "level")
