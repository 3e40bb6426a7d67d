"""The portal's own lists of dossiers among the facts: each whole, by its province and the day it was read."""

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from bochiso.measure.schema import PORTAL_DOSSIERS, PORTAL_LISTS
from bochiso.store.journal.journal import JournalEntry
from bochiso.store.journal.reference_lists import columns
from bochiso.store.journal.statements import execute

PORTAL = f"""
create table portal_lists ({columns(PORTAL_LISTS)});
create table portal_dossiers ({columns(PORTAL_DOSSIERS)});
"""
"""A later list of a province and day takes the place of the earlier one."""

_REPLACE = """
delete from portal_dossiers using new_list
where portal_dossiers.province = new_list.province and portal_dossiers.list_day = new_list.list_day;
delete from portal_lists using new_list
where portal_lists.province = new_list.province and portal_lists.list_day = new_list.list_day;
insert into portal_dossiers by name
    select new_list.province, new_list.list_day, new_rows.* from new_rows, new_list;
insert into portal_lists by name from new_list;
"""


def add_portal_lists(
    db: duckdb.DuckDBPyConnection, rows: Iterable[JournalEntry], lists: Iterable[JournalEntry]
) -> None:
    """Lists that came, with the rows that stand before each in the journal."""
    parts = {entry.first: entry.batch for entry in rows}
    for entry in lists:
        (count,) = entry.batch.column("rows").to_pylist()
        own = [batch for first, batch in parts.items() if entry.first - count <= first < entry.first]
        db.register("new_rows", pa.Table.from_batches(own))
        db.register("new_list", pa.table(entry.batch))
        execute(db, _REPLACE)
        db.unregister("new_rows")
        db.unregister("new_list")
