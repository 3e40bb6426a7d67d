"""Figures of units to their points: indicators, boxes (groups), total, and on what each stands."""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from bochiso.rules.model import Indicator, RuleSet
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.formula import formula, points_from_rate
from bochiso.text import hundredths
from bochiso.units.model import Unit

NOTHING = Count()


class Basis(StrEnum):
    """What a score stands on, most direct first."""

    MEASURED = "measured"
    RATES = "rates"
    POINTS = "points"
    TOTAL = "total"


class IndicatorScore(Struct, frozen=True, gc=False):
    """One indicator of one unit: its rule, its count, its points (None where not measured).

    `inherited_from` is the code of the province whose figure it takes.
    """

    rule: Indicator
    count: Count
    points: Decimal | None
    inherited_from: str | None

    @property
    def rate(self) -> Fraction | None:
        """Numerator over denominator, a share of 1; None where either lacks or nothing was counted."""
        numerator, denominator = self.count.numerator, self.count.denominator
        if numerator is None or not denominator:
            return None
        return Fraction(numerator) / Fraction(denominator)

    @property
    def lost(self) -> Decimal | None:
        """Points short of the maximum."""
        return None if self.points is None else self.rule.points - self.points

    @property
    def computed(self) -> bool:
        """Whether the points come from counts, not from what the source published."""
        count = self.count
        if count.numerator is not None and count.denominator is not None:
            return True
        return self.points is not None and count.published is None


class BoxScore(Struct, frozen=True, gc=False):
    """One box (group) of one unit; points are None and basis is None where it lacks figures."""

    code: str
    max_points: Decimal
    points: Decimal | None
    basis: Basis | None


class UnitScore(Struct, frozen=True):
    """One unit's score. `total` is None unless every box is known or only a bare total was given.

    `published_total` is the source's own; `rounding` is what it differs by from the sum of
    boxes that the source printed with one decimal only.
    """

    unit: Unit
    boxes: tuple[BoxScore, ...]
    indicators: tuple[IndicatorScore, ...]
    total: Decimal | None
    basis: Basis | None
    published_points: dict[str, Decimal]
    published_total: Decimal | None
    rounding: Decimal | None = None

    @property
    def complete(self) -> bool:
        """Whether it has a total; a unit without one is shown and explained, not ranked."""
        return self.total is not None

    @property
    def missing(self) -> tuple[str, ...]:
        """Codes of the boxes that lack figures."""
        return tuple(box.code for box in self.boxes if box.points is None)


class Scorer:
    """A rule set made ready for many units."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self._formulas = {i.code: formula(i) for i in rules.indicators}
        self._composites = [group for group in rules.groups if group.parts]
        levels: set[str] = {level for i in rules.indicators for level in i.levels}
        self._plans = {
            level: [
                (i, i.code, self._formulas[i.code], level in i.inherits)
                for i in rules.indicators
                if level in i.levels
            ]
            for level in levels
        }
        self._needed = {
            level: {
                code: frozenset(i.code for i in members if i.scored and level in i.levels)
                for code, members in rules.in_group.items()
            }
            for level in levels
        }

    def score(self, figures: UnitFigures, parent: UnitFigures | None = None) -> UnitScore:
        """The score of one unit; `parent` is its province, for the indicators that it inherits."""
        earned: dict[str, Decimal] = {}
        indicators = self._indicators(figures, parent, earned)
        needed = self._needed.get(figures.unit.level, {})
        boxes = [self._box(code, figures, earned, needed) for code in self.rules.boxes]
        boxes = self._merge_composites(boxes, figures)
        known = [box.points for box in boxes if box.points is not None]
        published, total, basis, rounding = figures.total, None, None, None
        if len(known) == len(boxes):
            total = sum(known, Decimal(0))
            basis = _least_direct(boxes)
            if published is not None and published != total and _is_rounding(boxes, figures, published):
                total, rounding = hundredths(published), hundredths(published - total)
        elif not known and not earned and published is not None:
            total, basis = hundredths(published), Basis.TOTAL
        return UnitScore(
            figures.unit, tuple(boxes), indicators, total, basis, figures.points, published, rounding
        )

    def _indicators(
        self, figures: UnitFigures, parent: UnitFigures | None, earned: dict[str, Decimal]
    ) -> tuple[IndicatorScore, ...]:
        counts = figures.counts
        above, province = (parent.counts, parent.unit.code) if parent is not None else ({}, None)
        if not counts and not above:
            return ()
        scores = []
        for rule, code, formula, inherits in self._plans.get(figures.unit.level, ()):
            count, inherited = counts.get(code), None
            if inherits and code in above and (count is None or count == NOTHING):
                count, inherited = above[code], province
            if count is None:
                continue
            points = formula(count)
            if points is not None:
                earned[code] = points
            scores.append(IndicatorScore(rule, count, points, inherited))
        return tuple(scores)

    def _box(
        self,
        code: str,
        figures: UnitFigures,
        earned: dict[str, Decimal],
        needed: dict[str, frozenset[str]],
    ) -> BoxScore:
        group = self.rules.group[code]
        members = needed.get(code)
        if members and members <= earned.keys():
            return BoxScore(code, group.points, sum(map(earned.__getitem__, members), Decimal(0)), Basis.MEASURED)
        if (rate := figures.rates.get(code)) is not None:
            return BoxScore(code, group.points, points_from_rate(rate, group.points), Basis.RATES)
        if (points := figures.points.get(code)) is not None:
            return BoxScore(code, group.points, hundredths(points), Basis.POINTS)
        if group.parts:
            parts = [self._box(part, figures, earned, needed) for part in group.parts]
            if all(part.points is not None for part in parts):
                points = sum((part.points or Decimal(0) for part in parts), Decimal(0))
                return BoxScore(code, group.points, points, _least_direct(parts))
        return BoxScore(code, group.points, None, None)

    def _merge_composites(self, boxes: list[BoxScore], figures: UnitFigures) -> list[BoxScore]:
        """Where a source gave one figure for several boxes (ONLINE_SERVICE), that one stands for them."""
        for group in self._composites:
            places = [n for n, box in enumerate(boxes) if box.code in group.parts]
            if len(places) < len(group.parts) or all(boxes[n].points is not None for n in places):
                continue
            merged = self._box(group.code, figures, {}, {})
            if merged.points is not None:
                boxes[places[0]] = merged
                boxes = [box for n, box in enumerate(boxes) if n not in places[1:]]
        return boxes


def _least_direct(boxes: Iterable[BoxScore]) -> Basis:
    order = list(Basis)
    return max((box.basis for box in boxes if box.basis is not None), key=order.index)


def _is_rounding(boxes: list[BoxScore], figures: UnitFigures, published: Decimal) -> bool:
    """Whether a published total differs from its boxes only because those were printed with one decimal.

    Each printed box may be off by half a tenth.
    """
    printed = [figures.points.get(box.code) for box in boxes]
    if any(points is None or points * 10 % 1 for points in printed):
        return False
    total = sum((points for points in printed if points is not None), Decimal(0))
    return abs(published - total) <= Decimal("0.05") * len(boxes)


def score_units(figures: Iterable[UnitFigures], rules: RuleSet) -> list[UnitScore]:
    """Scores of all units, in the order given; provinces among them pass on what is inherited."""
    units = list(figures)
    scorer = Scorer(rules)
    by_code = {each.unit.code: each for each in units}
    return [scorer.score(each, by_code.get(each.unit.parent or "")) for each in units]
