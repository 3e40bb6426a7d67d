"""Sending items to a data folder, and what they settle to."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from bochiso.intake.messages.items import read_items
from bochiso.intake.messages.message_schemas import MOMENT, STEPS
from bochiso.intake.messages.sync_messages import decode_items
from bochiso.store.dossiers.ingest import DossierIngest, open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import Batches
from bochiso.store.journal.kept_batches import batches_of

Item = dict[str, Any]


def message(items: Sequence[Item], *, updating: bool = False, sender: str | None = "H15") -> Batches:
    """A message as the journal keeps it."""
    received = read_items(decode_items(json.dumps(items).encode()), sender=sender, updating=updating)
    assert not received.refused
    return batches_of(received, sender=sender)


BEYOND = 2**61
"""Microseconds of a moment that no calendar has: to follow steps it is multiplied, and overflows."""


def closing_steps(moments: Mapping[str, int]) -> Batches:
    """Steps that close dossiers, by their numbers, at moments in microseconds, as the journal keeps them."""
    columns = [
        pa.array(moments), pa.array(moments.values(), pa.int64()).cast(MOMENT),
        pa.array([9] * len(moments), pa.int8()),
    ]  # fmt: skip
    return [("steps", pa.RecordBatch.from_arrays(columns, schema=STEPS))]


def settle(folder: DataFolder, messages: Iterable[Batches]) -> None:
    """Send messages one after the other and wait until facts have them."""
    with DossierIngest(folder) as ingest:
        positions = [ingest.submit(each) for each in messages]
        ingest.wait(positions[-1].result())


def rows(folder: DataFolder, table: str = "dossiers") -> list[dict[str, Any]]:
    """The rows of a table of facts, in an order of their own."""
    with open_dossiers(folder) as db:
        found = db.execute(f"select * from {table}")
        names = [column[0] for column in found.description]
        return sorted((dict(zip(names, row, strict=True)) for row in found.fetchall()), key=repr)


def settled(path: Path, *messages: Batches) -> dict[str, Any]:
    """The one dossier that messages settle to, in a folder of its own."""
    folder = DataFolder(path)
    settle(folder, messages)
    (row,) = rows(folder)
    return row
