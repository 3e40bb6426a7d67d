"""Fields of structs on their way to columns, gathered a few structs at a time.

What is decoded is read while it is still in the processor's cache, and let go: to decode thousands of
messages first and to read them then takes twice as long.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, count
from operator import attrgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from bochiso.intake.messages.message_columns import FALSE, TRUE, UNKNOWN, as_texts, moments, texts

_START = pa.array([0], pa.int32())


@dataclass(frozen=True)
class Word:
    """A column of what is read of one field's texts, null where there is none.

    `read` is given a text without blanks around it. `told`: whether texts are counted of which it reads None.
    """

    field: str
    read: Callable[[str], Any]
    kind: pa.DataType
    told: bool = True


class Alike:
    """Columns of fields of which few combinations occur: what each says is read once, and remembered."""

    def __init__(self, columns: Mapping[str, Word]) -> None:
        self.columns = tuple(columns)
        self._words = tuple(columns.values())
        self._names = tuple(dict.fromkeys(word.field for word in self._words))
        self._kind = pa.struct([(name, word.kind) for name, word in columns.items()])
        self.combination: Callable[[Any], Any] = attrgetter(*self._names)
        self._remembered: dict[Any, _Row] = {}

    def read(self, combinations: Iterable[Any]) -> tuple[pa.StructArray, list[tuple[str, ...]]]:
        """What some combinations say, and the fields of each that can't be read."""
        rows = [self._remembered.get(each) or self._row(each) for each in combinations]
        return pa.array([values for values, _ in rows], self._kind), [odd for _, odd in rows]

    def _row(self, combination: Any) -> "_Row":
        given = as_texts(combination if len(self._names) > 1 else [combination])
        texts = dict(zip(self._names, (text and text.strip() for text in given), strict=True))
        values, odd = [], []
        for word in self._words:
            text = texts[word.field]
            values.append(word.read(text) if text else None)
            if word.told and text and values[-1] is None:
                odd.append(word.field)
        row = tuple(values), tuple(odd)
        if sum(len(text or "") for text in given) <= _LONGEST_REMEMBERED:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[combination] = row
        return row


_Row = tuple[tuple[Any, ...], tuple[str, ...]]
_LONGEST_REMEMBERED, _MOST_REMEMBERED = 300, 10_000
"""Signs of a combination, and combinations: all that offices say fits, and no message fills the memory."""


class _Places:
    """The combination of each struct, by the place at which it was met first."""

    def __init__(self, of: Alike) -> None:
        self.of = of
        self._places: defaultdict[Any, int] = defaultdict(count().__next__)
        self._found: list[int] = []

    def add(self, parts: Sequence[Struct]) -> None:
        self._found += map(self._places.__getitem__, map(self.of.combination, parts))

    def columns(self, unread: Counter[str], whole: str) -> dict[str, pa.Array]:
        table, odd = self.of.read(self._places)
        if any(odd):
            unread.update(whole + name for place in self._found for name in odd[place])
        return dict(
            zip(self.of.columns, table.take(pa.array(self._found, pa.int32())).flatten(), strict=True)
        )


