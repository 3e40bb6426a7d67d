"""The points that are at risk today: what a unit loses if the dossiers that are due soon fall late."""

from decimal import Decimal

from msgspec import Struct

from bochiso.score.figures import Count
from bochiso.score.formula import formula
from bochiso.score.scoring import IndicatorScore, ScoredUnit

LATE_COSTS = ("RESOLVED_ON_TIME", "DOSSIER_RECEIVING_SATISFACTION")
"""Indicators that count an open dossier as met until it falls late: 2.1, and 5.4."""

PETITION_LATE_COSTS = ("PETITION_PROCESSING_ON_TIME", "PETITION_HANDLING_SATISFACTION")
"""The same of petitions: 5.2, and 5.3."""


class PointsAtRisk(Struct, frozen=True):
    """`due`: so many are due within the days asked about, so many petitions; `points`: what is lost if all of
    them fall late, by indicator."""

    due: int
    petitions: int
    points: dict[str, Decimal]

    @property
    def total(self) -> Decimal:
        """The points together."""
        return sum(self.points.values(), Decimal(0))


def points_at_risk(score: ScoredUnit, due: int, petitions: int = 0) -> PointsAtRisk:
    """What a unit loses if so many dossiers and petitions that are due soon all fall late.

    Only indicators of which it has counts; never more than they have.
    """
    asked = dict.fromkeys(LATE_COSTS, due) | dict.fromkeys(PETITION_LATE_COSTS, petitions)
    found = {each.rule.code: _lost(each, asked[each.rule.code]) for each in score.indicators
             if asked.get(each.rule.code)}  # fmt: skip
    return PointsAtRisk(due, petitions, {code: lost for code, lost in found.items() if lost})


def _lost(each: IndicatorScore, late: int) -> Decimal:
    count, earn = each.count, formula(each.rule)
    if count.numerator is None or not count.denominator:
        return Decimal(0)
    before, after = earn(count), earn(Count(max(count.numerator - late, 0), count.denominator))
    return Decimal(0) if before is None or after is None else before - after
