"""Columns of text to columns of numbers: plain cells all at once, the others one by one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from bochiso.intake.formats.numbers import parse_count, parse_decimal
from bochiso.intake.tables.validation import MAX_COUNT, absurd_count
from bochiso.text import Text

NUMBER = pa.decimal128(18, 6)
"""Every number of `Intake.figures`."""

# So few digits that none is above MAX_COUNT.
_PLAIN_COUNT = r"^[0-9]{1,9}$"
_PLAIN_DECIMAL = r"^[0-9]{1,9}(\.[0-9]{1,6})?$"


@dataclass(frozen=True)
class Parsed:
    """A column's numbers; where a cell is no number, null, and the reason by its place."""

    values: pa.Array
    reasons: Mapping[int, Text]


def counts(column: pa.Array) -> Parsed:
    """Whole numbers (int64) of a column of counts."""
    return _parsed(column, _PLAIN_COUNT, pa.int64(), parse_count)


def decimals(column: pa.Array) -> Parsed:
    """Points (decimal128(18, 6)) of a column."""
    return _parsed(column, _PLAIN_DECIMAL, NUMBER, parse_decimal)


def _parsed(
    column: pa.Array,
    plain: str,
    kind: pa.DataType,
    parse: Callable[[str], Decimal | int | Text | None],
) -> Parsed:
    is_plain = pc.match_substring_regex(column, plain)
    if pc.all(is_plain).as_py() is not False:
        return Parsed(pc.cast(column, kind), {})
    values = pc.cast(pc.if_else(is_plain, column, None), kind)
    odd = pc.indices_nonzero(pc.invert(is_plain))
    reasons: dict[int, Text] = {}
    found: list[Decimal | int | None] = []
    for at, cell in zip(odd.to_pylist(), column.take(odd).to_pylist(), strict=True):
        value = parse(cell)
        if isinstance(value, int | Decimal) and not -MAX_COUNT <= value <= MAX_COUNT:
            value = absurd_count(int(value))
        if isinstance(value, Text):
            reasons[at] = value
        found.append(None if isinstance(value, Text) else value)
    replaced = pc.replace_with_mask(values, pc.fill_null(pc.invert(is_plain), False), pa.array(found, kind))
    return Parsed(replaced, reasons)
