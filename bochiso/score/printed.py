"""How far a total may be off the sum of its groups because they were printed rounded.

A figure printed with d decimals may be off by half a unit of the last one. Sources print all
groups of a unit alike, so the most decimals among them are those of each.
"""

from collections.abc import Iterable
from decimal import Decimal

NOISE = Decimal("0.000001")
"""What is left of sums of binary fractions, and of the sixth decimal that is kept."""


def decimals(value: Decimal) -> int:
    """The decimals that a number needs.

    >>> decimals(Decimal("11.790")), decimals(Decimal("120"))
    (2, 0)
    """
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def half_unit(places: int) -> Decimal:
    """Half a unit of the last of so many decimals."""
    return Decimal(5).scaleb(-places - 1)


def printed_tolerance(parts: Iterable[tuple[Decimal, Decimal]], total: Decimal) -> Decimal:
    """How far a total may be off the sum of parts, each a figure as printed and what it is worth.

    A group's points are worth themselves (1), its rate a hundredth of its maximum. A total is
    printed with two decimals at least, the parts with one.

    >>> printed_tolerance([(Decimal("11.79"), Decimal(1)), (Decimal("19.4"), Decimal(1))], Decimal("31.2"))
    Decimal('0.015003')
    """
    given = list(parts)
    places = max((decimals(value) for value, _ in given), default=0)
    worth = sum((worth for _, worth in given), Decimal(0))
    rates = all(worth < 1 for _, worth in given)
    return (
        half_unit(places if rates else max(1, places)) * worth
        + half_unit(max(2, decimals(total)))
        + NOISE * (len(given) + 1)
    )
