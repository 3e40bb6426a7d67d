"""What periodic reports and lists of work count, from a lake: by unit, small enough for any program."""

from collections.abc import Callable
from enum import StrEnum

import duckdb
from ibis import Table

from bochiso.measure.compiled_sql import compiled
from bochiso.measure.forms.handling import handling_counts
from bochiso.measure.forms.petition_stock import petition_form_counts
from bochiso.measure.indicators import Row
from bochiso.measure.missed.missed_dossiers import missed_numbers
from bochiso.measure.query_parameters import query_values
from bochiso.rules.one_stop import one_stop
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.lake.lake_duckdb import LakeEngine
from bochiso.store.lake.lake_facts import Lake, load_small, months_of
from bochiso.store.lake.lake_measurement import LakeAsked
from bochiso.store.lake.lake_tables import DOSSIER_TABLE, PETITION_TABLE
from bochiso.store.measuring.deadline_table import published_limits, store_deadline_table
from bochiso.units.codes import natural_key


class LakeCount(StrEnum):
    """What is counted besides the indicators.

    Circular 09/2026/TT-BTP's forms 07 and 06 by unit and field of work; and what lists of work have.
    """

    HANDLING = "handling"
    PETITIONS = "petitions"
    WORK = "work"


_COUNTS: dict[LakeCount, Callable[[], Table]] = {
    LakeCount.HANDLING: handling_counts,
    LakeCount.PETITIONS: petition_form_counts,
    LakeCount.WORK: lambda: missed_numbers("unit", subset=False),
}


def _expression(count: LakeCount) -> Table:
    return _COUNTS[count]()


def lake_counts(
    db: duckdb.DuckDBPyConnection, lake: Lake, engine: LakeEngine, asked: LakeAsked, count: LakeCount
) -> list[Row]:
    """Rows by unit, and by field of work where it is a form, in the order of codes.

    `db` is empty. Raises StoreError naming a file that can't be used.
    """
    load_small(db, lake)
    calendar = calendar_of(db)
    days = [day for each in lake.manifests.values() for day in (each.first, each.last) if day]
    limits = [*published_limits(db), one_stop().complete_supplement]
    today = asked.day
    store_deadline_table(db, min([*days, today]), max([*days, today]), limits, calendar)
    engine.give_tables(
        {name: db.table(name).to_arrow_table() for name in ("procedures", "calendars", "limit_days")}
    )
    last = months_of(asked.period)[-1]
    dossiers = [
        (province, part)
        for province, part in lake.parts(DOSSIER_TABLE.name, None)
        if count is LakeCount.PETITIONS or part.month <= last
    ]
    if count is LakeCount.WORK:
        dossiers = list(lake.parts(DOSSIER_TABLE.name, months_of(asked.period)))
    else:
        petitions = [part for _, part in lake.parts(PETITION_TABLE.name) if part.month <= last]
        engine.show(lake.place, PETITION_TABLE, [file for part in petitions for file in part.files])
    engine.show(lake.place, DOSSIER_TABLE, [file for _, part in dossiers for file in part.files])
    query = compiled(_expression, count, dialect=engine.dialect)
    found = engine.ask(query, query_values(asked.period, asked.as_of)).to_pylist()
    keys = ("unit", "field")
    rows = [
        {name: value if name in keys else int(value or 0) for name, value in row.items()} for row in found
    ]
    return sorted(rows, key=lambda row: (natural_key(row["unit"]), row.get("field") or ""))
