"""What two snapshots of one day say otherwise, unit by unit: before one is approved for the other."""

from dataclasses import dataclass
from decimal import Decimal

from bochiso.score.ranking import Standing
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.queries import view
from bochiso.units.model import Unit


@dataclass(frozen=True)
class UnitDifference:
    """A unit that two snapshots tell otherwise; its standing is None in the one that lacks it.

    `parts`: the codes of the groups and indicators whose points or counts differ.
    """

    unit: Unit
    before: Standing | None
    after: Standing | None
    parts: tuple[str, ...]

    @property
    def rank_only(self) -> bool:
        """Whether its own figures are the same, and others moved past it."""
        return self.before is not None and self.after is not None and not self.parts and not self.change

    @property
    def change(self) -> Decimal | None:
        """By how many points the total differs; None where one of them has none."""
        totals = [each.score.total if each else None for each in (self.before, self.after)]
        return None if totals[0] is None or totals[1] is None else totals[1] - totals[0]


def snapshot_differences(store: Store, before: Snapshot, after: Snapshot) -> tuple[UnitDifference, ...]:
    """The units whose figures, points or ranks differ, those that move most first."""
    if before.seqs == after.seqs:
        return ()
    was, now = (_standings(store, each) for each in (before, after))
    found = []
    for code in was | now:
        one, other = was.get(code), now.get(code)
        parts = _differing(one, other)
        if parts or one is None or other is None or one.rank != other.rank or _total(one) != _total(other):
            unit = (other or one or now[code]).score.unit
            found.append(UnitDifference(unit, one, other, parts))
    return tuple(sorted(found, key=lambda each: (-abs(each.change or Decimal(0)), each.unit.code)))


def _standings(store: Store, snapshot: Snapshot) -> dict[str, Standing]:
    rows = view(store.restricted_to((snapshot,)), snapshot).standings.rows
    return {row.score.unit.code: row for row in rows}


def _total(standing: Standing) -> Decimal | None:
    return standing.score.total


def _differing(before: Standing | None, after: Standing | None) -> tuple[str, ...]:
    if before is None or after is None:
        return ()
    was, now = (_parts(each) for each in (before, after))
    return tuple(code for code in dict.fromkeys([*was, *now]) if was.get(code) != now.get(code))


def _parts(standing: Standing) -> dict[str, object]:
    boxes: dict[str, object] = {each.code: each.points for each in standing.score.boxes}
    counts = {each.rule.code: (each.count, each.points) for each in standing.score.indicators}
    return boxes | counts
