"""Codes of units and procedures that came and no list has, and what a clerk gave them to."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext

import duckdb
import msgspec
import pyarrow as pa
from msgspec import Struct

from bochiso.errors import StoreError
from bochiso.intake.messages.dossier_numbers import procedure_code, sender_code
from bochiso.store.dossiers.ingest import DossierIngest, open_dossiers
from bochiso.store.dossiers.unit_lookup import unit_of, which_province
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import Batches
from bochiso.store.journal.statements import execute
from bochiso.text import say
from bochiso.units.codes import normalise_code, parent_code

UNIT, PROCEDURE = "unit", "procedure"
"""Kinds of codes; `unit_map` and `procedure_map` are their tables and their entries in the journal."""


class Held(Struct, frozen=True):
    """How much has a code."""

    dossiers: int = 0
    petitions: int = 0
    procedures: int = 0

    def __add__(self, other: "Held") -> "Held":
        return Held(
            self.dossiers + other.dossiers,
            self.petitions + other.petitions,
            self.procedures + other.procedures,
        )


class Unmapped(Struct, frozen=True):
    """A code that no list has, and how much has it. kind: unit or procedure.

    counted_to: the unit that all this counts to now. code: None for what names none. province: of a
    procedure's code, whose list lacks it; None where none is known.
    """

    kind: str
    code: str | None
    counted_to: str | None
    dossiers: int = 0
    petitions: int = 0
    procedures: int = 0
    province: str | None = None


class Mapped(Struct, frozen=True):
    """A code that was given to a unit or a procedure of the lists, its target; None: it stands for itself.

    `province`: in whose dossiers a procedure's code is meant.
    """

    kind: str
    code: str
    target: str | None
    province: str | None = None

    @property
    def batches(self) -> Batches:
        """What the journal keeps of it."""
        columns = {"code": [self.code], self.kind: pa.array([self.target], pa.string())}
        if self.kind == PROCEDURE:
            columns["province"] = pa.array([self.province], pa.string())
        return [(f"{self.kind}_map", pa.record_batch(columns))]


def unmapped(db: duckdb.DuckDBPyConnection) -> list[Unmapped]:
    """What no list has, that with the most dossiers first: units, then procedures.

    A unit's code is what stands in front of dossiers' numbers, or what a petition or a procedure names.
    It is listed where no unit has them, or one that isn't in the list, or only the province above it.
    """
    return _units(db) + _procedures(db)


def _units(db: duckdb.DuckDBPyConnection) -> list[Unmapped]:
    listed = _listed(db, "select unit from unit_list")
    given = _listed(db, "select code from unit_map where unit is not null")
    found: dict[tuple[str | None, str | None], Held] = defaultdict(Held)
    for code, _, unit, held in _codes(db):
        lost = unit is not None and listed and unit_of(code or "", given) is None
        if unit is None or (lost and _is_lost(code, unit, listed)):
            found[code, unit] += held
    return [
        Unmapped(UNIT, code, unit, held.dossiers, held.petitions, held.procedures)
        for (code, unit), held in sorted(found.items(), key=_greatest_first)
    ]


def _greatest_first(each: tuple[tuple[str | None, str | None], Held]) -> tuple[int, int, int, str]:
    (code, _), held = each
    return -held.dossiers, -held.petitions, -held.procedures, code or ""


_CODES = """
select split_part(dossier, '-', 1), sender, unit, count(*), 0, 0 from dossiers group by all
union all
select coalesce(own_unit, nullif(split_part(dossier, '-', 1), '')), null, unit, 0, count(*), 0
from petitions group by all
union all
select own_office, null, unit_codes.unit, 0, 0, count(*)
from procedures join unit_codes on kind = 'list' and code = own_office group by all
"""


def _codes(db: duckdb.DuckDBPyConnection) -> list[tuple[str | None, str | None, str | None, Held]]:
    """Units' codes in today's form with their sender, the unit that has them, and how much."""
    return [
        (code and normalise_code(code), sender, unit, Held(*counts))
        for code, sender, unit, *counts in execute(db, _CODES).fetchall()
    ]


def _is_lost(code: str | None, unit: str, listed: set[str]) -> bool:
    return unit not in listed or (unit != code and parent_code(unit) is None and code is not None)


def _procedures(db: duckdb.DuckDBPyConnection) -> list[Unmapped]:
    rows = db.execute(
        "select procedure, province, count(*) from dossiers "
        "anti join procedures using (province, procedure) "
        "where province is not null group by all order by 3 desc, 1, 2"
    ).fetchall()
    found = [Unmapped(PROCEDURE, code, None, n, province=province) for code, province, n in rows]
    ((homeless,),) = db.execute(
        "select count(distinct procedure) from procedure_rows, home "
        "where procedure_rows.province is null and home.province is null"
    ).fetchall()
    return found + ([Unmapped(PROCEDURE, None, None, procedures=homeless)] if homeless else [])


def mapped(db: duckdb.DuckDBPyConnection) -> list[tuple[Mapped, Held]]:
    """The codes that were given to something, and how much comes with each: units first."""
    units = dict(db.execute("from unit_map where unit is not null order by code").fetchall())
    known = _known_units(db) | units.keys()
    with_unit: dict[str | None, Held] = defaultdict(Held)
    for code, sender, _, held in _codes(db) if units else ():
        with_unit[unit_of(code or "", known) or unit_of(sender or "", known)] += held
    procedures = db.execute(
        "select code, map.procedure, map.province, count(dossier) from procedure_map as map "
        "left join dossiers on own_procedure = code and dossiers.province = map.province "
        "where map.procedure is not null group by all order by code, map.province"
    ).fetchall()
    found = [(Mapped(UNIT, code, unit), with_unit[code]) for code, unit in units.items()]
    return found + [
        (Mapped(PROCEDURE, code, target, province), Held(count))
        for code, target, province, count in procedures
    ]


def mapping(db: duckdb.DuckDBPyConnection, code: str, target: str, province: str | None = None) -> Mapped:
    """A code given to a unit or a procedure of the lists: which of the two is what the target is.

    A unit's code is given with what stands below it; a procedure's in the dossiers of one `province`,
    which need not be named where only one has such dossiers. Raises StoreError where one is no code,
    the code is in the lists itself, the target is in none, or several provinces may be meant.
    """
    procedures = _listed(db, "select procedure from procedures")
    if procedure_code(target) in procedures or sender_code(target) is None:
        return _procedure_mapping(db, code, target, province)
    return _unit_mapping(db, code, target)


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


def _procedure_mapping(
    db: duckdb.DuckDBPyConnection, code: str, procedure: str, province: str | None
) -> Mapped:
    origin, target = procedure_code(code), procedure_code(procedure)
    for given, known in ((code, origin), (procedure, target)):
        if known is None:
            raise StoreError(
                say("“{code}” không phải mã thủ tục.", "“{code}” is no procedure's code.", code=given[:40]),
                do=say(
                    "Ghi mã như trong hồ sơ, ví dụ 1.000656.", "Write it as dossiers do, such as 1.000656."
                ),
            )
    own = _province_meant(db, str(origin), str(target), province)
    listed = "select procedure from procedures where province = ?"
    if target not in _listed(db, listed, own):
        raise StoreError(
            say("thủ tục {code} không có trong danh sách.", "no list has the procedure {code}.", code=target),
            do=say(
                "Nạp danh sách bằng `bochiso import procedures`.",
                "Bring a list in: `bochiso import procedures`.",
            ),
        )
    if origin in _listed(db, listed, own):
        raise StoreError(
            say("mã {code} đã là một thủ tục trong danh sách.", "{code} is a listed procedure.", code=origin),
            do=_SEE_UNMAPPED,
        )
    return Mapped(PROCEDURE, str(origin), target, own)


def _province_meant(
    db: duckdb.DuckDBPyConnection, code: str, target: str, province: str | None
) -> str | None:
    """The one province that has dossiers of a code and lists its target; the folder's where none has."""
    if province is not None:
        return which_province(db, province)
    listing = _listed(db, "select province from procedures where procedure = ?", target)
    using = listing & _listed(db, "select distinct province from dossiers where own_procedure = ?", code)
    found = using or listing
    if len(found) > 1:
        raise _several(found)
    return next(iter(found), None)


