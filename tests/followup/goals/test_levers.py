"""Where points are lost: every point once, by what can still be done about it."""

from decimal import Decimal

import pytest
from figure_builders import commune, department, every_count, figures, province, published_dak_lak
from hypothesis import given
from hypothesis import strategies as st

from bochiso.followup.goals.levers import Lever, Remedy, levers_of
from bochiso.rules.loader import load_rules
from bochiso.score.figures import Count
from bochiso.score.formula import formula
from bochiso.score.scoring import ScoredUnit, score_units

RULES = load_rules("qd766")


@pytest.fixture(scope="module")
def dak_lak() -> list[ScoredUnit]:
    return score_units(published_dak_lak(), RULES)


def by_code(levers: tuple[Lever, ...]) -> dict[str, Lever]:
    return {each.code: each for each in levers}


def test_each_point_that_a_real_unit_lost_is_told_once(dak_lak: list[ScoredUnit]) -> None:
    assert len(dak_lak) == 117
    for score in dak_lak:
        assert score.total is not None
        assert sum(each.lost for each in levers_of(score, RULES)) == 100 - score.total


def test_what_the_province_publishes_is_no_commune_s_to_mend(dak_lak: list[ScoredUnit]) -> None:
    found = {score.unit.code: by_code(levers_of(score, RULES)) for score in dak_lak}
    assert found["H15"]["PUBLISH_ON_TIME"].remedy is Remedy.LOST
    for code in ("H15.133", "H15.03"):
        assert found[code]["PUBLISH_ON_TIME"].remedy is Remedy.PROVINCE
        assert found[code]["PUBLISH_ON_TIME"].best == 0


def test_lateness_is_lost_an_electronic_result_can_be_added_open_dossiers_are_asked_for() -> None:
    (score,) = score_units([figures(province(), every_count(RULES))], RULES)
    unknown, known = (by_code(levers_of(score, RULES, each)) for each in (None, {"REUSED_DIGITIZED_DATA": 1}))
    assert unknown["RESOLVED_ON_TIME"].remedy is Remedy.LOST
    assert unknown["ORIGINAL_RESULT_AVAILABLE"].remedy is Remedy.NOW
    assert unknown["ORIGINAL_RESULT_AVAILABLE"].most == 1
    assert unknown["ORIGINAL_RESULT_AVAILABLE"].for_hundredth == 1
    assert unknown["REUSED_DIGITIZED_DATA"].remedy is Remedy.OPEN
    assert unknown["REUSED_DIGITIZED_DATA"].most is None
    assert unknown["REUSED_DIGITIZED_DATA"].best == 0
    assert known["REUSED_DIGITIZED_DATA"].most == 1
    assert known["CITIZEN_DATA_CONNECTED_DOSSIER"].most == 0


def test_a_group_of_which_points_alone_are_known_is_said_to_be_unknown() -> None:
    (score,) = score_units([figures(department(), points={"MDSH": "12.5"})], RULES)
    found = by_code(levers_of(score, RULES))
    assert found["MDSH"].remedy is Remedy.UNKNOWN
    assert found["MDSH"].lost == Decimal("9.5")


def test_points_that_the_count_does_not_earn_are_not_planned_with() -> None:
    counts = {"ORIGINAL_RESULT_AVAILABLE": Count(1, 2, Decimal("2.50"))}
    (score,) = score_units([figures(commune(), every_count(RULES) | counts)], RULES)
    assert by_code(levers_of(score, RULES))["ORIGINAL_RESULT_AVAILABLE"].remedy is Remedy.UNKNOWN


@given(st.sampled_from([r for r in RULES.indicators if r.scored]), st.integers(1, 900), st.data())
def test_options_are_the_fewest_cases_of_every_gain(
    rule: object, denominator: int, data: st.DataObject
) -> None:
    numerator = data.draw(st.integers(0, denominator))
    count, earn = Count(numerator, denominator), formula(rule)
    (score,) = score_units([figures(province(), {rule.code: count})], RULES)
    lever = by_code(levers_of(score, RULES, {rule.code: denominator})).get(rule.code)
    if lever is None or not lever.most:
        return
    now = earn(count)
    first: dict[int, int] = {}
    for cases in range(1, lever.most + 1):
        first.setdefault(int((earn(Count(numerator + cases, denominator)) - now) * 100), cases)
    first.pop(0, None)
    assert {each.gain: each.cost for each in lever.options()} == first
    assert lever.best == lever.lost
    assert {each.gain: each.cost for each in lever.options(7)} == {gain: 7 * n for gain, n in first.items()}
