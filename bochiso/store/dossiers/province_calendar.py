"""The province's own tables of days off and of Saturdays worked, over the ones that come along."""

from collections.abc import Iterable
from contextlib import nullcontext

import duckdb
import pyarrow as pa

from bochiso.rules.calendar import Calendar, builtin_calendar
from bochiso.rules.day_table import DayTable, parse_day_table
from bochiso.rules.file.yaml_tree import LIMIT, not_text, too_long
from bochiso.store.dossiers.ingest import DossierIngest, Recorded, open_dossiers
from bochiso.store.folder import DataFolder

DAY_TABLE = "days"
"""Kind of the journal's entries that hold such a table, its text as it was given."""


def keep_days(folder: DataFolder, name: str, data: bytes, recorded: Recorded = nullcontext) -> DayTable:
    """Check a table and keep it; what it says of a day wins over all before it.

    `name` stands for its file in messages. Raises RuleError or RuleFileError with what is wrong
    with it, StoreError where it can't be kept.
    """
    if len(data) > LIMIT:
        raise too_long(name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise not_text(name) from None
    table = parse_day_table(text, name)
    with DossierIngest(folder) as ingest:
        ingest.keep([(DAY_TABLE, pa.record_batch({"text": [text]}))], recorded)
    return table


def province_days(folder: DataFolder) -> list[DayTable]:
    """The tables that a data folder keeps; none where there is no such folder yet."""
    if not folder.journal.is_dir():
        return []
    with open_dossiers(folder) as db:
        return own_days(db)


def own_days(db: duckdb.DuckDBPyConnection) -> list[DayTable]:
    """The tables that were kept, in the order in which they came."""
    rows = db.execute("select text from day_tables order by place").fetchall()
    return [parse_day_table(text, DAY_TABLE) for (text,) in rows]


def calendar_of(db: duckdb.DuckDBPyConnection) -> Calendar:
    """The calendar of a data folder: the country's days with the province's own over them."""
    return calendar_with(own_days(db))


def calendar_with(tables: Iterable[DayTable]) -> Calendar:
    """The country's calendar with tables over it, each over those before."""
    calendar = builtin_calendar()
    for table in tables:
        calendar = calendar.with_table(table)
    return calendar
