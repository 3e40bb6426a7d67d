"""Odds of outcomes: against their closed forms, for one case and for many."""

import doctest
from math import comb, exp, lgamma
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bochiso.score.bands import outcome_odds as module
from bochiso.score.bands.outcome_odds import arrival_odds, outcome_odds, sample


def beta(a: float, b: float) -> float:
    return exp(lgamma(a) + lgamma(b) - lgamma(a + b))


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(module).failed == 0


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 60), st.floats(0.02, 0.98))
def test_outcomes_are_beta_binomial(met: int, missed: int, cases: int, usual: float) -> None:
    found = outcome_odds(met, met + missed, cases, usual)
    assert sum(found.values()) == pytest.approx(1)
    a, b = met + usual, missed + 1 - usual
    for k in range(cases + 1):
        exact = comb(cases, k) * beta(k + a, cases - k + b) / beta(a, b)
        assert found.get(k, 0) == pytest.approx(exact, abs=1e-9)


@given(st.integers(0, 60))
def test_arrivals_are_negative_binomial(came: int) -> None:
    found = arrival_odds(came)
    assert sum(found.values()) == pytest.approx(1)
    for n in range(came + 20):
        exact = exp(
            lgamma(n + came + 0.5)
            - lgamma(n + 1)
            - lgamma(came + 0.5)
            - (n + came + 0.5) * 0.6931471805599453
        )
        assert found.get(n, 0) == pytest.approx(exact, abs=1e-9)


def test_of_many_cases_only_likely_outcomes_are_kept() -> None:
    found = outcome_odds(393_087, 443_565, 443_565)
    assert len(found) < 6_000
    assert sum(k * odds for k, odds in found.items()) == pytest.approx(393_087, abs=1)


def test_a_sample_has_the_odds_it_was_drawn_by() -> None:
    drawn = sample({0: 0.25, 1: 0.75}, Random(1), 4000)
    assert sum(drawn) / 4000 == pytest.approx(0.75, abs=0.02)
