"""What parts of a lake came to, kept beside it: so that the next run reads only those that changed.

_state/PERIOD.json says which run has the counts of which parts; _state/RUN/ has them, by kind. A run writes
its own folder, then the list in one step: two at once each leave a whole list, and the later one's stands.
What can't be read any more is counted anew.
"""

from collections.abc import Collection, Mapping
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from uuid import uuid4

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct

from bochiso.errors import StoreError
from bochiso.measure.compiled_sql import PART
from bochiso.store.lake.lake_place import LakePlace

STATE = "_state"
KEY = "part_key"
"""The column that says whose a row is."""

PROVINCE = PART[0]
"""The column that says of which province, where there is one."""

_VERSION = 3
_MOST_RUNS = 12
"""Runs whose counts stand beside one another before they are written together."""


class _Run(Struct, frozen=True):
    name: str
    keys: tuple[int, ...]
    hashes: dict[str, str]


class _List(Struct, frozen=True):
    version: int
    runs: tuple[_Run, ...]
    left: tuple[str, ...] = ()
    """Runs of the list before, which those who read by that one may still need."""


class KeptCounts:
    """The counts of one period in a lake."""

    def __init__(self, place: LakePlace, name: str) -> None:
        self._place, self._path = place, f"{STATE}/{name}.json"

    def load(
        self, wanted: Collection[int], provinces: Collection[str] | None = None
    ) -> tuple[dict[str, pa.Table], set[int]]:
        """The rows of the wanted parts that are kept, by kind, and which parts these are.

        `provinces`: those that the wanted parts are of, where that is known: no others' rows are read then.
        """
        known = self._known()
        tables: dict[str, list[pa.Table]] = {}
        found: set[int] = set()
        for each in known.runs if known else ():
            keys = set(each.keys) & set(wanted) - found
            read = self._read(each, provinces) if keys else None
            if read is None:
                continue
            found |= keys
            for kind, table in read.items():
                mine = pc.is_in(table[KEY], pa.array(sorted(keys), pa.int64()))
                tables.setdefault(kind, []).append(table.filter(mine))
        return {kind: pa.concat_tables(each) for kind, each in tables.items()}, found

    def keep_counts(
        self, wanted: Collection[int], fresh: Mapping[str, pa.Table], counted: Collection[int]
    ) -> None:
        """Note the rows of the parts that were counted; others stay as far as they are wanted."""
        old = self._known() or _List(_VERSION, ())
        staying = [each for each in old.runs if set(each.keys) & set(wanted) - set(counted)]
        if len(staying) >= _MOST_RUNS:
            before, found = self.load(set(wanted) - set(counted))
            fresh = {
                kind: pa.concat_tables([table, before[kind]]) if kind in before else table
                for kind, table in fresh.items()
            }
            staying, counted = [], {*counted, *found}
        name = uuid4().hex
        hashes = {}
        for kind, table in fresh.items():
            data = _as_file(table)
            self._place.put_file(f"{STATE}/{name}/{kind}.parquet", data)
            hashes[kind] = sha256(data).hexdigest()
        runs = (_Run(name, tuple(sorted(counted)), hashes), *staying)
        gone = {each.name for each in old.runs} - {each.name for each in runs}
        self._place.put_file(self._path, msgspec.json.encode(_List(_VERSION, runs, tuple(sorted(gone)))))
        for each in set(old.left) - gone:
            self._place.remove_folder(f"{STATE}/{each}")

    def _known(self) -> _List | None:
        data = self._place.read(self._path)
        try:
            known = None if data is None else msgspec.json.decode(data, type=_List)
        except msgspec.DecodeError:
            return None
        return known if known and known.version == _VERSION else None

    def _read(self, each: _Run, provinces: Collection[str] | None) -> dict[str, pa.Table] | None:
        found = {}
        for kind, digest in each.hashes.items():
            try:
                data = self._place.read(f"{STATE}/{each.name}/{kind}.parquet")
            except StoreError:
                return None
            if data is None or sha256(data).hexdigest() != digest:
                return None
            found[kind] = _rows_of(data, provinces)
        return found


def _as_file(table: pa.Table) -> bytes:
    """A table as Parquet; the rows of each province a group of their own, where it says whose they are."""
    sink = BytesIO()
    ends = [0]
    if PROVINCE in table.column_names and table.num_rows:
        table = table.sort_by(PROVINCE)
        lengths = pc.run_end_encode(table[PROVINCE].combine_chunks())
        ends += lengths.run_ends.to_pylist()
    else:
        ends.append(table.num_rows)
    with pq.ParquetWriter(sink, table.schema, compression="zstd") as writer:
        for start, end in pairwise(ends):
            writer.write_table(table.slice(start, end - start))
    return sink.getvalue()


def _rows_of(data: bytes, provinces: Collection[str] | None) -> pa.Table:
    """The rows of a file, those groups left out that are of another province."""
    file = pq.ParquetFile(BytesIO(data))
    names = file.schema_arrow.names
    if provinces is None or PROVINCE not in names:
        return file.read()
    place = names.index(PROVINCE)
    groups = range(file.num_row_groups)
    told = (file.metadata.row_group(n).column(place).statistics for n in groups)
    mine = [n for n, each in zip(groups, told, strict=True) if not _of_another(each, provinces)]
    return file.read_row_groups(mine)


def _of_another(told: pq.Statistics | None, provinces: Collection[str]) -> bool:
    """Whether a group is of one province, and that isn't wanted; older files have all in one."""
    return told is not None and told.has_min_max and told.min == told.max and told.min not in provinces
