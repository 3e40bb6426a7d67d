"""What more points would take: how much a numerator must grow, exactly."""

from bisect import bisect_right
from decimal import Decimal
from fractions import Fraction
from math import ceil

from bochiso.rules.rule_set import Indicator
from bochiso.score.figures import Count
from bochiso.score.formula import formula


def next_hundredth(rule: Indicator, count: Count) -> int | None:
    """The least whole number that the numerator must grow by to earn at least 0.01 point more.

    The denominator stays. None where the rate can't grow or earns nothing more: all points are
    earned, nothing was counted, or the indicator is only shown.

    >>> from bochiso.rules.loader import load_rules
    >>> on_time = load_rules("qd766").indicator["RESOLVED_ON_TIME"]
    >>> next_hundredth(on_time, Count(300_000, 349_383))  # 17.17 points of 20
    33
    >>> next_hundredth(on_time, Count(8, 8))
    """
    return cases_for(rule, count, 1)


def cases_for(rule: Indicator, count: Count, gain: int) -> int | None:
    """The least whole number that the numerator must grow by to earn at least `gain` hundredths more.

    The denominator stays. None where so much can't be earned.
    """
    numerator, denominator = count.numerator, count.denominator
    if numerator is None or not denominator or rule.target is None:
        return None
    earned = formula(rule)(count)
    if earned is None or earned + Decimal(gain).scaleb(-2) > rule.points:
        return None
    if rule.arithmetic == "portal":
        return _by_trying(rule, int(numerator), int(denominator), earned + Decimal(gain - 1).scaleb(-2))
    # Half up: a hundredth more begins half a hundredth above what was earned.
    wanted = Fraction(earned) + Fraction(2 * gain - 1, 200)
    needed = wanted / Fraction(rule.points) * Fraction(rule.target) * Fraction(denominator)
    more = ceil(needed - Fraction(numerator))
    return more if numerator + more <= denominator else None


def _by_trying(rule: Indicator, numerator: int, denominator: int, below: Decimal) -> int | None:
    """The least growth that earns more than `below`, where points can't be turned back into counts: they
    never fall as the numerator grows."""
    earn = formula(rule)
    more = range(denominator - numerator + 1)
    place = bisect_right(more, below, key=lambda n: earn(Count(numerator + n, denominator)) or Decimal(0))
    return place if place < len(more) else None
