"""Recomputed points against those that the source published."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from bochiso.score.figures import RANK, TOTAL
from bochiso.score.ranking import Standings
from bochiso.score.scoring import ROUNDED_BOX, ScoredUnit
from bochiso.text import hundredths
from bochiso.units.model import Unit


class FigureComparison(Struct, frozen=True):
    """One published figure beside ours, both in hundredths: `code` is an indicator, a group or TOTAL.

    `allowed` is above 0 only for a total whose boxes its source printed with one decimal.
    """

    unit: Unit
    code: str
    published: Decimal
    computed: Decimal
    allowed: Decimal = Decimal(0)

    @property
    def difference(self) -> Decimal:
        """Published minus computed."""
        return self.published - self.computed

    @property
    def agrees(self) -> bool:
        """Whether the two are the same within what is allowed."""
        return abs(self.difference) <= self.allowed


class CheckResult(Struct, frozen=True):
    """All that was compared, and what disagrees, largest difference first."""

    compared: tuple[FigureComparison, ...]

    @property
    def differences(self) -> list[FigureComparison]:
        """Figures that disagree."""
        wrong = [each for each in self.compared if not each.agrees]
        return sorted(wrong, key=lambda each: abs(each.difference), reverse=True)

    @property
    def largest(self) -> FigureComparison | None:
        """The comparison with the largest difference, in agreement or not."""
        return max(self.compared, key=lambda each: abs(each.difference), default=None)


def check_scores(scores: Iterable[ScoredUnit]) -> CheckResult:
    """Every published figure that can be recomputed, beside the recomputed one."""
    return CheckResult(tuple(found for score in scores for found in _check_unit(score)))


def check_ranks(standings: Standings) -> list[FigureComparison]:
    """Every published rank beside ours, where as many units are known as it is among."""
    return [
        FigureComparison(row.score.unit, RANK, Decimal(published[0]), Decimal(row.rank))
        for row in standings.rows
        if (published := row.score.published_rank) and row.rank is not None and published[1] == row.of
        and row.of == standings.peers(row.score.unit).ranked
    ]  # fmt: skip


def _check_unit(score: ScoredUnit) -> Iterable[FigureComparison]:
    for each in score.indicators:
        published = each.count.published
        # What a unit inherits is compared where it was counted: at the province.
        if published is None or each.computed is None or each.inherited_from or not each.count.counted:
            continue
        yield FigureComparison(score.unit, each.rule.code, hundredths(published), each.computed)
    for code, points in score.recomputed.items():
        if (published := score.published_points.get(code)) is not None:
            yield FigureComparison(score.unit, code, hundredths(published), points)
    if score.published_total is not None and score.summed is not None:
        allowed = Decimal(0) if score.rounding is None else ROUNDED_BOX * len(score.published_points)
        yield FigureComparison(score.unit, TOTAL, hundredths(score.published_total), score.summed, allowed)
