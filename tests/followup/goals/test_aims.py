"""Goals: what is meant by words, what a place, a grade or a total asks, and where that can't be told."""

import doctest
from datetime import date
from decimal import Decimal

import pytest
from figure_builders import published_provinces, totals

from bochiso.errors import ComputeError
from bochiso.followup.goals import aims as module
from bochiso.followup.goals.aims import (
    TOP_TEN,
    GoalKind,
    aim_at,
    goal_of_target,
    parse_goal,
    place_goal,
    total_goal,
)
from bochiso.followup.targets import GRADE, RANK, TOTAL_POINTS, Target
from bochiso.rules.loader import load_rules
from bochiso.score.figures import UnitFigures
from bochiso.score.ranking import LevelStandings, Standing, rank_units
from bochiso.score.scoring import score_units
from bochiso.text import Lang
from bochiso.units.model import Level

RULES = load_rules("qd766")


def level_of(*written: str) -> LevelStandings:
    return rank_units(score_units(totals(Level.COMMUNE, *written), RULES), RULES).tables[0]


def test_the_example_in_the_documentation_holds() -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("words", ["", "top 0", "hạng nhất", "0", "101", "-3", "72,555", "rất tốt"])
def test_what_is_no_goal_is_told_with_what_may_stand_there(words: str) -> None:
    with pytest.raises(ComputeError, match="is no goal") as error:
        parse_goal(words, RULES)
    assert "top 10" in error.value.render(Lang.VI)


def test_the_tenth_of_the_country_is_what_the_seventh_is_ahead_of_and_the_twelfth_lacks() -> None:
    provinces = rank_units(score_units(published_provinces("2026-10-06"), RULES), RULES).level(Level.PROVINCE)
    ours = next(row for row in provinces.rows if row.score.unit.code == "H15")
    aim = aim_at(TOP_TEN, ours.score, provinces)
    others = [row.score.total for row in provinces.rows if row is not ours]
    assert aim.reached
    assert aim.margin == ours.score.total - others[9]
    twelfth = provinces.rows[11]
    aim = aim_at(TOP_TEN, twelfth.score, provinces)
    assert not aim.reached
    assert aim.holder is provinces.rows[9]
    assert twelfth.score.total + aim.short == provinces.rows[9].score.total


def test_the_total_of_the_place_is_enough_as_equals_share_it() -> None:
    level = level_of("90", "80", "70", "60")
    aim = aim_at(place_goal(2), level.rows[3].score, level)
    assert (aim.needed, aim.short) == (80, 20)
    after = level_of("90", "80", "70", "80")
    assert sorted(row.rank for row in after.rows) == [1, 2, 2, 4]


def test_a_place_is_not_told_where_too_few_peers_are_known() -> None:
    level = level_of("90", "80")
    with pytest.raises(ComputeError, match="not what place 10 takes"):
        aim_at(TOP_TEN, level.rows[1].score, level)
    assert aim_at(total_goal(Decimal(85)), level.rows[1].score, level).short == 5


def test_a_unit_without_a_total_has_no_way() -> None:
    level = level_of("90")
    (score,) = score_units([UnitFigures(level.rows[0].score.unit)], RULES)
    bare = Standing(score, None, None, 1)
    with pytest.raises(ComputeError, match="figures lack for a total"):
        aim_at(TOP_TEN, bare.score, level)


def test_targets_of_the_whole_are_goals() -> None:
    def target(what: str, value: str) -> Target:
        return Target("QĐ 127", what, Decimal(value), date(2026, 1, 1), date(2026, 12, 31), Level.PROVINCE)

    assert goal_of_target(target(RANK, "10"), RULES) == TOP_TEN
    grade = goal_of_target(target(GRADE, "80"), RULES)
    assert grade is not None
    assert (grade.kind, grade.value) == (GoalKind.GRADE, 80)
    assert goal_of_target(target(TOTAL_POINTS, "72.5"), RULES) == total_goal(Decimal("72.5"))
    assert goal_of_target(target("PAYMENT_DOSSIERS", "95"), RULES) is None
