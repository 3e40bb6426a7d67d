"""What was measured from dossiers, kept as a snapshot; a module of its own for what measuring loads."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date

from bochiso.measure.indicators import Measure
from bochiso.office.backend import Backend
from bochiso.periods import Period
from bochiso.store.figures.evidence import Reading
from bochiso.store.figures.snapshot_store import Added
from bochiso.store.measuring import measurement
from bochiso.store.people.audit import By
from bochiso.units.model import Unit


def keep_measured(
    backend: Backend,
    by: By,
    units: Sequence[Unit],
    rows: Sequence[Measure],
    day: date,
    period: Period,
    rules_text: str,
) -> Added:
    """Keep what was measured as a snapshot of its own. Raises StoreError where it can't be kept."""

    def recorded(reading: Reading) -> AbstractContextManager[object]:
        return backend.recording(by, "measure", str(reading.seq), period=period.code, day=day.isoformat())

    return measurement.keep(backend.folder, units, rows, day, period, rules_text, by.at, recorded)
