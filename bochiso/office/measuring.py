"""What was measured from dossiers, kept as a snapshot; a module of its own for what measuring loads."""

from contextlib import AbstractContextManager

from bochiso.office.backend import Backend
from bochiso.store.figures.evidence import Reading
from bochiso.store.figures.snapshot_store import Added
from bochiso.store.measuring import measurement
from bochiso.store.measuring.measurement import Measurement
from bochiso.store.people.audit import By


def keep_measured(backend: Backend, by: By, measured: Measurement) -> Added:
    """Keep what was measured as a snapshot of its own. Raises StoreError where it can't be kept."""

    def recorded(reading: Reading) -> AbstractContextManager[object]:
        return backend.recording(by, "measure", str(reading.seq), period=measured.period.code,
                                 day=measured.day.isoformat())  # fmt: skip

    return measurement.keep(backend.folder, measured, by.at, recorded)
