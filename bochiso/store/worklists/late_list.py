"""The dossiers that indicator 2.1 counts as late in a period, and what they are counted of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import duckdb
from msgspec import Struct

from bochiso.measure.compiled_sql import late_query, received_query
from bochiso.measure.query_parameters import query_values
from bochiso.periods import Period
from bochiso.rules.calendar import Calendar
from bochiso.store.measuring.measurement import choose_units, keep_period_limits, rows_of, run
from bochiso.store.worklists.worklist import vietnamese


class LateList(Struct, frozen=True):
    """The late dossiers of a period, the worst first, and by unit how many were judged and were not.

    `rows` are as late_dossiers gives them, moments Việt Nam's. `judged`, `unlimited`: dossiers that 2.1
    judges, and those that it can't for want of a limit.
    """

    rows: tuple[dict[str, Any], ...]
    judged: int
    unlimited: int


def late_list(
    db: duckdb.DuckDBPyConnection, units: Sequence[str], period: Period, as_of: datetime, calendar: Calendar
) -> LateList:
    """The late dossiers of units, by the very clock that `measure` goes by."""
    keep_period_limits(db, period, as_of, calendar)
    choose_units(db, units)
    values = query_values(period, as_of)
    counts = rows_of(run(db, received_query(), values))
    rows = rows_of(run(db, late_query(), values))
    shown = ({name: vietnamese(value) for name, value in row.items()} for row in rows)
    return LateList(
        tuple(shown), sum(row["judged"] for row in counts), sum(row["unlimited"] for row in counts)
    )
