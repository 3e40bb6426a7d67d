"""Fields of structs on their way to columns, gathered a few structs at a time.

What is decoded is read while it is still in the processor's cache, and let go: to decode thousands of
messages first and to read them then takes twice as long.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain, count
from operator import attrgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from bochiso.intake.messages.message_columns import FALSE, NO_TEXT, UNKNOWN, texts

_START = pa.array([0], pa.int32())


class _Alike:
    """Some fields of which few combinations occur: each combination is looked at once."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self._read = attrgetter(*names)
        self._places: defaultdict[Any, int] = defaultdict(count().__next__)
        self._found: list[int] = []

    def add(self, parts: Sequence[Struct]) -> None:
        self._found += map(self._places.__getitem__, map(self._read, parts))

    def columns(self) -> dict[str, pa.Array]:
        found = pa.array(self._found, pa.int32())
        columns = zip(*self._places, strict=True) if self._places else [()] * len(self.names)
        return {
            name: pa.DictionaryArray.from_arrays(found, pc.fill_null(texts(values), NO_TEXT))
            for name, values in zip(self.names, columns, strict=True)
        }


class Fields:
    """Fields of structs of one kind. `alike`: groups of at least two fields, of which few combinations
    occur, so that several such fields take little longer than one."""

    def __init__(self, names: Iterable[str], alike: Iterable[Sequence[str]] = ()) -> None:
        self.length = 0
        self._values: dict[str, list[Any]] = {name: [] for name in names}
        self._plain = [(attrgetter(name), values) for name, values in self._values.items()]
        self._alike = [_Alike(names) for names in alike]
        self._columns: dict[str, pa.Array] = {}

    def add(self, parts: Sequence[Struct]) -> None:
        """Gather the fields of some more."""
        self.length += len(parts)
        for read, values in self._plain:
            values += map(read, parts)
        for group in self._alike:
            group.add(parts)

    def values(self, name: str) -> list[Any]:
        """A field of every struct, as it was decoded; not one of `alike`."""
        return self._values[name]

    def column(self, name: str) -> pa.Array:
        """A field of every struct as text; read once all are gathered."""
        if name not in self._columns:
            if name in self._values:
                self._columns[name] = texts(self._values[name])
            else:
                self._columns |= next(each for each in self._alike if name in each.names).columns()
        return self._columns[name]


@dataclass(frozen=True)
class Parts:
    """What is read of the structs in a list: fields, and fields of which few combinations occur."""

    names: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()


class Nested:
    """The parts of a list field of many items, flat; those of item n are offsets[n] to offsets[n + 1]."""

    def __init__(self, of: Parts) -> None:
        self._lengths: list[int] = []
        self._fields = Fields(of.names, [of.alike] if of.alike else [])

    def add(self, lists: Sequence[Sequence[Any] | None]) -> None:
        """Gather the lists of some more items; None where an item has none."""
        self._lengths += [len(parts) if parts else 0 for parts in lists]
        if parts := list(chain.from_iterable(filter(None, lists))):
            self._fields.add(parts)

    @property
    def items(self) -> int:
        """How many items there are."""
        return len(self._lengths)

    @property
    def parts(self) -> int:
        """How many parts they have in all."""
        return self._fields.length

    @cached_property
    def offsets(self) -> pa.Array:
        """Where the parts of each item begin, and where the last ones end."""
        return pa.array(list(accumulate(self._lengths, initial=0)), pa.int32())

    @cached_property
    def given(self) -> pa.Array:
        """Which items have parts."""
        return pc.greater(self.offsets.slice(1), self.offsets.slice(0, self.items))

    def column(self, name: str) -> pa.Array:
        """One field of every part."""
        return self._fields.column(name)

    def any(self, mask: pa.Array) -> pa.Array:
        """Per item, whether one of its parts is so; null where it has no parts."""
        if not mask.true_count:
            return pc.if_else(self.given, FALSE, UNKNOWN)
        hits = pc.cumulative_sum(pc.cast(pc.fill_null(mask, FALSE), pa.int32()))
        before = pa.concat_arrays([_START, hits]).take(self.offsets)
        found = pc.greater(before.slice(1), before.slice(0, self.items))
        return pc.if_else(self.given, found, UNKNOWN)


class Gathered:
    """Items of one kind: their fields, their lists, and the number of each."""

    def __init__(
        self, names: Iterable[str], alike: Iterable[Sequence[str]], lists: Mapping[str, Parts]
    ) -> None:
        self.numbers: list[int] = []
        self._fields = Fields(names, alike)
        self._lists = [(attrgetter(name), Nested(of)) for name, of in lists.items()]
        self._nested = dict(zip(lists, (nested for _, nested in self._lists), strict=True))

    def __len__(self) -> int:
        return len(self.numbers)

    def add(self, items: Sequence[Struct], numbers: Iterable[int]) -> None:
        """Gather some more items."""
        self.numbers += numbers
        self._fields.add(items)
        for read, nested in self._lists:
            nested.add(list(map(read, items)))

    def values(self, name: str) -> list[Any]:
        """A field of every item, as it was decoded."""
        return self._fields.values(name)

    def text(self, name: str) -> pa.Array:
        """A field of every item as text."""
        return self._fields.column(name)

    def nested(self, name: str) -> Nested:
        """A list of every item, flat."""
        return self._nested[name]
