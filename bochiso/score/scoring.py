"""Figures of units to their points: indicators, boxes (groups), total, and on what each stands."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from bochiso.rules.rule_set import Indicator, RuleSet
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.formula import Formula, formula, points_from_rate
from bochiso.score.printed import printed_tolerance
from bochiso.text import hundredths
from bochiso.units.model import Level, Unit
from bochiso.units.tree import TOPS

ZERO = Decimal(0)

ROUNDED_BOX = Decimal("0.05")
"""By how much a box printed with one decimal may be off: half a tenth."""


OF_DOSSIERS = ("RESOLVED_ON_TIME", "ONLINE_FILING")
"""Indicators whose denominators are 0 where a unit had no dossiers at all."""


FROM_OUTSIDE = ("DOSSIER_SYNC",)
"""Indicators that a province's own dossiers don't tell: not measured without what the portal says."""


class Basis(StrEnum):
    """What a score stands on, most direct first."""

    MEASURED = "measured"
    RATES = "rates"
    POINTS = "points"
    TOTAL = "total"


_MEASURED = Basis.MEASURED  # a member looked up in its class costs as much as a box


# The country has some 70,000 indicators and 20,000 boxes: the collector need not visit them (gc=False).


class IndicatorScore(Struct, frozen=True, gc=False):
    """One indicator of one unit: its rule, its count, its points (None where not measured).

    `points` are the published ones where the rules show those, `computed` what the count earns by
    the rules. `inherited_from` is the code of the province whose figure it takes.
    """

    rule: Indicator
    count: Count
    points: Decimal | None
    inherited_from: str | None
    computed: Decimal | None = None

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


class ScoredUnit(Struct, frozen=True):
    """One unit's score. `total` is None unless every box is known or the published one stands.

    `published_points` (by group code), `published_total` and `published_rank` (the place, among how
    many) are the source's own; `recomputed` has every group that its counts or rates give. `summed`
    are the boxes added up, None where one lacks. `rounding` is what the published total differs by
    from them where the source printed them rounded. `own`: counted here from dossiers, not read from
    a source.
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
    summed: Decimal | None = None
    own: bool = False
    published_rank: tuple[int, int] | None = None

    @property
    def gap(self) -> Decimal | None:
        """What the total differs by from the sum of its boxes, rounded or not; None where it doesn't."""
        if self.total is None or self.summed is None or self.total == self.summed:
            return None
        return self.total - self.summed

    @property
    def most(self) -> Decimal:
        """The points that could be earned: 94 of 100 where indicator 1.4 could not be measured."""
        return sum((box.max_points for box in self.boxes), ZERO)

    @property
    def idle(self) -> bool:
        """Whether it was counted here and had no dossiers: there is nothing to grade it by."""
        if not self.own:
            return False
        counts = {each.rule.code: each.count for each in self.indicators}
        return all(code in counts and counts[code].denominator == 0 for code in OF_DOSSIERS)

    @property
    def complete(self) -> bool:
        """Whether it has a total; a unit without one is shown and explained, not ranked."""
        return self.total is not None

    @property
    def missing(self) -> tuple[str, ...]:
        """Codes of the boxes that lack figures."""
        return tuple(box.code for box in self.boxes if box.points is None)


