"""Figures: brought in from files, measured from dossiers, made again from the evidence; eras kept."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

from bochiso.intake.tables.column_choice import NO_CHOICE, Choice
from bochiso.measure.indicators import Measure
from bochiso.office.backend import Backend
from bochiso.periods import Period
from bochiso.rules.eras import Eras
from bochiso.store.dossiers import measurement
from bochiso.store.dossiers.ingest import Rebuilt, rebuild_dossiers
from bochiso.store.figures import office_eras, snapshot_store
from bochiso.store.figures.evidence import NewReading, Reading
from bochiso.store.figures.snapshot_store import Added
from bochiso.store.people.audit import By
from bochiso.units.model import Unit


def import_figures(
    backend: Backend,
    by: By,
    kind: str,
    files: Sequence[tuple[str, bytes]],
    *,
    as_of: date,
    period: Period,
    label: str | None,
    rules_text: str,
    choice: Choice = NO_CHOICE,
) -> Added:
    """Keep files as evidence, then their figures as facts; files that are kept already leave no line.

    Raises SourceError where no figure can be used, StoreError where it can't be kept.
    """
    names = [name for name, _ in files]

    def recorded(reading: Reading) -> AbstractContextManager[object]:
        return backend.recording(by, "import", str(reading.seq), kind=kind, files=names)

    return snapshot_store.add_reading(
        backend.folder,
        NewReading(
            kind,
            files,
            as_of=as_of,
            period=period,
            label=label,
            rules_text=rules_text,
            read_at=by.at,
            choice=choice,
        ),
        recorded=recorded,
    )


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


def keep_eras(backend: Backend, by: By, file: Path) -> Eras:
    """Use an office's own eras of the scale from now on; RuleFileError with every problem of the file."""
    return office_eras.keep_eras(backend.folder, file, lambda: backend.recording(by, "rules.eras", file.name))


def rebuild_figures(backend: Backend, by: By, watch: Callable[[list[int]], Iterable[int]] = iter) -> int:
    """Make the facts of figures again from the evidence; returns the number of readings."""
    return snapshot_store.rebuild(
        backend.folder, watch, lambda n: backend.recording(by, "facts.rebuild", "figures", readings=n)
    )


def rebuild_journal(backend: Backend, by: By) -> Rebuilt:
    """Make the facts of dossiers again from the journal; a folder without dossiers leaves no line."""
    done = rebuild_dossiers(backend.folder)
    if done != Rebuilt():
        with backend.open_ledger() as ledger:
            ledger.record(by, "facts.rebuild", "dossiers", items=done.items, lost=done.lost)
    return done
