"""What parts of a lake came to, kept beside it: so that the next run reads only those that changed.

_state/PERIOD.json says which run has the counts of which parts; _state/RUN/ has them, by kind. A run writes
its own folder, then the list in one step: two at once each leave a whole list, and the later one's stands.
What can't be read any more is counted anew.
"""

from collections.abc import Collection, Mapping
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct

from bochiso.errors import StoreError
from bochiso.store.lake.lake_place import LakePlace

STATE = "_state"
KEY = "part_key"
"""The column that says whose a row is."""

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

    def load(self, wanted: Collection[int]) -> tuple[dict[str, pa.Table], set[int]]:
        """The rows of the wanted parts that are kept, by kind, and which parts these are."""
        known = self._known()
        tables: dict[str, list[pa.Table]] = {}
        found: set[int] = set()
        for each in known.runs if known else ():
            keys = set(each.keys) & set(wanted) - found
            read = self._read(each) if keys else None
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
            sink = BytesIO()
            pq.write_table(table, sink, compression="zstd")
            self._place.put_file(f"{STATE}/{name}/{kind}.parquet", sink.getvalue())
            hashes[kind] = sha256(sink.getvalue()).hexdigest()
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

    def _read(self, each: _Run) -> dict[str, pa.Table] | None:
        found = {}
        for kind, digest in each.hashes.items():
            try:
                data = self._place.read(f"{STATE}/{each.name}/{kind}.parquet")
            except StoreError:
                return None
            if data is None or sha256(data).hexdigest() != digest:
                return None
            found[kind] = pq.read_table(BytesIO(data))
        return found
