"""What was measured from dossiers, kept as a snapshot; a module of its own for what measuring loads."""

from contextlib import AbstractContextManager
from datetime import date

from bochiso.office.backend import Backend
from bochiso.periods import Period
from bochiso.store.figures.evidence import Reading
from bochiso.store.figures.snapshot_store import Added
from bochiso.store.measuring import measurement
from bochiso.store.measuring.measurement import Measurement
from bochiso.store.people.audit import By


def keep_measured(
    backend: Backend,
    by: By,
    found: Measurement,
    day: date,
    period: Period,
    rules_text: str,
) -> Added:
    """Keep what was measured as a snapshot of its own. Raises StoreError where it can't be kept."""

    def recorded(reading: Reading) -> AbstractContextManager[object]:
        return backend.recording(by, "measure", str(reading.seq), period=period.code, day=day.isoformat())

    return measurement.keep(backend.folder, found, day, period, rules_text, by.at, recorded)