def _several(provinces: Iterable[str | None]) -> StoreError:
    return StoreError(
        say(
            "mã này có ở nhiều tỉnh: {provinces}.",
            "several provinces have this code: {provinces}.",
            provinces=", ".join(sorted(each or "?" for each in provinces)),
        ),
        do=say("Ghi thêm --province và mã tỉnh.", "Add --province and the code of one."),
    )


_SEE_UNMAPPED = say("Xem các mã cần ghép: bochiso dossiers unmapped.", "See: bochiso dossiers unmapped.")


def unmapping(db: duckdb.DuckDBPyConnection, code: str, province: str | None = None) -> Mapped:
    """A code that stands for itself again. Raises StoreError where it was given to nothing."""
    names = {UNIT: sender_code(code), PROCEDURE: procedure_code(code)}
    found = [
        each
        for each, _ in mapped(db)
        if each.code == names[each.kind] and (province is None or each.province == province)
    ]
    if len(found) > 1:
        raise _several(each.province for each in found)
    if found:
        return msgspec.structs.replace(found[0], target=None)
    raise StoreError(
        say("mã “{code}” chưa được ghép.", "the code “{code}” was given to nothing.", code=code[:40]),
        do=say("Xem các mã đã ghép: bochiso dossiers mapped.", "See: bochiso dossiers mapped."),
    )


def map_code(
    folder: DataFolder,
    code: str,
    target: str | None,
    province: str | None = None,
    *,
    ingest: DossierIngest | None = None,
    recorded: Callable[[Mapped], AbstractContextManager[object]] = nullcontext,
) -> tuple[Mapped, Held]:
    """Give a code to a unit or a procedure, or take it back (None); and how much comes with it.

    Kept like any input: made again by a rebuild, and the later of two holds. `ingest`: who takes items
    into the folder in this process; `recorded`: a transaction of whoever notes it. Raises StoreError as
    `mapping` and `unmapping`.
    """
    with _facts(folder, ingest) as db:
        made = unmapping(db, code, province) if target is None else mapping(db, code, target, province)
        before = mapped(db)
    with nullcontext(ingest) if ingest else DossierIngest(folder) as own:
        own.keep(made.batches, lambda: recorded(made))
    with _facts(folder, ingest) as db:
        after = before if target is None else mapped(db)
    same = (held for each, held in after if msgspec.structs.replace(each, target=made.target) == made)
    return made, next(same, Held())


def _facts(
    folder: DataFolder, ingest: DossierIngest | None
) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    return ingest.facts.open(write=True) if ingest else open_dossiers(folder)


def _known_units(db: duckdb.DuckDBPyConnection) -> set[str]:
    return _listed(db, "select unit from unit_list") or _listed(db, "select unit from learned")


def _listed(db: duckdb.DuckDBPyConnection, query: str, *values: str | None) -> set[str]:
    return {code for (code,) in db.execute(query, values).fetchall()}
