"""Figures: brought in from files, made again from the evidence; eras of their scale kept."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from bochiso.office.backend import Backend
from bochiso.rules.eras import Eras
from bochiso.rules.rule_set import RuleSet
from bochiso.store.decisions import name_choices, withdrawals
from bochiso.store.figures import kept_predecessors, office_eras, snapshot_store
from bochiso.store.figures.evidence import NewReading, Reading
from bochiso.store.figures.name_questions import NameQuestion
from bochiso.store.figures.snapshot_store import Added
from bochiso.store.people.audit import MONTH, By
from bochiso.store.people.settings import read_settings
from bochiso.store.snapshots.preview import Preview, preview
from bochiso.text import say
from bochiso.units.model import Unit
from bochiso.units.predecessors import Predecessors


def import_figures(backend: Backend, by: By, new: NewReading) -> Added:
    """Keep files as evidence, then their figures as facts; files that are kept already leave no line.

    Raises SourceError where no figure can be used, StoreError where it can't be kept.
    """
    names = [name for name, _ in new.files]

    def recorded(reading: Reading) -> AbstractContextManager[object]:
        return backend.recording(by, "import", str(reading.seq), kind=new.kind, files=names)

    return snapshot_store.add_reading(backend.folder, new, recorded=recorded)


def preview_import(backend: Backend, new: NewReading, rules: RuleSet) -> Preview:
    """What `import_figures` would do with the same reading, in a copy that is thrown away.

    Raises as `import_figures`; the folder stays as it is, and nothing is a deed.
    """
    return preview(backend.folder, new, rules)


def keep_eras(backend: Backend, by: By, file: Path) -> Eras:
    """Use an office's own eras of the scale from now on; RuleFileError with every problem of the file."""
    return office_eras.keep_eras(backend.folder, file, lambda: backend.recording(by, "rules.eras", file.name))


def keep_predecessors(backend: Backend, by: By, file: Path) -> Predecessors:
    """Use a table of predecessors from now on. Raises SourceError with what is wrong in it."""
    return kept_predecessors.keep_predecessors(
        backend.folder, file, lambda: backend.recording(by, "units.predecessors", file.name)
    )


def rebuild_figures(backend: Backend, by: By, watch: Callable[[list[int]], Iterable[int]] = iter) -> int:
    """Make the facts of figures again from the evidence; returns the number of readings."""
    name_choices.restore_choices(backend.folder)
    return snapshot_store.rebuild(
        backend.folder, watch, lambda n: backend.recording(by, "facts.rebuild", "figures", readings=n)
    )


def withdraw_readings(backend: Backend, by: By, seqs: Sequence[int], because: str) -> None:
    """Take readings back: nothing counts them any more, their evidence stays. Raises ComputeError."""
    with backend.open_ledger() as ledger:
        withdrawals.withdraw_readings(ledger, backend.folder, seqs, because, by)


OVER = say("hết thời hạn lưu", "beyond the time for which it is kept")
"""Why a reading's files are removed that nobody asked about."""


def forget_readings(backend: Backend, by: By, seqs: Sequence[int], because: str) -> int:
    """Remove the bytes of readings' files for good; their figures, the hashes and the reason stay.

    Returns how many files were removed. Raises ComputeError.
    """
    because = " ".join(because.split())
    return withdrawals.forget_readings(
        backend.folder, seqs, because, by,
        lambda seq: backend.recording(by, "evidence.forget", str(seq), because=because),
    )  # fmt: skip


def due_readings(backend: Backend, at: datetime) -> tuple[int, ...]:
    """The readings whose files were kept for as long as administrators want them, and are still there."""
    with backend.open_ledger() as ledger:
        months = read_settings(ledger).evidence_months
    return () if months is None else withdrawals.older_readings(backend.folder, at - months * MONTH)


def match_name(backend: Backend, by: By, question: NameQuestion, code: str | None) -> Unit | None:
    """Say which unit a name without a code means, None for one by itself; returns the unit.

    It holds from now on and in what was kept. Raises ComputeError for no known unit of the name's
    province and level.
    """
    with backend.open_ledger() as ledger:
        return name_choices.match_name(ledger, backend.folder, question, code, by)


def forget_name(backend: Backend, by: By, name: str) -> int:
    """Take back what was said of a name; returns how many choices. Raises ComputeError where none was."""
    with backend.open_ledger() as ledger:
        return name_choices.forget_name(ledger, backend.folder, name, by)