def box_points_of(score: ScoredUnit, code: str) -> Decimal | None:
    """The points of a box as it stands in a score; None where it has none."""
    return next((box.points for box in score.boxes if box.code == code), None)


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
        self._own_plans = {level: _plan(rules, formulas, level, FROM_OUTSIDE) for level in Level}

    def score(self, figures: UnitFigures, province: UnitFigures | None = None) -> ScoredUnit:
        """The score of one unit; `province` is the one above it, whose figures some indicators inherit."""
        outside = figures.own and not any(_given(figures.counts.get(code)) for code in FROM_OUTSIDE)
        plan = (self._own_plans if outside else self._plans)[figures.unit.level]
        if _only_total(figures, plan):
            province = None  # what it inherits would make it look incomplete
        shows = self.rules.shown == "published"
        groups = _Groups(self.rules, plan, figures)
        indicators = _indicators(figures, province, plan, groups, shows=shows)
        boxes = [groups.box(code) for code in self.rules.boxes]
        known = [box.points for box in boxes if box.points is not None]
        if len(known) < len(boxes):
            boxes = self._merge_composites(boxes, groups)
            known = [box.points for box in boxes if box.points is not None]
        published, total, basis, rounding = figures.total, None, None, None
        summed = sum(known, ZERO) if len(known) == len(boxes) else None
        if summed is not None:
            total, basis = summed, _least_direct(boxes)
            if published is not None and published != summed:
                if _is_rounding(boxes, figures, published):
                    rounding = hundredths(published) - summed or None
                if shows or rounding is not None:
                    total = hundredths(published)
        elif published is not None and (shows or not (known or groups.earned)):
            total, basis = hundredths(published), Basis.TOTAL
        score = ScoredUnit(
            figures.unit,
            tuple(boxes),
            indicators,
            total,
            basis,
            figures.points,
            groups.recomputed_points(),
            published,
            rounding,
            summed,
            figures.own,
            figures.rank,
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


def _plan(rules: RuleSet, formulas: dict[str, Formula], level: Level, without: Collection[str] = ()) -> _Plan:
    """What a level counts; `without`: indicators that aren't measured, nor their points within reach."""
    level = level.scored_as
    counted = [i for i in rules.indicators if level in i.levels and i.code not in without]
    groups = {}
    for code, members in rules.in_group.items():
        scored = [i for i in members if i.scored and level in i.levels]
        left_out = sum((i.points for i in scored if i.code in without), ZERO)
        known = frozenset(i.code for i in scored if i.code not in without)
        groups[code] = rules.group[code].points - left_out, known
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
    figures: UnitFigures, province: UnitFigures | None, plan: _Plan, groups: "_Groups", *, shows: bool
) -> tuple[IndicatorScore, ...]:
    """The indicators that have a count, the unit's own or its province's; `groups` learns their points."""
    counts, above = figures.counts, None
    inherited = {} if province is None else _inherited(counts, province.counts, plan)
    if province is not None and inherited:
        counts, above = counts | inherited, province.unit.code
    scores = []
    earned, shown, taken = groups.earned, groups.shown, groups.taken
    for rule, code, earn in plan.indicators:
        if (count := counts.get(code)) is None:
            continue
        points = computed = earn(count)
        if computed is not None:
            earned[code] = computed
            if count.published is not None:
                if shows and count.published != computed:
                    points = shown[code] = hundredths(count.published)
                if not count.counted and rule.null != "empty":
                    taken.add(code)
        scores.append(IndicatorScore(rule, count, points, above if code in inherited else None, computed))
    return tuple(scores)


def _inherited(own: dict[str, Count], above: dict[str, Count], plan: _Plan) -> dict[str, Count]:
    """The province's counts that stand for those that the unit lacks."""
    return {
        code: above[code] for code in plan.inherits if _given(above.get(code)) and not _given(own.get(code))
    }


