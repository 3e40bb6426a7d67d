"""Figures of units to their points: indicators, boxes (groups), total, and on what each stands."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from bochiso.rules.model import Indicator, RuleSet
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.formula import Formula, formula, points_from_rate
from bochiso.text import hundredths
from bochiso.units.model import Level, Unit

ZERO = Decimal(0)

ROUNDED_BOX = Decimal("0.05")
"""By how much a box printed with one decimal may be off: half a tenth."""


OF_DOSSIERS = ("RESOLVED_ON_TIME", "ONLINE_FILING")
"""Indicators whose denominators are 0 where a unit had no dossiers at all."""


class Basis(StrEnum):
    """What a score stands on, most direct first."""

    MEASURED = "measured"
    RATES = "rates"
    POINTS = "points"
    TOTAL = "total"


# The country has some 70,000 indicators and 20,000 boxes: the collector need not visit them (gc=False).


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
        """Numerator over denominator, a share of 1; None for a mean, or where nothing was counted."""
        numerator, denominator = self.count.numerator, self.count.denominator
        if numerator is None or not denominator or self.rule.kind == "mean":
            return None
        return Fraction(numerator) / Fraction(denominator)


class BoxScore(Struct, frozen=True, gc=False):
    """One box (group) of one unit; points are None and basis is None where it lacks figures."""

    code: str
    max_points: Decimal
    points: Decimal | None
    basis: Basis | None


class UnitScore(Struct, frozen=True):
    """One unit's score. `total` is None unless every box is known or only a bare total was given.

    `published_points` (by group code) and `published_total` are the source's own; `recomputed`
    has those of the groups that its counts or rates give, too. `rounding` is what the published
    total differs by from the sum of boxes that the source printed with one decimal only.
    `own`: counted here from dossiers, not read from a source.
    """

    unit: Unit
    boxes: tuple[BoxScore, ...]
    indicators: tuple[IndicatorScore, ...]
    total: Decimal | None
    basis: Basis | None
    published_points: dict[str, Decimal]
    recomputed: dict[str, Decimal]
    published_total: Decimal | None
    rounding: Decimal | None = None
    own: bool = False

    @property
    def idle(self) -> bool:
        """Whether it was counted here and had no dossiers: there is nothing to grade it by."""
        counts = {each.rule.code: each.count for each in self.indicators}
        return self.own and all(code in counts and counts[code].denominator == 0 for code in OF_DOSSIERS)

    @property
    def complete(self) -> bool:
        """Whether it has a total; a unit without one is shown and explained, not ranked."""
        return self.total is not None

    @property
    def missing(self) -> tuple[str, ...]:
        """Codes of the boxes that lack figures."""
        return tuple(box.code for box in self.boxes if box.points is None)


class _Plan(Struct, frozen=True):
    """What one level counts.

    indicators: rule, code and formula. inherits: the codes that take the province's figure. groups:
    by code, the maximum and the codes of the scored indicators.
    """

    indicators: tuple[tuple[Indicator, str, Formula], ...]
    inherits: tuple[str, ...]
    groups: dict[str, tuple[Decimal, frozenset[str]]]


class Scorer:
    """A rule set made ready for many units."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self._composites = [group for group in rules.groups if group.parts]
        formulas = {i.code: formula(i) for i in rules.indicators}
        self._plans = {level: _plan(rules, formulas, level) for level in Level}

    def score(self, figures: UnitFigures, province: UnitFigures | None = None) -> UnitScore:
        """The score of one unit; `province` is the one above it, whose figures some indicators inherit."""
        plan = self._plans[figures.unit.level]
        if _only_total(figures, plan):
            province = None  # what it inherits would make it look incomplete
        groups = _Groups(self.rules, plan, figures)
        indicators = _indicators(figures, province, plan, groups)
        boxes = [groups.box(code) for code in self.rules.boxes]
        known = [box.points for box in boxes if box.points is not None]
        if len(known) < len(boxes):
            boxes = self._merge_composites(boxes, groups)
            known = [box.points for box in boxes if box.points is not None]
        published, total, basis, rounding = figures.total, None, None, None
        if len(known) == len(boxes):
            total, basis = sum(known, ZERO), _least_direct(boxes)
            if (
                published is not None
                and published != total
                and _is_rounding(boxes, figures, published - total)
            ):
                total, rounding = hundredths(published), hundredths(published - total)
        elif not known and not groups.earned and published is not None:
            total, basis = hundredths(published), Basis.TOTAL
        score = UnitScore(
            figures.unit,
            tuple(boxes),
            indicators,
            total,
            basis,
            figures.points,
            {
                c: box.points
                for c in figures.points
                if (box := groups.recomputed(c)) and box.points is not None
            },
            published,
            rounding,
            figures.own,
        )
        return replace(score, total=None, basis=None) if score.idle else score

    def _merge_composites(self, boxes: list[BoxScore], groups: "_Groups") -> list[BoxScore]:
        """Where a source gave one figure for several boxes (ONLINE_SERVICE), that one stands for them."""
        for group in self._composites:
            places = [n for n, box in enumerate(boxes) if box.code in group.parts]
            if len(places) < len(group.parts) or all(boxes[n].points is not None for n in places):
                continue
            merged = groups.box(group.code)
            if merged.points is not None:
                boxes[places[0]] = merged
                boxes = [box for n, box in enumerate(boxes) if n not in places[1:]]
        return boxes


