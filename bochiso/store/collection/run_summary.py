"""What one reading says: against the portal's own points, and against the reading before it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import TOTAL, UnitFigures
from bochiso.score.recomputation import CheckResult, check_scores
from bochiso.score.scoring import score_units
from bochiso.score.shifts import find_empty, find_shifts
from bochiso.store.figures.collection_record import ReadingState
from bochiso.store.figures.facts import ReadingFacts
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.comparison_remarks import across_eras
from bochiso.store.snapshots.queries import compare_views, view
from bochiso.store.snapshots.series_breaks import DatedBreak, breaks_between
from bochiso.text import Text
from bochiso.units.model import Unit


class Changes(Struct, frozen=True):
    """What differs from an earlier reading (UTC): figures, of how many units, and units themselves."""

    since: datetime
    figures: int
    units: int
    renamed: tuple[tuple[Unit, Unit], ...]
    appeared: tuple[Unit, ...]
    vanished: tuple[Unit, ...]

    @property
    def none(self) -> bool:
        """Whether it was a mere re-reading."""
        return not (self.figures or self.renamed or self.appeared or self.vanished)


class Findings(Struct, frozen=True):
    """What a reader of a run's summary is told of its figures.

    `quality` counts the portal's own remarks on figures; `changes` is None for a first reading.
    `watched`: totals and groups that moved or stopped everywhere at once, era and all.
    """

    rules: RuleSet
    verdict: CheckResult
    quality: tuple[tuple[str, int], ...]
    changes: Changes | None
    breaks: tuple[DatedBreak, ...]
    watched: tuple[Text, ...] = ()


def findings(store: Store, seq: int) -> Findings:
    """The findings on one reading, by its number."""
    reading = next(each for each in store.readings if each.seq == seq)
    snapshot = next(
        s for s in store.snapshots() if (s.as_of, s.period.code) == (reading.as_of, reading.period)
    )
    own = replace(snapshot, seqs=(seq,))
    rules = store.rules(own)
    figures = store.figures(own, rules)
    before = _before(store, reading)
    changes = None
    if before is not None:
        earlier = store.figures(replace(snapshot, seqs=(before.seq,)), rules)
        changes = compare(earlier, figures, before.read_at)
    return Findings(
        rules,
        check_scores(score_units(figures, rules)),
        tuple(Counter(_quality(figures)).most_common()),
        changes,
        tuple(_breaks(store, snapshot, own, rules)),
        tuple(_watched(store, snapshot, own)),
    )


def _before(store: Store, reading: ReadingFacts) -> ReadingFacts | None:
    """The last complete reading of the same scope and period before this one."""
    same = [
        each
        for each in store.readings
        if (each.scope, each.period) == (reading.scope, reading.period)
        and each.state == ReadingState.COMPLETE
        and (each.as_of, each.seq) < (reading.as_of, reading.seq)
    ]
    return max(same, key=lambda each: (each.as_of, each.seq), default=None)


def _breaks(store: Store, snapshot: Snapshot, own: Snapshot, rules: RuleSet) -> Iterator[DatedBreak]:
    before = _snapshot_before(store, snapshot)
    if before is not None:
        yield from breaks_between(store, before, own, rules)


def _snapshot_before(store: Store, snapshot: Snapshot) -> Snapshot | None:
    """The last complete snapshot of the same period."""
    earlier = (
        s
        for s in store.snapshots()
        if s.period == snapshot.period and s.as_of < snapshot.as_of and s.state is ReadingState.COMPLETE
    )
    return max(earlier, key=lambda s: s.as_of, default=None)


def _watched(store: Store, snapshot: Snapshot, own: Snapshot) -> Iterator[Text]:
    """What the reading says of every level at once, beside the snapshot before it."""
    after, earlier = view(store, own), _snapshot_before(store, snapshot)
    before = view(store, earlier) if earlier else None
    if before and before.era and after.era and before.era != after.era:
        yield across_eras(before.snapshot, before.era, after.snapshot, after.era)
    for level, standings in after.standings.levels.items():
        if before and level in before.standings.levels:
            comparison = compare_views(before, after, level)
            yield from (each.sentence(after.rules) for each in find_shifts(comparison))
        yield from (each.sentence(after.rules) for each in find_empty(standings))


def _quality(figures: Iterable[UnitFigures]) -> Iterator[str]:
    return (count.quality for unit in figures for count in unit.counts.values() if count.quality)


def compare(before: Iterable[UnitFigures], after: Iterable[UnitFigures], since: datetime) -> Changes:
    """How many figures of how many units differ; units by code."""
    old, new = ({each.unit.code: each for each in side} for side in (before, after))
    figures = units = 0
    for code in old.keys() & new.keys():
        a, b = _said(old[code]), _said(new[code])
        differing = sum(a.get(key) != b.get(key) for key in a.keys() | b.keys())
        figures += differing
        units += differing > 0
    both = sorted(old.keys() & new.keys())
    return Changes(
        since,
        figures,
        units,
        tuple((old[c].unit, new[c].unit) for c in both if old[c].unit.name != new[c].unit.name),
        tuple(new[code].unit for code in sorted(new.keys() - old.keys())),
        tuple(old[code].unit for code in sorted(old.keys() - new.keys())),
    )


def _said(unit: UnitFigures) -> dict[str, object]:
    counts = {code: replace(count, quality=None) for code, count in unit.counts.items()}
    return {TOTAL: unit.total, **unit.points, **unit.rates, **counts}
