"""A data folder as it stood at an earlier moment: what was received until then, by what was decided until
then. So a document of that day can be made again whatever came, or was corrected, since.

Figures are made again from the readings of then, dossiers from the journal as far as it went. What isn't
kept with its past is taken as it is: an office's own eras of the scale.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from msgspec import Struct

from bochiso.errors import ComputeError
from bochiso.store.decisions.name_choices import name_choices
from bochiso.store.decisions.withdrawals import withdrawals
from bochiso.store.figures import snapshot_store
from bochiso.store.figures.evidence import Evidence
from bochiso.store.figures.identities import (
    KeptChoice,
    keep_choices,
    keep_withdrawn,
    kept_choices,
    withdrawn_readings,
)
from bochiso.store.folder import FORMAT, DataFolder
from bochiso.store.journal.journal import START, JournalEntry, Position, end_of, read_journal
from bochiso.store.people import audit
from bochiso.store.people.ledger import Ledger
from bochiso.text import say
from bochiso.units.model import Level

OpenDossiers = Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection | None]]


class KnownUntil(Struct, frozen=True):
    """How much was known: up to which reading, how many items of the journal, what was decided until when."""

    reading: int
    items: int
    moment: datetime


@dataclass(frozen=True)
class PastFolder:
    """The folder to read figures from, and how the dossiers of then are opened; None where none were."""

    folder: DataFolder
    dossiers: OpenDossiers


def known_now(folder: DataFolder, moment: datetime) -> KnownUntil:
    """All that is there; `moment`: this one."""
    seqs = Evidence(folder.evidence).seqs()
    return KnownUntil(max(seqs, default=0), end_of(folder.journal).items, moment)


def known_until(folder: DataFolder, moment: datetime) -> KnownUntil:
    """What was there at a moment. Raises ComputeError where there was no reading yet."""
    folder.check()
    readings = Evidence(folder.evidence).readings()
    seq = max((each.seq for each in readings if each.manifest.known_since <= moment), default=0)
    if not seq:
        raise ComputeError(
            say("chưa có số liệu nào lúc {moment}.", "no figures were there at {moment}.", moment=moment)
        )
    return KnownUntil(seq, _items_at(folder, moment), moment)


def known_with(folder: DataFolder, reading: int) -> KnownUntil:
    """What was there once a reading was kept. Raises ComputeError where there is no such reading."""
    folder.check()
    evidence = Evidence(folder.evidence)
    if reading not in evidence.seqs():
        raise ComputeError(say("không có lần đọc số {n:d}.", "there is no reading {n:d}.", n=reading))
    moment = evidence.reading(reading).manifest.known_since
    return KnownUntil(reading, _items_at(folder, moment), moment)


def _items_at(folder: DataFolder, moment: datetime) -> int:
    items = 0
    for position, entries in read_journal(folder.journal):
        if any(each.received_at > moment for each in entries):
            break
        items = position.items
    return items


@contextmanager
def folder_as_of(
    folder: DataFolder, ledger: Ledger, known: KnownUntil, dossiers: OpenDossiers | None = None
) -> Iterator[PastFolder]:
    """The folder as it stood; itself where nothing came since. Gone again when it is left.

    `dossiers`: how those of now are opened, where this process has them open already. Raises StoreError
    where the evidence is damaged.
    """
    with ExitStack() as stack:
        taken = frozenset(each.seq for each in withdrawals(ledger) if each.at <= known.moment)
        choices = _choices_at(ledger, known.moment)
        seqs = [seq for seq in Evidence(folder.evidence).seqs() if seq <= known.reading]
        same = (
            seqs == Evidence(folder.evidence).seqs()
            and taken == withdrawn_readings(folder)
            and set(choices) == set(kept_choices(folder))
        )
        past = folder if same else stack.enter_context(_made_again(folder, seqs))
        if not same:
            with past.writing():
                keep_withdrawn(past, taken)
                keep_choices(past, choices)
            snapshot_store.rebuild(past)
        yield PastFolder(past, lambda: _dossiers_as_of(folder, known.items, dossiers))


@contextmanager
def _made_again(folder: DataFolder, seqs: list[int]) -> Iterator[DataFolder]:
    """A folder with these readings alone, of the same files."""
    with TemporaryDirectory(prefix="bochiso-past-") as place:
        past = DataFolder(Path(place) / "data")
        past.evidence.mkdir(parents=True)
        (past.root / "FORMAT").write_text(f"{FORMAT}\n", "utf-8")
        ours, theirs = Evidence(folder.evidence), Evidence(past.evidence)
        for seq in seqs:
            shutil.copytree(ours.path(seq), theirs.path(seq))
        if folder.eras.exists():
            shutil.copyfile(folder.eras, past.eras)
        yield past


def _choices_at(ledger: Ledger, moment: datetime) -> list[KeptChoice]:
    """Which units names were said to be at a moment: what stands since, and what the log tells besides."""
    found = {}
    with ledger.read() as db:
        for line in audit.lines_of(db, ("unit-name.match", "unit-name.forget"), moment):
            choice = KeptChoice(
                line.subject,
                Level(line.details["level"]),
                line.details.get("province"),
                line.details.get("unit"),
            )
            if line.action == "unit-name.match":
                found[choice.key] = choice
            else:
                found.pop(choice.key, None)
    for each in name_choices(ledger):
        if each.at <= moment:
            found[each.choice.key] = each.choice
    return sorted(found.values(), key=lambda each: (each.name, each.level.value, each.province or ""))


@contextmanager
def _dossiers_as_of(
    folder: DataFolder, items: int, opened: OpenDossiers | None
) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """The facts of dossiers of so many items of the journal."""
    if not items:
        yield None
        return
    from bochiso.store.dossiers.ingest import open_dossiers  # its parts: only where there are dossiers
    from bochiso.store.dossiers.projection import DossierFacts

    if end_of(folder.journal).items <= items:
        with opened() if opened else open_dossiers(folder) as db:
            yield db
        return
    with TemporaryDirectory(prefix="bochiso-past-") as place:
        facts = DossierFacts(Path(place) / "dossiers.duckdb")
        for position, entries in _steps(folder, items):
            facts.apply(entries, position)
        with facts.open(write=False) as db:
            yield db


_STEP_ITEMS = 200_000


def _steps(folder: DataFolder, items: int) -> Iterator[tuple[Position, list[JournalEntry]]]:
    """The journal so far, in large steps."""
    waiting: list[JournalEntry] = []
    position = START
    for position, entries in read_journal(folder.journal):
        if position.items > items:
            break
        waiting += entries
        if sum(each.batch.num_rows for each in waiting) >= _STEP_ITEMS or position.items == items:
            yield position, waiting
            waiting = []
