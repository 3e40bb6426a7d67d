"""Measuring straight from a lake: the same expressions, of all provinces that have sent, by any engine."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import pyarrow as pa

from bochiso.measure.cube import HANDLED
from bochiso.measure.indicators import Measure, Row
from bochiso.measure.query_parameters import query_values
from bochiso.periods import Period
from bochiso.rules.calendar import Calendar
from bochiso.rules.rule_set import RuleSet
from bochiso.rules.verdict import day_of
from bochiso.score.own_basis import MeasuredBasis, MessageFlow
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.lake.kept_measures import (
    KeptMeasures,
    ProvinceMeasures,
    by_province,
    stray_units,
)
from bochiso.store.lake.lake_duckdb import LakeEngine
from bochiso.store.lake.lake_facts import Lake, load_procedures, load_units
from bochiso.store.lake.part_counts import (
    KINDS,
    NOTHING_READ,
    Asking,
    PartsRead,
    keep_handled,
    part_counts,
    summed,
    wanted_parts,
)
from bochiso.store.lake.part_queries import CUBE, query
from bochiso.store.measuring.measured_basis import flow_of, last_whole_day
from bochiso.store.measuring.measurement import (
    gathered,
    in_order,
    keep_lists,
    keep_table,
    prepare,
    rows_of,
    run,
    unit_tree,
)
from bochiso.store.measuring.sync_source import PublishedSync, SyncSource, find_sync
from bochiso.units.model import Unit
from bochiso.units.tops import province_of
from bochiso.units.tree import UnitTree


@dataclass(frozen=True)
class LakeAsked:
    """What is measured: the dossiers of a period as they stood at a moment, by a rule set.

    `published`: 1.4 as the portal published it, where no list tells it. `remember`: whether what parts come
    to is kept beside the lake for the next run; `sent_only`: whether provinces without a dossier of the
    period are left out.
    """

    period: Period
    as_of: datetime
    rules: RuleSet
    published: PublishedSync | None = None
    remember: bool = True
    sent_only: bool = True

    @property
    def day(self) -> date:
        """The day in Việt Nam of the moment."""
        return day_of(self.as_of)


@dataclass(frozen=True)
class LakeMeasured:
    """What facts came to. `reached`: the furthest last day that limits in working days look at.

    Of a lake: `silent` provinces sent nothing, `idle` ones nothing of this period; neither is measured.
    """

    tree: UnitTree
    units: Sequence[Unit]
    rows: Sequence[Measure]
    calendar: Calendar
    basis: MeasuredBasis
    reached: date
    silent: Sequence[str] = ()
    idle: Sequence[str] = ()
    parts: PartsRead = NOTHING_READ


SMALL_FOR_ENGINES = ("procedures", "calendars", "limit_days", "due_days")


def measure_lake(
    db: duckdb.DuckDBPyConnection, lake: Lake, engine: LakeEngine, asked: LakeAsked
) -> LakeMeasured:
    """Every indicator of every unit of the provinces that sent dossiers of a period.

    `db` is empty, and this function's own for now. Raises StoreError naming a file that can't be used.
    """
    ready = survey(db, lake, asked)
    units, calendar, sync = ready.units, ready.calendar, ready.sync
    found, parts = _by_province(db, lake, engine, asked, ready)
    of_units = {unit: rows for each in found for unit, rows in each.units.items()}
    rows = [row for unit in in_order(units) for row in of_units[unit.code]]
    return LakeMeasured(
        ready.tree,
        units,
        rows,
        calendar,
        MeasuredBasis(
            sync.bases(units, rows),
            tuple(_flows(lake, sync.provinces, asked, calendar)),
            sum(each.aside for each in lake.manifests.values()),
        ),
        _furthest(lake, sync.provinces, asked, calendar),
        lake.silent(asked.day) if asked.sent_only else [],
        ready.idle,
        parts,
    )


def _by_province(
    db: duckdb.DuckDBPyConnection, lake: Lake, engine: LakeEngine, asked: LakeAsked, ready: "LakeReady"
) -> tuple[list[ProvinceMeasures], PartsRead]:
    """What each province came to; those of which nothing changed are taken as kept."""
    asking = Asking(asked.period, asked.as_of, asked.rules, ready.calendar, ready.sync)
    units = _of_provinces(ready.units)
    wanted = wanted_parts(lake, asking)
    kept = KeptMeasures(lake, asking, units, wanted)

    def count(provinces: Collection[str]) -> tuple[dict[str, ProvinceMeasures], PartsRead]:
        some = lake.only(provinces)
        own = [unit for province in provinces for unit in units[province]]
        _lay_out(db, some, asked, own, ready)
        names = (*SMALL_FOR_ENGINES, *(("lists_chosen", "old_fronts") if ready.sync.lists else ()))
        small = {name: db.table(name).to_arrow_table() for name in names}
        counts, parts = part_counts(some, engine, asking, wanted, small, remember=asked.remember)
        rows = _together(db, counts, own, asked, ready.sync)
        return by_province(rows, counts, {province: units[province] for province in provinces}), parts

    known = kept.load() if asked.remember else {}
    fresh: dict[str, ProvinceMeasures] = {}
    parts = PartsRead(0, 0, sum(map(len, wanted.values())))
    if lacking := [province for province in units if province not in known]:
        fresh, parts = count(lacking)
    if known and stray_units([*known.values(), *fresh.values()]):
        known = {}
        fresh, parts = count(list(units))
    if asked.remember and fresh:
        kept.keep(fresh)
    return [*known.values(), *fresh.values()], parts


def _of_provinces(units: Iterable[Unit]) -> dict[str, list[Unit]]:
    units = list(units)
    above = {unit.code: unit.parent for unit in units}
    found: dict[str, list[Unit]] = {}
    for unit in units:
        found.setdefault(province_of(unit.code, above), []).append(unit)
    return found


@dataclass(frozen=True)
class LakeReady:
    """What is known of a lake before its dossiers are read; `idle`: provinces without any of the period."""

    tree: UnitTree
    units: Sequence[Unit]
    calendar: Calendar
    sync: SyncSource
    idle: Sequence[str]


def prepare_lake(db: duckdb.DuckDBPyConnection, lake: Lake, asked: LakeAsked) -> LakeReady:
    """The small tables that expressions join, in `db`. Raises StoreError naming a file that can't be used."""
    ready = survey(db, lake, asked)
    _lay_out(db, lake, asked, ready.units, ready)
    return ready


