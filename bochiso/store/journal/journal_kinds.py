"""The kinds of the journal's entries, and entries of older versions brought to the columns of this one.

Evidence is never rewritten: what an older version wrote lacks the columns that came since, and is read with
nothing in them. A kind or a column that this version doesn't know was written by a newer one.
"""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from bochiso.intake.messages.message_schemas import KEPT, KEPT_STEPS, MESSAGES, STEPS
from bochiso.measure.schema import PETITIONS, PORTAL_DOSSIERS, PORTAL_LISTS, RATINGS
from bochiso.store.journal.journal import JournalEntry
from bochiso.store.journal.journal_blocks import newer
from bochiso.store.journal.reference_lists import PROCEDURE_ROWS, PUBLICATION_ROWS

REFUSALS = pa.schema(
    [
        ("sender", pa.string()),
        ("item", pa.int64()),
        ("dossier", pa.string()),
        ("why", pa.string()),
        ("field", pa.string()),
    ]
)
"""Refused items, kept for the clerk: what they held is not."""

ROWS_KIND, LIST_KIND = "portal-dossiers", "portal-lists"
"""Rows of a portal's list, then the list itself, which says how many they are.

They are written as one, so that a list is there whole or not at all.
"""

SCHEMAS = {"dossiers": KEPT, "dossiers-file": KEPT, "steps": KEPT_STEPS, "refusals": REFUSALS}
"""Kinds whose columns are read in order. dossiers-file: from a file, whose numbers make units known."""

DETAILS = frozenset({*KEPT.names, *KEPT_STEPS.names}) - {*MESSAGES.names, *STEPS.names}
"""Columns that stay away where they did: whether a message had nothing in them isn't known then."""

COLUMNS = {
    "procedures": frozenset(PROCEDURE_ROWS),
    "publications": frozenset(PUBLICATION_ROWS),
    "petitions": frozenset(PETITIONS),
    "ratings": frozenset({*RATINGS, "province"}),
    "units": frozenset({"unit", "name", "level", "parent"}),
    "unit_map": frozenset({"code", "unit"}),
    "procedure_map": frozenset({"code", "procedure", "province"}),
    ROWS_KIND: frozenset(PORTAL_DOSSIERS),
    LIST_KIND: frozenset(PORTAL_LISTS),
    "days": frozenset({"text", "province"}),
    "fields": frozenset({"what", "name", "sender", "items"}),
}
"""Kinds whose columns are read by name."""


class _UnknownError(Exception):
    """A column that this version doesn't know."""


def of_today(entry: JournalEntry, path: Path) -> JournalEntry:
    """An entry with the columns of this version. Raises StoreError for what a newer one wrote."""
    batch, schema = entry.batch, SCHEMAS.get(entry.kind)
    if schema is None:
        if entry.kind not in COLUMNS or not COLUMNS[entry.kind].issuperset(batch.schema.names):
            raise newer(path)
        return entry
    if batch.schema.equals(schema):
        return entry
    has = set(batch.schema.names)
    schema = pa.schema([each for each in schema if each.name in has or each.name not in DETAILS])
    if batch.schema.equals(schema):
        return entry
    try:
        row = _conformed(pa.StructArray.from_arrays(batch.columns, fields=list(batch.schema)), _row(schema))
    except (_UnknownError, pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise newer(path) from None
    return JournalEntry(entry.kind, entry.received_at, entry.first, pa.RecordBatch.from_struct_array(row))


def _row(schema: pa.Schema) -> pa.StructType:
    return pa.struct(list(schema))


def _conformed(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """Values as another type has them: fields by name, those that aren't there null."""
    if array.type.equals(kind):
        return array
    if pa.types.is_struct(kind) and pa.types.is_struct(array.type):
        has = {field.name: place for place, field in enumerate(array.type)}
        if has.keys() - {field.name for field in kind}:
            raise _UnknownError
        fields = [
            _conformed(array.field(has[field.name]), field.type)
            if field.name in has
            else pa.nulls(len(array), field.type)
            for field in kind
        ]
        return pa.StructArray.from_arrays(fields, fields=list(kind), mask=array.is_null())
    if pa.types.is_list(kind) and pa.types.is_list(array.type):
        values = _conformed(array.values, kind.value_type)
        return pa.ListArray.from_arrays(array.offsets, values, type=kind, mask=array.is_null())
    return array.cast(kind)


_OF_MESSAGES = pa.schema([KEPT.field(name) for name in (*MESSAGES.names, "requests", "field_name", "field")])
_OF_STEPS = pa.schema(
    [KEPT_STEPS.field(name) for name in (*STEPS.names, "room", "started_at", "step_due_at")]
)
"""What settling reads; journals of before knew no ids of requests, no fields of work and no rooms."""


def messages_of(entries: Sequence[JournalEntry]) -> pa.Table:
    """What settling reads of dossiers: MESSAGES, `request_ids`, `field_name`, `from_file`, `number`."""
    read = _read_together(entries, _OF_MESSAGES)
    named = pc.coalesce(*(read[name].cast(pa.string()) for name in ("field_name", "field")))
    files = [pa.repeat(pa.scalar(each.kind == "dossiers-file"), each.batch.num_rows) for each in entries]
    numbers = [pa.arange(each.first, each.first + each.batch.num_rows) for each in entries]
    return (
        read.select([*MESSAGES.names, "requests"])
        .rename_columns([*MESSAGES.names, "request_ids"])
        .append_column("field_name", named)
        .append_column("from_file", pa.chunked_array(files, pa.bool_()))
        .append_column("number", pa.chunked_array(numbers, pa.int64()))
    )


def steps_of(entries: Sequence[JournalEntry]) -> pa.Table:
    """What settling reads of steps: STEPS, `room`, `started_at`, `step_due_at`."""
    read = _read_together(entries, _OF_STEPS)
    return read.set_column(read.schema.get_field_index("room"), "room", read["room"].cast(pa.string()))


def _read_together(entries: Sequence[JournalEntry], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_batches([_columns(entry.batch, schema) for entry in entries], schema)


def _columns(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    places = {name: place for place, name in enumerate(batch.schema.names)}
    columns = [
        batch.column(places[each.name]) if each.name in places else pa.nulls(len(batch), each.type)
        for each in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
