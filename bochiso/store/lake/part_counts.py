"""Counts of a lake's parts: those that changed are read, the others are taken as they were counted before."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from bochiso.errors import StoreError
from bochiso.measure.compiled_sql import PART
from bochiso.measure.cube import HANDLED_BITS, MONTH, SLOT
from bochiso.measure.query_parameters import query_values
from bochiso.periods import Period
from bochiso.rules.calendar import Calendar
from bochiso.rules.rule_set import RuleSet
from bochiso.store.lake.kept_counts import KEY, PROVINCE, KeptCounts
from bochiso.store.lake.lake_duckdb import LakeEngine
from bochiso.store.lake.lake_facts import Lake, months_of
from bochiso.store.lake.lake_manifest import LakePart
from bochiso.store.lake.lake_tables import DOSSIER_TABLE, PETITION_TABLE, PORTAL_TABLE, LakeTable
from bochiso.store.lake.part_queries import CUBE, PETITIONS, SLOTS, SYNC, program_print, query
from bochiso.store.measuring.sync_source import SyncSource

KINDS = {CUBE: "dossiers", SYNC: "dossiers", PETITIONS: "petitions"}
"""What is counted, and of which table's parts."""

_AROUND = timedelta(days=800)
"""Days around a period whose being worked or not may decide a limit."""


@dataclass(frozen=True)
class PartsRead:
    """How many parts, and rows of them, a run read, and how many it took as counted before."""

    read: int
    rows: int
    kept: int


NOTHING_READ = PartsRead(0, 0, 0)


@dataclass(frozen=True)
class Asking:
    """What is counted: the dossiers and petitions of a period as they stood at a moment, by whose rules."""

    period: Period
    as_of: datetime
    rules: RuleSet
    calendar: Calendar
    sync: SyncSource


@dataclass(frozen=True)
class WantedPart:
    """A part that is needed: its key, and what tells its rows among others."""

    key: int
    province: str
    part: LakePart


def wanted_parts(lake: Lake, asking: Asking) -> dict[str, list[WantedPart]]:
    """The parts that the period touches, by table."""
    months = months_of(asking.period)
    return {
        table.name: [
            WantedPart(_key(lake, asking, province, part), province, part)
            for province, part in lake.parts(table.name, months)
        ]
        for table in (DOSSIER_TABLE, PETITION_TABLE)
    }


def part_counts(
    lake: Lake,
    engine: LakeEngine,
    asking: Asking,
    wanted: Mapping[str, list[WantedPart]],
    small: Mapping[str, pa.Table],
    *,
    remember: bool,
) -> tuple[dict[str, pa.Table], PartsRead]:
    """Rows by kind (KINDS) of the wanted parts of a lake's provinces, and what was read for them.

    `wanted`: also those of other provinces, which stay as they are kept. `small`: the tables that expressions
    join, by name. Raises StoreError naming a file that can't be used.
    """
    here = lake.manifests.keys()
    mine = {name: [each for each in parts if each.province in here] for name, parts in wanted.items()}
    keys, every = _keys(mine), _keys(wanted)
    kept = KeptCounts(lake.place, asking.period.code)
    known, found = kept.load(keys, here) if remember else ({}, set())
    lacking = {name: [each for each in parts if each.key not in found] for name, parts in mine.items()}
    fresh = _count_parts(lake, engine, asking, lacking, small)
    counted = _keys(lacking)
    if remember and counted:
        with suppress(StoreError):  # a lake that one may only read is counted anew each time
            kept.keep_counts(every, fresh, counted)
    rows = sum(each.part.rows for parts in lacking.values() for each in parts)
    tables = {
        kind: pa.concat_tables([each[kind] for each in (fresh, known) if kind in each])
        for kind in fresh.keys() | known.keys()
    }
    return tables, PartsRead(len(counted), rows, len(every) - len(counted))


def _keys(parts: Mapping[str, list[WantedPart]]) -> set[int]:
    return {each.key for several in parts.values() for each in several}


def _count_parts(
    lake: Lake,
    engine: LakeEngine,
    asking: Asking,
    lacking: Mapping[str, list[WantedPart]],
    small: Mapping[str, pa.Table],
) -> dict[str, pa.Table]:
    """The rows of the parts that must be read, each with the key of its part."""
    values = query_values(asking.period, asking.as_of)
    if any(lacking.values()):
        engine.give_tables(small)
    shown: list[tuple[LakeTable, list[tuple[str, LakePart]]]] = [
        (DOSSIER_TABLE, [(each.province, each.part) for each in lacking["dossiers"]]),
        (PETITION_TABLE, [(each.province, each.part) for each in lacking["petitions"]]),
        (PORTAL_TABLE, list(_listed(lake, asking))),
    ]
    for table, parts in shown:
        if lacking["petitions" if table is PETITION_TABLE else "dossiers"]:
            engine.show(lake.place, table, [file for _, part in parts for file in part.files])
    found = {}
    for kind, table_name in KINDS.items():
        places = {(each.province, each.part.month): each.key for each in lacking[table_name]}
        if places and (kind != "sync" or asking.sync.lists):
            ask = query(kind, asking.rules, engine.dialect)
            found[kind] = _with_keys(engine.ask(ask, values), places)
    return found