def survey(db: duckdb.DuckDBPyConnection, lake: Lake, asked: LakeAsked) -> LakeReady:
    """What there is to measure. Raises StoreError naming a file that can't be used."""
    load_units(db, lake)
    tree, calendar = unit_tree(db, asked.day), calendar_of(db)
    idle = lake.idle(asked.period, asked.day) if asked.sent_only else []
    units = measured_here(lake, tree, idle)
    sync = find_sync(db, units, asked.period, asked.as_of, asked.published, _busy(db))
    keep_lists(db, sync)
    return LakeReady(tree, units, calendar, sync, idle)


def _lay_out(
    db: duckdb.DuckDBPyConnection, lake: Lake, asked: LakeAsked, units: Sequence[Unit], ready: LakeReady
) -> None:
    """The small tables that expressions join, for some units and the provinces that they are of."""
    load_procedures(db, lake)
    prepare(db, units, asked.period, asked.as_of, asked.rules, ready.calendar)


def measured_here(lake: Lake, tree: UnitTree, idle: Iterable[str]) -> list[Unit]:
    """The units of a lake, but for those of provinces that sent nothing of the period."""
    above = {unit.code: unit.parent for unit in tree.units.values()}
    sent = lake.manifests.keys() - set(idle)
    return [unit for unit in tree.units.values() if province_of(unit.code, above) in sent]


def _busy(db: duckdb.DuckDBPyConnection) -> set[str]:
    return {code for (code,) in db.execute("select unit from units where busy").fetchall()}


def _together(
    db: duckdb.DuckDBPyConnection,
    counts: dict[str, pa.Table],
    units: Sequence[Unit],
    asked: LakeAsked,
    sync: SyncSource,
) -> list[Measure]:
    """The measures that the counts of all parts come to."""
    values = query_values(asked.period, asked.as_of)
    if CUBE in counts:
        keep_handled(db, counts[CUBE], asked.rules)
    else:
        keep_table(db, "handled", {name: pa.array([], _NOTHING[kind]) for name, kind in HANDLED.items()})

    def rows(name: str) -> list[Row]:
        if name in KINDS:
            return summed(db, counts[name]).to_pylist() if name in counts else []
        return rows_of(run(db, query(name, asked.rules), values))

    return gathered(units, rows, sync)


_NOTHING = {"string": pa.string(), "boolean": pa.bool_()}


def _flows(
    lake: Lake, provinces: Iterable[str], asked: LakeAsked, calendar: Calendar
) -> Iterable[MessageFlow]:
    """How dossiers of each province came in, by the days of its manifest."""
    end = last_whole_day(asked.period, asked.as_of)
    last_day = min(asked.period.last, asked.day)
    for province in provinces:
        days = [each for each in lake.manifests[province].days if each.day <= last_day]
        last = max((each.day for each in days if each.events), default=None)
        received = sum(each.received for each in days if each.day >= asked.period.first)
        yield flow_of(province, (last, received), {each.day: each.received for each in days}, end, calendar)


def _furthest(lake: Lake, provinces: Iterable[str], asked: LakeAsked, calendar: Calendar) -> date:
    """As `furthest_limit` has it, by the days of manifests."""
    last = min(asked.period.last, asked.day)
    found = asked.period.first
    for province in provinces:
        days = [each for each in lake.manifests[province].days if asked.period.first <= each.day <= last]
        latest: dict[int, date] = {}  # of one limit the latest day reaches furthest
        for each in days:
            latest[each.limit] = max(each.day, latest.get(each.limit, each.day))
        own = calendar.of(province)
        found = max([found, *(own.add_working_days(day, limit) for limit, day in latest.items() if limit)])
    return found
