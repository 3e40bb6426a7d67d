"""The way to a goal: the cheapest set of cases that reaches it, and what any other set would come to."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from bochiso.followup.goals.aims import Aim, place_among
from bochiso.followup.goals.cheapest_set import cheapest_set
from bochiso.followup.goals.levers import Lever
from bochiso.rules.rule_set import Grade, RuleSet
from bochiso.score.ranking import LevelStandings, sure_grade
from bochiso.score.scoring import ScoredUnit


class WayStep(Struct, frozen=True):
    """So many cases of an indicator, and the points that they earn."""

    lever: Lever
    cases: int
    gain: Decimal


class WayToGoal(Struct, frozen=True):
    """The cheapest steps to a goal, most points a case first; where it is out of reach, all that can be done.

    `within_reach`: the points that everything that can still be mended earns. `lacks`: the points that lack
    even then.
    """

    aim: Aim
    steps: tuple[WayStep, ...]
    within_reach: Decimal
    lacks: Decimal

    @property
    def gain(self) -> Decimal:
        """The points that the steps earn together."""
        return sum((each.gain for each in self.steps), Decimal(0))

    @property
    def cases(self) -> int:
        """How many cases the steps are."""
        return sum(each.cases for each in self.steps)

    @property
    def total(self) -> Decimal:
        """The unit's total after them."""
        return self.aim.total + self.gain


def way_to(aim: Aim, levers: Sequence[Lever], costs: Mapping[str, int] | None = None) -> WayToGoal:
    """The set of cases of the least cost that reaches a goal, exactly.

    `costs`: what one case of an indicator costs, a whole number from 1; 1 where it isn't named. Of sets that
    cost the same, one of the fewest indicators.
    """
    costs = costs or {}
    usable = [each for each in levers if each.most]
    within = sum((each.best for each in usable), Decimal(0))
    lacks = max(aim.short - within, Decimal(0))
    if lacks:
        return WayToGoal(aim, tuple(WayStep(each, each.most or 0, each.best) for each in usable if each.best),
                   within, lacks)  # fmt: skip
    ways = [each.options(costs.get(each.code, 1)) for each in usable]
    chosen = cheapest_set(ways, int(aim.short * 100)) or ()
    steps = [
        WayStep(lever, option.cost // costs.get(lever.code, 1), Decimal(option.gain).scaleb(-2))
        for lever, option in zip(usable, chosen, strict=True)
        if option.gain
    ]
    return WayToGoal(aim, tuple(steps), within, lacks)


class Tried(Struct, frozen=True):
    """What a unit would be with more cases done, its peers as they are. `gains`: by indicator, as asked for.

    `place` is None where too few peers are known to tell it.
    """

    total: Decimal
    gains: dict[str, Decimal]
    place: int | None
    grade: Grade | None


def what_if(
    score: ScoredUnit,
    level: LevelStandings,
    levers: Sequence[Lever],
    cases: Mapping[str, int],
    rules: RuleSet,
) -> Tried | None:
    """The outcome of so many cases more by indicator; None for a unit without a total."""
    if score.total is None:
        return None
    gains = {each.code: each.gain(cases[each.code]) for each in levers if cases.get(each.code, 0) > 0}
    total = score.total + sum(gains.values(), Decimal(0))
    return Tried(total, gains, place_among(score, total, level), sure_grade(total, score.most, rules))
