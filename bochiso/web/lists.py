"""Procedures, petitions and lists of units by API: what their files hold, as JSON, item by item.

With the sync protocol's keys, sessions and limits; the answer is sent once the journal has what was
taken. The names of fields are those of the files, headings of clerks' tables included.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from fastapi import APIRouter, Request

from bochiso.errors import SourceError, Where
from bochiso.intake.dossier_messages import open_message, split_list
from bochiso.intake.petitions import PETITION_COLUMNS
from bochiso.intake.procedures import PROCEDURE_COLUMNS, UNIT_COLUMNS, with_limits
from bochiso.intake.records import Columns, Records, read_items
from bochiso.store.journal import Position
from bochiso.text import Lang, say
from bochiso.units.codes import parent_code
from bochiso.units.tops import province_of
from bochiso.web.answers import Answer, CallError, Code, answer
from bochiso.web.bodies import too_many, unpack
from bochiso.web.sessions import within
from bochiso.web.sync import PREFIX, Sync, call_of

LARGEST_ITEM = 64_000
"""Bytes of one item; no record is nearly as long."""


@dataclass(frozen=True)
class ListKind:
    """A list that can be sent. owner: the column of the unit that an item belongs to.

    top_only: whether only the province's own key may send it, since it says what units there are.
    """

    name: str
    columns: Columns
    owner: str
    finish: Callable[[Records], Records] = lambda found: found
    top_only: bool = False

    @property
    def key(self) -> str:
        """The column that identifies an item."""
        return next(iter(self.columns))


KINDS = (
    ListKind("procedures", PROCEDURE_COLUMNS, "office", with_limits),
    ListKind("petitions", PETITION_COLUMNS, "unit"),
    ListKind("units", UNIT_COLUMNS, "unit", top_only=True),
)


def list_routes(sync: Sync) -> APIRouter:
    """The paths: procedures, petitions, units below those of the protocol."""
    router = APIRouter(prefix=PREFIX)
    for kind in KINDS:
        router.add_api_route(f"/{kind.name}", _receiver(sync, kind), methods=["POST"])
    return router


def _receiver(sync: Sync, kind: ListKind) -> Callable[[Request], Any]:
    async def receive(request: Request) -> Answer:
        call = call_of(request, None)
        if call.token is not None:
            sync.session(call.token)  # before a body is read for nothing
        told, written = await sync.worked(
            request, lambda body: _take(sync, kind, call.token, call.encoding, body)
        )
        await asyncio.wrap_future(written)
        return told

    return receive


def _take(
    sync: Sync, kind: ListKind, token: str | None, encoding: str, body: bytes
) -> tuple[Answer, "Future[Position]"]:
    """Read a message and have it written; the answer, to be sent once it is."""
    try:
        message = open_message(unpack(body, encoding, sync.limits.body_bytes))
    except SourceError as error:
        raise CallError(Code.UNREADABLE, error.what, error.do) from None
    unit = sync.key_of(sync.session(token or message.session)).unit
    items = list(islice(_items(message.data), sync.limits.items + 1))
    if len(items) > sync.limits.items:
        raise too_many(sync.limits.items)
    found = kind.finish(read_items(items, kind.columns))
    found = replace(found, batch=_owned(found.batch, kind, unit))
    with sync.receiver.facts.open(write=True) as db:
        barred = _barred(db, kind, unit, found.batch)
    keep = pc.invert(pc.is_in(found.batch.column(kind.key), value_set=pa.array(sorted(barred), pa.string())))
    written = sync.receiver.submit([(kind.name, found.batch.filter(keep))])
    return _answer(kind, unit, found, barred), written


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


def _owned(batch: pa.RecordBatch, kind: ListKind, unit: str) -> pa.RecordBatch:
    """Petitions that name no unit are the sender's, and procedures are of the sender's province."""
    if kind.name == "petitions":
        place = batch.schema.get_field_index(kind.owner)
        return batch.set_column(place, kind.owner, pc.fill_null(batch.column(place), unit))
    if kind.name == "procedures":
        own = pa.repeat(pa.scalar(province_of(unit)), batch.num_rows)
        return batch.set_column(batch.schema.get_field_index("province"), "province", own)
    return batch


def _barred(db: duckdb.DuckDBPyConnection, kind: ListKind, unit: str, batch: pa.RecordBatch) -> set[str]:
    """The keys of items that the unit's key may not send: of other units, now or in the facts."""
    keys, owners = batch.column(kind.key).to_pylist(), batch.column(kind.owner).to_pylist()
    barred = {key for key, owner in zip(keys, owners, strict=True) if not _may(kind, unit, owner)}
    if kind.owner == kind.key:
        return barred
    held = db.execute(
        f"select {kind.key}, {kind.owner} from {kind.name} "  # noqa: S608 (our names)
        f"where {kind.key} in (select unnest(?)) and province = ?",
        [keys, province_of(unit)],
    ).fetchall()
    return barred | {key for key, owner in held if not _may(kind, unit, owner)}


def _may(kind: ListKind, unit: str, owner: str | None) -> bool:
    """Whether a unit's key may send what belongs to another unit, or to none: to all of a level."""
    top = parent_code(unit) is None
    if kind.top_only and not top:
        return False
    return top if owner is None else within(unit, owner)


def _answer(kind: ListKind, unit: str, found: Records, barred: set[str]) -> Answer:
    outside = say(
        "khóa này chỉ gửi được mục của đơn vị {unit} và các đơn vị trực thuộc.",
        "this key sends items of {unit} and the units below it only.",
        unit=unit,
    ).render(Lang.VI)
    entries: list[dict[str, Any]] = [{} for _ in range(found.rows)]
    for row, key in found.keys.items():
        entries[row - 1] = {kind.key: key, "error_code": int(Code.DONE)}
        if key in barred:
            entries[row - 1] |= {"error_code": int(Code.OTHER_UNIT), "message": outside}
    for refusal in found.refusals:
        where = Where(column=refusal.where.column).render(Lang.VI)
        reason = refusal.reason.render(Lang.VI)
        entries[(refusal.where.row or 1) - 1] = {
            kind.key: None,
            "error_code": int(Code.REFUSED_ITEM),
            "message": f"{where}: {reason}" if where else reason,
        }
    refused = sum(entry["error_code"] != Code.DONE for entry in entries)
    if not refused:
        return answer(result=entries)
    text = say(
        "Nhận {taken} mục, từ chối {refused} mục.",
        "{taken} items taken, {refused} refused.",
        taken=len(entries) - refused,
        refused=refused,
    )
    return answer(message=text.render(Lang.VI), result=entries)