class Fields:
    """Fields of structs of one kind: `names` as they are, `alike` read to columns. `whole`: what a field's
    name follows where `unread` counts texts that can't be read."""

    def __init__(
        self, names: Iterable[str], alike: Iterable[Alike], unread: Counter[str], whole: str = ""
    ) -> None:
        self.length = 0
        self._values: dict[str, list[Any]] = {name: [] for name in names}
        self._plain = [(attrgetter(name), values) for name, values in self._values.items()]
        self._alike = [_Places(each) for each in alike]
        self._unread, self._whole = unread, whole
        self._columns: dict[str, pa.Array] = {}
        self._words: dict[str, pa.Array] = {}
        self._moments: dict[str, tuple[pa.Array, pa.Array]] = {}

    def add(self, parts: Sequence[Struct]) -> None:
        """Gather the fields of some more."""
        self.length += len(parts)
        for read, values in self._plain:
            values += map(read, parts)
        for group in self._alike:
            group.add(parts)

    def values(self, name: str) -> list[Any]:
        """A field of every struct, as it was decoded."""
        return self._values[name]

    def column(self, name: str) -> pa.Array:
        """A field of every struct as text; read once all are gathered."""
        if name not in self._columns:
            self._columns[name] = texts(self._values[name])
        return self._columns[name]

    def words(self, column: str) -> pa.Array:
        """A column of `alike`; read once all are gathered."""
        if column not in self._words:
            group = next(each for each in self._alike if column in each.of.columns)
            self._words |= group.columns(self._unread, self._whole)
        return self._words[column]

    def moments(self, *names: str) -> list[tuple[pa.Array, pa.Array]]:
        """The moments of some fields, each with where it can't be read (`moments`); read in one go, once."""
        if new := [name for name in names if name not in self._moments]:
            values, bad = moments(pa.concat_arrays([self.column(name) for name in new]))
            size = self.length
            for n, name in enumerate(new):
                self._moments[name] = values.slice(n * size, size), bad.slice(n * size, size)
        return [self._moments[name] for name in names]

    def moment(self, name: str) -> pa.Array:
        """The moments of a field that no indicator needs; those that can't be read are counted, left out."""
        ((values, bad),) = self.moments(name)
        if bad.true_count:
            self._unread[self._whole + name] += bad.true_count
        return values


@dataclass(frozen=True)
class Parts:
    """What is read of the structs in a list: fields as they are, and fields of few combinations."""

    names: tuple[str, ...] = ()
    alike: Alike | None = None


class Nested:
    """The parts of a list field of many items, flat; those of item n are offsets[n] to offsets[n + 1]."""

    def __init__(self, of: Parts, name: str, unread: Counter[str]) -> None:
        self._lengths: list[int] = []
        self.fields = Fields(of.names, [of.alike] if of.alike else [], unread, f"{name}.")

    def add(self, lists: Sequence[Sequence[Any] | None]) -> None:
        """Gather the lists of some more items; None where an item has none."""
        self._lengths += [len(parts) if parts else 0 for parts in lists]
        if parts := list(chain.from_iterable(filter(None, lists))):
            self.fields.add(parts)

    @property
    def items(self) -> int:
        """How many items there are."""
        return len(self._lengths)

    @property
    def parts(self) -> int:
        """How many parts they have in all."""
        return self.fields.length

    @cached_property
    def offsets(self) -> pa.Array:
        """Where the parts of each item begin, and where the last ones end."""
        return pa.array(list(accumulate(self._lengths, initial=0)), pa.int32())

    @cached_property
    def given(self) -> pa.Array:
        """Which items have parts."""
        return pc.greater(self.offsets.slice(1), self.offsets.slice(0, self.items))

    def any(self, mask: pa.Array) -> pa.Array:
        """Per item, whether one of its parts is so; null where it has no parts."""
        if (so := mask.true_count) in (0, len(mask)):
            return pc.if_else(self.given, TRUE if so else FALSE, UNKNOWN)
        hits = pc.cumulative_sum(pc.cast(pc.fill_null(mask, FALSE), pa.int32()))
        before = pa.concat_arrays([_START, hits]).take(self.offsets)
        found = pc.greater(before.slice(1), before.slice(0, self.items))
        return pc.if_else(self.given, found, UNKNOWN)


class Gathered:
    """Items of one kind: their fields, their lists, and the number of each."""

    def __init__(
        self,
        names: Iterable[str],
        alike: Iterable[Alike],
        lists: Mapping[str, Parts],
        unread: Counter[str],
    ) -> None:
        self.numbers: list[int] = []
        self.fields = Fields(names, alike, unread)
        self._lists = [(attrgetter(name), Nested(of, name, unread)) for name, of in lists.items()]
        self._nested = dict(zip(lists, (nested for _, nested in self._lists), strict=True))

    def __len__(self) -> int:
        return len(self.numbers)

    def add(self, items: Sequence[Struct], numbers: Iterable[int]) -> None:
        """Gather some more items."""
        self.numbers += numbers
        self.fields.add(items)
        for read, nested in self._lists:
            nested.add(list(map(read, items)))

    def nested(self, name: str) -> Nested:
        """A list of every item, flat."""
        return self._nested[name]
