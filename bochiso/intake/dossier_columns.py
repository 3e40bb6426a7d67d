"""Columns of text, as the messages hold it, to moments, codes and flags, many items at once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from bochiso.intake.dossier_items import Scalar
from bochiso.text import VIETNAM

MOMENT = pa.timestamp("us")
"""A moment in UTC, without a zone."""

FIRST_YEAR, LAST_YEAR = 2000, 2099
"""A moment outside of these is a slip of the pen."""

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
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.array([as_text(value) for value in values], pa.string())
    except UnicodeEncodeError:  # half of a surrogate pair, written as an escape
        return pa.array(
            [
                None if (text := as_text(v)) is None else text.encode("utf-8", "replace").decode()
                for v in values
            ],
            pa.string(),
        )


def values_of(parts: Iterable[Struct], name: str) -> list[Any]:
    """One field of structs of one kind."""
    return list(map(attrgetter(name), parts))


def mapped(column: pa.Array, read: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """A column in which each distinct text was read once; "" and blanks are null."""
    codes = pc.dictionary_encode(column)
    words = [read(word.strip()) if word.strip() else None for word in codes.dictionary.to_pylist()]
    return pa.array(words, kind).take(codes.indices)


def moments(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Moments of `yyyyMMddHHmmss` in Việt Nam's time, and where there is one that can't be read.

    >>> values, bad = moments(pa.array(["20261006083000", "20260230000000", "", None]))
    >>> values[0].as_py(), bad.to_pylist()
    (datetime.datetime(2026, 10, 6, 1, 30), [False, True, False, False])
    """
    plain = pc.and_(pc.equal(pc.binary_length(column), 14), pc.ascii_is_decimal(column))
    digits = pc.cast(pc.if_else(plain, column, None), pa.int64())
    day = pc.divide(digits, 1_000_000)
    time = pc.subtract(digits, pc.multiply(day, 1_000_000))  # 103059
    minutes = pc.divide(time, 100)  # 1030
    hour = pc.divide(minutes, 100)
    minute = pc.subtract(minutes, pc.multiply(hour, 100))
    second = pc.subtract(time, pc.multiply(minutes, 100))
    good = pc.and_(pc.less_equal(hour, 23), pc.and_(pc.less_equal(minute, 59), pc.less_equal(second, 59)))
    days = pc.dictionary_encode(day)
    midnight = pa.array(map(_midnight, days.dictionary.to_pylist()), pa.int64()).take(days.indices)
    past = pc.add(pc.add(pc.multiply(hour, 3600), pc.multiply(minute, 60)), second)
    moment = pc.multiply(pc.add(midnight, past), 1_000_000)
    values = pc.cast(pc.if_else(good, moment, None), MOMENT)
    good = pc.is_valid(values)
    odd = pc.and_(pc.is_valid(column), pc.invert(good))
    return _with_odd(values, column, odd)


@lru_cache(10_000)
def _midnight(day: int) -> int | None:
    """When a day (20261006) begins in Việt Nam, in seconds of UTC; None where there is no such day."""
    year, rest = divmod(day, 10_000)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return int(datetime(year, *divmod(rest, 100), tzinfo=VIETNAM).timestamp())
    except ValueError:
        return None


def _with_odd(values: pa.Array, column: pa.Array, odd: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Read one by one what isn't plain: blanks, spaces, a program's way to write nothing."""
    odd = pc.and_(odd, pc.not_equal(column, ""))
    places = pc.indices_nonzero(odd)
    bad = [False] * len(places)
    if not len(places):
        return values, pc.fill_null(odd, False)
    found: list[datetime | None] = []
    for n, text in enumerate(column.take(places).to_pylist()):
        moment = parse_moment(text)
        bad[n] = moment is False
        found.append(moment if isinstance(moment, datetime) else None)
    mask = pc.fill_null(odd, False)
    values = pc.replace_with_mask(values, mask, pa.array(found, MOMENT))
    return values, pc.replace_with_mask(mask, mask, pa.array(bad))


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
            pc.is_null(whole), mask, pc.or_(whole, pc.fill_null(mask, False))
        )  # fmt: skip
    return whole


class Nested:
    """The parts of a list field of many items, flat; those of item n are offsets[n] to offsets[n + 1]."""

    def __init__(self, lists: Sequence[Sequence[Any] | None]) -> None:
        self.length = len(lists)
        self.parts = list(chain.from_iterable(filter(None, lists)))
        sizes = pa.array([len(parts) if parts else 0 for parts in lists], pa.int32())
        self.given = pc.greater(sizes, 0)
        offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cast(pc.cumulative_sum(sizes), pa.int32())])
        self.offsets = offsets

    def column(self, name: str) -> pa.Array:
        """One field of every part."""
        return texts(values_of(self.parts, name))

    def any(self, mask: pa.Array) -> pa.Array:
        """Per item, whether one of its parts is so; null where it has no parts."""
        hits = pc.cumulative_sum(pc.cast(pc.fill_null(mask, False), pa.int32()))
        before = pa.concat_arrays([pa.array([0], pa.int32()), pc.cast(hits, pa.int32())]).take(self.offsets)
        found = pc.greater(before.slice(1), before.slice(0, self.length))
        return pc.if_else(self.given, found, None)


def present(column: pa.Array) -> pa.Array:
    """Where a text says something."""
    return pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(column), ""), False)
