"""Dossiers and their steps as provincial systems send them (DongBoHoSoMC, CapNhatTienDoHoSoMC).

Each item is taken or refused on its own. What comes out are columns without personal data: the
very columns that are written down as evidence, so nothing else of a message ever reaches the disk.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import attrgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bochiso.intake.messages.dossier_details import (
    ALIKE,
    LIST_PARTS,
    STEP_ALIKE,
    SUPPLEMENT_FIELDS,
    details,
    step_details,
)
from bochiso.intake.messages.dossier_numbers import dossier_numbers, sender_code
from bochiso.intake.messages.gathered_fields import Gathered, Nested
from bochiso.intake.messages.message_columns import FALSE, UNKNOWN, any_of, present
from bochiso.intake.messages.message_schemas import INTERVALS, KEPT, KEPT_STEPS
from bochiso.intake.messages.refusal_reasons import Odd, RefusalReason, RefusedItem
from bochiso.intake.messages.sync_schema import SyncItem

MOMENT_FIELDS = {
    "filed_at": "NgayNopHoSo",
    "received_at": "NgayTiepNhan",
    "due_at": "NgayHenTra",
    "done_at": "NgayKetThucXuLy",
    "returned_at": "NgayTra",
    "refused_at": "NgayTuChoi",
}

_NO_CODE = pa.scalar(-1, pa.int8())

_NO_DOSSIERS = pa.RecordBatch.from_arrays([pa.nulls(0, each.type) for each in KEPT], schema=KEPT)
_NO_STEPS = pa.RecordBatch.from_arrays([pa.nulls(0, each.type) for each in KEPT_STEPS], schema=KEPT_STEPS)
_NO_PLACES = pa.array([], pa.int64())


@dataclass(frozen=True)
class ReceivedItems:
    """What came of some items: columns to keep, and the refused ones with their reasons.

    `places` are the numbers (from 1) of the items that `dossiers` holds, in its order. `unknown`: names
    of fields that the protocol doesn't have, `unread`: fields whose values had not their form, each
    with the number of values that were left out.
    """

    items: int
    dossiers: pa.RecordBatch
    steps: pa.RecordBatch
    refused: tuple[RefusedItem, ...]
    places: pa.Array = field(repr=False)
    unknown: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)

    @property
    def taken(self) -> int:
        """How many items were taken."""
        return int(self.dossiers.num_rows + self.steps.num_rows)

    def remarks(self) -> Iterator[tuple[int, str, int]]:
        """Kept dossiers that are odd: the item's number, the dossier's, the bits of Odd."""
        odd = self.dossiers.column("odd")
        for at in pc.indices_nonzero(odd).to_pylist():
            yield self.places[at].as_py(), self.dossiers.column("dossier")[at].as_py(), odd[at].as_py()


def read_items(
    items: Sequence[SyncItem | None],
    *,
    sender: str | None = None,
    updating: bool = False,
    steps: bool | None = None,
    first: int = 1,
) -> ReceivedItems:
    """The columns of items and the reasons of refused ones, see `ItemReader`."""
    reader = ItemReader(steps, first)
    reader.add(items)
    return reader.received(sender, updating)


class ItemReader:
    """Items on their way to columns, taken a few at a time; None stands for what is no item.

    `steps`: whether they are steps; told item by item where None. `first`: the number of the first item.
    """

    def __init__(self, steps: bool | None = None, first: int = 1) -> None:
        self.items = 0
        self._steps = steps
        self._first = first
        self._no_items: list[int] = []
        self._gathered: dict[bool, Gathered] = {}
        self._unread: Counter[str] = Counter()

    def add(self, items: Sequence[SyncItem | None]) -> None:
        """Take some more items."""
        numbers: Sequence[int] = range(self._first + self.items, self._first + self.items + len(items))
        self.items += len(items)
        found: Sequence[Any] = items
        if not all(items):
            self._no_items += [n for n, item in zip(numbers, items, strict=True) if item is None]
            numbers = [n for n, item in zip(numbers, items, strict=True) if item is not None]
            found = [item for item in items if item is not None]
        if not found:
            return
        if self._steps is not None:
            self._of_kind(self._steps).add(found, numbers)
        elif _no_steps(found):
            self._of_kind(False).add(found, numbers)
        else:
            kinds = [_is_step(item) for item in found]
            for kind in sorted(set(kinds)):
                these = [kind is each for each in kinds]
                self._of_kind(kind).add(list(compress(found, these)), list(compress(numbers, these)))

    def _of_kind(self, steps: bool) -> Gathered:
        if steps not in self._gathered:
            self._gathered[steps] = (
                Gathered(STEP_FIELDS, STEP_ALIKE, {}, self._unread)
                if steps
                else Gathered(DOSSIER_FIELDS, ALIKE, LIST_PARTS, self._unread)
            )
        return self._gathered[steps]

    def received(self, sender: str | None = None, updating: bool = False) -> ReceivedItems:
        """The columns of all, and the reasons of the refused ones.

        `sender`: the sending unit's code. `updating`: isUpdating of the envelope.
        """
        refused = [RefusedItem(n, None, RefusalReason.NOT_AN_OBJECT) for n in self._no_items]
        dossiers, kept, done = _NO_DOSSIERS, _NO_PLACES, _NO_STEPS
        unknown: Counter[str] = Counter()
        for steps, gathered in sorted(self._gathered.items()):
            part = _Part(gathered)
            if steps:
                done, _ = part.steps(sender_code(sender))
            else:
                dossiers, kept = part.dossiers(sender_code(sender), updating)
            refused += part.refused
            unknown.update(
                name for noted in filter(None, gathered.fields.values("unknown")) for name in noted.names
            )
        refused.sort(key=lambda each: each.item)
        return ReceivedItems(self.items, dossiers, done, tuple(refused), kept, unknown, self._unread)


DOSSIER_FIELDS = ("MaHoSo", *MOMENT_FIELDS.values(), "wrong", "unknown")
STEP_FIELDS = ("MaHoSo", "ThoiDiemXuLy", "NgayBatDau", "NgayKetThucTheoQuyDinh", "unknown")
"""What is read of a dossier and of a step besides ALIKE and STEP_ALIKE."""

_SAYS_A_STEP = attrgetter("ThoiDiemXuLy", "TrangThai")


def _no_steps(items: Sequence[Any]) -> bool:
    """Whether no item has what only a step has; quicker than to ask each what it is."""
    return not any(map(any, map(_SAYS_A_STEP, items)))


def _is_step(item: SyncItem) -> bool:
    return item.TrangThaiHoSo is None and (item.ThoiDiemXuLy is not None or item.TrangThai is not None)


class _Part:
    """Items of one kind on their way to columns; collects the reasons of the refused."""

    def __init__(self, items: Gathered) -> None:
        self.items, self.fields = items, items.fields
        self.places = items.numbers
        self.refused: list[RefusedItem] = []
        given = self.fields.values("MaHoSo")
        self._numbers = dossier_numbers(self.fields.column("MaHoSo"))
        self._bad: dict[int, None] = {}
        for at in _where(pc.is_null(self._numbers)):
            blank = given[at] is None or (isinstance(given[at], str) and not str(given[at]).strip())
            self._refuse(at, RefusalReason.NO_NUMBER if blank else RefusalReason.ODD_NUMBER)

    def _refuse(self, at: int, why: RefusalReason, name: str | None = None) -> None:
        if at not in self._bad:
            self._bad[at] = None
            self.refused.append(RefusedItem(self.places[at], self._numbers[at].as_py(), why, name))

    def _refuse_where(self, mask: pa.Array, why: RefusalReason, name: str | None = None) -> None:
        for at in _where(mask):
            self._refuse(at, why, name)

    def _moments(self, *names: str) -> list[pa.Array]:
        """The moments of some fields, read in one go."""
        read = self.fields.moments(*names)
        for name, (_, bad) in zip(names, read, strict=True):
            self._refuse_where(bad, RefusalReason.MOMENT, name)
        return [values for values, _ in read]

    def _status(self, name: str) -> pa.Array:
        codes = self.fields.words("status")
        self._refuse_where(pc.equal(codes, _NO_CODE), RefusalReason.STATUS, name)
        return codes

    def _kept(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.Array]:
        places = pa.array(self.places, pa.int64())
        if not self._bad:
            return batch, places
        keep = pa.array([at not in self._bad for at in range(len(self.items))])
        return batch.filter(keep), places.filter(keep)

    def steps(self, sender: str | None) -> tuple[pa.RecordBatch, pa.Array]:
        """The steps that can be used."""
        (at,), status = self._moments("ThoiDiemXuLy"), self._status("TrangThai")
        self._refuse_where(pc.is_null(at), RefusalReason.NO_MOMENT)
        self._refuse_where(pc.is_null(status), RefusalReason.NO_STATUS)
        places = (
            pa.nulls(len(at), pa.int32()) if sender is None else pa.repeat(pa.scalar(0, pa.int32()), len(at))
        )
        columns: dict[str, Any] = {"dossier": self._numbers, "moment": at, "status": status}
        columns["sender"] = pa.DictionaryArray.from_arrays(places, pa.array([sender or ""]))
        columns |= step_details(self.items)
        return self._kept(pa.record_batch([columns[name] for name in KEPT_STEPS.names], schema=KEPT_STEPS))

    def dossiers(self, sender: str | None, updating: bool) -> tuple[pa.RecordBatch, pa.Array]:
        """The dossiers that can be used, and the numbers of their items."""
        columns: dict[str, Any] = {
            "dossier": self._numbers,
            "sender": pa.repeat(pa.scalar(sender, pa.string()), len(self.items)),
            "updating": pa.repeat(pa.scalar(updating), len(self.items)),
        }
        columns |= zip(MOMENT_FIELDS, self._moments(*MOMENT_FIELDS.values()), strict=True)
        columns["status"] = self._status("TrangThaiHoSo")
        columns["procedure"] = self.fields.words("procedure")
        channel = self.fields.words("channel")
        unknown = pc.fill_null(pc.equal(channel, _NO_CODE), FALSE)
        columns["channel"] = pc.if_else(unknown, None, pc.fill_null(channel, 1))
        columns |= self._lists()
        odd = {
            Odd.DUE_BEFORE_RECEIVED: pc.less(columns["due_at"], columns["received_at"]),
            Odd.FINISHED_BEFORE_RECEIVED: pc.less(columns["done_at"], columns["received_at"]),
            Odd.CHANNEL: unknown,
            Odd.PROCEDURE: self.fields.words("procedure_odd"),
            Odd.SUPPLEMENT: columns.pop("supplement_odd"),
            Odd.NEW_DUE: columns.pop("due_odd"),
            Odd.LIST: pa.array(self.fields.values("wrong"), pa.bool_()),
        }
        columns["odd"] = pa.repeat(pa.scalar(0, pa.int16()), len(self.items))
        for bit, mask in odd.items():
            if mask.true_count:
                bits = pc.if_else(pc.fill_null(mask, FALSE), pa.scalar(int(bit), pa.int16()), 0)
                columns["odd"] = pc.add(columns["odd"], pc.cast(bits, pa.int16()))
        columns |= details(self.items)
        return self._kept(pa.record_batch([columns[name] for name in KEPT.names], schema=KEPT))

    def _lists(self) -> dict[str, pa.Array]:
        """What the lists of a dossier say, and whether its requests for supplements are odd."""
        files = self.items.nested("TaiLieuNop")
        here = pc.invert(pc.fill_null(files.fields.words("deleted"), FALSE))
        named = present(files.fields.column("TepDinhKemId"))
        for name in ("TenTepDinhKem", "DuongDanTaiTepTin"):
            if named.true_count < len(named):  # long texts, looked at where they decide something
                named = pc.or_(named, present(files.fields.column(name)))
        reused = pc.and_(here, files.fields.words("reused"))
        stored = files.any(pc.and_(here, files.fields.words("from_store")))
        results = self.items.nested("DanhSachGiayToKetQua")
        fees = self.items.nested("DanhSachLePhi")
        free = fees.fields.words("free")
        fee_free, unsure = pc.invert(fees.any(pc.invert(free))), fees.any(pc.is_null(free))
        if unsure.true_count:
            fee_free = pc.if_else(pc.and_(unsure, fee_free), UNKNOWN, fee_free)
        bases = self.items.nested("DSKetNoiCSDL")
        supplements, odd, undated = _supplements(self.items.nested("DanhSachHoSoBoSung"))
        verified, people = self.fields.words("person_verified"), bases.any(bases.fields.words("population"))
        return {
            "supplements": supplements,
            "supplement_odd": odd,
            "due_odd": undated,
            "paid_online": self.fields.words("paid_online"),
            "fee_free": fee_free,
            "result_file": results.any(present(results.fields.column("DuongDanTepTinKetQua"))),
            "component_file": files.any(pc.and_(here, named)),
            "data_reused": any_of([self.fields.words("data_digitised"), files.any(reused)]),
            "from_store": stored,
            "population_data": any_of([verified, stored, people]),
        }


def _where(mask: pa.Array) -> Iterable[int]:
    return pc.indices_nonzero(mask).to_pylist() if mask.true_count else ()


def _supplements(requests: Nested) -> tuple[pa.Array, pa.Array, pa.Array]:
    """The requests of each item that can be used, the items of which one can't, and those of odd dates."""
    if not requests.parts:
        nothing = pa.nulls(requests.items, pa.bool_())
        return pa.repeat(pa.scalar([], INTERVALS), requests.items), nothing, nothing
    read = requests.fields.moments(*SUPPLEMENT_FIELDS)
    (asked, odd_asked), (answered, odd_answered), (before, odd_before), (after, odd_after) = read
    bad = pc.or_(pc.or_(odd_asked, odd_answered), pc.is_null(asked))
    bad = pc.or_(bad, pc.fill_null(pc.less(answered, asked), FALSE))
    undated = pc.or_(odd_before, odd_after)
    intervals = pa.StructArray.from_arrays(
        [asked, answered, before, after], fields=list(INTERVALS.value_type)
    )
    offsets = requests.offsets
    if bad.true_count:
        kept = pc.cast(pc.cumulative_sum(pc.cast(pc.invert(bad), pa.int32())), pa.int32())
        offsets = pa.concat_arrays([pa.array([0], pa.int32()), kept]).take(offsets)
        intervals = intervals.filter(pc.invert(bad))
    lists = pa.ListArray.from_arrays(offsets, intervals, type=INTERVALS)
    return lists, requests.any(bad), requests.any(undated)
