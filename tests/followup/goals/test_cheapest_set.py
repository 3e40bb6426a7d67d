"""The cheapest set: against every choice there is, and against a solver told of cases and rounding alone."""

import doctest
from itertools import product

import highspy
import pytest
from figure_builders import published_dak_lak
from hypothesis import given
from hypothesis import strategies as st

from bochiso.followup.goals import cheapest_set as module
from bochiso.followup.goals.aims import aim_at, total_goal
from bochiso.followup.goals.cheapest_set import NOTHING, Option, cheapest_set
from bochiso.followup.goals.levers import Lever, levers_of
from bochiso.followup.goals.way import way_to
from bochiso.rules.loader import load_rules
from bochiso.score.figures import Count
from bochiso.score.formula import formula
from bochiso.score.ranking import Standings, rank_units
from bochiso.score.scoring import score_units

RULES = load_rules("qd766")


def test_the_example_in_the_documentation_holds() -> None:
    assert doctest.testmod(module).failed == 0


@st.composite
def ways(draw: st.DrawFn) -> list[list[Option]]:
    found = []
    for _ in range(draw(st.integers(1, 4))):
        gains = draw(st.lists(st.integers(1, 40), min_size=1, max_size=5, unique=True))
        costs = draw(st.lists(st.integers(1, 30), min_size=len(gains), max_size=len(gains)))
        found.append([Option(*both) for both in zip(sorted(gains), sorted(costs), strict=True)])
    return found


@given(ways(), st.integers(0, 120))
def test_no_other_choice_is_cheaper_or_of_fewer_ways(some: list[list[Option]], need: int) -> None:
    enough = [
        (sum(each.cost for each in chosen), sum(each.gain > 0 for each in chosen))
        for chosen in product(*[[NOTHING, *way] for way in some])
        if sum(each.gain for each in chosen) >= need
    ]
    found = cheapest_set(some, need)
    if found is None:
        assert not enough
    else:
        assert all(each in (NOTHING, *way) for each, way in zip(found, some, strict=True))
        assert sum(each.gain for each in found) >= need
        assert (sum(each.cost for each in found), sum(each.gain > 0 for each in found)) == min(enough)


@pytest.fixture(scope="module")
def dak_lak() -> Standings:
    return rank_units(score_units(published_dak_lak(), RULES), RULES)


def solved(levers: list[Lever], need: int, costs: dict[str, int]) -> int:
    """The least cost by HiGHS: whole cases x and whole hundredths y, where y is at most what x earns."""
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("mip_rel_gap", 0.0)
    gained, cost = [], []
    for each in levers:
        rule, earn = each.rule, formula(each.rule)
        top, bottom = int(each.count.numerator), int(each.count.denominator)
        before = int(earn(each.count) * 100)
        if rule.arithmetic == "portal":
            tries = [(n, int(earn(Count(top + n, bottom)) * 100) - before) for n in range(1, each.most + 1)]
            picked = [model.addBinary() for _ in tries]
            model.addConstr(sum(picked) <= 1)
            gained += [gain * one for (_, gain), one in zip(tries, picked, strict=True)]
            cost += [n * costs.get(each.code, 1) * one for (n, _), one in zip(tries, picked, strict=True)]
            continue
        a, b = (rule.points * 100 / rule.target).as_integer_ratio()
        x, y = model.addIntegral(lb=0, ub=each.most), model.addIntegral(lb=0, ub=int(each.best * 100))
        # y + before <= (top + x) · a / (bottom · b) + 1/2, in whole numbers
        model.addConstr(2 * bottom * b * y - 2 * a * x <= 2 * a * top + bottom * b - 2 * bottom * b * before)
        gained.append(1 * y)
        cost.append(costs.get(each.code, 1) * x)
    model.addConstr(sum(gained) >= need)
    model.minimize(sum(cost))
    return round(model.getObjectiveValue())


@pytest.mark.parametrize(
    "costs", [{}, {"PAYMENT_INTEGRATED": 90, "PAYMENT_PROCEDURES": 20}], ids=["plain", "weighed"]
)
@pytest.mark.parametrize(
    ("code", "short"), [("H15.133", 97), ("H15.101", 250), ("H15.190", 603), ("H15.16", 31)]
)
def test_real_units_get_what_a_solver_finds(
    dak_lak: Standings, code: str, short: int, costs: dict[str, int]
) -> None:
    standing = dak_lak.find(code)
    assert standing is not None
    level = dak_lak.peers(standing.score.unit)
    levers = levers_of(standing.score, RULES)
    way = way_to(
        aim_at(total_goal(standing.score.total + short / RULES.total_points), standing.score, level),
        levers,
        costs,
    )
    assert way.lacks == 0
    assert way.gain >= way.aim.short
    least = solved([each for each in levers if each.most], int(way.aim.short * 100), costs)
    assert sum(each.cases * costs.get(each.lever.code, 1) for each in way.steps) == least
