"""Procedures, the register of publications, petitions, ratings and lists of units by API.

What their files hold, as JSON, item by item, with the sync protocol's keys, sessions and limits; the answer
is sent once the journal has what was taken. The names of fields are those of the files, headings of
clerks' tables included; names of others are told and counted, what they held is not kept.

What a key may send is a positive list: petitions of its own units, about dossiers of its own units; ratings
of dossiers of its own units; procedures, publications and lists of units, which count for every unit,
only with the key of a province or a ministry.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from starlette.requests import Request
from starlette.routing import Route

from bochiso.errors import SourceError, Where
from bochiso.intake.dossiers.petitions import read_petition_items
from bochiso.intake.dossiers.procedures import PROCEDURE_COLUMNS, UNIT_COLUMNS, with_limits
from bochiso.intake.dossiers.publication_rows import read_publication_items
from bochiso.intake.dossiers.ratings import read_rating_items
from bochiso.intake.dossiers.records import Records, read_items
from bochiso.intake.messages.sync_messages import open_message, split_list
from bochiso.intake.messages.sync_schema import OTHER_NAME, field_name
from bochiso.office.pushes import take_push
from bochiso.store.dossiers.list_checks import checked
from bochiso.store.journal.journal import Position
from bochiso.store.journal.kept_fields import fields_batch
from bochiso.text import Lang, Text, say
from bochiso.units.codes import is_at_or_below, is_top, normalise_code
from bochiso.units.tops import province_of
from bochiso.web.auth.api_sessions import code_prefix, may_send
from bochiso.web.sync.dossier_owners import Holders, wait_for_facts
from bochiso.web.sync.request_limits import too_many, unpack
from bochiso.web.sync.sync_calls import PREFIX, SyncProtocol, call_of
from bochiso.web.sync.sync_responses import CallError, Code, SyncResponse, result_answer

LARGEST_ITEM = 64_000
"""Bytes of one item; no record is nearly as long."""


@dataclass(frozen=True)
class ListKind:
    """A list that can be sent. key: the column that answers and rights go by; owner: that of the unit
    that an item belongs to, where items have one; named: further columns that must name the sender's own.

    top_only: whether only the province's own key may send it, since it counts for other units too.
    """

    name: str
    key: str
    read: Callable[[Sequence[object]], Records]
    owner: str | None = None
    top_only: bool = False
    named: tuple[str, ...] = ()

    def key_of(self, row_key: str) -> str:
        """The key by what tells a row apart: a dossier may have several ratings."""
        return row_key.partition(" ")[0] if self.name == "ratings" else row_key


KINDS = (
    ListKind(
        "procedures", "procedure", lambda items: with_limits(read_items(items, PROCEDURE_COLUMNS)), "office",
        top_only=True,
    ),
    ListKind("publications", "entry", read_publication_items, top_only=True),
    ListKind("petitions", "petition", read_petition_items, "unit"),
    ListKind("ratings", "dossier", read_rating_items),
    ListKind(
        "units", "unit", lambda items: read_items(items, UNIT_COLUMNS), "unit", top_only=True,
        named=("parent",),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Remarks:
    """What is said of items by their keys: those that the key may not send, petitions taken without their
    dossiers, ratings of dossiers that nobody sent yet.
    """

    barred: set[str]
    loose: set[str]
    unknown: set[str]


def list_routes(sync: SyncProtocol) -> list[Route]:
    """The paths, named as the lists are, below those of the protocol."""
    return [Route(f"{PREFIX}/{kind.name}", _receiver(sync, kind), methods=["POST"]) for kind in KINDS]


def _receiver(sync: SyncProtocol, kind: ListKind) -> Callable[[Request], Any]:
    async def receive(request: Request) -> SyncResponse:
        call = call_of(request, None)
        told, written = await sync.worked(
            request, call, lambda body: _take(sync, kind, call.token, call.encoding, body)
        )
        await asyncio.wrap_future(written)
        return told

    return receive


def _take(
    sync: SyncProtocol, kind: ListKind, token: str | None, encoding: str, body: bytes
) -> tuple[SyncResponse, "Future[Position]"]:
    """Read a message and have it written; the answer, to be sent once it is."""
    try:
        message = open_message(unpack(body, encoding, sync.limits.body_bytes))
    except SourceError as error:
        raise CallError(Code.UNREADABLE, error.what, error.do) from None
    unit = sync.key_of(sync.session(token or message.session)).unit
    items = list(islice(_items(message.data), sync.limits.items + 1))
    if len(items) > sync.limits.items:
        raise too_many(sync.limits.items)
    found = _of_province(kind.read(items), kind, unit)
    with sync.lists:  # one after the other: whose an item is, the facts must know before the next
        wait_for_facts(sync.ingest, sync.lists_end)
        with sync.ingest.facts.open(write=True) as db:
            found = checked(db, kind.name, found, None)
        found, loose = _own_petitions(sync.batcher.holders, kind, unit, found)
        keys = set(found.batch.column(kind.key).to_pylist())
        barred = _foreign(sync.batcher.holders, unit, keys) if kind.name == "ratings" else set()
        with sync.ingest.facts.open(write=True) as db:
            barred |= _barred(db, kind, unit, found.batch)
            unknown = _unknown_dossiers(db, keys - barred) if kind.name == "ratings" else set()
        other = pa.array(sorted(barred), pa.string())
        keep = pc.invert(pc.is_in(found.batch.column(kind.key), value_set=other))
        strange = _strange(found)
        batches = [(kind.name, found.batch.filter(keep))]
        if strange:
            told = {f"{kind.name}.{name}": n for name, n in strange.items()}
            batches = [*batches, ("fields", fields_batch(told, {}, unit))]
        written = take_push(sync.ingest, batches)
        sync.lists_end = written.result()
    return _answer(kind, unit, found, Remarks(barred, loose, unknown), strange), written


def _items(data: bytes) -> Iterator[object]:
    """The items of a list one by one; what is no JSON, or far too long, stands as nothing."""
    parts = iter([data]) if data[:200].lstrip()[:1] == b"{" else split_list(data)
    for part in parts:
        item = None
        if len(part) <= LARGEST_ITEM:
            try:
                item = msgspec.json.decode(part)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                item = None
        yield item


def _of_province(found: Records, kind: ListKind, unit: str) -> Records:
    """Procedures and publications are of the sender's province."""
    if kind.name not in ("procedures", "publications"):
        return found
    batch, own = found.batch, pa.repeat(pa.scalar(province_of(unit)), found.batch.num_rows)
    place = batch.schema.get_field_index("province")
    batch = batch.append_column("province", own) if place < 0 else batch.set_column(place, "province", own)
    return replace(found, batch=batch)


