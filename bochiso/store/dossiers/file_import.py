"""Files of dossiers, and of the lists that are counted with them, into the journal and the facts."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.compute as pc
from msgspec import Struct, field

from bochiso.errors import SourceError, Where
from bochiso.intake.dossiers.dossier_files import DossierFile
from bochiso.intake.dossiers.petitions import read_petitions
from bochiso.intake.dossiers.procedures import read_procedures, read_units
from bochiso.intake.dossiers.publication_rows import read_publications
from bochiso.intake.dossiers.ratings import read_ratings
from bochiso.intake.dossiers.records import Records
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.intake.messages.refusal_reasons import Odd, RefusedItem
from bochiso.store.dossiers.ingest import DossierIngest, Recorded
from bochiso.store.dossiers.list_checks import checked
from bochiso.store.dossiers.settling import CHUNK_ITEMS
from bochiso.store.dossiers.unit_lookup import which_province
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import Position
from bochiso.store.journal.kept_batches import batches_of
from bochiso.store.journal.reference_lists import KEYS, with_provinces
from bochiso.text import Lang, Text, say
from bochiso.units.provinces import COUNTRY

RECORD_READERS: dict[str, Callable[[str, bytes, Choice], Records]] = {
    "procedures": read_procedures,
    "petitions": read_petitions,
    "units": read_units,
    "publications": read_publications,
    "ratings": read_ratings,
}
"""By the KIND of `bochiso import`."""

MAX_REFUSALS_KEPT = 1_000
"""Refusals that are kept to be shown; all are counted, and all are in the facts."""


class Imported(Struct):
    """What an import did. `refused`: the first of them, each with its file."""

    items: int = 0
    dossiers: int = 0
    steps: int = 0
    refused_count: int = 0
    refused: list[tuple[str, RefusedItem]] = field(default_factory=list)
    odd: Counter[Odd] = field(default_factory=Counter)
    unmapped: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    notes: list[Text] = field(default_factory=list)
    broken: list[SourceError] = field(default_factory=list)


Watch = Callable[[int, int], object]
"""Is told how many bytes of how many were read."""


def import_dossiers(
    folder: DataFolder,
    paths: Sequence[Path],
    watch: Watch | None = None,
    choice: Choice = NO_CHOICE,
    recorded: Recorded = nullcontext,
    ingest: DossierIngest | None = None,
) -> Imported:
    """Keep the dossiers and steps of files. What could be read of a broken file is kept.

    `recorded` is entered around the first that are kept, so that an import that is cut off is noted too.
    `ingest`: who takes items into the folder, where somebody does already.

    Raises SourceError where a file isn't there or nothing could be used, StoreError where nothing
    can be kept.
    """
    files = [DossierFile(path, choice) for path in paths]
    whole = sum(file.size for file in files)
    done = Imported()
    with _taking(folder, ingest, step=CHUNK_ITEMS) as own, _no_collection():
        last: Future[Position] | None = None
        read = 0
        for file in files:
            try:
                for future in _submitted(own, file, done):
                    if last is None:
                        with recorded():
                            future.result()
                    last = future
                    if watch is not None:
                        watch(read + file.done, whole)
            except SourceError as error:
                done.broken.append(error)
            done.notes += file.notes
            read += file.size
        if last is not None:
            own.wait(last.result())
            with own.facts.open(write=True) as db:
                row = db.execute("select count(*) from dossiers where unit is null").fetchone()
                done.unmapped = row[0] if row else 0
    if not done.dossiers + done.steps:
        raise done.broken[0] if done.broken else _nothing(done)
    return done


def _taking(
    folder: DataFolder, ingest: DossierIngest | None, step: int = 1
) -> AbstractContextManager[DossierIngest]:
    """Who takes items into the folder: whoever does already, else one's own until the end."""
    return nullcontext(ingest) if ingest is not None else DossierIngest(folder, step=step)


