"""Two standings of the same level, one before the other: what changed, and what can't be compared."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from msgspec import Struct, field

from bochiso.rules.rule_set import RuleSet
from bochiso.score.explanation import Cause, box_points, common_boxes, split_change
from bochiso.score.ranking import LevelStandings, Standing
from bochiso.units.codes import same_name
from bochiso.units.model import Level
from bochiso.units.provinces import same_map, successor


class Fate(StrEnum):
    """What became of a unit between two snapshots."""

    STAYED = "stayed"
    RENAMED = "renamed"
    APPEARED = "appeared"
    VANISHED = "vanished"
    MERGED = "merged"


class Change(Struct, frozen=True):
    """One unit in both snapshots. Points: after minus before; rank: places gained, negative lost.

    None where one side lacks the figure, where ranks are of different maps of the country or of a unit
    alone, or where points are of different scales. `became` is the code of the unit that it was merged into.
    """

    before: Standing | None
    after: Standing | None
    fate: Fate
    total: Decimal | None = None
    rank: int | None = None
    boxes: dict[str, Decimal] = field(default_factory=dict)
    indicators: dict[str, Decimal] = field(default_factory=dict)
    became: str | None = None
    one_scale: bool = True

    def causes(self, rules: RuleSet) -> list[Cause]:
        """What the change of the total is made of; nothing where points can't be subtracted."""
        if self.before is None or self.after is None or not self.one_scale:
            return []
        return split_change(self.before.score, self.after.score, rules)

    @property
    def code(self) -> str:
        """The unit's code."""
        standing = self.after or self.before
        return standing.score.unit.code if standing else ""


class LevelComparison(Struct, frozen=True, dict=True):
    """The changes of one level, in the order of the later standings, then units that are gone.

    `grade_counts`: change of the number of units of each grade. `mean`: change of the mean.
    `ranks_comparable`: False where the two days have different maps (63 provinces and 34);
    `points_comparable`: False where they are of different eras of the published scale: then no
    points, means or grades are subtracted;
    `same_population`: whether as many units were ranked in both.
    """

    level: Level
    before: LevelStandings
    after: LevelStandings
    changes: tuple[Change, ...]
    grade_counts: dict[str, int]
    mean: Decimal | None
    ranks_comparable: bool
    points_comparable: bool = True

    @property
    def same_population(self) -> bool:
        """Whether both ranked as many units."""
        return self.before.ranked == self.after.ranked

    def of(self, *fates: Fate) -> list[Change]:
        """The changes of units with one of these fates."""
        return [change for change in self.changes if change.fate in fates]

    def find(self, code: str) -> Change | None:
        """The change of the unit with this code."""
        return self._by_code.get(code)

    @cached_property
    def _by_code(self) -> dict[str, Change]:
        return {change.code: change for change in self.changes}


def compare_levels(
    before: LevelStandings,
    after: LevelStandings,
    rules: RuleSet,
    before_day: date,
    after_day: date,
    *,
    one_scale: bool = True,
) -> LevelComparison:
    """What changed from `before` (valid for `before_day`) to `after`; `one_scale`: both of one era.

    Ranks out of 63 provinces and out of 34 (Resolution 202/2025/QH15, from 1 July 2025) are
    never subtracted.
    """
    comparable = after.level is not Level.PROVINCE or same_map(before_day, after_day)
    old = {row.score.unit.code: row for row in before.rows}
    new = {row.score.unit.code for row in after.rows}
    changes = [_change(old.get(row.score.unit.code), row, rules, comparable, one_scale) for row in after.rows]
    changes += [_gone(row, new) for code, row in old.items() if code not in new]
    codes = dict.fromkeys([*before.grade_counts, *after.grade_counts])
    counts = {c: after.grade_counts.get(c, 0) - before.grade_counts.get(c, 0) for c in codes}
    mean = None if before.mean is None or after.mean is None else after.mean - before.mean
    if not one_scale:
        counts, mean = {}, None
    return LevelComparison(after.level, before, after, tuple(changes), counts, mean, comparable, one_scale)


def _change(
    before: Standing | None, after: Standing, rules: RuleSet, comparable: bool, one_scale: bool
) -> Change:
    if before is None:
        return Change(None, after, Fate.APPEARED)
    was, now = before.score, after.score
    fate = Fate.STAYED if same_name(was.unit.name, now.unit.name) else Fate.RENAMED
    rank = _places(before, after) if comparable else None
    if not one_scale:
        return Change(before, after, fate, None, rank, one_scale=False)
    total = None if was.total is None or now.total is None else now.total - was.total
    boxes = {}
    for code in common_boxes(was, now, rules):
        old, new = box_points(was, code, rules), box_points(now, code, rules)
        if old is not None and new is not None:
            boxes[code] = new - old
    olds = {each.rule.code: each.points for each in was.indicators}
    indicators = {
        each.rule.code: each.points - earlier
        for each in now.indicators
        if each.points is not None and (earlier := olds.get(each.rule.code)) is not None
    }
    return Change(before, after, fate, total, rank, boxes, indicators)


def _places(before: Standing, after: Standing) -> int | None:
    """The places gained; a unit that stands alone on one of the days has none there."""
    if not before.rank or not after.rank or min(before.of, after.of) < 2:
        return None
    return before.rank - after.rank


def _gone(before: Standing, now: set[str]) -> Change:
    became = successor(before.score.unit.code)
    if became in now:
        return Change(before, None, Fate.MERGED, became=became)
    return Change(before, None, Fate.VANISHED)