class _Groups:
    """What is known of one unit's groups, the most direct first: counts, rates, points.

    By indicator: `earned` what its count earns, `shown` what was published and stands instead,
    `taken` those that have nothing but published points.
    """

    __slots__ = ("_figures", "_found", "_plan", "_rules", "_shows", "earned", "shown", "taken")

    def __init__(self, rules: RuleSet, plan: _Plan, figures: UnitFigures) -> None:
        self._rules, self._plan, self._figures = rules, plan, figures
        self._shows = rules.shown == "published"
        self._found: dict[str, BoxScore | None] = {}
        self.earned: dict[str, Decimal] = {}
        self.shown: dict[str, Decimal] = {}
        self.taken: set[str] = set()

    def recomputed(self, code: str) -> BoxScore | None:
        """A group from its counts, else from its rate; None where it has neither."""
        if code not in self._found:
            self._found[code] = self._recompute(code)
        return self._found[code]

    def _recompute(self, code: str) -> BoxScore | None:
        most, members = self._plan.groups[code]
        if members.isdisjoint(self.taken) and (points := _sum(members, self.earned)) is not None:
            return BoxScore(code, most, points, _MEASURED)
        if (rate := self._figures.rates.get(code)) is not None:
            return BoxScore(code, most, points_from_rate(rate, most), Basis.RATES)
        return None

    def recomputed_points(self) -> dict[str, Decimal]:
        """The points of every box, and of every published group, that can be recomputed."""
        points: dict[str, Decimal] = {}
        for code in (*self._rules.boxes, *self._figures.points):
            box = self.recomputed(code)
            if box is not None and box.points is not None:
                points[code] = box.points
        return points

    def box(self, code: str) -> BoxScore:
        """A group as published or recomputed, else the sum of its parts; without points if unknown.

        Of the first two the rules say which stands where both are known.
        """
        found = self.recomputed(code)
        published = self._figures.points.get(code)
        if published is None and found is not None and not self.shown:
            return found  # as nearly every box of the country
        if found is not None and published == found.points:
            return found
        most, members = self._plan.groups[code]
        if published is not None and (self._shows or found is None):
            return BoxScore(code, most, hundredths(published), found.basis if found else Basis.POINTS)
        if found is not None:
            if self.shown and found.basis is Basis.MEASURED:
                return BoxScore(code, most, _sum(members, self.earned | self.shown), Basis.MEASURED)
            return found
        if (points := _sum(members, self.earned | self.shown)) is not None:
            return BoxScore(code, most, points, Basis.POINTS)
        parts = [self.box(part) for part in self._rules.group[code].parts]
        known = [part.points for part in parts if part.points is not None]
        if parts and len(known) == len(parts):
            return BoxScore(code, most, sum(known, ZERO), _least_direct(parts))
        return BoxScore(code, most, None, None)


def _sum(members: Collection[str], points: dict[str, Decimal]) -> Decimal | None:
    """The points of all these indicators together; None where one lacks, or there are none."""
    try:
        return sum(map(points.__getitem__, members), ZERO) if members else None
    except KeyError:
        return None


def _least_direct(boxes: Iterable[BoxScore]) -> Basis:
    found = [box.basis for box in boxes if box.basis is not None]
    return found[0] if found.count(found[0]) == len(found) else max(found, key=tuple(Basis).index)


def _is_rounding(boxes: list[BoxScore], figures: UnitFigures, published: Decimal) -> bool:
    """Whether a published total is off only because the boxes beside it were printed rounded."""
    parts: list[tuple[Decimal, Decimal]] = []
    for box in boxes:
        if box.points is None or box.basis is Basis.MEASURED:
            return False
        if box.basis is Basis.RATES and (rate := figures.rates.get(box.code)) is not None:
            parts.append((rate, box.max_points / 100))
        else:
            parts.append((figures.points.get(box.code, box.points), Decimal(1)))
    whole = sum((value * worth for value, worth in parts), ZERO)
    return abs(published - whole) <= printed_tolerance(parts, published)


def score_units(figures: Iterable[UnitFigures], rules: RuleSet) -> list[ScoredUnit]:
    """Scores of all units, in the order given; provinces and ministries pass on what is inherited."""
    units = list(figures)
    scorer = Scorer(rules)
    by_code = {each.unit.code: each for each in units}
    return [scorer.score(each, _top(each.unit, by_code)) for each in units]


def _top(unit: Unit, by_code: dict[str, UnitFigures]) -> UnitFigures | None:
    """The province or ministry above a unit, however many stand in between."""
    if (above := by_code.get(unit.parent or "")) is None:
        return None
    passed = {unit.code}
    while above is not None and above.unit.level not in TOPS.values() and above.unit.code not in passed:
        passed.add(above.unit.code)
        above = by_code.get(above.unit.parent or "")
    return above if above is not None and above.unit.level in TOPS.values() else None
