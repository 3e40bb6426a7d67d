"""Measuring: the expressions of `measure` run on the facts of dossiers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import msgspec
import pyarrow as pa

from bochiso.errors import StoreError
from bochiso.intake.sources import MEASURED
from bochiso.measure.compiled_sql import named, procedures_query, queries
from bochiso.measure.indicators import Measure, Row, combined, measures
from bochiso.measure.losses import ProcedureLoss, procedure_losses
from bochiso.measure.query_parameters import query_values
from bochiso.periods import Period
from bochiso.rules.calendar import Calendar
from bochiso.rules.one_stop import Limit
from bochiso.rules.rule_set import RuleSet
from bochiso.score.own_basis import MeasuredBasis
from bochiso.score.scoring import ScoredUnit
from bochiso.store.figures.evidence import NewReading, RecordedReading
from bochiso.store.figures.snapshot_store import Added, add_reading
from bochiso.store.folder import DataFolder
from bochiso.store.journal.statements import execute
from bochiso.store.measuring.deadline_table import (
    calendars_by_name,
    deadline_table,
    published_limits,
    store_deadline_table,
)
from bochiso.store.measuring.sync_source import NOTHING_KNOWN, SyncSource, old_fronts
from bochiso.text import VIETNAM, now, say
from bochiso.units.codes import natural_key
from bochiso.units.model import Level, Unit
from bochiso.units.tops import province_of
from bochiso.units.tree import Listed, UnitTree, planted, tree_of

MARGIN = timedelta(days=400)
"""Days around a period that deadlines are worked out for: a procedure may take effect a year later."""


def measure(
    db: duckdb.DuckDBPyConnection,
    units: Sequence[Unit],
    period: Period,
    as_of: datetime,
    rules: RuleSet,
    calendar: Calendar,
    sync: SyncSource = NOTHING_KNOWN,
) -> list[Measure]:
    """Every indicator of every unit for the dossiers of `period`, as they stood at `as_of`.

    `sync`: what says which of them the portal has. Provinces first, then level by level in the order
    of codes.
    """
    prepare(db, units, period, as_of, rules, calendar)
    keep_lists(db, sync)
    ask, values = queries(rules), query_values(period, as_of)
    run(db, f"create or replace temp table handled as {ask.handled}", values)
    return gathered(units, lambda name: rows_of(run(db, getattr(ask, name), values)), sync)


def gathered(units: Sequence[Unit], rows: Callable[[str], list[Row]], sync: SyncSource) -> list[Measure]:
    """The measures that counts come to; `rows` has those of each query by its name in Queries, but `handled`.

    Provinces first, then level by level in the order of codes.
    """
    cube, petitions, procedures, publications = map(rows, ("cube", "petitions", "procedures", "publications"))
    synced = [*sync.zeros(units), *rows("sync")] if sync.lists else []
    told = [*procedures, *sync.published_rows(units)]
    return list(measures(combined(in_order(units), (cube, petitions, synced), told, publications)))


def in_order(units: Iterable[Unit]) -> list[Unit]:
    """Provinces first, then level by level in the order of codes."""
    order = {level: n for n, level in enumerate(Level)}
    return sorted(units, key=lambda unit: (order[unit.level], natural_key(unit.code)))


def keep_lists(db: duckdb.DuckDBPyConnection, sync: SyncSource) -> None:
    """The tables `lists_chosen` and `old_fronts`, where a list is gone by."""
    if not sync.lists:
        return
    names = {"list_province": "province", "chosen_day": "day", "list_until": "until"}
    keep_table(
        db, "lists_chosen", {to: [getattr(each, own) for each in sync.lists] for to, own in names.items()}
    )
    fronts = old_fronts(db)
    columns = {"written": list(fronts), "today": list(fronts.values())}
    keep_table(db, "old_fronts", {name: pa.array(values, pa.string()) for name, values in columns.items()})


def unit_procedures(
    db: duckdb.DuckDBPyConnection, units: Iterable[Unit], score: ScoredUnit, period: Period, as_of: datetime
) -> list[ProcedureLoss]:
    """What each procedure cost a unit of its points, the greatest loss first; a province's of all its units.

    `score` is the unit's own of this period and moment.
    """
    code = score.unit.code
    choose_units(db, tree_of(units).within(code))
    rows = rows_of(run(db, procedures_query(), query_values(period, as_of)))
    own = province_of(code, {unit.code: unit.parent for unit in units})
    names = dict(db.execute("select procedure, name from procedures where province = ?", [own]).fetchall())
    return procedure_losses(rows, names, score)


def choose_units(db: duckdb.DuckDBPyConnection, codes: Sequence[str]) -> None:
    """The table `units_chosen`."""
    keep_table(db, "units_chosen", {"unit": codes})


@dataclass(frozen=True)
class Measurement:
    """The measures of units for a period, as dossiers stood on a day, by these rules; what it stands on."""

    units: Sequence[Unit]
    rows: Sequence[Measure]
    day: date
    period: Period
    rules_text: str
    basis: MeasuredBasis


def keep(
    folder: DataFolder, measurement: Measurement, read_at: datetime, recorded: RecordedReading = nullcontext
) -> Added:
    """Keep what was measured as a snapshot of its own beside those that were published.

    Raises StoreError where nothing was.
    """
    if not measurement.rows:
        raise StoreError(
            say(
                "chưa có gì để đo trong kỳ {period}: chưa biết đơn vị nào.",
                "there is nothing to measure in {period}: no unit is known.",
                period=measurement.period.code,
            ),
            do=say(
                "Nạp danh sách đơn vị (`bochiso import units`) hoặc hồ sơ (`bochiso import dossiers`).",
                "Bring in a list of units (`bochiso import units`) or dossiers (`bochiso import dossiers`).",
            ),
        )
    names = {unit.code: unit for unit in measurement.units}
    table = [
        {
            "unit": row.unit,
            "unit_name": names[row.unit].name,
            "level": row.level.value,
            "parent": names[row.unit].parent,
            "indicator": row.indicator,
            "numerator": row.numerator,
            "denominator": row.denominator,
            **({} if row.published is None else {"score": row.published}),
        }
        for row in measurement.rows
    ]
    data = msgspec.json.Encoder(decimal_format="number").encode(table)
    return add_reading(
        folder,
        NewReading(
            MEASURED,
            [("measured.json", data)],
            as_of=measurement.day,
            period=measurement.period,
            rules_text=measurement.rules_text,
            read_at=read_at,
            basis=measurement.basis,
        ),
        recorded=recorded,
    )


def measured_units(db: duckdb.DuckDBPyConnection, day: date | None = None) -> list[Unit]:
    """The units that are measured, as `unit_tree` has them on a day."""
    return list(unit_tree(db, day).units.values())


def unit_tree(db: duckdb.DuckDBPyConnection, day: date | None = None) -> UnitTree:
    """The units listed, else those that dossiers name, and what is above them on a day (today).

    A unit whose level neither a list nor its name tells counts as a department.
    """
    rows = db.execute("select unit, name, level, parent from unit_list order by unit").fetchall()
    if not rows:
        found = db.execute("select distinct unit from dossiers where unit is not null order by unit")
        rows = [(code, code, None, None) for (code,) in found.fetchall()]
    listed = [
        Listed(code, name, Level(level) if level else None, parent) for code, name, level, parent in rows
    ]
    return planted(listed, day or now().astimezone(VIETNAM).date())


def prepare(
    db: duckdb.DuckDBPyConnection,
    units: Sequence[Unit],
    period: Period,
    as_of: datetime,
    rules: RuleSet,
    calendar: Calendar,
) -> None:
    """The small tables that expressions join: units_measured and _within, due_days, limit_days, calendars."""
    columns = {"unit": "code", "name": "name", "level": "level", "parent": "parent"}
    listed = {to: [getattr(unit, own) for unit in units] for to, own in columns.items()}
    above = {unit.code: unit.parent for unit in units}
    keep_table(db, "units_measured", listed | {"province": [province_of(code, above) for code in above]})
    tree = tree_of(units)
    pairs = [(code, unit.code) for unit in units for code in (unit.code, *tree.above(unit.code))]
    keep_table(db, "units_within", {"top": [top for top, _ in pairs], "inside": [code for _, code in pairs]})
    last = max(period.last, as_of.astimezone(VIETNAM).date())
    due: dict[str, list[Any]] = {}
    for name, own in calendars_by_name(calendar).items():
        days = due_table(period.first - MARGIN, last + MARGIN, rules, own)
        for key, values in ({"calendar": [name] * len(days["day"])} | days).items():
            due.setdefault(key, []).extend(values)
    keep_table(db, "due_days", due)
    keep_period_limits(db, period, as_of, calendar)


def keep_period_limits(
    db: duckdb.DuckDBPyConnection, period: Period, as_of: datetime, calendar: Calendar
) -> None:
    """The table limit_days, for the dossiers received in a period up to a moment."""
    last = max(period.last, as_of.astimezone(VIETNAM).date())
    limits = [limit for limit in published_limits(db) if limit.unit == "working_day"]
    store_deadline_table(db, period.first, last, limits, calendar)


def due_table(first: date, last: date, rules: RuleSet, calendar: Calendar) -> dict[str, list[date]]:
    """For each day the last day in time by each deadline, as `deadline_day` has it."""
    days = {each.code: -each.days if each.side == "before" else each.days for each in rules.deadlines}
    columns = deadline_table(first, last, [Limit(n, "working_day") for n in days.values()], calendar)
    size = (last - first).days + 1
    starts = range(0, len(columns["limit_last"]), size)
    lasts = {columns["limit_amount"][at]: columns["limit_last"][at : at + size] for at in starts}
    return {"day": columns["limit_day"][:size], **{code: lasts[n] for code, n in days.items()}}


def keep_table(db: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, Sequence[Any]]) -> None:
    """A temporary table of a few columns; the name is one of ours."""
    db.register("columns_", pa.table({key: pa.array(values) for key, values in columns.items()}))
    execute(db, f"create or replace temp table {name} as from columns_")
    db.unregister("columns_")


def run(db: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    """Execute a query with those of the values that it names."""
    return execute(db, query, named(query, values))


def rows_of(cursor: duckdb.DuckDBPyConnection) -> list[Row]:
    """What a query gave, a row by the names of its columns."""
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
