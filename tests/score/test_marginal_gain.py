"""What one more hundredth costs: the least growth of a numerator, against trying every one."""

import doctest
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import Indicator
from bochiso.score import marginal_gain
from bochiso.score.figures import Count
from bochiso.score.formula import formula
from bochiso.score.marginal_gain import next_hundredth

RULES = load_rules("qd766")
SCORED = [rule for rule in RULES.indicators if rule.scored]


def test_the_example_in_the_documentation_holds() -> None:
    assert doctest.testmod(marginal_gain).failed == 0


@given(st.sampled_from(SCORED), st.integers(1, 3000), st.data())
def test_it_is_the_first_numerator_that_earns_more(
    rule: Indicator, denominator: int, data: st.DataObject
) -> None:
    numerator = data.draw(st.integers(0, denominator))
    earn = formula(rule)
    now = earn(Count(numerator, denominator))
    more = next_hundredth(rule, Count(numerator, denominator))
    tried = (
        k for k in range(1, denominator - numerator + 1) if earn(Count(numerator + k, denominator)) != now
    )
    assert more == next(tried, None)


@given(st.sampled_from(SCORED), st.integers(10**5, 10**7), st.data())
def test_over_many_dossiers_one_less_would_earn_nothing(
    rule: Indicator, denominator: int, data: st.DataObject
) -> None:
    numerator = data.draw(st.integers(0, denominator))
    earn = formula(rule)
    now = earn(Count(numerator, denominator))
    more = next_hundredth(rule, Count(numerator, denominator))
    if more is None:
        assert now == rule.points
    else:
        assert now is not None
        assert earn(Count(numerator + more, denominator)) >= now + Decimal("0.01")
        assert earn(Count(numerator + more - 1, denominator)) == now


@pytest.mark.parametrize(
    "count",
    [Count(8, 8), Count(0, 0), Count(), Count(None, 5), Count(None, None, Decimal(2))],
    ids=["all", "nothing to count", "not measured", "no numerator", "points alone"],
)
def test_where_the_rate_cannot_grow_there_is_no_answer(count: Count) -> None:
    assert next_hundredth(RULES.indicator["RESOLVED_ON_TIME"], count) is None


def test_an_indicator_that_is_only_shown_has_no_answer() -> None:
    assert next_hundredth(RULES.indicator["PETITION_CLASSIFICATION_TTHC"], Count(1, 9)) is None


def test_a_target_below_the_whole_is_reached_sooner() -> None:
    assert next_hundredth(RULES.indicator["ONLINE_FILING"], Count(499, 1000)) == 1
    assert next_hundredth(RULES.indicator["ONLINE_FILING"], Count(500, 1000)) is None
