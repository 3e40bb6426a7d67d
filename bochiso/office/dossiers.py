"""Dossiers and what they are counted with: brought in from files, codes mapped, days off kept, exported."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path

from bochiso.intake.dossiers.records import Records
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.office.backend import Backend
from bochiso.store.dossiers import code_mapping, file_import, portal_import, province_calendar
from bochiso.store.dossiers.code_mapping import Held, Mapped
from bochiso.store.dossiers.file_import import Imported as Imported
from bochiso.store.dossiers.file_import import Watch
from bochiso.store.dossiers.ingest import Rebuilt, rebuild_dossiers
from bochiso.store.dossiers.portal_import import KeptPortalList, PortalListAsked
from bochiso.store.dossiers.province_calendar import OwnDays
from bochiso.store.people.audit import By, Deed

RECORD_KINDS = tuple(file_import.RECORD_READERS)
"""What `import_records` takes, beside dossiers."""


def import_dossiers(
    backend: Backend, by: By, paths: Sequence[Path], watch: Watch | None = None, choice: Choice = NO_CHOICE
) -> Imported:
    """Keep the dossiers and steps of files; one line for all of them, written with the first that is kept.

    Raises SourceError where nothing could be used, StoreError where nothing can be kept.
    """
    names = [path.name for path in paths]
    return file_import.import_dossiers(
        backend.folder, paths, watch, choice,
        lambda: backend.recording(by, "import", kind="dossiers", files=names), backend.ingest,
    )  # fmt: skip


def import_records(
    backend: Backend,
    by: By,
    kind: str,
    files: Sequence[tuple[str, bytes]],
    choice: Choice = NO_CHOICE,
    province: str | None = None,
) -> tuple[list[Records], int]:
    """Keep procedures, petitions, units or publications; how many in the folder count nowhere then, too.

    `province`: whose they are where rows don't say so. Raises SourceError where no row can be used,
    StoreError where they may be any of several provinces'.
    """
    names = [name for name, _ in files]
    return file_import.import_records(
        backend.folder, kind, files, choice, province,
        lambda: backend.recording(by, "import", kind=kind, files=names), backend.ingest,
    )  # fmt: skip


def look_at_records(
    kind: str, files: Sequence[tuple[str, bytes]], choice: Choice = NO_CHOICE
) -> list[Records]:
    """What `import_records` would read of the same files; nothing is kept, and nothing is a deed."""
    return [file_import.RECORD_READERS[kind](name, data, choice) for name, data in files]


def import_portal_list(
    backend: Backend,
    by: By,
    paths: Sequence[Path],
    asked: PortalListAsked,
    choice: Choice = NO_CHOICE,
) -> KeptPortalList:
    """Keep the portal's own list of a province's dossiers, all of it or nothing.

    Raises SourceError where it is no such list, torn or another province's; StoreError where it can't be
    kept.
    """
    names = [path.name for path in paths]
    return portal_import.import_portal_list(
        backend.folder, paths, asked, choice,
        lambda: backend.recording(
            by, "import", kind="portal-list", files=names, day=asked.day.isoformat()
        ),
    )  # fmt: skip


_MAPPED: dict[tuple[str, bool], Deed] = {
    (code_mapping.UNIT, True): "unit.map",
    (code_mapping.UNIT, False): "unit.unmap",
    (code_mapping.PROCEDURE, True): "procedure.map",
    (code_mapping.PROCEDURE, False): "procedure.unmap",
}
"""What the log says of a code: its kind, and whether it was given to one of the list or taken back."""


def map_code(
    backend: Backend, by: By, code: str, target: str | None, province: str | None = None
) -> tuple[Mapped, Held]:
    """Give a code to a unit or a procedure of the lists, or take it back (None); with how much comes with it.

    `province`: whose procedure it is, where the folder has several. Raises StoreError where that can't be.
    """

    def recorded(made: Mapped) -> AbstractContextManager[object]:
        deed = _MAPPED[made.kind, made.target is not None]
        return backend.recording(by, deed, made.code, target=made.target)

    return code_mapping.map_code(
        backend.folder, code, target, province, ingest=backend.ingest, recorded=recorded
    )


def keep_days(backend: Backend, by: By, name: str, data: bytes, province: str | None = None) -> OwnDays:
    """Keep a province's own table of days off. Raises RuleError or RuleFileError with what is wrong."""
    return province_calendar.keep_days(
        backend.folder, name, data, province, lambda: backend.recording(by, "rules.days", name)
    )


def rebuild_journal(backend: Backend, by: By) -> Rebuilt:
    """Make the facts of dossiers again from the journal; a folder without dossiers leaves no line."""
    done = rebuild_dossiers(backend.folder)
    if done != Rebuilt():
        with backend.open_ledger() as ledger:
            ledger.record(by, "facts.rebuild", "dossiers", items=done.items, lost=done.lost)
    return done


@dataclass(frozen=True)
class DossierExport:
    """Which open dossiers are taken away. `kind`: overdue or due-soon, and then within how many `days`.

    `as_of`: the day by whose end they are told, None for now; `unit`: None for every one.
    """

    kind: str
    unit: str | None
    clock: str
    form: str
    days: int | None = None
    as_of: str | None = None
    procedure: str | None = None
    age: str | None = None
    period: str | None = None


def record_petition_export(
    backend: Backend, by: By, unit: str | None, form: str, period: str, marks: Sequence[str], petitions: int
) -> None:
    """Note that a list of petitions is given out, before it is. Raises StoreError where it can't be noted.

    `unit`: None for every one; `marks`: the kinds of petitions that it is limited to.
    """
    with backend.open_ledger() as ledger:
        ledger.record(
            by, "petitions.export", unit or "", form=form, period=period, only=list(marks),
            petitions=petitions,
        )  # fmt: skip


def record_export(backend: Backend, by: By, wanted: DossierExport, dossiers: int) -> None:
    """Note that a list of dossiers is given out, before it is. Raises StoreError where it can't be noted."""
    details = asdict(wanted)
    subject = details.pop("unit") or ""
    if wanted.period is None:  # only lists of a period have one
        del details["period"]
    with backend.open_ledger() as ledger:
        ledger.record(by, "dossiers.export", subject, **details, dossiers=dossiers)
