"""A unit's figures over the years on the ground that it has now: those of its predecessors added up.

Numerators and denominators are summed, and marked so. Points are nobody's sum: a total stands only where
the unit itself was scored, on the scale of the newest figures.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import Count, UnitFigures
from bochiso.store.figures.collection_record import ReadingState
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.queries import view
from bochiso.units.predecessors import PredecessorPart, Predecessors


class HistoryLine(Struct, frozen=True):
    """One indicator of one snapshot. `parts`: the units that it is of; None for a figure that isn't known.

    `missing`: those of the parts that have no such figure, so that nothing is summed. `split`: only a share
    of a part counts here, so the figure is an estimate, to the nearest whole number.
    """

    snapshot: Snapshot
    indicator: str
    numerator: Decimal | int | None
    denominator: Decimal | int | None
    parts: tuple[str, ...]
    missing: tuple[str, ...] = ()
    split: bool = False

    @property
    def summed(self) -> bool:
        """Whether it is the figure of several units, or of others than the unit itself."""
        return len(self.parts) > 1 or self.split


class SnapshotHistory(Struct, frozen=True):
    """What a unit was in one snapshot: its lines, and its total where points can be compared with today's."""

    snapshot: Snapshot
    lines: tuple[HistoryLine, ...]
    total: Decimal | None


def like_for_like(
    store: Store, code: str, predecessors: Predecessors, rules: RuleSet
) -> tuple[SnapshotHistory, ...]:
    """Every whole snapshot that has the unit or a predecessor of it, oldest first."""
    snapshots = [each for each in store.snapshots() if each.state is ReadingState.COMPLETE]
    newest = store.era(snapshots[-1]) if snapshots else None
    return tuple(_told(store, snapshots, code, predecessors, rules, newest))


def _told(
    store: Store,
    snapshots: Sequence[Snapshot],
    code: str,
    predecessors: Predecessors,
    rules: RuleSet,
    newest: object,
) -> Iterator[SnapshotHistory]:
    for snapshot in snapshots:
        parts = predecessors.parts(code, snapshot.as_of)
        figures = {each.unit.code: each for each in store.figures(snapshot, store.rules(snapshot))}
        if not any(part.code in figures for part in parts):
            continue
        lines = tuple(
            _line(snapshot, each.code, parts, figures) for each in rules.indicators if each.kind == "share"
        )
        total = None
        if parts == (PredecessorPart(code, Decimal(1)),) and store.era(snapshot) == newest:
            standing = view(store, snapshot).standings.find(code)
            total = standing.score.total if standing else None
        yield SnapshotHistory(snapshot, tuple(each for each in lines if _says(each)), total)


def _line(
    snapshot: Snapshot, indicator: str, parts: Sequence[PredecessorPart], figures: Mapping[str, UnitFigures]
) -> HistoryLine:
    counts = {
        part.code: figures[part.code].counts.get(indicator, Count()) if part.code in figures else Count()
        for part in parts
    }
    codes = tuple(part.code for part in parts)
    missing = tuple(code for code, count in counts.items() if not count.counted)
    split = any(part.share != 1 for part in parts)
    if missing:
        return HistoryLine(snapshot, indicator, None, None, codes, missing, split)
    tops = [(counts[part.code].numerator or 0, part.share) for part in parts]
    bottoms = [(counts[part.code].denominator or 0, part.share) for part in parts]
    return HistoryLine(snapshot, indicator, _sum(tops), _sum(bottoms), codes, split=split)


def _sum(values: Sequence[tuple[Decimal | int, Decimal]]) -> Decimal | int:
    whole = sum((value * share for value, share in values), Decimal(0))
    if all(share == 1 for _, share in values) and whole % 1:
        return whole
    return int(whole.quantize(Decimal(1), "ROUND_HALF_UP"))


def _says(line: HistoryLine) -> bool:
    """Whether any part has the figure."""
    return len(line.missing) < len(line.parts)
