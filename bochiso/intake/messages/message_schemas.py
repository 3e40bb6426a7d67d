"""The columns of dossiers and steps: what facts are settled from, and all that is kept as evidence."""

import pyarrow as pa

from bochiso.intake.messages.dossier_details import DETAILS, STEP_DETAILS
from bochiso.intake.messages.message_columns import MOMENT

INTERVALS = pa.list_(
    pa.struct([("asked", MOMENT), ("answered", MOMENT), ("due_before", MOMENT), ("due_after", MOMENT)])
)
"""Requests for supplements, with the due dates that each found and left."""

MESSAGES = pa.schema(
    [
        ("dossier", pa.string()),
        ("sender", pa.string()),
        ("updating", pa.bool_()),
        ("procedure", pa.string()),
        ("channel", pa.int8()),
        ("status", pa.int8()),
        ("filed_at", MOMENT),
        ("received_at", MOMENT),
        ("due_at", MOMENT),
        ("done_at", MOMENT),
        ("returned_at", MOMENT),
        ("refused_at", MOMENT),
        ("supplements", INTERVALS),
        ("paid_online", pa.bool_()),
        ("fee_free", pa.bool_()),
        ("result_file", pa.bool_()),
        ("component_file", pa.bool_()),
        ("data_reused", pa.bool_()),
        ("from_store", pa.bool_()),
        ("population_data", pa.bool_()),
        ("odd", pa.int16()),
    ]
)
"""A dossier as one message says it. `sender` is a unit's code; `odd` are bits of Odd."""

STEPS = pa.schema([("dossier", pa.string()), ("moment", MOMENT), ("status", pa.int8())])
"""A processing step."""

KEPT = pa.schema([*MESSAGES, *DETAILS])
KEPT_STEPS = pa.schema([*STEPS, *STEP_DETAILS])
"""All that is kept of a dossier and of a step: MESSAGES and STEPS are what facts are settled from."""
