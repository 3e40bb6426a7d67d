"""Recomputed points against those that the source published."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from bochiso.score.figures import TOTAL
from bochiso.score.scoring import Basis, UnitScore
from bochiso.units.model import Unit

TOLERANCE = Decimal("0.005")
"""A figure agrees when it differs by no more than half a hundredth."""

BOX_TOLERANCE = Decimal("0.01")
"""A box of recomputed indicators may be a hundredth off: the portal breaks ties its own way."""


class Comparison(Struct, frozen=True):
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


class Verdict(Struct, frozen=True):
    """All that was compared, and what disagrees, largest difference first."""

    compared: tuple[Comparison, ...]

    @property
    def differences(self) -> list[Comparison]:
        """Figures that disagree."""
        wrong = [each for each in self.compared if not each.agrees]
        return sorted(wrong, key=lambda each: abs(each.difference), reverse=True)

    @property
    def largest(self) -> Comparison | None:
        """The comparison with the largest difference, in agreement or not."""
        return max(self.compared, key=lambda each: abs(each.difference), default=None)


def check_scores(scores: Iterable[UnitScore]) -> Verdict:
    """Every published figure that can be recomputed, beside the recomputed one."""
    return Verdict(tuple(found for score in scores for found in _check_unit(score)))


def _check_unit(score: UnitScore) -> Iterable[Comparison]:
    for each in score.indicators:
        if each.count.published is not None and each.computed and each.points is not None:
            yield Comparison(score.unit, each.rule.code, each.count.published, each.points)
    for box in score.boxes:
        published = score.published_points.get(box.code)
        if published is None or box.points is None or box.basis is Basis.POINTS:
            continue
        yield Comparison(score.unit, box.code, published, box.points, BOX_TOLERANCE)
    if score.published_total is None or score.total is None or score.basis is Basis.TOTAL:
        return
    boxes = [score.published_points.get(box.code, box.points) for box in score.boxes]
    total = sum((points for points in boxes if points is not None), Decimal(0))
    recomputed = sum(1 for box in score.boxes if box.code not in score.published_points)
    allowed = TOLERANCE if score.rounding is None else Decimal("0.05") * len(boxes)
    yield Comparison(
        score.unit, TOTAL, score.published_total, total, max(allowed, BOX_TOLERANCE * recomputed)
    )
