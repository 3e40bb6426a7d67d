"""Which fields messages give: how often each, which the protocol doesn't have, what was left out.

And what entries of the journal lack, since they were written before those fields were kept.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum

import duckdb
import pyarrow as pa
from msgspec import Struct

from bochiso.intake.messages.dossier_details import DETAILS, STEP_DETAILS
from bochiso.store.journal.journal import JournalEntry
from bochiso.store.journal.statements import execute

FIELDS = "create table fields (what varchar, name varchar, sender varchar, items bigint);"
"""What is known of fields: one row for each, and for each sender of one that is unknown or left out."""


class What(StrEnum):
    """What is counted of a field."""

    GIVEN = "given"
    """Dossiers or steps that have it."""
    LACKING = "lacking"
    """Those that may have had it, but were received before it was kept."""
    UNREAD = "unread"
    """Values that had not the field's form, and were left out."""
    UNKNOWN = "unknown"
    """Dossiers or steps with a field that the protocol doesn't have."""


class Field(Struct, frozen=True):
    """A field and how many items, by what is counted of it. sender: None where all are counted."""

    what: What
    name: str
    sender: str | None
    items: int


NAMES = {
    "field": "MaLinhVuc", "field_name": "TenLinhVuc", "applicant": "LoaiDoiTuong", "filed_with": "NoiNopHoSo",
    "return_way": "HinhThuc", "payment": "DuocThanhToanTrucTuyen", "digitised": "HoSoCoThanhPhanSoHoa",
    "verified": "TaiKhoanDuocXacThucVoiVNeID", "components": "TaiLieuNop", "fees": "DanhSachLePhi",
    "requests": "DanhSachHoSoBoSung", "results": "DanhSachGiayToKetQua", "databases": "DSKetNoiCSDL",
    "others": "DanhSachTepDinhKemKhac", "room": "PhongBanXuLy", "role": "ChucDanh",
    "started_at": "NgayBatDau",
    "step_due_at": "NgayKetThucTheoQuyDinh",
}  # fmt: skip
"""Columns of the journal by the protocol's names."""

_COLUMNS = {
    "dossiers": DETAILS.names, "dossiers-file": DETAILS.names,
    "steps": [name for name in STEP_DETAILS.names if name != "sender"],
}  # fmt: skip

MOST_NAMES = 500
"""Unknown names that are counted each; a sender that makes more up is counted together."""


def fields_batch(unknown: Mapping[str, int], unread: Mapping[str, int], sender: str | None) -> pa.RecordBatch:
    """What the journal keeps of a message's fields: those that are unknown, those left out."""
    rows = [(What.UNKNOWN.value, name, n) for name, n in sorted(unknown.items())]
    rows += [(What.UNREAD.value, name, n) for name, n in sorted(unread.items())]
    whats, names, counts = zip(*rows, strict=True)
    senders = pa.array([sender] * len(rows), pa.string())
    return pa.record_batch({"what": whats, "name": names, "sender": senders, "items": counts})


def count_fields(db: duckdb.DuckDBPyConnection, entries: Iterable[JournalEntry]) -> None:
    """Add what entries give and lack to the table `fields`."""
    found: Counter[tuple[str, str, str | None]] = Counter()
    for entry in entries:
        batch = entry.batch
        places = {name: place for place, name in enumerate(batch.schema.names)}
        for column in _COLUMNS.get(entry.kind, ()):
            if column not in places:
                found[What.LACKING, NAMES[column], None] += batch.num_rows
            elif given := batch.num_rows - batch.column(places[column]).null_count:
                found[What.GIVEN, NAMES[column], None] += given
        if entry.kind == "fields":
            for row in batch.to_pylist():
                found[row["what"], row["name"], row["sender"]] += row["items"]
    if not found:
        return
    found = _few_unknown(db, found)
    whats, names, senders = zip(*found, strict=True)
    table = {"what": list(map(str, whats)), "name": names, "sender": pa.array(senders, pa.string())}
    db.register("fresh", pa.table(table | {"items": list(found.values())}))
    execute(db, _ADD)
    db.unregister("fresh")


_ADD = """
create or replace temp table counted as
    select what, name, sender, sum(items)::bigint as items
    from (from fresh union all from fields) group by all;
delete from fields;
insert into fields by name from counted;
"""


def _few_unknown(
    db: duckdb.DuckDBPyConnection, found: Counter[tuple[str, str, str | None]]
) -> Counter[tuple[str, str, str | None]]:
    """The same, where many unknown names are known already with new ones counted together."""
    if not any(what == What.UNKNOWN for what, _, _ in found):
        return found
    known = {name for (name,) in execute(db, _UNKNOWN).fetchall()}
    if len(known) < MOST_NAMES:
        return found
    few: Counter[tuple[str, str, str | None]] = Counter()
    for (what, name, sender), items in found.items():
        few[what, "?" if what == What.UNKNOWN and name not in known else name, sender] += items
    return few


_UNKNOWN = "select distinct name from fields where what = 'unknown'"


def known_fields(db: duckdb.DuckDBPyConnection) -> list[Field]:
    """What is known of fields: by what is counted, the most first."""
    rows = db.execute("select what, name, sender, items from fields").fetchall()
    order = list(What)
    found = [Field(What(what), name, sender, items) for what, name, sender, items in rows]
    return sorted(found, key=lambda each: (order.index(each.what), -each.items, each.name, each.sender or ""))
