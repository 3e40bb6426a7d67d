"""A sheet of a workbook as cells of text that say what the person sees: 75% where the cell shows 75%.

A number is written so that it reads back to exactly its value; a cell formatted as percent carries
its sign, an error its name (#REF!), a formula that was never computed itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from unicodedata import normalize

from bochiso.intake.formats.numbers import exact_text

Span = tuple[int, int, int, int]
"""Cells merged into one: the first and the last row, the first and the last column, from 0."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows from the first on, as long as each other, and what of them is merged."""

    title: str
    rows: Sequence[Sequence[str]]
    spans: tuple[Span, ...] = ()
    visible: bool = True
    hidden_rows: int = 0
    hidden_columns: int = 0


def cell_text(value: object) -> str:
    """A cell as text that reads back to exactly its value; dates as 2026-10-06."""
    if value is None:
        return ""
    if isinstance(value, str):
        return normalize("NFC", value)
    if isinstance(value, float):
        return exact_text(Decimal(format(value, ".15g")))
    if isinstance(value, datetime):
        # A cell that shows a day alone holds its midnight.
        return (value.date() if value.time() == time.min else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def percent_text(value: float) -> str:
    """A number as a cell formatted as percent shows it, with all its decimals.

    >>> percent_text(0.7773), percent_text(1), percent_text(0.995)
    ('77.73%', '100%', '99.5%')
    """
    shown = Decimal(format(value, ".15g")) * 100
    whole = shown == shown.to_integral_value()
    return f"{shown.to_integral_value() if whole else shown.normalize():f}%"


def rectangular(rows: Iterable[list[str]]) -> list[list[str]]:
    """Rows made as long as the longest."""
    whole = list(rows)
    width = max(map(len, whole), default=0)
    return [row + [""] * (width - len(row)) for row in whole]


def is_percent(number_format: str) -> bool:
    """Whether a format shows a number times a hundred, with the sign.

    >>> is_percent("0.00%"), is_percent('0.0"%"'), is_percent("General")
    (True, False, False)
    """
    return "%" in _bare(number_format)


def shows_sign(number_format: str) -> bool:
    """Whether a format only writes the sign behind a number: 75 shown as 75%.

    >>> shows_sign('0.0"%"'), shows_sign("0.00%")
    (True, False)
    """
    return "%" in number_format and not is_percent(number_format)


def _bare(number_format: str) -> str:
    """The first section of a format without what it writes word for word."""
    kept, quoted, escaped = [], False, False
    for sign in number_format:
        if escaped:
            escaped = False
        elif sign == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif sign in "\\_*":
            escaped = True
        elif sign == ";":
            break
        else:
            kept.append(sign)
    return "".join(kept)