def _listed(lake: Lake, asking: Asking) -> Iterable[tuple[str, LakePart]]:
    """The parts of the portal's lists that are gone by."""
    days = {each.province: each.day for each in asking.sync.lists}
    for province, part in lake.parts(PORTAL_TABLE.name):
        if (day := days.get(province)) is not None and part.month == day.year * 100 + day.month:
            yield province, part


def _with_keys(rows: pa.Table, places: Mapping[tuple[str, int], int]) -> pa.Table:
    """Rows with their parts' keys in the place of what those are told by; counts as whole numbers."""
    provinces, months = (rows[name].cast(pa.string()) for name in PART)
    known = pa.array([f"{province}/{month}" for province, month in places], pa.string())
    place = pc.index_in(pc.binary_join_element_wise(provinces, months, "/"), known)
    columns = {KEY: pa.array(places.values(), pa.int64()).take(place), PROVINCE: provinces}
    for name in rows.column_names:
        if name not in PART:
            column = rows[name]
            if pa.types.is_integer(column.type) or pa.types.is_decimal(column.type):
                column = column.cast(pa.int64())
            elif pa.types.is_large_string(column.type) or pa.types.is_string(column.type):
                column = column.cast(pa.string())
            columns[name] = pc.fill_null(column, 0) if pa.types.is_integer(column.type) else column
    return pa.table(columns)


def _key(lake: Lake, asking: Asking, province: str, part: LakePart) -> int:
    """What a part's counts depend on.

    A part in which nothing moves any more has the same on every day.
    """
    moment = asking.as_of.astimezone(UTC)
    still = part.settled is not None and part.settled <= moment
    chosen = next((each for each in asking.sync.lists if each.province == province), None)
    lists = [(each.print_, each.rows) for each in lake.manifests[province].of(PORTAL_TABLE.name) if chosen]
    return key_of(
        *province_basis(lake, asking, province), part.table, part.month, part.rows, part.print_,
        None if still else moment.isoformat(), bool(asking.sync.lists),
        chosen and (chosen.day.isoformat(), chosen.until.isoformat()), lists,
    )  # fmt: skip


def province_basis(lake: Lake, asking: Asking, province: str) -> tuple[object, ...]:
    """What all that is counted of a province depends on: the program, rules, period, procedures, days."""
    deadlines = [(each.code, each.days, each.side) for each in asking.rules.deadlines]
    procedures = lake.procedures(province)
    first, last = asking.period.first.isoformat(), asking.period.last.isoformat()
    return (
        program_print(), deadlines, province, first, last, lake.manifests[province].engine,
        procedures and (procedures.rows, procedures.print_), _days(asking, province),
    )  # fmt: skip


def key_of(*about: object) -> int:
    """A hash, 60 bits of it, of what counts depend on."""
    return int(sha256(msgspec.json.encode(about)).hexdigest()[:15], 16)


_WORKED: dict[int, tuple[Calendar, dict[tuple[str, date, date], str]]] = {}


def _days(asking: Asking, province: str) -> str:
    """Which days are worked in a province, around the period."""
    calendar, known = _WORKED.setdefault(id(asking.calendar), (asking.calendar, {}))
    own = province if province in calendar.own else ""
    key = (own, asking.period.first, asking.period.last)
    if key not in known:
        days = calendar.of(own)
        first, last = asking.period.first - _AROUND, asking.period.last + _AROUND
        every = (first + timedelta(days=n) for n in range((last - first).days + 1))
        known[key] = sha256(bytes(days.is_working(day) for day in every)).hexdigest()
    return known[key]


_TOLD_BY = (KEY, PROVINCE, MONTH, "unit", SLOT, *HANDLED_BITS.values())


def summed(db: duckdb.DuckDBPyConnection, rows: pa.Table) -> pa.Table:
    """Counts of parts added up by unit."""
    db.register("rows_", rows)
    try:
        columns = [name for name in rows.column_names if name not in _TOLD_BY]
        sums = ", ".join(f"sum({name})::bigint as {name}" for name in columns)
        return db.sql(f"select unit, {sums} from rows_ group by unit").to_arrow_table()  # noqa: S608
    finally:
        db.unregister("rows_")


def keep_handled(db: duckdb.DuckDBPyConnection, cube: pa.Table, rules: RuleSet) -> None:
    """The table `handled`, from the bits of all parts; pairs in which nothing is set are left out."""
    bits = HANDLED_BITS.values()
    either = " | ".join(bits)
    flags = ", ".join(f"{bit} & listed.bit <> 0 as {name}" for name, bit in HANDLED_BITS.items())
    db.register("rows_", cube)
    try:
        db.execute(
            f"""create or replace temp table handled as
            select unit, procedure, {flags} from (
                select unit, {PROVINCE}, {SLOT}, {", ".join(f"bit_or({bit}) as {bit}" for bit in bits)}
                from rows_ group by all) seen
            join ({query(SLOTS, rules)}) listed using ({PROVINCE}, {SLOT})
            where ({either}) & listed.bit <> 0"""  # noqa: S608 (our names)
        )
    finally:
        db.unregister("rows_")
