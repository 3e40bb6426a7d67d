"""The one formula of the index, in exact arithmetic.

    points = max_points × min(1, rate / target)        rate = numerator / denominator

rounded to two decimals, half up (technical description of the index of Decision 766/QĐ-TTg).
"""

from decimal import Decimal
from fractions import Fraction

from bochiso.rules.model import Indicator
from bochiso.score.figures import Count
from bochiso.text import hundredths


class Formula:
    """An indicator's formula with its constants worked out once: `formula(count)` gives points.

    The points in hundredths are floor(numerator × a / (denominator × b) + 1/2), where a/b is
    max_points × 100 / target in lowest terms: whole numbers only, so a tie is a tie.
    """

    __slots__ = ("_a", "_b", "_empty", "_max", "_null", "_points")

    def __init__(self, indicator: Indicator) -> None:
        slope = Fraction(indicator.points) * 100 / Fraction(indicator.target or 1)
        self._a, self._b = slope.numerator, slope.denominator
        self._max = int(indicator.points * 100)
        self._points = [Decimal(n).scaleb(-2) for n in range(self._max + 1)]
        self._empty = indicator.empty
        self._null = indicator.empty if indicator.null == "empty" else None

    def __call__(self, count: Count) -> Decimal | None:
        """Points of a count; None where it was not measured.

        An empty denominator earns what the rule set says. A count that was given only as the
        points that its source published has those.
        """
        numerator, denominator = count.numerator, count.denominator
        if numerator is None or denominator is None:
            if count.published is not None:
                return hundredths(count.published)
            return self._null if numerator is None and denominator is None else None
        if denominator == 0:
            return self._empty
        bottom = 2 * denominator * self._b
        earned = int((2 * numerator * self._a + denominator * self._b) // bottom)
        return self._points[earned] if earned < self._max else self._points[self._max]


def points(indicator: Indicator, numerator: int, denominator: int) -> Decimal | None:
    """Points of one indicator: `points(rules.indicator["ONLINE_FILING"], 3, 8)`."""
    return Formula(indicator)(Count(numerator, denominator))


def points_from_rate(rate: Decimal, max_points: Decimal) -> Decimal:
    """Points of a group from its rate in percent, as offices work for departments.

    75% of "Số hóa hồ sơ" (22 points) is 16.5; at most the maximum.

    >>> points_from_rate(Decimal(75), Decimal(22))
    Decimal('16.50')
    """
    return hundredths(min(Decimal(100), rate) * max_points / 100)
