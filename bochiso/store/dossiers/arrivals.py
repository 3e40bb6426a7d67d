"""When messages arrived: the latest of each sender and unit, and how many items a day."""

from collections.abc import Sequence
from datetime import UTC

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

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
    select sender, front, kind, sum(items)::bigint as items, max(last_at) as last_at
    from (from fresh union all from arrivals) group by all;
delete from arrivals;
insert into arrivals by name from arrived;
"""


def note_arrivals(db: duckdb.DuckDBPyConnection, entries: Sequence[JournalEntry]) -> None:
    """Add what entries brought."""
    parts = [_counted(entry) for entry in entries if entry.kind in _KINDS]
    if not parts:
        return
    db.register("fresh", pa.concat_tables(parts))
    execute(db, _ADD)
    db.unregister("fresh")


def _counted(entry: JournalEntry) -> pa.Table:
    batch = entry.batch
    numbers = batch.column("dossier")
    fronts = pc.replace_substring_regex(numbers, "-.*$", "")
    known = "sender" in batch.schema.names  # steps of older journals have none
    senders = batch.column("sender") if known else pa.nulls(len(batch), pa.string())
    table = pa.table({"sender": senders, "front": fronts})
    counts = table.group_by(["sender", "front"]).aggregate([([], "count_all")])
    at = entry.received_at.astimezone(UTC).replace(tzinfo=None)
    return pa.table(
        {
            "sender": counts["sender"].cast(pa.string()),
            "front": counts["front"].cast(pa.string()),
            "kind": pa.repeat(pa.scalar(_KINDS[entry.kind]), len(counts)),
            "items": counts["count_all"].cast(pa.int64()),
            "last_at": pa.repeat(pa.scalar(at, pa.timestamp("us")), len(counts)),
        }
    )
