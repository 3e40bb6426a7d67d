"""The store: readings go in, snapshots come out.

A snapshot is all that is known for one day and period: the readings made for it, the latest
first where two say the same figure; of what was measured here, the latest measurement alone. Three
moments are kept apart: the day and period that the figures are valid for, when the source was last
read, when the figures last changed.
"""

from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from copy import copy
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TypeVar, cast

from cachetools import LRUCache
from msgspec import Struct

from bochiso.errors import ComputeError, StoreError, Where
from bochiso.intake.result import Intake, nothing_usable
from bochiso.intake.sources import MEASURED, read_source
from bochiso.periods import Period, parse_period
from bochiso.rules.eras import Era, Eras, builtin_eras, era_of
from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import UnitFigures
from bochiso.score.own_basis import MeasuredBasis, forget_outside
from bochiso.store.figures.collection_record import ReadingState
from bochiso.store.figures.evidence import (
    Evidence,
    Manifest,
    NewReading,
    Reading,
    RecordedReading,
    damaged,
    describe_files,
)
from bochiso.store.figures.facts import (
    Codes,
    Facts,
    ReadingFacts,
    counted_readings,
    discard_facts,
    open_facts,
    place_facts,
    prepare_facts,
)
from bochiso.store.figures.identities import Identity, withdrawn_readings
from bochiso.store.figures.office_eras import eras_of
from bochiso.store.figures.reread_evidence import read_evidence, rules_of
from bochiso.store.folder import DataFolder, disk_errors
from bochiso.text import now, say
from bochiso.units.model import Level, Unit

T = TypeVar("T")

REMEMBERED = 128
"""How many answers an open store remembers: a year of weeks, scored, and what differs between some."""


class Snapshot(Struct, frozen=True):
    """Figures valid for one day and period. `read_at`: when the source was last read.

    `state` is complete unless some of its figures come from a partial or torn reading.
    """

    as_of: date
    period: Period
    label: str | None
    seqs: tuple[int, ...]
    read_at: datetime
    rules: str
    state: ReadingState = ReadingState.COMPLETE


class Added(Struct, frozen=True):
    """What an import did; `already` where the same files were kept before, at `read_at`."""

    seq: int
    read_at: datetime
    already: bool
    intake: Intake | None
    identities: tuple[Identity, ...] = ()


def add_reading(
    folder: DataFolder,
    new: NewReading,
    *,
    intake: Intake | None = None,
    recorded: RecordedReading = nullcontext,
) -> Added:
    """Keep files as evidence, then their figures as facts: all of it or nothing.

    `intake`: what the files hold by these rules, where that was found out already. `recorded` is entered
    around the moment in which the reading becomes one: both come about, or neither. Raises
    SourceError where no figure can be used, StoreError where it can't be kept; the folder is
    then as it was.
    """
    rules = rules_of(new.rules_text)
    digest = sha256(new.rules_text.encode()).hexdigest()
    described = describe_files(new.files)
    if intake is None:
        intake = read_source(new.kind, new.files, rules, new.choice)
    if not intake.figures.num_rows:
        raise nothing_usable(intake)
    state = new.state
    if intake.partial and state is ReadingState.COMPLETE:
        state = ReadingState.PARTIAL
    manifest = Manifest(
        new.kind, new.as_of, new.period.code, new.label, new.read_at, rules.id, digest, described, state,
        new.collected, new.choice.sheet, new.choice.columns, new.province, new.choice.ranks,
        new.basis, now(),
    )  # fmt: skip
    with folder.writing():
        evidence = Evidence(folder.evidence)
        _catch_up(folder, evidence)
        if new.collected is None and (kept := _in_force(folder, evidence, manifest)):
            return Added(kept.seq, kept.manifest.read_at, True, None)
        reading = Reading(evidence.next_seq, manifest)
        try:
            evidence.stage(manifest, new.files, new.rules_text)
            prepare_facts(folder, [(reading, intake)], onto=folder.facts.exists())
            with recorded(reading):
                evidence.commit()
        except BaseException:
            evidence.take_back(reading.seq)
            evidence.discard()
            discard_facts(folder)
            raise
        place_facts(folder)
        with open_facts(folder) as facts:
            found = tuple(each for each, _ in facts.identified(reading.seq))
        return Added(reading.seq, new.read_at, False, intake, found)


def _in_force(folder: DataFolder, evidence: Evidence, manifest: Manifest) -> Reading | None:
    """The reading that keeps this very content already, if nothing that was read later says otherwise."""
    if not folder.facts.exists():
        return None
    with open_facts(folder) as facts:
        store = Store(evidence, facts, manifest.kind == MEASURED, withdrawn=withdrawn_readings(folder))
        of_day = (
            s for s in store.snapshots() if (s.as_of, s.period.code) == (manifest.as_of, manifest.period)
        )
        for snapshot in of_day:
            last = evidence.reading(snapshot.seqs[-1]).manifest
            if last.rules_sha256 != manifest.rules_sha256 or manifest.label not in (None, snapshot.label):
                continue
            for seq in reversed(snapshot.seqs):
                reading = evidence.reading(seq)
                if reading.manifest.same_content(manifest) and facts.in_force(seq, snapshot.seqs):
                    return reading
    return None


