"""What the journal keeps of messages: the columns of what was taken, and the reasons of the rest."""

from collections.abc import Sequence

import pyarrow as pa

from bochiso.intake.messages.items import ReceivedItems
from bochiso.intake.messages.refusal_reasons import RefusedItem
from bochiso.store.journal.journal import Batches
from bochiso.store.journal.journal_kinds import REFUSALS
from bochiso.store.journal.kept_fields import fields_batch


def batches_of(received: ReceivedItems, *, sender: str | None = None, from_file: bool = False) -> Batches:
    """What the journal keeps of a message: the columns of what was taken, the reasons of the rest."""
    kept = [("dossiers-file" if from_file else "dossiers", received.dossiers), ("steps", received.steps)]
    if received.refused:
        kept.append(("refusals", _refusals(received.refused, sender)))
    if received.unknown or received.unread:
        kept.append(("fields", fields_batch(received.unknown, received.unread, sender)))
    return kept


def _refusals(refused: Sequence[RefusedItem], sender: str | None) -> pa.RecordBatch:
    return pa.record_batch(
        [
            pa.array([sender] * len(refused), pa.string()),
            pa.array([each.item for each in refused], pa.int64()),
            pa.array([each.dossier for each in refused], pa.string()),
            pa.array([each.why.value for each in refused], pa.string()),
            pa.array([each.field for each in refused], pa.string()),
        ],
        schema=REFUSALS,
    )
