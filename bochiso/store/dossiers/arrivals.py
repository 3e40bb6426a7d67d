"""When messages arrived: the latest of each sender and unit, and how many items a day."""

from collections.abc import Sequence
from datetime import UTC

import duckdb
import pyarrow as pa

from bochiso.store.journal.journal import JournalEntry
from bochiso.store.journal.statements import execute

ARRIVALS = """
create table arrivals (sender varchar, front varchar, kind varchar, items bigint, last_at timestamp);
"""
"""By sender and by what stands in front of dossiers' numbers (a unit's code); kind: dossiers, steps or
file. `last_at` is when the last message or file with such an item was taken in, UTC."""

_KINDS = {"dossiers": "dossiers", "dossiers-file": "file", "steps": "steps"}

_ADD = """
create or replace temp table arrived as
    with every as (
        select sender, split_part(dossier, '-', 1) as front, kind, 1 as items, last_at from fresh
        union all from arrivals)
    select sender, front, kind, sum(items)::bigint as items, max(last_at) as last_at from every group by all;
delete from arrivals;
insert into arrivals from arrived;
"""


def note_arrivals(db: duckdb.DuckDBPyConnection, entries: Sequence[JournalEntry]) -> None:
    """Add what entries brought."""
    parts = [_named(entry) for entry in entries if entry.kind in _KINDS]
    if not parts:
        return
    db.register("fresh", pa.concat_tables(parts))
    execute(db, _ADD)
    db.unregister("fresh")


def _named(entry: JournalEntry) -> pa.Table:
    batch, size = entry.batch, entry.batch.num_rows
    known = "sender" in batch.schema.names  # steps of older journals have none
    at = entry.received_at.astimezone(UTC).replace(tzinfo=None)
    return pa.table(
        {
            "sender": batch.column("sender").cast(pa.string()) if known else pa.nulls(size, pa.string()),
            "dossier": batch.column("dossier").cast(pa.string()),
            "kind": pa.repeat(pa.scalar(_KINDS[entry.kind]), size),
            "last_at": pa.repeat(pa.scalar(at, pa.timestamp("us")), size),
        }
    )
