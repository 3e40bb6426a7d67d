"""Our own counts beside those that were published: where they differ, unit by unit."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from bochiso.score.figures import Count, UnitFigures
from bochiso.units.model import Unit


class Discrepancy(Struct, frozen=True):
    """One indicator of one unit that was counted in two ways."""

    unit: Unit
    code: str
    own: Count
    published: Count

    @property
    def numerator(self) -> Decimal:
        """Own minus published."""
        return Decimal(self.own.numerator or 0) - Decimal(self.published.numerator or 0)

    @property
    def denominator(self) -> Decimal:
        """Own minus published."""
        return Decimal(self.own.denominator or 0) - Decimal(self.published.denominator or 0)


class Reconciliation(Struct, frozen=True):
    """How many counts both have, those that differ (greatest first), and units that only one has."""

    compared: int
    differing: tuple[Discrepancy, ...]
    only_own: tuple[Unit, ...]
    only_published: tuple[Unit, ...]


def reconcile(own: Iterable[UnitFigures], published: Iterable[UnitFigures]) -> Reconciliation:
    """Every count that both have, side by side; counts that one didn't measure are not compared."""
    ours = {each.unit.code: each for each in own}
    theirs = {each.unit.code: each for each in published}
    compared = 0
    differing: list[Discrepancy] = []
    for unit_code in ours.keys() & theirs.keys():
        mine, other = ours[unit_code], theirs[unit_code]
        for code in mine.counts.keys() & other.counts.keys():
            left, right = mine.counts[code], other.counts[code]
            if not (left.counted and right.counted):
                continue
            compared += 1
            if (left.numerator, left.denominator) != (right.numerator, right.denominator):
                differing.append(Discrepancy(mine.unit, code, left, right))
    differing.sort(key=lambda d: (-(abs(d.denominator) + abs(d.numerator)), d.unit.code, d.code))
    return Reconciliation(
        compared,
        tuple(differing),
        tuple(ours[code].unit for code in sorted(ours.keys() - theirs.keys())),
        tuple(theirs[code].unit for code in sorted(theirs.keys() - ours.keys())),
    )
