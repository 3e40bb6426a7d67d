"""A source that scores an indicator in another way than before: many units' points stop matching at once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

from msgspec import Struct

from bochiso.rules.rule_set import RuleSet
from bochiso.score.figures import TOTAL
from bochiso.score.recomputation import FigureComparison

LEAST_UNITS = 5
"""Fewer units that stop matching are mistakes of single units, not another formula."""

LEAST_SHARE = Fraction(1, 5)
"""Nor is a smaller share of the units that are compared."""


class Break(Struct, frozen=True):
    """An indicator, or a group, whose published points matched before and don't match after.

    `units` of the `compared`, which are those that could be compared both times.
    """

    code: str
    units: int
    compared: int


def find_breaks(
    before: Iterable[FigureComparison], after: Iterable[FigureComparison], rules: RuleSet
) -> tuple[Break, ...]:
    """Every indicator that the source seems to score differently after than before.

    A group is named only where none of its indicators is: where the source publishes points of
    the group alone. Totals follow from groups and are none of it.
    """
    agreed = {(each.unit.code, each.code): each.agrees for each in before}
    compared, broken = Counter[str](), Counter[str]()
    for each in after:
        matched = agreed.get((each.unit.code, each.code))
        if matched is None or each.code == TOTAL:
            continue
        compared[each.code] += 1
        broken[each.code] += matched and not each.agrees
    found = [
        Break(code, units, compared[code])
        for code, units in broken.items()
        if units >= LEAST_UNITS and units >= LEAST_SHARE * compared[code]
    ]
    return tuple(each for each in found if each.code in rules.indicator or not _explained(each, found, rules))


def _explained(group: Break, found: Sequence[Break], rules: RuleSet) -> bool:
    leaves = set(rules.leaves[group.code])
    return any(each.code in rules.indicator and rules.indicator[each.code].group in leaves for each in found)
