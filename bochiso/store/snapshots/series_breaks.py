"""Days since when the source scores an indicator in another way; derived from the snapshots, never kept."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from bochiso.rules.rule_set import RuleSet
from bochiso.score.method_breaks import Break, find_breaks
from bochiso.score.recomputation import FigureComparison, check_scores
from bochiso.score.scoring import score_units
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.text import Text, say


class DatedBreak(Struct, frozen=True):
    """A break and the day of the first snapshot after it."""

    found: Break
    day: date

    def sentence(self, rules: RuleSet) -> Text:
        """What a reader is told."""
        rule = rules.indicator.get(self.found.code)
        return say(
            "Cổng có vẻ đã tính {what} “{name}” theo cách khác từ ngày {day}: điểm công bố của "
            "{units}/{compared} đơn vị không còn khớp với điểm tính lại, nên chênh lệch qua ngày này "
            "không chỉ do kết quả của đơn vị.",
            "The portal seems to score {what_en} “{name}” differently since {day}: published points of "
            "{units} of {compared} {compared:unit|units} no longer {units:matches|match}, so not all of a "
            "change across it is performance.",
            what=f"chỉ số {rule.number}" if rule else "nhóm",
            what_en=f"indicator {rule.number}" if rule else "the group",
            name=rules.label(self.found.code),
            day=self.day,
            units=self.found.units,
            compared=self.found.compared,
        )


def compared(store: Store, snapshot: Snapshot, rules: RuleSet) -> Sequence[FigureComparison]:
    """Every published figure of a snapshot that can be recomputed, beside the recomputed one."""
    return check_scores(score_units(store.figures(snapshot, rules), rules)).compared


def breaks_between(
    store: Store,
    before: Snapshot,
    after: Snapshot,
    rules: RuleSet,
    known: Mapping[Snapshot, Sequence[FigureComparison]] | None = None,
) -> list[DatedBreak]:
    """What the source scores differently in `after` than in `before`, each with its day.

    The day is found by halving, over the snapshots of the same period between the two. What is
    `known` of a snapshot's published figures is not computed again.
    """
    computed = dict(known or {})

    def points(snapshot: Snapshot) -> Sequence[FigureComparison]:
        if snapshot not in computed:
            computed[snapshot] = compared(store, snapshot, rules)
        return computed[snapshot]

    found = find_breaks(points(before), points(after), rules)
    if not found:
        return []
    between = [
        s for s in store.snapshots() if s.period == after.period and before.as_of < s.as_of < after.as_of
    ]
    return [
        DatedBreak(each, _first_day(each.code, points, before, [*between, after], rules)) for each in found
    ]


def _first_day(
    code: str,
    points: Callable[[Snapshot], Sequence[FigureComparison]],
    before: Snapshot,
    later: Sequence[Snapshot],
    rules: RuleSet,
) -> date:
    """The day of the first of `later` from which on the break shows; it does in the last."""
    low, high = 0, len(later) - 1
    while low < high:
        middle = (low + high) // 2
        if any(each.code == code for each in find_breaks(points(before), points(later[middle]), rules)):
            high = middle
        else:
            low = middle + 1
    return later[low].as_of