def _catch_up(folder: DataFolder, evidence: Evidence) -> None:
    """Drop what a killed command left; write the facts of readings that lack them, or all if none are there.

    Raises StoreError where a reading that facts know of is gone.
    """
    evidence.discard()
    discard_facts(folder)
    known = _known(folder)
    if gone := set(known or ()) - set(evidence.seqs()):
        raise damaged(evidence.path(min(gone)))
    missing = [seq for seq in evidence.seqs() if known is None or seq not in known]
    if missing:
        prepare_facts(folder, read_evidence(evidence, missing), onto=known is not None)
        place_facts(folder)


def _known(folder: DataFolder) -> list[int] | None:
    """The readings whose facts are there; None where the file is missing or another version's."""
    if not folder.facts.exists():
        return None
    with open_facts(folder) as facts:
        return facts.seqs() if facts.is_current() else None


def rebuild(
    folder: DataFolder,
    watch: Callable[[list[int]], Iterable[int]] = iter,
    recorded: Callable[[int], AbstractContextManager[object]] = nullcontext,
) -> int:
    """Make the facts again from the evidence; returns the number of readings.

    `watch` is given their numbers and passes them on, to show how far it is. `recorded`: a transaction
    of whoever notes how many they are, around the moment in which they come into use. Raises StoreError.
    """
    folder.check()
    with folder.writing():
        evidence = Evidence(folder.evidence)
        evidence.discard()
        done = prepare_facts(folder, read_evidence(evidence, watch(evidence.seqs())), onto=False)
        with recorded(done):
            place_facts(folder)
        return done


def next_facts(folder: DataFolder) -> None:
    """The facts anew by what people decided; whoever holds the ones before sees that there are others."""
    _catch_up(folder, Evidence(folder.evidence))
    if folder.facts.exists():
        prepare_facts(folder, (), onto=True)
        place_facts(folder)


def read_again(folder: DataFolder, seq: int) -> tuple[Reading, Intake]:
    """A reading with what its files hold, refused rows too. Raises ComputeError where there is none."""
    folder.check()
    evidence = Evidence(folder.evidence)
    if seq not in evidence.seqs():
        raise ComputeError(say("không có lần đọc số {n:d}.", "there is no reading {n:d}.", n=seq))
    return next(read_evidence(evidence, [seq]))


