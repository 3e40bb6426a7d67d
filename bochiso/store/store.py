"""The store: readings go in, snapshots come out.

A snapshot is all that is known for one day and period: the readings made for it, the latest
first where two say the same figure. Three moments are kept apart: the day and period that the
figures are valid for, when the source was last read, when the figures last changed.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from bochiso.errors import SourceError, StoreError, Where
from bochiso.intake.result import Intake
from bochiso.intake.sources import read_source
from bochiso.periods import Period, parse_period
from bochiso.rules.loader import parse_rules
from bochiso.rules.model import RuleSet
from bochiso.score.figures import UnitFigures
from bochiso.store.collected import WHOLE_COUNTRY, Collected, State
from bochiso.store.evidence import Evidence, Manifest, Reading, describe_files
from bochiso.store.facts import Facts, ReadingFacts, open_facts, replace_facts
from bochiso.store.folder import DataFolder, disk_errors
from bochiso.text import say
from bochiso.units.model import Level, Unit


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
    state: State = State.COMPLETE


class Added(Struct, frozen=True):
    """What an import did; `already` where the same files were kept before, at `read_at`."""

    seq: int
    read_at: datetime
    already: bool
    intake: Intake | None


def add_reading(
    folder: DataFolder,
    kind: str,
    files: Sequence[tuple[str, bytes]],
    *,
    as_of: date,
    period: Period,
    label: str | None,
    rules_text: str,
    read_at: datetime,
    state: State = State.COMPLETE,
    collected: Collected | None = None,
) -> Added:
    """Keep files as evidence, then their figures as facts: all of it or nothing.

    Raises SourceError where no figure can be used, StoreError where it can't be kept; the
    folder is then as it was.
    """
    rules = parse_rules(rules_text, "rules.yaml")
    digest = sha256(rules_text.encode()).hexdigest()
    described = describe_files(files)
    manifest = Manifest(
        kind, as_of, period.code, label, read_at, rules.id, digest, described, state, collected
    )
    with folder.writing():
        evidence = Evidence(folder.evidence)
        evidence.discard()
        _catch_up(folder, evidence)
        if (last := _last_of_snapshot(evidence, manifest)) and last.manifest.same_content(manifest):
            return Added(last.seq, last.manifest.read_at, True, None)
        try:
            evidence.stage(manifest, files, rules_text)
            intake = read_source(kind, files, rules)
            if not intake.figures.num_rows:
                raise nothing_usable(intake)
            seq = evidence.commit()
        except BaseException:
            evidence.discard()
            raise
        try:
            with open_facts(folder.facts, write=True) as facts:
                facts.add(Reading(seq, manifest), intake)
        except BaseException:
            evidence.withdraw(seq)
            raise
        return Added(seq, read_at, False, intake)


def nothing_usable(intake: Intake) -> SourceError:
    """What is said when every row was refused."""
    first = intake.refusals[0] if intake.refusals else None
    return SourceError(
        say(
            "không có dòng nào dùng được ({n} dòng bị từ chối).",
            "no row can be used ({n} refused).",
            n=len(intake.refusals),
        ),
        where=first.where if first else None,
        do=say("Lý do đầu tiên: {reason}", "The first reason: {reason}", reason=first.reason)
        if first
        else None,
    )


def _last_of_snapshot(evidence: Evidence, manifest: Manifest) -> Reading | None:
    same = [
        reading
        for reading in evidence.readings()
        if (reading.manifest.as_of, reading.manifest.period) == (manifest.as_of, manifest.period)
    ]
    return same[-1] if same else None


def _read_evidence(evidence: Evidence, seq: int) -> tuple[Reading, Intake]:
    reading = evidence.reading(seq)
    rules = parse_rules(evidence.rules_text(seq), "rules.yaml")
    return reading, read_source(reading.manifest.kind, evidence.files(reading), rules)


def _catch_up(folder: DataFolder, evidence: Evidence) -> None:
    """Facts of readings that a killed command left without; a file of facts that is gone."""
    kept = evidence.seqs()
    if not folder.facts.exists():
        if kept:
            replace_facts(folder.facts, (_read_evidence(evidence, seq) for seq in kept))
        return
    with open_facts(folder.facts, write=False) as facts:
        current, known = facts.is_current(), facts.seqs()
    if current and known == kept:
        return
    if not current or not set(known) <= set(kept):
        replace_facts(folder.facts, (_read_evidence(evidence, seq) for seq in kept))
        return
    with open_facts(folder.facts, write=True) as facts:
        for seq in sorted(set(kept) - set(known)):
            facts.add(*_read_evidence(evidence, seq))


def rebuild(folder: DataFolder) -> int:
    """Make the facts again from the evidence; returns the number of readings. Raises StoreError."""
    folder.check()
    with folder.writing():
        evidence = Evidence(folder.evidence)
        evidence.discard()
        return replace_facts(folder.facts, (_read_evidence(evidence, seq) for seq in evidence.seqs()))


class Store:
    """An open store, for reading."""

    def __init__(self, evidence: Evidence, facts: Facts) -> None:
        self._evidence = evidence
        self._facts = facts
        self._readings = facts.readings()

    def snapshots(self) -> list[Snapshot]:
        """All snapshots, oldest first."""
        return [self._snapshot(each) for each in self._by_snapshot().values()]

    def _by_snapshot(self) -> dict[tuple[date, Period], list[ReadingFacts]]:
        found: dict[tuple[date, Period], list[ReadingFacts]] = {}
        for reading in self._readings:
            found.setdefault((reading.as_of, parse_period(reading.period)), []).append(reading)
        return {key: _counted(readings) for key, readings in sorted(found.items())}

    def _snapshot(self, readings: list[ReadingFacts]) -> Snapshot:
        last = readings[-1]
        labels = [each.label for each in readings if each.label]
        return Snapshot(
            last.as_of,
            parse_period(last.period),
            labels[-1] if labels else None,
            tuple(each.seq for each in readings),
            last.read_at.replace(tzinfo=UTC),
            last.rules,
            State(readings[0].state),
        )

    def rules(self, snapshot: Snapshot) -> RuleSet:
        """The rule set that was in force for a snapshot: its latest reading's."""
        return parse_rules(self._evidence.rules_text(snapshot.seqs[-1]), snapshot.rules)

    def figures(self, snapshot: Snapshot, rules: RuleSet) -> list[UnitFigures]:
        """What a snapshot says of every unit."""
        return self._facts.figures(snapshot.seqs, rules.group)

    def units(self, snapshot: Snapshot) -> list[Unit]:
        """Every unit of a snapshot, as its latest reading named it."""
        return self._facts.units(snapshot.seqs)

    def levels(self, snapshot: Snapshot) -> set[Level]:
        """The levels whose units a snapshot has."""
        return {unit.level for unit in self.units(snapshot)}

    def fingerprint(self, snapshot: Snapshot) -> str:
        """SHA-256 of a snapshot's figures: equal exactly where the figures are."""
        return self._facts.content_hash(snapshot.seqs)

    def changed_at(self, snapshot: Snapshot) -> datetime:
        """When the figures of a snapshot were first read as they are now.

        A later reading that found the same figures, of this day or of the days before with
        the same period and units, does not count as a change.
        """
        now = self.fingerprint(snapshot)
        units = self._codes(snapshot.seqs)
        since = snapshot.read_at
        same_period = [s for s in self.snapshots() if s.period == snapshot.period]
        for each in reversed([s for s in same_period if s.as_of <= snapshot.as_of]):
            if each != snapshot and self._codes(each.seqs) != units:
                continue
            for n in range(len(each.seqs), 0, -1):
                if self._facts.content_hash(each.seqs[:n]) != now:
                    return since
                since = self._read_at(each.seqs[n - 1])
        return since

    def _codes(self, seqs: Sequence[int]) -> set[str]:
        return {unit.code for unit in self._facts.units(seqs)}

    def _read_at(self, seq: int) -> datetime:
        return next(each.read_at for each in self._readings if each.seq == seq).replace(tzinfo=UTC)


