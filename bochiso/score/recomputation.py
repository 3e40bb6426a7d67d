"""Recomputed points against those that the source published."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from bochiso.score.figures import TOTAL
from bochiso.score.scoring import ROUNDED_BOX, Basis, ScoredUnit
from bochiso.text import hundredths
from bochiso.units.model import Unit

TOLERANCE = Decimal("0.005")
"""A figure agrees when it differs by no more than half a hundredth."""

BOX_TOLERANCE = Decimal("0.01")
"""A box of recomputed indicators may be a hundredth off: the portal breaks ties its own way."""


class FigureComparison(Struct, frozen=True):
    """One published figure beside ours: `code` is an indicator, a group or TOTAL."""

    unit: Unit
    code: str
    published: Decimal
    computed: Decimal
    allowed: Decimal = TOLERANCE

    @property
    def difference(self) -> Decimal:
        """Published minus computed."""
        return self.published - self.computed

    @property
    def agrees(self) -> bool:
        """Whether the two are the same within what is allowed."""
        return abs(self.difference) <= self.allowed


class CheckResult(Struct, frozen=True):
    """All that was compared, and what disagrees, largest difference first."""

    compared: tuple[FigureComparison, ...]

    @property
    def differences(self) -> list[FigureComparison]:
        """Figures that disagree."""
        wrong = [each for each in self.compared if not each.agrees]
        return sorted(wrong, key=lambda each: abs(each.difference), reverse=True)

    @property
    def largest(self) -> FigureComparison | None:
        """The comparison with the largest difference, in agreement or not."""
        return max(self.compared, key=lambda each: abs(each.difference), default=None)


def check_scores(scores: Iterable[ScoredUnit]) -> CheckResult:
    """Every published figure that can be recomputed, beside the recomputed one."""
    return CheckResult(tuple(found for score in scores for found in _check_unit(score)))


def _check_unit(score: ScoredUnit) -> Iterable[FigureComparison]:
    for each in score.indicators:
        published = each.count.published
        # What a unit inherits is compared where it was counted: at the province.
        if published is None or each.points is None or each.inherited_from or not each.count.counted:
            continue
        yield FigureComparison(score.unit, each.rule.code, published, each.points)
    for code, points in score.recomputed.items():
        yield FigureComparison(score.unit, code, score.published_points[code], points, BOX_TOLERANCE)
    if score.published_total is not None and score.total is not None and score.basis is not Basis.TOTAL:
        yield _check_total(score, score.published_total)


def _check_total(score: ScoredUnit, published: Decimal) -> FigureComparison:
    """The published total beside the sum of the boxes, as published where they were, else as recomputed."""
    boxes = [score.published_points.get(box.code, box.points) for box in score.boxes]
    total = sum((hundredths(points) for points in boxes if points is not None), Decimal(0))
    if score.rounding is not None:
        return FigureComparison(
            score.unit, TOTAL, published, total, ROUNDED_BOX * len(score.published_points)
        )
    ours = sum(
        box.code not in score.published_points and box.basis is not Basis.POINTS for box in score.boxes
    )
    return FigureComparison(score.unit, TOTAL, published, total, max(TOLERANCE, BOX_TOLERANCE * ours))
