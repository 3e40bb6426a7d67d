"""What was measured from dossiers, kept as a snapshot; a module of its own for what measuring loads."""

from contextlib import AbstractContextManager

from bochiso.office.backend import Backend
from bochiso.periods import Period
from bochiso.rules.file.parse import parse_rules
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.figures.evidence import Reading
from bochiso.store.figures.snapshot_store import Added
from bochiso.store.measuring import measurement
from bochiso.store.measuring.measured_basis import basis_of
from bochiso.store.measuring.measurement import Measurement, measured_units
from bochiso.store.measuring.sync_source import find_sync, published_sync
from bochiso.store.people.audit import By
from bochiso.text import VIETNAM


def measure_now(backend: Backend, by: By, period: Period, rules: str) -> Measurement:
    """Measure a folder's dossiers as they stand now, by the text of a rule set, and keep what comes of it.

    Raises StoreError where there are no dossiers or it can't be kept.
    """
    chosen, day = parse_rules(rules, "qd766"), by.at.astimezone(VIETNAM).date()
    facts = backend.ingest.facts.open(write=True) if backend.ingest else open_dossiers(backend.folder)
    with facts as db:
        units, calendar = measured_units(db, day), calendar_of(db)
        sync = find_sync(db, units, period, by.at, published_sync(backend.folder, period, day))
        rows = measurement.measure(db, units, period, by.at, chosen, calendar, sync)
        basis = basis_of(db, (units, rows), sync, period, by.at, calendar)
    measured = Measurement(units, rows, day, period, rules, basis)
    keep_measured(backend, by, measured)
    return measured


def keep_measured(backend: Backend, by: By, measured: Measurement) -> Added:
    """Keep what was measured as a snapshot of its own. Raises StoreError where it can't be kept."""

    def recorded(reading: Reading) -> AbstractContextManager[object]:
        return backend.recording(by, "measure", str(reading.seq), period=measured.period.code,
                                 day=measured.day.isoformat())  # fmt: skip

    return measurement.keep(backend.folder, measured, by.at, recorded)