def _own_petitions(holders: Holders, kind: ListKind, unit: str, found: Records) -> tuple[Records, set[str]]:
    """Petitions that name no unit are the sender's; none says anything of another unit's dossier."""
    if kind.name != "petitions":
        return found, set()
    place = found.batch.schema.get_field_index("unit")
    owners = pc.fill_null(found.batch.column(place), unit)
    return _loosened(holders, unit, replace(found, batch=found.batch.set_column(place, "unit", owners)))


def _strange(found: Records) -> Counter[str]:
    """The names of fields that no list has, as far as they are names."""
    names: Counter[str] = Counter()
    for name, n in found.strange:
        names[field_name(name)] += n
    return names


def _foreign(holders: Holders, unit: str, numbers: set[str]) -> set[str]:
    """The dossiers that aren't the unit's own."""
    own = {number for number in numbers if is_at_or_below(unit, normalise_code(code_prefix(number)))}
    if others := {number for number in numbers - own if may_send(unit, code_prefix(number))}:
        own |= others - holders.barred(unit, others, known=True)
    return numbers - own


def _unknown_dossiers(db: duckdb.DuckDBPyConnection, numbers: set[str]) -> set[str]:
    rows = db.execute(
        "select dossier from dossiers where dossier in (select unnest(?::varchar[]))", [sorted(numbers)]
    ).fetchall()
    return numbers - {number for (number,) in rows}


def _barred(db: duckdb.DuckDBPyConnection, kind: ListKind, unit: str, batch: pa.RecordBatch) -> set[str]:
    """The keys of items that the unit's key may not send: of other units, now or in the facts."""
    keys = batch.column(kind.key).to_pylist()
    if kind.owner is None:
        return set(keys) if kind.top_only and not is_top(unit) else set()
    owners = batch.column(kind.owner).to_pylist()
    barred = {key for key, owner in zip(keys, owners, strict=True) if not _may(kind, unit, owner)}
    for name in kind.named:
        told = zip(keys, batch.column(name).to_pylist(), strict=True)
        barred |= {key for key, other in told if other is not None and not is_at_or_below(unit, other)}
    if kind.owner == kind.key:
        return barred
    held = db.execute(
        # By the code that it came with: whether a list has that unit yet is no matter of whose it is.
        f"select {kind.key}, coalesce(own_{kind.owner}, {kind.owner}) from {kind.name} "  # noqa: S608 (our names)
        f"where {kind.key} in (select unnest(?)) and province = ?",
        [keys, province_of(unit)],
    ).fetchall()
    return barred | {key for key, owner in held if not _may(kind, unit, owner)}