def _counted(readings: list[ReadingFacts]) -> list[ReadingFacts]:
    """The readings that say a snapshot, the last word last.

    One that isn't complete says nothing where a complete one covers it, and nothing against any.
    """
    complete = [each for each in readings if each.state == State.COMPLETE]
    covered = {each.scope for each in complete if each.scope is not None}
    if covered:
        covered.add(WHOLE_COUNTRY)  # every run reads the list of provinces
    others = [each for each in readings if each.state != State.COMPLETE and each.scope not in covered]
    return others + complete


@contextmanager
def open_store(folder: DataFolder) -> Iterator[Store]:
    """The store for reading; catches up first where a killed command left facts behind.

    Raises StoreError.
    """
    folder.check()
    evidence = Evidence(folder.evidence)
    with disk_errors(folder.root):
        if not evidence.seqs():
            raise StoreError(
                say("thư mục số liệu chưa có số liệu nào.", "the data folder has no figures yet."),
                where=Where(str(folder.root)),
                do=say("Nạp số liệu bằng `bochiso import`.", "Bring figures in with `bochiso import`."),
            )
        if _behind(folder, evidence):
            with folder.writing():
                evidence.discard()
                _catch_up(folder, evidence)
        with open_facts(folder.facts, write=False) as facts:
            yield Store(evidence, facts)


def _behind(folder: DataFolder, evidence: Evidence) -> bool:
    if not folder.facts.exists():
        return True
    with open_facts(folder.facts, write=False) as facts:
        return not facts.is_current() or facts.seqs() != evidence.seqs()


def data_folder(path: str | Path) -> DataFolder:
    """The data folder at a path."""
    return DataFolder(Path(path))