def _submitted(ingest: DossierIngest, file: DossierFile, done: Imported) -> Iterator["Future[Position]"]:
    before: Future[Position] | None = None
    for received in file.read():
        future = ingest.submit(batches_of(received, from_file=True))
        if before is not None:
            before.result()  # a full disk stops the reading here
        before = future
        done.items += received.items
        done.dossiers += received.dossiers.num_rows
        done.steps += received.steps.num_rows
        done.refused_count += len(received.refused)
        room = MAX_REFUSALS_KEPT - len(done.refused)
        done.refused += [(file.name, each) for each in received.refused[:room]]
        done.unknown += received.unknown
        done.unread += received.unread
        for _, _, bits in received.remarks():
            done.odd.update(odd for odd in Odd if bits & odd)
        yield future


def import_records(
    folder: DataFolder,
    kind: str,
    files: Sequence[tuple[str, bytes]],
    choice: Choice = NO_CHOICE,
    province: str | None = None,
    recorded: Recorded = nullcontext,
    ingest: DossierIngest | None = None,
) -> tuple[list[Records], int]:
    """Keep procedures, petitions, ratings, units or publications; how many in the folder count nowhere, too.

    `province`: whose procedures or register it is where rows don't say so. `ingest`: who takes items into
    the folder, where somebody does already. Raises SourceError where no
    row can be used, StoreError where it may be any of several provinces'.
    """
    found = [RECORD_READERS[kind](name, data, choice) for name, data in files]
    _some(found, files)
    with _taking(folder, ingest) as own:
        if kind in KEYS:
            with own.facts.open(write=True) as db:
                found = [
                    checked(db, kind, _of_provinces(db, kind, records, province), name)
                    for (name, _), records in zip(files, found, strict=True)
                ]
            _some(found, files)
        own.keep([(kind, records.batch) for records in found], recorded)
        with own.facts.open(write=True) as db:
            row = db.execute(_NOWHERE[kind]).fetchone() if kind in _NOWHERE else None
    return found, row[0] if row else 0


def _some(found: Sequence[Records], files: Sequence[tuple[str, bytes]]) -> None:
    """Raise SourceError where no row is left, with the first reason."""
    if any(records.batch.num_rows for records in found):
        return
    first = next((each for records in found for each in records.refusals), None)
    told = Text(first.render(Lang.VI), first.render(Lang.EN)) if first else None
    raise SourceError(
        say("không có dòng nào dùng được.", "no row can be used."),
        where=Where(files[0][0] if files else None),
        do=say("Lý do đầu tiên: {reason}", "The first reason: {reason}", reason=told) if told else None,
    )


_NOWHERE = {
    "petitions": "select count(*) from petitions where unit is null",
    "procedures": """
        select (select count(*) from procedures join unit_codes on kind = 'list' and code = own_office
                where unit_codes.unit is null)
            + (select count(distinct procedure) from procedure_rows, home
                where procedure_rows.province is null and home.province is null)""",
    "publications": "select count(*) from publications where province is null",
    "ratings": "select count(distinct dossier) from ratings anti join dossiers using (dossier)",
}
"""How many petitions have no unit; how many procedures no known office, or no known province; how many
publications no known province; how many dossiers were rated that nobody sent."""


def _of_provinces(db: duckdb.DuckDBPyConnection, kind: str, records: Records, given: str | None) -> Records:
    """Records with the province that each is of, or COUNTRY: a list of procedures may be every province's."""
    batch = with_provinces(records.batch, kind)
    if kind in ("procedures", "publications") and batch.column("province").null_count:
        shared = kind == "procedures" and given is not None and given.strip().upper() == COUNTRY
        own = COUNTRY if shared else which_province(db, given)
        place = batch.schema.get_field_index("province")
        filled = batch.column("province") if own is None else pc.fill_null(batch.column("province"), own)
        batch = batch.set_column(place, "province", filled)
    return replace(records, batch=batch)


def _nothing(done: Imported) -> SourceError:
    name, first = done.refused[0] if done.refused else (None, None)
    return SourceError(
        say(
            "không có mục nào dùng được ({n} mục bị từ chối).",
            "no item can be used ({n} refused).",
            n=done.refused_count,
        ),
        where=Where(name),
        do=say("Lý do đầu tiên: {reason}", "The first reason: {reason}", reason=first.reason)
        if first
        else None,
    )


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the search for cycles: millions of small objects come and go, and none has any."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
