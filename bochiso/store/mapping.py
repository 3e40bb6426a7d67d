"""Units and procedures that dossiers name and no list has, and the codes that a clerk gave to a unit."""

from collections import Counter

import duckdb
import pyarrow as pa
from msgspec import Struct

from bochiso.errors import StoreError
from bochiso.intake.dossiers import sender_code
from bochiso.store.dossiers import Receiver, open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.journal import Batches
from bochiso.store.settling import unit_of
from bochiso.text import say
from bochiso.units.codes import normalise_code, parent_code

UNIT_MAP = "unit_map"
"""Kind of the journal's entries that give a code to a unit."""


class Unmapped(Struct, frozen=True):
    """A code that no list has. kind: unit or procedure; counted_to: the unit that has its dossiers now."""

    kind: str
    code: str | None
    counted_to: str | None
    dossiers: int


def unmapped(db: duckdb.DuckDBPyConnection) -> list[Unmapped]:
    """What no list has, those with the most dossiers first: units, then procedures.

    A unit's code is what stands in front of dossiers' numbers. It is listed where no unit has its
    dossiers, or one that isn't in the list, or only the province above it.
    """
    return _units(db) + _procedures(db)


def _units(db: duckdb.DuckDBPyConnection) -> list[Unmapped]:
    listed = {unit for (unit,) in db.execute("select unit from unit_list").fetchall()}
    given = {code for (code,) in db.execute("select code from unit_map").fetchall()}
    rows = db.execute(
        "select split_part(dossier, '-', 1), unit, count(*) from dossiers group by all"
    ).fetchall()
    found: Counter[tuple[str, str | None]] = Counter()
    for front, unit, count in rows:
        code = normalise_code(front)
        if unit is None or (listed and unit_of(code, given) is None and _is_lost(code, unit, listed)):
            found[code, unit] += count
    return [Unmapped("unit", code, unit, n) for (code, unit), n in _greatest_first(found)]


def _is_lost(code: str, unit: str, listed: set[str]) -> bool:
    return unit not in listed or (unit != code and parent_code(unit) is None)


def _procedures(db: duckdb.DuckDBPyConnection) -> list[Unmapped]:
    rows = db.execute(
        "select procedure, count(*) from dossiers anti join procedures using (procedure) group by procedure"
    ).fetchall()
    found: Counter[tuple[str, str | None]] = Counter({(code or "", None): n for code, n in rows})
    return [Unmapped("procedure", code or None, None, n) for (code, _), n in _greatest_first(found)]


def _greatest_first(found: Counter[tuple[str, str | None]]) -> list[tuple[tuple[str, str | None], int]]:
    return sorted(found.items(), key=lambda each: (-each[1], each[0][0]))


def unit_mapping(db: duckdb.DuckDBPyConnection, code: str, unit: str) -> Batches:
    """What the journal keeps to give a code, and what stands below it, to a unit.

    Raises StoreError where one is no code, the code is in the list of units itself, or the unit is in
    none.
    """
    origin, target = sender_code(code), sender_code(unit)
    for given, known in ((code, origin), (unit, target)):
        if known is None:
            raise StoreError(
                say("“{code}” không phải mã định danh.", "“{code}” is no unit's code.", code=given[:40]),
                do=say("Ghi mã như H15.50 hoặc 000.00.50.H15.", "Write it as H15.50 or 000.00.50.H15."),
            )
    units = {row[0] for row in db.execute("select unit from unit_list").fetchall()}
    units = units or {row[0] for row in db.execute("select unit from learned").fetchall()}
    if target not in units:
        raise StoreError(
            say("đơn vị {unit} không có trong danh sách.", "no list has the unit {unit}.", unit=target),
            do=say("Nạp danh sách bằng `bochiso import units`.", "Bring a list in: `bochiso import units`."),
        )
    if origin in units:
        raise StoreError(
            say(
                "mã {code} đã là một đơn vị trong danh sách.",
                "the code {code} is a listed unit.",
                code=origin,
            ),
            do=say("Xem các mã cần ghép: bochiso dossiers unmapped.", "See: bochiso dossiers unmapped."),
        )
    return [(UNIT_MAP, pa.record_batch({"code": [origin], "unit": [target]}))]


def map_unit(folder: DataFolder, code: str, unit: str) -> int:
    """Give a code, and what stands below it, to a unit; how many dossiers the unit has by that.

    Kept like any input: made again by a rebuild, and the later of two holds. Raises StoreError as
    `unit_mapping`.
    """
    with open_dossiers(folder) as db:
        batches = unit_mapping(db, code, unit)
    with Receiver(folder) as receiver:
        receiver.wait(receiver.submit(batches).result())
    origin, target = sender_code(code), sender_code(unit)
    with open_dossiers(folder) as db:
        ((dossiers,),) = db.execute(
            "select count(*) from dossiers join fronts on fronts.front = split_part(dossier, '-', 1) "
            "where fronts.unit = ? and (front = ? or starts_with(front, ?))",
            [target, origin, f"{origin}."],
        ).fetchall()
    return int(dossiers)
