"""One indicator across all units of a level: who stands where in it, who moved and by how many cases."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from msgspec import Struct

from bochiso.rules.rule_set import Indicator, RuleSet
from bochiso.score.count_changes import CountChange, count_change
from bochiso.score.explanation import is_small
from bochiso.score.ranking import LevelStandings, ranks_by
from bochiso.score.scoring import IndicatorScore, ScoredUnit
from bochiso.text import hundredths
from bochiso.units.codes import order_key
from bochiso.units.model import Unit


class IndicatorStanding(Struct, frozen=True):
    """One unit in one indicator. `rank`: by the points earned, equals share it; None where it has none, or
    where the indicator isn't the unit's own.

    `change`: since the snapshot that is compared with; None where either lacks the indicator, or points
    are of different scales. `small`: so few were counted that the rate says little.
    """

    unit: Unit
    score: IndicatorScore
    rank: int | None
    small: bool
    change: CountChange | None

    @property
    def points(self) -> Decimal | None:
        """Points earned; None where it was not measured, or earns none."""
        return self.score.points if self.score.rule.scored else None

    @property
    def lost(self) -> Decimal | None:
        """Points short of the maximum."""
        return None if self.points is None else self.score.rule.points - self.points


class IndicatorTable(Struct, frozen=True, dict=True):
    """All units of a level that have an indicator, best first, those without a figure last.

    `shared`: that the level takes the province's figure, so that nobody is ranked. `counted`: numerator
    and denominator of all units together, None where any lacks one of them; `mean`: of the points,
    half up. `lacking`: the units of the level of which nothing is known here.
    """

    rule: Indicator
    level: LevelStandings
    rows: tuple[IndicatorStanding, ...]
    ranked: int
    shared: bool
    mean: Decimal | None
    lacking: int

    @property
    def moved(self) -> tuple[IndicatorStanding, ...]:
        """Those whose points changed, the greatest fall first."""
        found = [row for row in self.rows if row.change and row.change.points]
        return tuple(sorted(found, key=lambda row: (row.change.points or 0) if row.change else 0))

    def find(self, code: str) -> IndicatorStanding | None:
        """The row of a unit."""
        return self._by_code.get(code)

    @cached_property
    def _by_code(self) -> dict[str, IndicatorStanding]:
        return {row.unit.code: row for row in reversed(self.rows)}


def indicator_table(
    level: LevelStandings, before: LevelStandings | None, code: str, rules: RuleSet
) -> IndicatorTable:
    """The table of an indicator. `before`: the same level earlier, on the same scale; None where there is
    none.

    The order is that of points, then of the exact rate, then of codes; an indicator that earns no points
    is ordered by its rate and has no ranks. Nor has one that is known of one unit alone, or of no more than
    half of those that are ranked: a place among a few would pass for one among all.
    """
    rule = rules.indicator[code]
    shared = level.level.scored_as.value in rule.inherits
    old = {row.score.unit.code: row.score for row in before.rows} if before else {}
    known = [(row.score, found) for row in level.rows if (found := indicator_of(row.score, code))]
    own = {score.unit.code: found.points for score, found in known if found.points is not None}
    told = rule.scored and not shared and 2 * len(own) > max(level.ranked, 1) and len(own) > 1
    ranks = ranks_by(own) if told else {}
    rows = sorted((_row(score, found, ranks, old, rules) for score, found in known), key=_order)
    values = list(own.values()) if rule.scored else []
    mean = hundredths(Fraction(sum(values, Decimal(0))) / len(values)) if values else None
    return IndicatorTable(rule, level, tuple(rows), len(ranks), shared, mean, len(level.rows) - len(known))


def indicator_of(score: ScoredUnit, code: str) -> IndicatorScore | None:
    """An indicator of a unit; None where nothing is known of it."""
    return next((each for each in score.indicators if each.rule.code == code), None)


def _row(
    score: ScoredUnit,
    found: IndicatorScore,
    ranks: Mapping[str, int],
    old: Mapping[str, ScoredUnit],
    rules: RuleSet,
) -> IndicatorStanding:
    earlier = old.get(score.unit.code)
    was = indicator_of(earlier, found.rule.code) if earlier else None
    return IndicatorStanding(
        score.unit,
        found,
        ranks.get(score.unit.code),
        is_small(found, rules),
        count_change(was, found) if was else None,
    )


def _order(row: IndicatorStanding) -> tuple[bool, Decimal, Fraction, object]:
    points, rate = row.points, row.score.rate
    unknown = points is None and rate is None
    return unknown, -(points or Decimal(0)), -(rate or Fraction(0)), order_key(row.unit.code)
