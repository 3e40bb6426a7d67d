"""The way to a goal: enough and no more, honest where it is not enough; what any other set would come to."""

from decimal import Decimal

import pytest
from figure_builders import commune, every_count, figures, published_dak_lak
from hypothesis import given
from hypothesis import strategies as st

from bochiso.followup.goals.aims import TOP_TEN, aim_at, total_goal
from bochiso.followup.goals.levers import Remedy, levers_of
from bochiso.followup.goals.way import way_to, what_if
from bochiso.rules.loader import load_rules
from bochiso.score.figures import Count
from bochiso.score.ranking import Standings, rank_units
from bochiso.score.scoring import score_units
from bochiso.units.model import Level

RULES = load_rules("qd766")


@pytest.fixture(scope="module")
def dak_lak() -> Standings:
    return rank_units(score_units(published_dak_lak(), RULES), RULES)


def test_a_way_followed_leads_to_the_goal(dak_lak: Standings) -> None:
    """The cases of the way, put into the figures and scored anew, give the place that was aimed at."""
    level = dak_lak.level(Level.COMMUNE, "H15")
    standing = level.rows[20]
    code = standing.score.unit.code
    way = way_to(aim_at(TOP_TEN, standing.score, level), levers_of(standing.score, RULES))
    assert way.steps
    assert way.lacks == 0
    after = published_dak_lak()
    (mine,) = [each for each in after if each.unit.code == code]
    for step in way.steps:
        count = mine.counts[step.lever.code]
        mine.counts[step.lever.code] = Count(count.numerator + step.cases, count.denominator)
    mine.points, mine.total = {"CLGQ": mine.points["CLGQ"]}, None
    followed = rank_units(score_units(after, RULES), RULES).find(code)
    assert followed is not None
    assert followed.score.total == way.total >= way.aim.needed
    assert followed.rank is not None
    assert followed.rank <= 10


def test_what_is_reached_asks_for_nothing(dak_lak: Standings) -> None:
    level = dak_lak.level(Level.COMMUNE, "H15")
    way = way_to(aim_at(TOP_TEN, level.rows[2].score, level), levers_of(level.rows[2].score, RULES))
    assert (way.steps, way.cases, way.lacks) == ((), 0, 0)
    assert way.aim.margin > 0


def test_where_mending_everything_is_not_enough_the_way_says_what_lacks(dak_lak: Standings) -> None:
    standing = dak_lak.find("H15")
    assert standing is not None
    level = dak_lak.peers(standing.score.unit)
    way = way_to(aim_at(total_goal(Decimal(90)), standing.score, level), levers_of(standing.score, RULES))
    assert way.within_reach == way.gain == sum(each.lever.best for each in way.steps)
    assert way.lacks == Decimal(90) - standing.score.total - way.gain > 0
    assert {each.lever.remedy for each in way.steps} == {Remedy.NOW}


def test_open_dossiers_are_planned_with_where_they_are_known(dak_lak: Standings) -> None:
    standing = dak_lak.find("H15.133")
    assert standing is not None
    level = dak_lak.peers(standing.score.unit)
    aim = aim_at(total_goal(Decimal(86)), standing.score, level)
    without = way_to(aim, levers_of(standing.score, RULES))
    with_open = way_to(aim, levers_of(standing.score, RULES, {"PAYMENT_DOSSIERS": 100}))
    assert with_open.within_reach == without.within_reach + Decimal("0.40")
    assert without.lacks - with_open.lacks == Decimal("0.40")


@given(
    cases=st.dictionaries(st.sampled_from([r.code for r in RULES.indicators if r.scored]), st.integers(-5, 9))
)
def test_what_if_is_what_scoring_those_counts_gives(cases: dict[str, int]) -> None:
    counts = every_count(RULES, 3, 8)
    rows = [
        figures(commune(), counts),
        figures(commune("H15.102", "UBND xã Krông Á"), every_count(RULES, 4, 8)),
    ]
    level = rank_units(score_units(rows, RULES), RULES).tables[0]
    standing = next(row for row in level.rows if row.score.unit.code == "H15.101")
    found = what_if(standing.score, level, levers_of(standing.score, RULES), cases, RULES)
    assert found is not None
    more = {code: Count(min(3 + max(n, 0), 8), 8) for code, n in cases.items()}
    again = rank_units(score_units([figures(commune(), counts | more), rows[1]], RULES), RULES).find(
        "H15.101"
    )
    assert again is not None
    assert (found.total, found.place, found.grade) == (again.score.total, again.rank, again.grade)
