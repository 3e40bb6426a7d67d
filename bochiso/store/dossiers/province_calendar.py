"""Provinces' own tables of days off and of Saturdays worked, over the ones that come along."""

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from bochiso.rules.calendar import Calendar, builtin_calendar
from bochiso.rules.day_table import DayTable, parse_day_table
from bochiso.rules.file.yaml_tree import LIMIT, not_text, too_long
from bochiso.store.dossiers.ingest import DossierIngest, Recorded, open_dossiers
from bochiso.store.dossiers.unit_lookup import which_province
from bochiso.store.folder import DataFolder

DAY_TABLE = "days"
"""Kind of the journal's entries that hold such a table, its text as it was given."""


@dataclass(frozen=True)
class OwnDays:
    """A table and the province that it is of; None where that isn't known.

    `used`: not where it may be any of several provinces'.
    """

    province: str | None
    table: DayTable
    used: bool = True


def keep_days(
    folder: DataFolder,
    name: str,
    data: bytes,
    province: str | None = None,
    recorded: Recorded = nullcontext,
) -> OwnDays:
    """Check a province's table and keep it; what it says of a day wins over all before it.

    `name` stands for its file in messages. Without a province it is of the one province that the
    folder has. Raises RuleError or RuleFileError with what is wrong with it, StoreError where it can't
    be kept or isn't said to be of which of several provinces.
    """
    if len(data) > LIMIT:
        raise too_long(name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise not_text(name) from None
    table = parse_day_table(text, name)
    with DossierIngest(folder) as ingest:
        with ingest.facts.open(write=True) as db:
            own = which_province(db, province)
        batch = pa.record_batch({"text": [text], "province": pa.array([own], pa.string())})
        ingest.keep([(DAY_TABLE, batch)], recorded)
    return OwnDays(own, table)


def province_days(folder: DataFolder) -> list[OwnDays]:
    """The tables that a data folder keeps; none where there is no such folder yet."""
    if not folder.journal.is_dir():
        return []
    with open_dossiers(folder) as db:
        return own_days(db)


def own_days(db: duckdb.DuckDBPyConnection) -> list[OwnDays]:
    """The tables that were kept, in the order in which they came."""
    rows = db.execute(
        "select coalesce(day_tables.province, home.province) as own, text, own is not null or not several "
        "from day_tables, home order by place"
    ).fetchall()
    return [OwnDays(province, parse_day_table(text, DAY_TABLE), used) for province, text, used in rows]


def calendar_of(db: duckdb.DuckDBPyConnection) -> Calendar:
    """The calendar of a data folder: the country's days, with what each province says over them."""
    return calendar_with(own_days(db))


def calendar_with(tables: Iterable[OwnDays]) -> Calendar:
    """The country's calendar with provinces' tables over it, each over those before."""
    calendar = builtin_calendar()
    for each in tables:
        if each.used:
            calendar = calendar.with_table(each.table, each.province)
    return calendar
