"""Codes of units and procedures that dossiers have and no list has, and what a clerk gave them to."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import duckdb
import pyarrow as pa
from msgspec import Struct

from bochiso.errors import StoreError
from bochiso.intake.dossiers.items import procedure_code, sender_code
from bochiso.store.dossiers.ingest import DossierIngest, open_dossiers
from bochiso.store.dossiers.journal import Batches
from bochiso.store.dossiers.projection_sql import unit_of
from bochiso.store.folder import DataFolder
from bochiso.text import say
from bochiso.units.codes import normalise_code, parent_code

UNIT, PROCEDURE = "unit", "procedure"
"""Kinds of codes; `unit_map` and `procedure_map` are their tables and their entries in the journal."""


class Unmapped(Struct, frozen=True):
    """A code that no list has. kind: unit or procedure; counted_to: the unit that has its dossiers now."""

    kind: str
    code: str | None
    counted_to: str | None
    dossiers: int


class Mapped(Struct, frozen=True):
    """A code that was given to a unit or a procedure of the lists, its target; None: it stands for itself."""

    kind: str
    code: str
    target: str | None

    @property
    def batches(self) -> Batches:
        """What the journal keeps of it."""
        target = pa.array([self.target], pa.string())
        return [(f"{self.kind}_map", pa.record_batch({"code": [self.code], self.kind: target}))]


def unmapped(db: duckdb.DuckDBPyConnection) -> list[Unmapped]:
    """What no list has, those with the most dossiers first: units, then procedures.

    A unit's code is what stands in front of dossiers' numbers. It is listed where no unit has its
    dossiers, or one that isn't in the list, or only the province above it.
    """
    return _units(db) + _procedures(db)


def _units(db: duckdb.DuckDBPyConnection) -> list[Unmapped]:
    listed = _listed(db, "select unit from unit_list")
    given = _listed(db, "select code from unit_map where unit is not null")
    found: Counter[tuple[str, str | None]] = Counter()
    for code, unit, count in _fronts(db):
        if unit is None or (listed and unit_of(code, given) is None and _is_lost(code, unit, listed)):
            found[code, unit] += count
    return [Unmapped(UNIT, code, unit, n) for (code, unit), n in _greatest_first(found)]


def _fronts(db: duckdb.DuckDBPyConnection) -> list[tuple[str, str | None, int]]:
    """What stands in front of dossiers' numbers, in today's form, the unit that has them, their number."""
    rows = db.execute("select split_part(dossier, '-', 1), unit, count(*) from dossiers group by all")
    return [(normalise_code(front), unit, count) for front, unit, count in rows.fetchall()]


def _is_lost(code: str, unit: str, listed: set[str]) -> bool:
    return unit not in listed or (unit != code and parent_code(unit) is None)


def _procedures(db: duckdb.DuckDBPyConnection) -> list[Unmapped]:
    rows = db.execute(
        "select procedure, count(*) from dossiers anti join procedures using (procedure) group by procedure"
    ).fetchall()
    found: Counter[tuple[str, str | None]] = Counter({(code or "", None): n for code, n in rows})
    return [Unmapped(PROCEDURE, code or None, None, n) for (code, _), n in _greatest_first(found)]


def _greatest_first(found: Counter[tuple[str, str | None]]) -> list[tuple[tuple[str, str | None], int]]:
    return sorted(found.items(), key=lambda each: (-each[1], each[0][0]))


def mapped(db: duckdb.DuckDBPyConnection) -> list[tuple[Mapped, int]]:
    """The codes that were given to something, and how many dossiers come with each: units first."""
    units = dict(db.execute("from unit_map where unit is not null order by code").fetchall())
    known = _known_units(db) | units.keys()
    with_unit = Counter[str | None]()
    for front, _, count in _fronts(db) if units else ():
        with_unit[unit_of(front, known)] += count
    procedures = db.execute(
        "select code, map.procedure, count(dossier) from procedure_map as map "
        "left join dossiers on own_procedure = code where map.procedure is not null "
        "group by all order by code"
    ).fetchall()
    found = [(Mapped(UNIT, code, unit), with_unit[code]) for code, unit in units.items()]
    return found + [(Mapped(PROCEDURE, code, target), count) for code, target, count in procedures]


def mapping(db: duckdb.DuckDBPyConnection, code: str, target: str) -> Mapped:
    """A code given to a unit or a procedure of the lists: which of the two is what the target is.

    A unit's code is given with what stands below it. Raises StoreError where one is no code, the code
    is in the lists itself, or the target is in none.
    """
    procedures = _listed(db, "select procedure from procedures")
    known = procedure_code(target) in procedures or sender_code(target) is None
    return _procedure_mapping(procedures, code, target) if known else _unit_mapping(db, code, target)


def _unit_mapping(db: duckdb.DuckDBPyConnection, code: str, unit: str) -> Mapped:
    origin, target = sender_code(code), sender_code(unit)
    for given, known in ((code, origin), (unit, target)):
        if known is None:
            raise StoreError(
                say(
                    "“{code}” không phải mã định danh của đơn vị.",
                    "“{code}” is no unit's code.",
                    code=given[:40],
                ),
                do=say("Ghi mã như H15.50 hoặc 000.00.50.H15.", "Write it as H15.50 or 000.00.50.H15."),
            )
    units = _known_units(db)
    if target not in units:
        raise StoreError(
            say("đơn vị {unit} không có trong danh sách.", "no list has the unit {unit}.", unit=target),
            do=say("Nạp danh sách bằng `bochiso import units`.", "Bring a list in: `bochiso import units`."),
        )
    if origin in units:
        raise StoreError(
            say("mã {code} đã là một đơn vị trong danh sách.", "{code} is a listed unit.", code=origin),
            do=_SEE_UNMAPPED,
        )
    return Mapped(UNIT, str(origin), target)


def _procedure_mapping(procedures: set[str], code: str, procedure: str) -> Mapped:
    origin, target = procedure_code(code), procedure_code(procedure)
    for given, known in ((code, origin), (procedure, target)):
        if known is None:
            raise StoreError(
                say("“{code}” không phải mã thủ tục.", "“{code}” is no procedure's code.", code=given[:40]),
                do=say(
                    "Ghi mã như trong hồ sơ, ví dụ 1.000656.", "Write it as dossiers do, such as 1.000656."
                ),
            )
    if target not in procedures:
        raise StoreError(
            say("thủ tục {code} không có trong danh sách.", "no list has the procedure {code}.", code=target),
            do=say(
                "Nạp danh sách bằng `bochiso import procedures`.",
                "Bring a list in: `bochiso import procedures`.",
            ),
        )
    if origin in procedures:
        raise StoreError(
            say("mã {code} đã là một thủ tục trong danh sách.", "{code} is a listed procedure.", code=origin),
            do=_SEE_UNMAPPED,
        )
    return Mapped(PROCEDURE, str(origin), target)


_SEE_UNMAPPED = say("Xem các mã cần ghép: bochiso dossiers unmapped.", "See: bochiso dossiers unmapped.")


def unmapping(db: duckdb.DuckDBPyConnection, code: str) -> Mapped:
    """A code that stands for itself again. Raises StoreError where it was given to nothing."""
    names = {UNIT: sender_code(code), PROCEDURE: procedure_code(code)}
    for each, _ in mapped(db):
        if each.code == names[each.kind]:
            return Mapped(each.kind, each.code, None)
    raise StoreError(
        say("mã “{code}” chưa được ghép.", "the code “{code}” was given to nothing.", code=code[:40]),
        do=say("Xem các mã đã ghép: bochiso dossiers mapped.", "See: bochiso dossiers mapped."),
    )


def map_code(
    folder: DataFolder,
    code: str,
    target: str | None,
    *,
    ingest: DossierIngest | None = None,
    recorded: Callable[[Mapped], AbstractContextManager[object]] = nullcontext,
) -> tuple[Mapped, int]:
    """Give a code to a unit or a procedure, or take it back (None); and how many dossiers come with it.

    Kept like any input: made again by a rebuild, and the later of two holds. `ingest`: who takes items
    into the folder in this process; `recorded`: a transaction of whoever notes it. Raises StoreError as
    `mapping` and `unmapping`.
    """
    with _facts(folder, ingest) as db:
        made = unmapping(db, code) if target is None else mapping(db, code, target)
        before = dict(mapped(db))
    with nullcontext(ingest) if ingest else DossierIngest(folder) as own:
        own.keep(made.batches, lambda: recorded(made))
    with _facts(folder, ingest) as db:
        after = before if target is None else dict(mapped(db))
    return made, sum(n for each, n in after.items() if (each.kind, each.code) == (made.kind, made.code))


def _facts(
    folder: DataFolder, ingest: DossierIngest | None
) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    return ingest.facts.open(write=True) if ingest else open_dossiers(folder)


def _known_units(db: duckdb.DuckDBPyConnection) -> set[str]:
    return _listed(db, "select unit from unit_list") or _listed(db, "select unit from learned")


def _listed(db: duckdb.DuckDBPyConnection, query: str) -> set[str]:
    return {code for (code,) in db.execute(query).fetchall()}
