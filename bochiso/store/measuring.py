"""Measuring: the expressions of `measure` run on the facts of dossiers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import ibis
import msgspec
import pyarrow as pa
from ibis import Table

from bochiso.intake.sources import MEASURED
from bochiso.measure.cube import asked, cube
from bochiso.measure.measures import Measure, by_unit, measures
from bochiso.measure.open_dossiers import open_dossiers_of
from bochiso.measure.petitions import petition_counts
from bochiso.periods import Period
from bochiso.rules.calendar import Calendar
from bochiso.rules.deadlines import deadline_day
from bochiso.rules.model import RuleSet
from bochiso.store.folder import DataFolder
from bochiso.store.store import Added, add_reading
from bochiso.text import VIETNAM
from bochiso.units.codes import guess_level, natural_key, normalise_code, parent_code
from bochiso.units.model import Level, Unit

MARGIN = timedelta(days=400)
"""Days around a period that deadlines are worked out for: a procedure may take effect a year later."""


def measure(
    db: duckdb.DuckDBPyConnection,
    units: Sequence[Unit],
    period: Period,
    as_of: datetime,
    rules: RuleSet,
    calendar: Calendar,
) -> list[Measure]:
    """Every indicator of every unit for the dossiers of `period`, as they stood at `as_of`.

    Provinces first, then level by level in the order of codes.
    """
    prepare(db, units, period, as_of, rules, calendar)
    order = list(Level)
    wide = sorted(_wide(db, rules), key=lambda row: (order.index(row["level"]), natural_key(row["unit"])))
    return list(measures(wide))


def keep(
    folder: DataFolder,
    units: Sequence[Unit],
    rows: Sequence[Measure],
    day: date,
    period: Period,
    rules_text: str,
    read_at: datetime,
) -> Added:
    """Keep what was measured as a snapshot of its own beside those that were published."""
    names = {unit.code: unit for unit in units}
    table = [
        {
            "unit": row.unit,
            "unit_name": names[row.unit].name,
            "level": row.level.value,
            "parent": names[row.unit].parent,
            "indicator": row.indicator,
            "numerator": row.numerator,
            "denominator": row.denominator,
        }
        for row in rows
    ]
    data = msgspec.json.Encoder(decimal_format="number").encode(table)
    return add_reading(
        folder,
        MEASURED,
        [("measured.json", data)],
        as_of=day,
        period=period,
        label=None,
        rules_text=rules_text,
        read_at=read_at,
    )


def open_list(
    db: duckdb.DuckDBPyConnection, as_of: datetime, unit: str | None, days: int | None
) -> list[dict[str, Any]]:
    """Open dossiers that are overdue, or on time and due within `days`; the most urgent first.

    By the index's clock. days_late is negative where days are left; moments are Việt Nam's.
    """
    code = None if unit is None else normalise_code(unit)
    moment = as_of.astimezone(UTC).replace(tzinfo=None)
    cursor = db.execute(sql(open_dossiers_of(moment, code, days)))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, map(_vietnamese, row), strict=True)) for row in cursor.fetchall()]


def _vietnamese(value: object) -> object:
    return value.replace(tzinfo=UTC).astimezone(VIETNAM) if isinstance(value, datetime) else value


def measured_units(db: duckdb.DuckDBPyConnection) -> list[Unit]:
    """The units that are measured: those listed, else those that dossiers name, and their provinces.

    A unit whose level neither a list nor its name tells counts as a department.
    """
    rows = db.execute("select unit, name, level, parent from unit_list order by unit").fetchall()
    if not rows:
        found = db.execute("select distinct unit from dossiers where unit is not null order by unit")
        rows = [(code, code, None, None) for (code,) in found.fetchall()]
    units = {}
    for code, name, level, parent in rows:
        known = Level(level) if level else guess_level(code, name or "") or Level.DEPARTMENT
        units[code] = Unit(code, name or code, known, parent or parent_code(code))
    for parent in {unit.parent for unit in units.values()} - units.keys() - {None}:
        if parent is not None:
            units[parent] = Unit(parent, parent, Level.PROVINCE)
    return list(units.values())


def prepare(
    db: duckdb.DuckDBPyConnection,
    units: Sequence[Unit],
    period: Period,
    as_of: datetime,
    rules: RuleSet,
    calendar: Calendar,
) -> None:
    """The small tables that expressions join: asked, units_measured and due_days."""
    _keep(db, "asked", {name: [value] for name, value in asked(period, as_of).items()})
    columns = ("code", "name", "level", "parent")
    named = {"code": "unit"}
    _keep(db, "units_measured", {named.get(c, c): [getattr(unit, c) for unit in units] for c in columns})
    days = [
        period.first - MARGIN + timedelta(days=n)
        for n in range((period.last - period.first + 2 * MARGIN).days)
    ]
    deadlines = {d.code: [deadline_day(d, day, calendar) for day in days] for d in rules.deadlines}
    _keep(db, "due_days", {"day": days, **deadlines})


def _keep(db: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, Sequence[Any]]) -> None:
    db.register("columns_", pa.table({key: pa.array(values) for key, values in columns.items()}))
    db.execute(f"create or replace temp table {name} as from columns_")
    db.unregister("columns_")


def _wide(db: duckdb.DuckDBPyConnection, rules: RuleSet) -> Iterator[dict[str, Any]]:
    *tables, wide = queries(rules)
    for name, query in zip(("cube", "petition_cube"), tables, strict=True):
        db.execute(f"create or replace temp table {name} as {query}")
    cursor = db.execute(wide)
    names = [column[0] for column in cursor.description or ()]
    return (dict(zip(names, row, strict=True)) for row in cursor.fetchall())


_QUERIES: dict[tuple[str, str], tuple[str, str, str]] = {}


def queries(rules: RuleSet, dialect: str = "duckdb") -> tuple[str, str, str]:
    """The cube, the petitions' cube, and the wide rows by unit: the same words for any period and moment."""
    deadlines = ",".join(each.code for each in rules.deadlines)
    if (deadlines, dialect) not in _QUERIES:
        parts = (cube(), petition_counts(rules), by_unit(rules))
        _QUERIES[deadlines, dialect] = tuple(sql(part, dialect) for part in parts)  # type: ignore[assignment]
    return _QUERIES[deadlines, dialect]


def sql(expression: Table, dialect: str = "duckdb") -> str:
    """An expression in an engine's words; each step is a query of its own, so that none is done twice."""
    fused = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        return str(ibis.to_sql(expression, dialect=dialect))
    finally:
        ibis.options.sql.fuse_selects = fused
