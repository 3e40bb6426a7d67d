"""A fall of points that a few cases made: one petition late can cost twelve points and sixty places."""

from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from bochiso.rules.rule_set import RuleSet
from bochiso.score.bands.rank_bands import ARRIVING, NOT_DRAWN
from bochiso.score.scoring import IndicatorScore, ScoredUnit
from bochiso.text import Text, say

MOST_OF_FALL = Fraction(1, 2)
"""Cases are named where they made at least so much of a fall."""


class FewCases(Struct, frozen=True):
    """How few cases cost how many points: `lost` of the `fell` by which a total fell.

    codes: the indicators; petitions: whether the cases are petitions, else dossiers.
    """

    cases: int
    lost: Decimal
    fell: Decimal
    codes: tuple[str, ...]
    petitions: bool

    @property
    def sentence(self) -> Text:
        """What a reader is told before anyone is blamed."""
        what = say("phản ánh, kiến nghị", "petitions") if self.petitions else say("hồ sơ", "dossiers")
        if self.cases == 1:
            what = say("phản ánh, kiến nghị", "petition") if self.petitions else say("hồ sơ", "dossier")
        return say(
            "Tổng điểm giảm {fell} điểm, trong đó {lost} điểm chỉ do {n} {what}.",
            "The total fell by {fell} {fell:point|points}, {lost} of them by {count} {what} alone.",
            fell=self.fell, lost=self.lost, n=f"{self.cases:02}", count=self.cases, what=what,
        )  # fmt: skip


def fall_by_few(before: ScoredUnit, after: ScoredUnit, rules: RuleSet) -> FewCases | None:
    """The few cases that made most of the fall of a total; None where it didn't fall, or more than these did.

    Few: not more than the rules take for a small denominator. Counted from both days' own counts alone.
    """
    if before.total is None or after.total is None or after.total >= before.total:
        return None
    fell = before.total - after.total
    olds = {each.rule.code: each for each in before.indicators}
    found: dict[bool, list[tuple[str, int, Decimal]]] = {True: [], False: []}
    for each in after.indicators:
        was = olds.get(each.rule.code)
        cases = None if was is None or each.rule.code in NOT_DRAWN else _more_missed(was, each)
        if was is not None and cases and was.points is not None and each.points is not None:
            lost = was.points - each.points
            if cases <= rules.small_denominator and lost > 0:
                found[each.rule.code in ARRIVING].append((each.rule.code, cases, lost))
    for petitions, some in found.items():
        lost = sum((each[2] for each in some), Decimal(0))
        if some and lost >= MOST_OF_FALL * Fraction(fell):
            # The same petitions and dossiers count in several indicators.
            cases = max(each[1] for each in some)
            return FewCases(cases, lost, fell, tuple(each[0] for each in some), petitions)
    return None


def _more_missed(was: IndicatorScore, now: IndicatorScore) -> int | None:
    """How many cases more an indicator missed; None where its counts aren't known, or it has no more."""
    sides = [each.count for each in (was, now)]
    if any(side.numerator is None or side.denominator is None for side in sides):
        return None
    missed = [int((side.denominator or 0) - (side.numerator or 0)) for side in sides]
    return missed[1] - missed[0] if missed[1] > missed[0] else None
