"""Columns of text, as the messages hold it, to moments, codes and flags, many items at once."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from itertools import product

import pyarrow as pa
import pyarrow.compute as pc

from bochiso.intake.messages.sync_schema import Scalar
from bochiso.text import VIETNAM

MOMENT = pa.timestamp("us")
"""A moment in UTC, without a zone."""

FIRST_YEAR, LAST_YEAR = 2000, 2099
"""A moment outside of these is a slip of the pen."""

FALSE, TRUE, UNKNOWN, NO_TEXT = pa.scalar(False), pa.scalar(True), pa.scalar(None, pa.bool_()), pa.scalar("")
"""Values that most columns are compared with: to make one takes longer than to use it."""

_MILLION, _CENTURY = pa.scalar(1_000_000), pa.scalar(20_000_000)
_PLAIN_LENGTH = pa.scalar(14, pa.int32())

_NOTHING = ("00010101000000", "0" * 14, "99991231235959")
"""How programs write "no date"."""


def as_text(value: Scalar) -> str | None:
    """A field as text: 1, 1.0 and true are "1"."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and not value.is_integer():
        return str(value)
    return str(int(value))


def texts(values: Sequence[Scalar]) -> pa.Array:
    """A column of text."""
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid, UnicodeEncodeError):
        return pa.array(as_texts(values), pa.string())


def as_texts(values: Iterable[Scalar]) -> list[str | None]:
    """Fields as text. Half of a surrogate pair, written as an escape, is replaced: it fits no column."""
    found = [as_text(value) for value in values]
    return [
        text if text is None or text.isascii() else text.encode("utf-8", "replace").decode() for text in found
    ]


def moments(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Moments of `yyyyMMddHHmmss` in Việt Nam's time, and where there is one that can't be read.

    >>> values, bad = moments(pa.array(["20261006083000", "20260230000000", "", None]))
    >>> values[0].as_py(), bad.to_pylist()
    (datetime.datetime(2026, 10, 6, 1, 30), [False, True, False, False])
    """
    plain = pc.and_(pc.equal(pc.binary_length(column), _PLAIN_LENGTH), pc.ascii_is_decimal(column))
    plain = pc.and_(plain, pc.starts_with(column, "20"))
    digits = pc.cast(pc.if_else(plain, column, _NO_DIGITS), pa.int64())
    day = pc.divide(digits, _MILLION)  # 20261006
    time = pc.subtract(digits, pc.multiply(day, _MILLION))  # 083000
    moment = pc.add(_midnights().take(pc.subtract(day, _CENTURY)), _times().take(time))
    values = pc.cast(moment, MOMENT)
    return _with_odd(values, column, pc.and_(pc.is_valid(column), pc.is_null(values)))


_NO_DIGITS = pa.scalar(None, pa.string())
_SIX_DIGITS = 1_000_000


@cache
def _midnights() -> pa.Array:
    """When days begin in Việt Nam, in microseconds of UTC, at their yymmdd; null where there is none."""
    found: list[int | None] = [None] * _SIX_DIGITS
    first = date(FIRST_YEAR, 1, 1)
    midnight = int(datetime(first.year, 1, 1, tzinfo=VIETNAM).timestamp()) * 1_000_000
    for n in range((date(LAST_YEAR + 1, 1, 1) - first).days):  # the country has had no summer time since 1975
        day = date.fromordinal(first.toordinal() + n)
        found[day.year % 100 * 10_000 + day.month * 100 + day.day] = midnight + n * 86_400_000_000
    return pa.array(found, pa.int64())


@cache
def _times() -> pa.Array:
    """Microseconds since midnight at hhmmss; null where there is no such time."""
    found: list[int | None] = [None] * _SIX_DIGITS
    for hour, minute, second in product(range(24), range(60), range(60)):
        found[hour * 10_000 + minute * 100 + second] = ((hour * 60 + minute) * 60 + second) * 1_000_000
    return pa.array(found, pa.int64())


def _with_odd(values: pa.Array, column: pa.Array, odd: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Read one by one what isn't plain: blanks, spaces, a program's way to write nothing."""
    if odd.true_count:
        odd = pc.and_(odd, pc.not_equal(pc.fill_null(column, NO_TEXT), NO_TEXT))
    if not odd.true_count:
        return values, odd
    places = pc.indices_nonzero(odd)
    bad = [False] * len(places)
    found: list[datetime | None] = []
    for n, text in enumerate(column.take(places).to_pylist()):
        moment = parse_moment(text)
        bad[n] = moment is False
        found.append(moment if isinstance(moment, datetime) else None)
    values = pc.replace_with_mask(values, odd, pa.array(found, MOMENT))
    return values, pc.replace_with_mask(odd, odd, pa.array(bad))


def parse_moment(text: str) -> datetime | bool | None:
    """One moment (UTC, without a zone): None where nothing is given, False where it can't be read."""
    text = text.strip()
    if not text or text in _NOTHING:
        return None
    if len(text) != 14 or not (text.isascii() and text.isdecimal()):
        return False
    try:
        local = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
    except ValueError:
        return False
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        return False
    return local.astimezone(UTC).replace(tzinfo=None)


def any_of(masks: Iterable[pa.Array]) -> pa.Array:
    """Where one of the flags is true; null where all are."""
    whole: pa.Array | None = None
    for mask in masks:
        whole = mask if whole is None else pc.if_else(
            pc.is_null(whole), mask, pc.or_(whole, pc.fill_null(mask, FALSE))
        )  # fmt: skip
    return whole


def present(column: pa.Array) -> pa.Array:
    """Where a text says something."""
    return pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(column), NO_TEXT), FALSE)


@cache
def _codes(last: int) -> dict[str, int]:
    return {form.format(n): n for n in range(1, last + 1) for form in ("{}", "{:02d}")}


def status_code(word: str) -> int:
    """A status, 1 to 10; -1 for what is none."""
    return _codes(10).get(word, -1)


def channel_code(word: str) -> int:
    """A channel, 1 to 3; -1 for what is none."""
    return _codes(3).get(word, -1)


def is_one(word: str) -> bool:
    """Whether a flag is set."""
    return word == "1"


def is_free(word: str) -> bool | None:
    """Whether a fee is 0; None where its text says no number."""
    if re.search(r"[1-9]", word):
        return False
    return True if "0" in word else None