def _may(kind: ListKind, unit: str, owner: str | None) -> bool:
    """Whether a unit's key may send what belongs to another unit, or to none: to all of a level."""
    if kind.top_only and not is_top(unit):
        return False
    return is_top(unit) if owner is None else is_at_or_below(unit, owner)


def _loosened(holders: Holders, unit: str, found: Records) -> tuple[Records, set[str]]:
    """Petitions without the dossiers that aren't the unit's own, and the keys of those petitions.

    A citizen may well complain at one unit about another's dossier: the petition is the one's, and says
    nothing of the other's figures.
    """
    batch = found.batch
    keys, dossiers = batch.column("petition").to_pylist(), batch.column("dossier").to_pylist()
    numbers = {number for number in dossiers if number is not None}
    others = _foreign(holders, unit, numbers)
    place = batch.schema.get_field_index("dossier")
    kept = pa.array([None if number in others else number for number in dossiers], pa.string())
    loose = {key for key, number in zip(keys, dossiers, strict=True) if number in others}
    return replace(found, batch=batch.set_column(place, "dossier", kept)), loose


def _outside(kind: ListKind, unit: str) -> str:
    """What is said of an item that the unit's key may not send."""
    if kind.top_only and not is_top(unit):
        return say(
            "danh mục này tính cho mọi đơn vị, chỉ khóa của tỉnh gửi được.",
            "this list counts for every unit; only the province's key sends it.",
        ).render(Lang.VI)
    return say(
        "khóa này chỉ gửi được mục của đơn vị {unit} và các đơn vị trực thuộc.",
        "this key sends items of {unit} and the units below it only.",
        unit=unit,
    ).render(Lang.VI)


def _answer(
    kind: ListKind, unit: str, found: Records, remarks: Remarks, strange: Mapping[str, int]
) -> SyncResponse:
    entries: list[dict[str, Any]] = [{} for _ in range(found.rows)]
    for row, row_key in found.keys.items():
        key = kind.key_of(row_key)
        entries[row - 1] = {kind.key: key, "error_code": int(Code.DONE)}
        if key in remarks.barred:
            entries[row - 1] |= {"error_code": int(Code.OTHER_UNIT), "message": _outside(kind, unit)}
        elif key in remarks.loose:
            entries[row - 1]["message"] = _apart(unit)
        elif key in remarks.unknown:
            entries[row - 1]["message"] = _NO_DOSSIER.render(Lang.VI)
    for refusal in found.refusals:
        where = Where(column=refusal.where.column).render(Lang.VI)
        reason = refusal.reason.render(Lang.VI)
        entries[(refusal.where.row or 1) - 1] = {
            kind.key: None,
            "error_code": int(Code.REFUSED_ITEM),
            "message": f"{where}: {reason}" if where else reason,
        }
    refused = sum(entry["error_code"] != Code.DONE for entry in entries)
    return result_answer(entries, len(entries), refused, _told(strange))


def _apart(unit: str) -> str:
    return say(
        "đã nhận, nhưng không gắn với hồ sơ: mã hồ sơ không thuộc {unit} và các đơn vị trực thuộc.",
        "taken without its dossier, which isn't one of {unit} and the units below it.",
        unit=unit,
    ).render(Lang.VI)


_NO_DOSSIER = say(
    "đã nhận; chưa có hồ sơ này, khi có hồ sơ thì đánh giá được tính.",
    "taken; there is no such dossier yet, the rating counts once it is there.",
)


def _told(strange: Mapping[str, int]) -> Text | None:
    """Which fields were left where they are."""
    if not strange:
        return None
    names = sorted(name for name in strange if name != OTHER_NAME)
    return say(
        "Trường lạ, không giữ giá trị: {names}.",
        "Unknown fields, whose values were not kept: {names}.",
        names=", ".join([*names, *(["…"] if OTHER_NAME in strange else [])]),
    )
