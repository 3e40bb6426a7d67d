"""What the forms of periodic reports are filled with, counted from the facts of dossiers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import duckdb
from msgspec import Struct

from bochiso.measure.compiled_sql import compiled
from bochiso.measure.forms.handling import handling_counts
from bochiso.measure.forms.petition_stock import petition_form_counts
from bochiso.measure.forms.publication_stock import procedures_in_force, publication_form_counts
from bochiso.measure.indicators import Row
from bochiso.measure.query_parameters import query_values
from bochiso.periods import Period
from bochiso.rules.calendar import Calendar
from bochiso.rules.verdict import day_of
from bochiso.store.measuring.measurement import choose_units, rows_of, run
from bochiso.store.worklists.worklist import keep_limits


def handling_rows(
    db: duckdb.DuckDBPyConnection, units: Sequence[str], period: Period, as_of: datetime, calendar: Calendar
) -> list[Row]:
    """Dossiers by unit and field of work, as `handling_counts` gives them, of these units."""
    keep_limits(db, plain_utc(as_of), calendar)
    return _rows(db, units, compiled(handling_counts, subset=True), period, as_of)


def petition_rows(
    db: duckdb.DuckDBPyConnection, units: Sequence[str], period: Period, as_of: datetime, calendar: Calendar
) -> list[Row]:
    """Petitions by unit and field of work, as `petition_form_counts` gives them, of these units."""
    keep_limits(db, plain_utc(as_of), calendar)
    return _rows(db, units, compiled(petition_form_counts, subset=True), period, as_of)


def publication_rows(
    db: duckdb.DuckDBPyConnection, province: str, period: Period, as_of: datetime
) -> list[Row]:
    """The decisions of the register, as `publication_form_counts` gives them, of one province."""
    found = rows_of(run(db, compiled(publication_form_counts), query_values(period, as_of)))
    return [row for row in found if row["province"] == province]


def standing_rows(db: duckdb.DuckDBPyConnection, province: str, period: Period, as_of: datetime) -> list[Row]:
    """The procedures in force, as `procedures_in_force` gives them, of one province."""
    found = rows_of(run(db, compiled(procedures_in_force), query_values(period, as_of)))
    return [row for row in found if row["province"] == province]


def plain_utc(moment: datetime) -> datetime:
    """A moment as facts keep it: UTC without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _rows(
    db: duckdb.DuckDBPyConnection,
    units: Sequence[str],
    query: str,
    period: Period,
    as_of: datetime,
) -> list[Row]:
    choose_units(db, units)
    return rows_of(run(db, query, query_values(period, as_of)))


class KnownDays(Struct, frozen=True):
    """From when to when dossiers are known; None where there is none. `unmapped`: those of no known unit."""

    first: date | None
    last: date | None
    unmapped: int


def known_days(db: duckdb.DuckDBPyConnection) -> KnownDays:
    """What is known of the days that dossiers are of, by receipt and by the latest that was told of them."""
    (row,) = db.execute(_KNOWN).fetchall()
    first, last = (day_of(each.replace(tzinfo=UTC)) if each else None for each in row[:2])
    return KnownDays(first, last, row[2])


_KNOWN = """
select min(coalesce(received_at, filed_at)),
    greatest(max(coalesce(received_at, filed_at)), max(last_known_at), max(done_at)),
    count(*) filter (where unit is null)
from dossiers
"""


def petitions_known(db: duckdb.DuckDBPyConnection) -> bool:
    """Whether any petition was brought in."""
    return bool(db.execute("select 1 from petitions limit 1").fetchall())


def register_known(db: duckdb.DuckDBPyConnection) -> bool:
    """Whether any row of a register of publications was brought in."""
    return bool(db.execute("select 1 from publications where registered limit 1").fetchall())
