"""What more points would take: how much a numerator must grow, exactly."""

from bisect import bisect_right
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

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
    return growth_of(rule, count)(gain)


Growth = Callable[[int], int | None]


def growth_of(rule: Indicator, count: Count) -> Growth:
    """`cases_for` of any gain from 1 upwards, what is the same for all of them worked out once."""
    numerator, denominator = count.numerator, count.denominator
    if numerator is None or not denominator or rule.target is None:
        return lambda _: None
    earn = formula(rule)
    earned = earn(count)
    if earned is None:
        return lambda _: None
    most = int((rule.points - earned) * 100)
    if rule.arithmetic == "portal":
        return _by_trying(earn, int(numerator), int(denominator), most)
    # Half up: a hundredth more begins half a hundredth above what was earned.
    each = Fraction(rule.target) * Fraction(denominator) / Fraction(rule.points) / 200
    rest = Fraction(numerator) - each * (int(earned * 200) - 1)
    over, whole = (each * 2).as_integer_ratio()
    less, parts = rest.as_integer_ratio()
    a, b, c = over * parts, less * whole, whole * parts
    left = Fraction(denominator) - Fraction(numerator)

    def growth(gain: int) -> int | None:
        more = -((b - a * gain) // c)
        return more if gain <= most and more <= left else None

    return growth


def _by_trying(
    earn: Callable[[Count], Decimal | None], numerator: int, denominator: int, most: int
) -> Growth:
    """Where points can't be turned back into counts: they never fall as the numerator grows."""
    before = earn(Count(numerator, denominator)) or Decimal(0)
    more = range(denominator - numerator + 1)

    def growth(gain: int) -> int | None:
        if gain > most:
            return None
        below = before + Decimal(gain - 1).scaleb(-2)
        place = bisect_right(more, below, key=lambda n: earn(Count(numerator + n, denominator)) or Decimal(0))
        return place if place < len(more) else None

    return growth
