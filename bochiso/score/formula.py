"""The one formula of the index, in exact arithmetic.

    points = max_points × min(1, rate / target)        rate = numerator / denominator

rounded to two decimals, half up (technical description of the index of Decision 766/QĐ-TTg). The
portal scores payment from the rate as it prints it, in binary floating point: see `_as_the_portal`.
"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache

from bochiso.rules.rule_set import Indicator
from bochiso.score.figures import Count
from bochiso.text import hundredths

Formula = Callable[[Count], Decimal | None]
"""Points of a count, two decimals; None where it was not measured or is only shown."""


def formula(indicator: Indicator) -> Formula:
    """The formula of one indicator, its constants worked out once.

    The points in hundredths are floor(numerator × a / (denominator × b) + 1/2), where a/b is
    max_points × 100 / target in lowest terms, here as floor((floor(numerator × 2a / denominator)
    + b) / 2b), which is the same: whole numbers only, so a tie is a tie. They are
    never above the maximum and never below 0. An empty denominator earns what the rule set
    says. A count that was given only as the points that its source published has those.
    """
    if not indicator.scored:
        return lambda count: None
    slope = Fraction(indicator.points) * 100 / Fraction(indicator.target or 1)
    a, b = slope.as_integer_ratio()
    a2, b2 = 2 * a, 2 * b
    most = int(indicator.points * 100)
    empty = None if indicator.empty is None else hundredths(indicator.empty)
    null = empty if indicator.null == "empty" else None

    def without_rate(count: Count) -> Decimal | None:
        if count.denominator is not None and not count.denominator:
            return empty
        if count.published is not None:
            return hundredths(count.published)
        return null if count.numerator is None and count.denominator is None else None

    portal = _as_the_portal(indicator) if indicator.arithmetic == "portal" else None
    table = _table()
    zero, full = table[0], table[most]

    def earn(count: Count) -> Decimal | None:
        numerator, denominator = count.numerator, count.denominator
        if not denominator or numerator is None:
            return without_rate(count)
        if not (isinstance(numerator, int) and isinstance(denominator, int)):
            numerator, denominator = (Fraction(numerator) / Fraction(denominator)).as_integer_ratio()
        # A call for each of the country's 70,000 indicators would cost as much as the division itself.
        earned = (
            (numerator * a2 // denominator + b) // b2 if portal is None else portal(numerator, denominator)
        )
        if earned >= most:
            return full
        return table[earned] if earned > 0 else zero

    return earn


def _as_the_portal(indicator: Indicator) -> Callable[[int, int], int]:
    """Hundredths of a point as the portal computes them for payment.

    The rate in percent is rounded to two decimals first; then rate × max_points / target is
    rounded by the exact value of the binary number, half up, as JavaScript's toFixed(2) does:
    85.75% of 6 points is 5.145, whose binary number lies below it, and so 5.14.
    """
    most, target = float(indicator.points), float((indicator.target or 1) * 100)

    def earned(numerator: int, denominator: int) -> int:
        percent = (numerator * 20_000 // denominator + 1) // 2 / 100
        over, under = (percent * most / target).as_integer_ratio()
        return (over * 200 + under) // (2 * under)

    return earned


@cache
def _table() -> tuple[Decimal, ...]:
    """0.00 to 100.00, by hundredths: made once, as making a decimal costs more than the formula."""
    return tuple(Decimal(n).scaleb(-2) for n in range(10_001))


def points(indicator: Indicator, numerator: int, denominator: int) -> Decimal | None:
    """Points of one indicator: `points(rules.indicator["ONLINE_FILING"], 3, 8)`."""
    return formula(indicator)(Count(numerator, denominator))


def points_from_rate(rate: Decimal, max_points: Decimal) -> Decimal:
    """Points of a group from its rate in percent, as offices work for departments.

    75% of "Số hóa hồ sơ" (22 points) is 16.5; never above the maximum, never below 0.

    >>> points_from_rate(Decimal(75), Decimal(22))
    Decimal('16.50')
    """
    return hundredths(min(max(rate, Decimal(0)), Decimal(100)) * max_points / 100)