def _plan(rules: RuleSet, formulas: dict[str, Formula], level: Level) -> _Plan:
    level = level.scored_as
    counted = [i for i in rules.indicators if level in i.levels]
    groups = {}
    for code, members in rules.in_group.items():
        scored = frozenset(i.code for i in members if i.scored and level in i.levels)
        groups[code] = rules.group[code].points, scored
    return _Plan(
        tuple((i, i.code, formulas[i.code]) for i in counted),
        tuple(i.code for i in counted if level in i.inherits),
        groups,
    )


def _only_total(figures: UnitFigures, plan: _Plan) -> bool:
    """Whether a total is all that is known of a unit's points."""
    if figures.total is None or figures.rates or figures.points:
        return False
    return not any(_given(figures.counts.get(code)) for rule, code, _ in plan.indicators if rule.scored)


def _given(count: Count | None) -> bool:
    return count is not None and count.given


def _indicators(
    figures: UnitFigures, province: UnitFigures | None, plan: _Plan, groups: "_Groups"
) -> tuple[IndicatorScore, ...]:
    """The indicators that have a count, the unit's own or its province's; `groups` learns their points."""
    counts, above = figures.counts, None
    inherited = {} if province is None else _inherited(counts, province.counts, plan)
    if province is not None and inherited:
        counts, above = counts | inherited, province.unit.code
    scores = []
    earned, taken = groups.earned, groups.taken
    for rule, code, earn in plan.indicators:
        if (count := counts.get(code)) is None:
            continue
        if (points := earn(count)) is not None:
            earned[code] = points
        if count.published is not None and not count.counted and rule.null != "empty":
            taken.add(code)
        scores.append(IndicatorScore(rule, count, points, above if code in inherited else None))
    return tuple(scores)


def _inherited(own: dict[str, Count], above: dict[str, Count], plan: _Plan) -> dict[str, Count]:
    """The province's counts that stand for those that the unit lacks."""
    return {
        code: above[code] for code in plan.inherits if _given(above.get(code)) and not _given(own.get(code))
    }


class _Groups:
    """What is known of one unit's groups, the most direct first: counts, rates, points."""

    __slots__ = ("_figures", "_plan", "_rules", "earned", "taken")

    def __init__(self, rules: RuleSet, plan: _Plan, figures: UnitFigures) -> None:
        self._rules, self._plan, self._figures = rules, plan, figures
        self.earned: dict[str, Decimal] = {}
        self.taken: set[str] = set()

    def recomputed(self, code: str) -> BoxScore | None:
        """A group from its counts, else from its rate; None where it has neither."""
        most, members = self._plan.groups[code]
        if members.isdisjoint(self.taken) and (points := self._sum(members)) is not None:
            return BoxScore(code, most, points, Basis.MEASURED)
        if (rate := self._figures.rates.get(code)) is not None:
            return BoxScore(code, most, points_from_rate(rate, most), Basis.RATES)
        return None

    def box(self, code: str) -> BoxScore:
        """A group recomputed, else as published, else the sum of its parts; without points if unknown."""
        if (found := self.recomputed(code)) is not None:
            return found
        most, members = self._plan.groups[code]
        if (published := self._figures.points.get(code)) is not None:
            return BoxScore(code, most, hundredths(published), Basis.POINTS)
        if (points := self._sum(members)) is not None:
            return BoxScore(code, most, points, Basis.POINTS)
        parts = [self.box(part) for part in self._rules.group[code].parts]
        known = [part.points for part in parts if part.points is not None]
        if parts and len(known) == len(parts):
            return BoxScore(code, most, sum(known, ZERO), _least_direct(parts))
        return BoxScore(code, most, None, None)

    def _sum(self, members: Collection[str]) -> Decimal | None:
        """The points of all these indicators together; None where one lacks, or there are none."""
        try:
            return sum(map(self.earned.__getitem__, members), ZERO) if members else None
        except KeyError:
            return None


def _least_direct(boxes: Iterable[BoxScore]) -> Basis:
    found = {box.basis for box in boxes if box.basis is not None}
    return found.pop() if len(found) == 1 else max(found, key=tuple(Basis).index)


def _is_rounding(boxes: list[BoxScore], figures: UnitFigures, off: Decimal) -> bool:
    """Whether a published total is off only because the boxes beside it were printed with one decimal."""
    printed = all(
        box.basis is Basis.POINTS and box.points is not None and box.points * 10 % 1 == 0 for box in boxes
    )
    return printed and abs(off) <= ROUNDED_BOX * len(figures.points)


def score_units(figures: Iterable[UnitFigures], rules: RuleSet) -> list[UnitScore]:
    """Scores of all units, in the order given; provinces among them pass on what is inherited."""
    units = list(figures)
    scorer = Scorer(rules)
    by_code = {each.unit.code: each for each in units}
    return [scorer.score(each, _province(each.unit, by_code)) for each in units]


def _province(unit: Unit, by_code: dict[str, UnitFigures]) -> UnitFigures | None:
    """The province above a unit, however many stand in between."""
    passed = {unit.code}
    above = by_code.get(unit.parent or "")
    while above is not None and above.unit.level is not Level.PROVINCE and above.unit.code not in passed:
        passed.add(above.unit.code)
        above = by_code.get(above.unit.parent or "")
    return above if above is not None and above.unit.level is Level.PROVINCE else None