class Store:
    """An open store, for reading: what was published, or what was measured here from dossiers.

    The two are never mixed. Where nothing was asked for it is what was published, if anything was.
    """

    def __init__(
        self,
        evidence: Evidence,
        facts: Facts,
        measured: bool | None = None,
        eras: Eras | None = None,
        withdrawn: Container[int] = (),
    ) -> None:
        self._eras = eras or builtin_eras()
        self._evidence = evidence
        self._facts = facts
        self._all = facts.readings()
        if measured is None:
            measured = all(each.kind == MEASURED for each in self._all)
        self._measured = measured
        self._readings = [
            each for each in self._all if (each.kind == MEASURED) is measured and each.seq not in withdrawn
        ]
        self._levels = facts.levels()
        self._shown: tuple[Snapshot, ...] | None = None
        self._units: dict[tuple[int, ...], dict[str, Unit]] = {}
        self._remembered: LRUCache[Hashable, object] = LRUCache(REMEMBERED)  # one for all that only() gives

    def cached(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made for this key before, else made now; what nobody asked for longest is forgotten."""
        if key in self._remembered:
            return cast(T, self._remembered[key])
        made = self._remembered[key] = make()
        return made

    def as_written(self, snapshot: Snapshot) -> "Store":
        """The same store giving units as a snapshot's readings wrote them, whoever they were found to be."""
        if not any(self._facts.identified(seq) for seq in snapshot.seqs):
            return self
        other = copy(self)
        other._facts = self._facts.as_written()
        other._remembered, other._units = LRUCache(REMEMBERED), {}
        return other

    def remember_with(self, other: "Store") -> None:
        """Go on with what another store of the same folder worked out: what a snapshot says never changes."""
        self._remembered = other._remembered

    def restricted_to(self, snapshots: Sequence[Snapshot]) -> "Store":
        """The same store showing these snapshots alone: what was published, as it was then."""
        other = copy(self)
        other._shown = tuple(sorted(snapshots, key=lambda each: (each.as_of, each.period)))
        return other

    @property
    def measured(self) -> bool:
        """Whether it gives what was measured here, not what was published."""
        return self._measured

    @property
    def readings(self) -> list[ReadingFacts]:
        """All readings, in order, those included that no snapshot counts."""
        return list(self._all)

    def snapshots(self) -> list[Snapshot]:
        """All snapshots, oldest first."""
        if self._shown is not None:
            return list(self._shown)
        return [self._snapshot(each) for each in self._by_snapshot().values()]

    def _by_snapshot(self) -> dict[tuple[date, Period], list[ReadingFacts]]:
        found: dict[tuple[date, Period], list[ReadingFacts]] = {}
        for reading in self._readings:
            found.setdefault((reading.as_of, parse_period(reading.period)), []).append(reading)
        return {key: counted_readings(readings) for key, readings in sorted(found.items())}

    def _snapshot(self, readings: list[ReadingFacts]) -> Snapshot:
        last = readings[-1]
        labels = [each.label for each in readings if each.label]
        return Snapshot(
            last.as_of, parse_period(last.period), labels[-1] if labels else None,
            tuple(each.seq for each in readings), last.read_at.replace(tzinfo=UTC), last.rules,
            ReadingState(readings[0].state),
        )  # fmt: skip

    def rules(self, snapshot: Snapshot) -> RuleSet:
        """The rule set that was in force for a snapshot: its latest reading's."""
        return rules_of(self.rules_text(snapshot))

    def rules_text(self, snapshot: Snapshot) -> str:
        """The same as its file says it."""
        return self._evidence.rules_text(self._evidence.reading(snapshot.seqs[-1]))

    def era(self, snapshot: Snapshot) -> Era | None:
        """The era of the published scale that a snapshot belongs to; None for what was measured here."""
        return None if self._measured else era_of(self._eras, snapshot.as_of)

    def basis(self, snapshot: Snapshot) -> MeasuredBasis | None:
        """What a measured snapshot stands on; None for what was published."""
        return self._evidence.reading(snapshot.seqs[-1]).manifest.basis if self._measured else None

    def figures(self, snapshot: Snapshot, rules: RuleSet, of: Codes = None) -> list[UnitFigures]:
        """What a snapshot says of every unit, or of those with some codes."""
        found = self._facts.figures(snapshot.seqs, rules.group, own=self._measured, of=of)
        return forget_outside(found) if self._measured and self.basis(snapshot) is None else found

    def units(self, snapshot: Snapshot) -> list[Unit]:
        """Every unit of a snapshot, as its latest reading named it."""
        return list(self._named(snapshot).values())

    def unit(self, snapshot: Snapshot, code: str) -> Unit | None:
        """The unit of a code in a snapshot; None where it has none."""
        return self._named(snapshot).get(code)

    def _named(self, snapshot: Snapshot) -> dict[str, Unit]:
        if snapshot.seqs not in self._units:
            self._units[snapshot.seqs] = {each.code: each for each in self._facts.units(snapshot.seqs)}
        return self._units[snapshot.seqs]

    def levels(self, snapshot: Snapshot) -> set[Level]:
        """The levels whose units a snapshot has."""
        return {level for seq in snapshot.seqs for level in self._levels[seq]}

    def fingerprint(self, snapshot: Snapshot) -> str:
        """SHA-256 of a snapshot's figures: equal exactly where the figures are."""
        return self._facts.content_hash(snapshot.seqs)

    def changed_at(self, snapshot: Snapshot) -> datetime:
        """When the last of a snapshot's figures was first read as it is now: a later reading that found the
        same, of this day or of a day before in the same period, does not count as a change.
        """
        return self._facts.changed_at(snapshot.seqs).replace(tzinfo=UTC)


@contextmanager
def open_store(folder: DataFolder, measured: bool | None = None, *, empty: bool = False) -> Iterator[Store]:
    """The store for reading; catches up first where a killed command left facts behind.

    `measured`: what was measured here, not what was published. `empty`: a folder without figures is a
    store without snapshots. Raises StoreError where there is none.
    """
    folder.check()
    evidence = Evidence(folder.evidence)
    with ExitStack() as stack:
        with disk_errors(folder.root):
            if not evidence.seqs() and not empty:
                raise StoreError(
                    say("thư mục số liệu chưa có số liệu nào.", "the data folder has no figures yet."),
                    where=Where(str(folder.root)),
                    do=say("Nạp số liệu bằng `bochiso import`.", "Bring figures in with `bochiso import`."),
                )
            if _known(folder) != evidence.seqs():
                with folder.writing():
                    _catch_up(folder, evidence)
                    if not folder.facts.exists():  # nothing was brought in yet
                        prepare_facts(folder, (), onto=False)
                        place_facts(folder)
            facts = stack.enter_context(open_facts(folder))
            store = Store(evidence, facts, measured, eras_of(folder), withdrawn_readings(folder))
            if measured and not empty and not store.snapshots():
                raise StoreError(
                    say("chưa có số liệu tự đo nào.", "nothing was measured yet."),
                    where=Where(str(folder.root)),
                    do=say("Đo bằng `bochiso measure`.", "Measure with `bochiso measure`."),
                )
        yield store
