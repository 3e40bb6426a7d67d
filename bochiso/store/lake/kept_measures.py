"""What provinces came to, kept beside the lake: those of which nothing changed aren't put together again.

A province stands alone: its measures are of its own parts, procedures and units. Where dossiers of one name
a unit of another, nothing is taken as kept (docs/decisions/0065-provinces-put-together-once.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC
from itertools import groupby

import msgspec
import pyarrow as pa
from msgspec import Struct

from bochiso.errors import StoreError
from bochiso.measure.indicators import Measure
from bochiso.store.lake.kept_counts import KEY, PROVINCE, KeptCounts
from bochiso.store.lake.lake_facts import Lake
from bochiso.store.lake.part_counts import Asking, WantedPart, key_of, province_basis
from bochiso.units.model import Unit

OfUnits = dict[str, list[Measure]]
"""Measures by unit."""

_KIND, _DATA = "measures", "measures"


class ProvinceMeasures(Struct, frozen=True):
    """What one province came to. `strays`: units that its dossiers and petitions name and it doesn't have."""

    units: OfUnits
    strays: tuple[str, ...] = ()


class KeptMeasures:
    """Measures of the provinces of a lake, for one period and moment, by rules."""

    def __init__(
        self,
        lake: Lake,
        asking: Asking,
        units: Mapping[str, Sequence[Unit]],
        parts: Mapping[str, list[WantedPart]],
    ) -> None:
        """`units`: those that are measured, by province; `parts`: those that are needed, by table."""
        self._kept = KeptCounts(lake.place, f"{asking.period.code}-{_KIND}")
        self._keys = {
            province: _key(lake, asking, province, own, _parts_of(province, parts))
            for province, own in units.items()
        }

    def load(self) -> dict[str, ProvinceMeasures]:
        """What is kept of provinces that are as they were."""
        tables, _ = self._kept.load(self._keys.values())
        if (table := tables.get(_KIND)) is None:
            return {}
        data = dict(zip(table[KEY].to_pylist(), table[_DATA].to_pylist(), strict=True))
        return {
            province: msgspec.msgpack.decode(data[key], type=ProvinceMeasures)
            for province, key in self._keys.items()
            if key in data
        }

    def keep(self, fresh: Mapping[str, ProvinceMeasures]) -> None:
        """Note what provinces came to; a lake that one may only read keeps nothing."""
        keys = [self._keys[province] for province in fresh]
        data = [msgspec.msgpack.encode(each) for each in fresh.values()]
        table = pa.table({KEY: pa.array(keys, pa.int64()), _DATA: pa.array(data, pa.binary())})
        with suppress(StoreError):
            self._kept.keep_counts(self._keys.values(), {_KIND: table}, keys)


def by_province(
    rows: Iterable[Measure], counts: Mapping[str, pa.Table], units: Mapping[str, Sequence[Unit]]
) -> dict[str, ProvinceMeasures]:
    """Measures in the order of their units, told by province; `counts`: what they are put together from."""
    of_units = {unit: list(own) for unit, own in groupby(rows, lambda row: row.unit)}
    named: dict[str, set[str]] = {}
    for table in counts.values():
        pairs = table.select([PROVINCE, "unit"]).group_by([PROVINCE, "unit"]).aggregate([]).to_pydict()
        for province, unit in zip(pairs[PROVINCE], pairs["unit"], strict=True):
            if unit is not None:
                named.setdefault(province, set()).add(unit)
    found = {}
    for province, own in units.items():
        mine = {unit.code: of_units[unit.code] for unit in own}
        found[province] = ProvinceMeasures(mine, tuple(sorted(named.get(province, set()) - mine.keys())))
    return found


def stray_units(found: Iterable[ProvinceMeasures]) -> set[str]:
    """The units that dossiers of one province name and another has."""
    found = list(found)
    known = {unit for each in found for unit in each.units}
    return {unit for each in found for unit in each.strays if unit in known}


def _parts_of(province: str, parts: Mapping[str, list[WantedPart]]) -> list[int]:
    """In one order: a manifest names them in any."""
    return sorted(each.key for several in parts.values() for each in several if each.province == province)


def _key(lake: Lake, asking: Asking, province: str, units: Sequence[Unit], parts: list[int]) -> int:
    """What a province's measures depend on: what its parts do, its decisions, its units, 1.4 as published."""
    decisions = [(each.rows, each.print_) for each in lake.manifests[province].of("publications")]
    published = asking.sync.published
    counts = published.counts if published is not None else {}
    told = [(each.code, counts[each.code]) for each in units if each.code in counts]
    placed = [(each.code, each.level, each.parent) for each in units]
    moment = asking.as_of.astimezone(UTC).isoformat()
    return key_of(*province_basis(lake, asking, province), moment, parts, decisions, placed, told)
