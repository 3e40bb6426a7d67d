"""What the items of a list of work are worth: the points that were lost, shared among what was missed."""

from decimal import Decimal
from fractions import Fraction
from math import ceil

from msgspec import Struct

from bochiso.rules.rule_set import Indicator
from bochiso.score.figures import Count
from bochiso.score.formula import formula
from bochiso.score.scoring import IndicatorScore

SMALL = Decimal("0.000001")
"""To what the points of one item are shown; their exact sum is the loss."""


class WorkValue(Struct, frozen=True):
    """What an indicator lost, and what its missed items are worth.

    lost: the maximum less the points, two decimals; None where it was not measured. missed: the denominator
    less the numerator. each: lost shared by the missed, exactly, so that all of them are the loss;
    0 where nothing was lost. gains: the points that mending one earns, until `needed` are mended, which
    earns all; None where nothing can be earned. empty: nothing was counted at all, and so the points are
    lost. exact: the loss before points are rounded.
    """

    lost: Decimal | None
    missed: int
    each: Fraction
    gains: Fraction | None
    needed: int
    empty: bool
    exact: Fraction = Fraction(0)

    @property
    def rounding(self) -> Fraction:
        """What rounding the points to hundredths makes of the loss: lost less the exact one."""
        if self.lost is None or self.gains is None or not self.missed:
            return Fraction(0)
        return Fraction(self.lost) - self.exact


class MissedProcedure(Struct, frozen=True):
    """How many items of a list a unit has of one procedure."""

    unit: str
    procedure: str
    name: str | None
    items: int


def work_value(score: IndicatorScore) -> WorkValue:
    """What is lost and to be gained of an indicator.

    Points are max × min(1, numerator ÷ (denominator × target)), so each item mended earns
    max ÷ (denominator × target) until the target is met.
    """
    rule, count = score.rule, score.count
    lost = None if score.points is None or not rule.scored else rule.points - score.points
    if count.numerator is None or not count.denominator or not rule.scored:
        return WorkValue(lost, 0, Fraction(0), None, 0, bool(lost) and count.denominator == 0)
    numerator, denominator = Fraction(count.numerator), Fraction(count.denominator)
    missed = int(denominator - numerator)
    short = max(Fraction(rule.target or 1) * denominator - numerator, Fraction(0))
    gains = _slope(rule, denominator) if short else None
    each = Fraction(lost) / missed if lost and missed else Fraction(0)
    return WorkValue(lost, missed, each, gains, ceil(short), False, (gains or 0) * short)


def mended(score: IndicatorScore, items: int) -> Decimal:
    """The points that mending so many items earns, as the formula rounds them; never more than was lost."""
    count, value = score.count, work_value(score)
    if value.gains is None or score.points is None or count.numerator is None:
        return Decimal("0.00")
    after = formula(score.rule)(Count(count.numerator + min(items, value.missed), count.denominator))
    return max((after or score.points) - score.points, Decimal("0.00"))


def _slope(rule: Indicator, denominator: Fraction) -> Fraction:
    return Fraction(rule.points) / Fraction(rule.target or 1) / denominator


def six_decimals(value: Fraction) -> Decimal:
    """Points of one item as tables show them.

    >>> six_decimals(Fraction(20, 7))
    Decimal('2.857143')
    """
    return round(Decimal(value.numerator) / Decimal(value.denominator), 6)
