"""Why points changed, in counts: what was added to each numerator and denominator, and what that did."""

from decimal import Decimal

from msgspec import Struct

from bochiso.rules.rule_set import Indicator, RuleSet
from bochiso.score.figures import Count
from bochiso.score.formula import formula
from bochiso.score.scoring import IndicatorScore, ScoredUnit

Number = Decimal | int


class CountChange(Struct, frozen=True):
    """One indicator of one unit on two days. Differences are after less before; None where a side lacks.

    Two states are all that is known: of the cases that were added, and of those counted before, the net
    is told, never which is which.
    """

    rule: Indicator
    before: Count
    after: Count
    points_before: Decimal | None
    points_after: Decimal | None
    inherited_from: str | None = None

    @property
    def points(self) -> Decimal | None:
        """Points gained, negative where lost."""
        if self.points_before is None or self.points_after is None:
            return None
        return self.points_after - self.points_before

    @property
    def added(self) -> Number | None:
        """By how much the denominator grew."""
        return _difference(self.before.denominator, self.after.denominator)

    @property
    def met(self) -> Number | None:
        """By how much the numerator grew."""
        return _difference(self.before.numerator, self.after.numerator)

    @property
    def missed_before(self) -> Number | None:
        """What the earlier numerator lacked of its denominator."""
        return _difference(self.before.numerator, self.before.denominator)

    @property
    def missed_after(self) -> Number | None:
        """What the later numerator lacks of its denominator."""
        return _difference(self.after.numerator, self.after.denominator)

    @property
    def missed(self) -> Number | None:
        """By how many those grew that the numerator lacks of its denominator; negative: so many fewer."""
        return _difference(self.missed_before, self.missed_after)

    @property
    def moved(self) -> bool:
        """Whether any figure of it changed."""
        old = self.before.numerator, self.before.denominator, self.points_before
        return old != (self.after.numerator, self.after.denominator, self.points_after)

    @property
    def kept(self) -> Decimal | None:
        """The points had no more been missed than before, with the denominator as it is now.

        What the additional misses cost is these less the points after. None for a mean, or where counts
        lack.
        """
        if self.rule.kind == "mean" or self.missed is None or not self.after.denominator:
            return None
        assert self.missed_before is not None  # noqa: S101 (a difference of it is known)
        numerator = max(self.after.denominator - self.missed_before, 0)
        return formula(self.rule)(Count(numerator, self.after.denominator))

    @property
    def cost(self) -> Decimal | None:
        """What more misses cost (negative: what fewer gained) at the present denominator; None as `kept`.

        It is told only where the points follow from the counts as published, on both days.
        """
        kept, now = self.kept, formula(self.rule)(self.after)
        if kept is None or self.points_after is None or now != self.points_after:
            return None
        return kept - now


def count_change(before: IndicatorScore, after: IndicatorScore) -> CountChange:
    """What became of an indicator between two scores of a unit."""
    return CountChange(
        after.rule, before.count, after.count, before.points, after.points, after.inherited_from
    )


def count_changes(before: ScoredUnit, after: ScoredUnit, rules: RuleSet) -> list[CountChange]:
    """Every indicator that both scores have and that moved: the greatest loss first, gains last.

    Those that earn no points stand at the end, in the order of the rules.
    """
    olds = {each.rule.code: each for each in before.indicators}
    found = [count_change(olds[each.rule.code], each) for each in after.indicators if each.rule.code in olds]
    order = {rule.code: n for n, rule in enumerate(rules.indicators)}
    return sorted(
        (each for each in found if each.moved),
        key=lambda each: (not each.points, each.points or 0, order.get(each.rule.code, 0)),
    )


def _difference(before: Number | None, after: Number | None) -> Number | None:
    return None if before is None or after is None else after - before
